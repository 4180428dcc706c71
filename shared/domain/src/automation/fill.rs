//! `{{name}}` in audiences, links and references: values of an event put into
//! short texts. Nothing else of the template language is known here.

use serde_json::{Map, Value};

use crate::audience::Expression;

/// A text with places for values.
#[derive(Debug, Clone, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, behind) = after
            .split_once("}}")
            .ok_or_else(|| "`{{` is not closed with `}}`.".to_owned())?;
        if !before.is_empty() {
            found.push(Piece::Text(before));
        }
        found.push(Piece::Name(name.trim()));
        rest = behind;
    }
    if rest.contains("}}") {
        return Err("`}}` closes nothing.".to_owned());
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    Ok(found)
}

/// The names in a text.
pub(super) fn names(text: &str) -> Result<Vec<&str>, String> {
    let names = pieces(text)?.into_iter().filter_map(|piece| match piece {
        Piece::Name(name) => Some(name),
        Piece::Text(_) => None,
    });
    Ok(names.collect())
}

/// A text with its values, each percent-encoded unless it stands alone. Nothing
/// where a value is empty: a link to nothing is none.
pub(super) fn text(text: &str, values: &Map<String, Value>) -> Result<Option<String>, String> {
    let pieces = pieces(text)?;
    if let [Piece::Name(name)] = pieces.as_slice() {
        return Ok(Some(scalar(name, values)?).filter(|value| !value.is_empty()));
    }
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Name(name) => {
                let value = scalar(name, values)?;
                if value.is_empty() {
                    return Ok(None);
                }
                out.extend(url::form_urlencoded::byte_serialize(value.as_bytes()));
            }
        }
    }
    Ok(Some(out))
}

fn scalar(name: &str, values: &Map<String, Value>) -> Result<String, String> {
    match values.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(Value::Bool(truth)) => Ok(truth.to_string()),
        _ => Err(format!("`{name}` is not a single value")),
    }
}

/// Checks an expression with a place in it: with some value it must name
/// somebody.
pub(super) fn expression_fault(text: &str) -> Option<String> {
    let pieces = match pieces(text) {
        Ok(pieces) => pieces,
        Err(message) => return Some(message),
    };
    let places = pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Name(_)));
    match (places.count(), pieces.last()) {
        (0, _) => return text.parse::<Expression>().err(),
        (1, Some(Piece::Name(_))) => {}
        _ => return Some("An audience has one `{{…}}`, at its end.".to_owned()),
    }
    let Some(Piece::Text(head)) = pieces.first() else {
        return None;
    };
    let samples = [
        "10",
        "class:10",
        "student",
        "a@example.org",
        "+442079460958",
    ];
    let fits = samples
        .iter()
        .any(|sample| format!("{head}{sample}").parse::<Expression>().is_ok());
    (!fits).then(|| format!("`{head}` begins no audience; see `audience` in the API document."))
}

/// The expressions that one with its values is: one for each row of a list. An
/// expression that is nothing but a place takes audiences as the event gives
/// them. The complaint holds no value.
pub(super) fn expressions(
    text: &str,
    values: &Map<String, Value>,
) -> Result<Vec<Expression>, String> {
    let pieces = pieces(text)?;
    let (head, name) = match pieces.as_slice() {
        [Piece::Name(name)] => ("", *name),
        [Piece::Text(head), Piece::Name(name)] => (*head, *name),
        _ => return text.parse().map(|expression| vec![expression]),
    };
    let rows = match values.get(name) {
        Some(Value::Array(rows)) => rows.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) if text.is_empty() => Vec::new(),
        Some(Value::String(text)) => vec![text.as_str()],
        _ => return Err(format!("`{name}` is not a text")),
    };
    rows.into_iter()
        .map(|row| {
            format!("{head}{row}")
                .parse()
                .map_err(|_| format!("the value of `{name}` makes no audience of `{text}`"))
        })
        .collect()
}
