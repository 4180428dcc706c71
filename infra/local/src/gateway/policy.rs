//! The IAM policy with which an authorizer of a WebSocket API answers.

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PolicyAnswer {
    pub(super) principal_id: String,
    policy_document: Document,
    #[serde(default)]
    pub(super) context: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    statement: Vec<Statement>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    action: OneOrMany,
    effect: String,
    resource: OneOrMany,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn covers(&self, wanted: &str) -> bool {
        match self {
            Self::One(pattern) => fits(pattern, wanted),
            Self::Many(patterns) => patterns.iter().any(|pattern| fits(pattern, wanted)),
        }
    }
}

impl PolicyAnswer {
    /// One Allow and no Deny.
    pub(super) fn allows(&self, method_arn: &str) -> bool {
        let covers = |statement: &&Statement| {
            statement.action.covers("execute-api:Invoke") && statement.resource.covers(method_arn)
        };
        let mut covering = self
            .policy_document
            .statement
            .iter()
            .filter(covers)
            .peekable();
        covering.peek().is_some() && covering.all(|statement| statement.effect == "Allow")
    }
}

/// `*` stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    loop {
        if fits(rest, text) {
            return true;
        }
        let mut chars = text.chars();
        if chars.next().is_none() {
            return false;
        }
        text = chars.as_str();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_deny_beats_an_allow() {
        let arn = "arn:aws:execute-api:us-east-1:000000000000:socketapi/live/$connect";
        let answer = |statements: Value| -> PolicyAnswer {
            let document = json!({ "Version": "2012-10-17", "Statement": statements });
            serde_json::from_value(json!({ "principalId": "u", "policyDocument": document }))
                .unwrap()
        };
        let statement = |effect: &str, resource: &str| json!({ "Action": "execute-api:Invoke", "Effect": effect, "Resource": resource });
        assert!(answer(json!([statement("Allow", arn)])).allows(arn));
        assert!(answer(json!([statement("Allow", "arn:aws:execute-api:*/live/*")])).allows(arn));
        assert!(!answer(json!([statement("Allow", "arn:aws:execute-api:*/dev/*")])).allows(arn));
        assert!(!answer(json!([statement("Allow", "*"), statement("Deny", arn)])).allows(arn));
        assert!(!answer(json!([])).allows(arn));
    }
}
