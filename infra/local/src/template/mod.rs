//! Reads `infra/template.yaml` as CloudFormation would and says what to run.
//!
//! The template is the only wiring list, so whatever this reader does not
//! understand is an error that names the resource: a construct that SAM would
//! deploy and the stack would skip is how the two drift apart.

mod document;
mod evaluate;
mod functions;
mod gateways;
mod interpret;
mod names;
mod plan;
mod reader;
mod services;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use plan::{
    Authorizer, Cors, Feedback, FunctionPlan, HttpApi, HttpRoute, Mapping, Plan, Queue, Redrive,
    Rule, Schedule, SocketApi, SocketRoute, Table, Throttle,
};

/// The template that this build was made with.
pub const EMBEDDED: &str = include_str!("../../../template.yaml");

/// Why a template cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct TemplateError {
    /// The logical id, or the section for what stands outside of resources.
    pub place: String,
    pub message: String,
}

impl TemplateError {
    pub(crate) fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }
}

/// Where the resources of a template live when the stack stands for AWS.
#[derive(Debug, Clone)]
pub struct Place {
    pub region: String,
    pub account: String,
    /// Base URL of the gateway, without a slash at its end.
    pub gateway_url: String,
    /// Base URL of the AWS endpoint, likewise.
    pub aws_url: String,
    /// Values for parameters, over their defaults.
    pub parameters: BTreeMap<String, String>,
}

impl Place {
    /// A place whose gateway and AWS endpoint answer at these URLs.
    pub fn at(gateway_url: &str, aws_url: &str) -> Self {
        Self {
            gateway_url: gateway_url.to_owned(),
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            aws_url: aws_url.to_owned(),
            parameters: BTreeMap::new(),
        }
    }

    /// The same place with a value for a parameter.
    pub fn with(mut self, parameter: &str, value: impl Into<String>) -> Self {
        self.parameters.insert(parameter.to_owned(), value.into());
        self
    }

    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:aws:{service}:{}:{}:{resource}",
            self.region, self.account
        )
    }

    /// The address on this machine of one of our own APIs, given as the public
    /// one: `wss://…` is for clients, `https://…/<stage>` for `@connections`.
    pub(crate) fn local_address(&self, public: &str) -> Option<String> {
        let (scheme, rest) = public.split_once("://")?;
        let (host, stage) = rest.split_once('/').unwrap_or((rest, ""));
        if !host.contains(".execute-api.") {
            return None;
        }
        let base = match scheme {
            "wss" => self.gateway_url.replacen("http", "ws", 1),
            _ if stage.is_empty() => return Some(self.gateway_url.clone()),
            _ => self.aws_url.clone(),
        };
        Some(format!("{base}/{stage}"))
    }
}

/// Reads a template.
pub fn read(text: &str, place: &Place) -> Result<Plan, TemplateError> {
    let document = document::parse(text)?;
    interpret::interpret(&document, place)
}
