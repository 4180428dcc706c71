//! YAML with short intrinsics (`!Ref x`) as JSON with long ones (`{"Ref": x}`).

use serde_json::{Map, Value};
use serde_yaml_ng::Value as Yaml;

use super::TemplateError;

/// The long name of each intrinsic that the template may use.
const INTRINSICS: [(&str, &str); 11] = [
    ("Ref", "Ref"),
    ("GetAtt", "Fn::GetAtt"),
    ("Sub", "Fn::Sub"),
    ("If", "Fn::If"),
    ("Equals", "Fn::Equals"),
    ("Not", "Fn::Not"),
    ("And", "Fn::And"),
    ("Or", "Fn::Or"),
    ("Join", "Fn::Join"),
    ("Split", "Fn::Split"),
    ("Select", "Fn::Select"),
];

pub(super) fn parse(text: &str) -> Result<Value, TemplateError> {
    let yaml: Yaml =
        serde_yaml_ng::from_str(text).map_err(|e| TemplateError::new("YAML", e.to_string()))?;
    convert(&yaml, "template")
}

fn convert(yaml: &Yaml, place: &str) -> Result<Value, TemplateError> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => Value::Bool(*flag),
        Yaml::Number(number) => {
            serde_json::to_value(number).map_err(|e| TemplateError::new(place, e.to_string()))?
        }
        Yaml::String(text) => Value::String(text.clone()),
        Yaml::Sequence(items) => {
            let items = items.iter().map(|item| convert(item, place));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let Some(key) = key.as_str() else {
                    return Err(TemplateError::new(place, format!("{key:?} is not a name.")));
                };
                // Two levels of names say where in the template one is.
                let inner = if place == "template" || place == "Resources" {
                    key
                } else {
                    place
                };
                map.insert(key.to_owned(), convert(value, inner)?);
            }
            Value::Object(map)
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let tag = tag.trim_start_matches('!');
            let Some((_, long)) = INTRINSICS.iter().find(|(short, _)| *short == tag) else {
                return Err(TemplateError::new(
                    place,
                    format!("!{tag} is not understood."),
                ));
            };
            Value::Object(Map::from_iter([(
                (*long).to_owned(),
                convert(&tagged.value, place)?,
            )]))
        }
    })
}
