//! What `!Ref` and `!GetAtt` of each resource give.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::evaluate::plain;
use super::{Place, TemplateError};

#[derive(Debug)]
pub(super) struct Names<'a> {
    pub(super) place: &'a Place,
    pub(super) parameters: BTreeMap<String, Value>,
    /// Type by logical id.
    pub(super) types: BTreeMap<String, String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(
        document: &Value,
        resources: &Map<String, Value>,
        place: &'a Place,
    ) -> Result<Self, TemplateError> {
        let mut types = BTreeMap::new();
        for (id, resource) in resources {
            let kind = resource.get("Type").and_then(Value::as_str);
            let kind = kind.ok_or_else(|| TemplateError::new(id, "has no Type."))?;
            types.insert(id.clone(), kind.to_owned());
        }
        Ok(Self {
            place,
            parameters: parameters(document, place)?,
            types,
        })
    }

    pub(super) fn reference(&self, at: &str, name: &str) -> Result<Value, TemplateError> {
        if let Some(value) = self.parameters.get(name) {
            return Ok(value.clone());
        }
        let pseudo = match name {
            "AWS::Region" => Some(self.place.region.as_str()),
            "AWS::AccountId" => Some(self.place.account.as_str()),
            "AWS::Partition" => Some("aws"),
            "AWS::URLSuffix" => Some("amazonaws.com"),
            "AWS::StackName" => Some("campanile-local"),
            "AWS::NoValue" => return Ok(Value::Null),
            _ => None,
        };
        if let Some(text) = pseudo {
            return Ok(Value::String(text.to_owned()));
        }
        let text = match self.kind(at, name)? {
            "AWS::SQS::Queue" => self.queue_url(name),
            "AWS::SNS::Topic" => self.place.arn("sns", name),
            "AWS::Serverless::HttpApi" | "AWS::Serverless::WebSocketApi" => name.to_lowercase(),
            "AWS::IAM::ManagedPolicy" => {
                format!("arn:aws:iam::{}:policy/{name}", self.place.account)
            }
            _ => name.to_owned(),
        };
        Ok(Value::String(text))
    }

    pub(super) fn attribute(
        &self,
        at: &str,
        id: &str,
        attribute: &str,
    ) -> Result<String, TemplateError> {
        let kind = self.kind(at, id)?;
        Ok(match (kind, attribute) {
            ("AWS::Serverless::Function", "Arn") => {
                self.place.arn("lambda", &format!("function:{id}"))
            }
            ("AWS::SQS::Queue", "Arn") => self.place.arn("sqs", id),
            ("AWS::SQS::Queue", "QueueName") => id.to_owned(),
            ("AWS::SQS::Queue", "QueueUrl") => self.queue_url(id),
            ("AWS::DynamoDB::Table", "Arn") => self.place.arn("dynamodb", &format!("table/{id}")),
            ("AWS::SNS::Topic", "TopicArn") => self.place.arn("sns", id),
            ("AWS::Logs::LogGroup", "Arn") => self.place.arn("logs", &format!("log-group:{id}:*")),
            ("AWS::Events::EventBus", "Arn") => {
                self.place.arn("events", &format!("event-bus/{id}"))
            }
            ("AWS::Events::EventBus", "Name") => id.to_owned(),
            ("AWS::Events::Rule", "Arn") => self.place.arn("events", &format!("rule/{id}")),
            _ => {
                let message = format!("!GetAtt {id}.{attribute} of {kind} is not understood.");
                return Err(TemplateError::new(at, message));
            }
        })
    }

    fn kind(&self, at: &str, id: &str) -> Result<&str, TemplateError> {
        if let Some(kind) = self.types.get(id) {
            return Ok(kind);
        }
        // SAM makes one route resource for each route of a socket API.
        let of_socket = self.types.iter().any(|(api, kind)| {
            kind == "AWS::Serverless::WebSocketApi"
                && id.starts_with(api.as_str())
                && id.ends_with("Route")
        });
        if of_socket {
            return Ok("AWS::ApiGatewayV2::Route");
        }
        Err(TemplateError::new(
            at,
            format!("refers to {id}, which the template does not declare."),
        ))
    }

    fn queue_url(&self, id: &str) -> String {
        format!("{}/{}/{id}", self.place.aws_url, self.place.account)
    }
}

fn parameters(document: &Value, place: &Place) -> Result<BTreeMap<String, Value>, TemplateError> {
    let mut values = BTreeMap::new();
    let declared = document.get("Parameters").and_then(Value::as_object);
    for (name, parameter) in declared.into_iter().flatten() {
        let list = parameter.get("Type").and_then(Value::as_str) == Some("CommaDelimitedList");
        let given = place
            .parameters
            .get(name)
            .map(|text| Value::String(text.clone()));
        let value = given
            .or_else(|| parameter.get("Default").cloned())
            .ok_or_else(|| {
                TemplateError::new(name, "this parameter has neither a value nor a default.")
            })?;
        let allowed = parameter.get("AllowedValues").and_then(Value::as_array);
        if allowed.is_some_and(|allowed| !allowed.contains(&value)) {
            return Err(TemplateError::new(
                name,
                format!("{value} is not one of its AllowedValues."),
            ));
        }
        constrained(name, parameter, &value)?;
        let value = match &value {
            Value::String(text) if list => {
                text.split(',').map(|part| part.trim().to_owned()).collect()
            }
            _ => value,
        };
        values.insert(name.clone(), value);
    }
    Ok(values)
}

/// Holds a value to its parameter's pattern and length, as CloudFormation does,
/// with the sentence that the template has for it.
fn constrained(name: &str, parameter: &Value, value: &Value) -> Result<(), TemplateError> {
    let value = plain(value);
    let text = |key: &str| parameter.get(key).and_then(Value::as_str);
    let pattern = text("AllowedPattern").map(Regex::new).transpose();
    let pattern = pattern.map_err(|error| TemplateError::new(name, error.to_string()))?;
    let least = parameter.get("MinLength").and_then(Value::as_u64);
    let fits = pattern.is_none_or(|pattern| pattern.is_match(&value))
        && least.is_none_or(|least| value.chars().count() as u64 >= least);
    if fits {
        return Ok(());
    }
    let sentence = text("ConstraintDescription").unwrap_or("its value is not allowed.");
    Err(TemplateError::new(name, sentence))
}
