//! Walks the resources of a template.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::evaluate::Scope;
use super::names::Names;
use super::plan::{Feedback, Plan};
use super::reader::{Properties, id_of_arn};
use super::{Place, TemplateError, functions, gateways, services};

const SECTIONS: [&str; 10] = [
    "AWSTemplateFormatVersion",
    "Transform",
    "Description",
    "Parameters",
    // Of parameters that belong together; CloudFormation checks them.
    "Rules",
    "Conditions",
    "Globals",
    "Resources",
    "Outputs",
    "Metadata",
];

/// What is known only in parts until every resource was read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) plan: Plan,
    /// Configuration set, kinds of event, topic.
    pub(super) destinations: Vec<(String, Vec<String>, String)>,
    /// Topic and queue.
    pub(super) subscriptions: Vec<(String, String)>,
}

pub(super) fn interpret(document: &Value, place: &Place) -> Result<Plan, TemplateError> {
    let sections = document
        .as_object()
        .ok_or_else(|| TemplateError::new("template", "is not a mapping."))?;
    if let Some(unknown) = sections
        .keys()
        .find(|name| !SECTIONS.contains(&name.as_str()))
    {
        return Err(TemplateError::new(
            unknown,
            "this section is not understood.",
        ));
    }
    let none = Map::new();
    let resources = document
        .get("Resources")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    let mut scope = Scope {
        names: Names::new(document, resources, place)?,
        conditions: BTreeMap::new(),
    };
    scope.conditions(document.get("Conditions"))?;
    let globals = globals(&scope, document)?;

    let mut draft = Draft::default();
    for (id, resource) in resources {
        if let Some(condition) = resource.get("Condition").and_then(Value::as_str)
            && !scope.condition(id, condition)?
        {
            continue;
        }
        let value = resource.get("Properties").cloned().unwrap_or_default();
        // References are followed everywhere, also where the stack has no use
        // for the property, so that a dangling one is found.
        let value = scope.evaluate(id, &value)?;
        let kind = resource
            .get("Type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        read(
            &mut draft,
            kind,
            Properties::new(id, value)?,
            &globals,
            place,
        )?;
    }
    for (name, output) in document
        .get("Outputs")
        .and_then(Value::as_object)
        .unwrap_or(&none)
    {
        let condition = output.get("Condition").and_then(Value::as_str);
        let there = condition.map(|condition| scope.condition(name, condition));
        if there.transpose()?.unwrap_or(true) {
            scope.evaluate(name, output)?;
        }
    }
    finish(draft)
}

fn globals(scope: &Scope<'_>, document: &Value) -> Result<Value, TemplateError> {
    let globals = document.get("Globals").cloned().unwrap_or_default();
    if let Some(unknown) = globals
        .as_object()
        .and_then(|g| g.keys().find(|key| *key != "Function"))
    {
        return Err(TemplateError::new(
            "Globals",
            format!("{unknown} is not understood."),
        ));
    }
    scope.evaluate("Globals", globals.get("Function").unwrap_or(&Value::Null))
}

fn read(
    draft: &mut Draft,
    kind: &str,
    properties: Properties,
    globals: &Value,
    place: &Place,
) -> Result<(), TemplateError> {
    match kind {
        "AWS::Serverless::Function" => functions::function(draft, properties, globals, place),
        "AWS::Serverless::HttpApi" => gateways::http(draft, properties),
        "AWS::Serverless::WebSocketApi" => gateways::socket(draft, properties),
        "AWS::SQS::Queue" => services::queue(draft, properties),
        "AWS::DynamoDB::Table" => services::table(draft, properties),
        "AWS::Events::EventBus" => services::bus(draft, properties),
        "AWS::Events::Rule" => services::rule(draft, properties),
        "AWS::SES::ConfigurationSetEventDestination" => services::destination(draft, properties),
        "AWS::SNS::Subscription" => services::subscription(draft, properties),
        // Right in AWS, and without a meaning on one machine.
        "AWS::SES::ConfigurationSet"
        | "AWS::SNS::Topic"
        | "AWS::SNS::TopicPolicy"
        | "AWS::SQS::QueuePolicy"
        | "AWS::Events::EventBusPolicy"
        | "AWS::IAM::ManagedPolicy"
        | "AWS::Logs::LogGroup"
        | "AWS::CloudWatch::Alarm"
        | "AWS::CloudWatch::Dashboard"
        | "AWS::ApiGatewayV2::DomainName"
        | "AWS::ApiGatewayV2::ApiMapping" => Ok(()),
        other => Err(properties.error(format!("the type {other} is not understood."))),
    }
}

/// Joins what stands in several resources and checks that the ends meet.
fn finish(draft: Draft) -> Result<Plan, TemplateError> {
    let Draft {
        mut plan,
        destinations,
        subscriptions,
    } = draft;
    for (configuration_set, events, topic) in destinations {
        for (_, queue) in subscriptions.iter().filter(|(of, _)| *of == topic) {
            plan.feedback.push(Feedback {
                configuration_set: configuration_set.clone(),
                events: events.clone(),
                topic: id_of_arn(&topic),
                queue: queue.clone(),
            });
        }
    }
    for mapping in &plan.mappings {
        require_queue(&plan, &mapping.function, &mapping.queue)?;
    }
    for rule in &plan.rules {
        require_queue(&plan, &rule.name, &rule.queue)?;
    }
    for queue in &plan.queues {
        if let Some(redrive) = &queue.redrive {
            require_queue(&plan, &queue.name, &redrive.queue)?;
        }
    }
    let authorizer = plan
        .http
        .authorizer
        .iter()
        .map(|authorizer| &authorizer.function);
    let sockets = plan.socket.iter().flat_map(|socket| {
        socket
            .routes
            .values()
            .map(|route| &route.function)
            .chain(socket.authorizer.iter())
    });
    if let Some(unknown) = authorizer
        .chain(sockets)
        .find(|name| !plan.functions.contains_key(*name))
    {
        return Err(TemplateError::new(
            unknown,
            "an API names this function, and the template has none such.",
        ));
    }
    Ok(plan)
}

fn require_queue(plan: &Plan, place: &str, name: &str) -> Result<(), TemplateError> {
    if plan.queues.iter().any(|queue| queue.name == name) {
        return Ok(());
    }
    Err(TemplateError::new(
        place,
        format!("there is no queue {name}."),
    ))
}
