//! Filling in `{{variable}}`, as SES does for templates: plain replacement,
//! without escaping, and an error for a variable that has no value.

use serde_json::Value;

/// The template's text with its variables replaced.
pub(super) fn render(template: &str, data: &Value) -> Result<String, String> {
    let mut out = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        out.push_str(&rest[..start]);
        let triple = rest[start..].starts_with("{{{");
        let (open, close) = if triple { (3, "}}}") } else { (2, "}}") };
        let inner = &rest[start + open..];
        let end = inner
            .find(close)
            .ok_or_else(|| "A tag is not closed".to_owned())?;
        out.push_str(&value(inner[..end].trim(), data)?);
        rest = &inner[end + close.len()..];
    }
    out.push_str(rest);
    Ok(out)
}

fn value(path: &str, data: &Value) -> Result<String, String> {
    let found = path
        .split('.')
        .try_fold(data, |value, name| value.get(name));
    match found {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Null) | None => Err(format!(
            "Attribute '{path}' is not present in the rendering data."
        )),
        Some(other) => Ok(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn variables_are_replaced_as_they_are() {
        let data = json!({ "a": "<b>{{c}}</b>", "n": 3, "o": { "p": "q" } });
        assert_eq!(
            render("x {{a}} {{{a}}} {{ n }}{{o.p}}}", &data),
            Ok("x <b>{{c}}</b> <b>{{c}}</b> 3q}".to_owned())
        );
        assert!(render("{{missing}}", &data).is_err());
        assert!(render("{{a", &data).is_err());
    }
}
