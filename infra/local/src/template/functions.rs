//! `AWS::Serverless::Function` and its events.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};

use super::evaluate::plain;
use super::interpret::Draft;
use super::plan::{FunctionPlan, HttpRoute, Mapping, Schedule};
use super::reader::{Properties, id_of_arn};
use super::{Place, TemplateError};

const WITHOUT_EFFECT: [&str; 8] = [
    "Runtime",
    "Handler",
    "Architectures",
    "Policies",
    "LoggingConfig",
    "Tracing",
    "Description",
    "ReservedConcurrentExecutions",
];

pub(super) fn function(
    draft: &mut Draft,
    properties: Properties,
    globals: &Value,
    place: &Place,
) -> Result<(), TemplateError> {
    let name = properties.place().to_owned();
    let own = properties.entries().collect::<Map<_, _>>();
    let merged = merge(globals, Value::Object(own));
    let mut properties = Properties::new(&name, merged)?;
    properties.without_effect(&WITHOUT_EFFECT);

    let code = properties.text("CodeUri")?;
    let environment = environment(&mut properties, place)?;
    let timeout = properties.parsed("Timeout")?.unwrap_or(3);
    let memory_mb = properties.parsed("MemorySize")?.unwrap_or(128);
    for (event, value) in properties
        .inner("Events")?
        .into_iter()
        .flat_map(Properties::entries)
    {
        let place = format!("{name}.Events.{event}");
        self::event(draft, &name, &event, Properties::new(&place, value)?)?;
    }
    properties.finish()?;
    let folder = code
        .trim_start_matches("../")
        .trim_end_matches('/')
        .to_owned();
    let timeout = Duration::from_secs(timeout);
    let function = FunctionPlan {
        name: name.clone(),
        folder,
        environment,
        timeout,
        memory_mb,
    };
    draft.plan.functions.insert(name, function);
    Ok(())
}

fn environment(
    properties: &mut Properties,
    place: &Place,
) -> Result<BTreeMap<String, String>, TemplateError> {
    let Some(mut environment) = properties.inner("Environment")? else {
        return Ok(BTreeMap::new());
    };
    let variables: Map<String, Value> = environment.typed("Variables")?.unwrap_or_default();
    environment.finish()?;
    let local = |value: &Value| {
        let text = plain(value);
        place.local_address(&text).unwrap_or(text)
    };
    Ok(variables
        .iter()
        .map(|(name, value)| (name.clone(), local(value)))
        .collect())
}

/// SAM's rule: maps are joined, lists are appended, anything else is replaced.
fn merge(globals: &Value, own: Value) -> Value {
    match (globals, own) {
        (Value::Object(globals), Value::Object(mut own)) => {
            for (key, value) in globals {
                let merged = match own.remove(key) {
                    Some(own) => merge(value, own),
                    None => value.clone(),
                };
                own.insert(key.clone(), merged);
            }
            Value::Object(own)
        }
        (Value::Array(globals), Value::Array(own)) => {
            Value::Array(globals.iter().cloned().chain(own).collect())
        }
        (_, own) => own,
    }
}

fn event(
    draft: &mut Draft,
    function: &str,
    name: &str,
    mut event: Properties,
) -> Result<(), TemplateError> {
    let kind = event.text("Type")?;
    let mut properties = match event.inner("Properties")? {
        Some(properties) => properties,
        None => return Err(event.error("has no Properties.")),
    };
    event.finish()?;
    match kind.as_str() {
        "HttpApi" => route(draft, function, &mut properties)?,
        "SQS" => mapping(draft, function, &mut properties)?,
        "Schedule" => {
            let schedule = Schedule {
                name: format!("{function}{name}"),
                function: function.to_owned(),
                expression: properties.text("Schedule")?,
                input: properties.value("Input"),
            };
            properties.without_effect(&["Description", "Name", "RetryPolicy"]);
            if properties.parsed("Enabled")?.unwrap_or(true) {
                draft.plan.schedules.push(schedule);
            }
        }
        other => return Err(properties.error(format!("the event type {other} is not understood."))),
    }
    properties.finish()
}

fn route(
    draft: &mut Draft,
    function: &str,
    properties: &mut Properties,
) -> Result<(), TemplateError> {
    properties.without_effect(&["ApiId"]);
    let mut authorized = true;
    if let Some(mut auth) = properties.inner("Auth")? {
        authorized = auth
            .optional_text("Authorizer")
            .is_none_or(|name| name != "NONE");
        auth.finish()?;
    }
    let route = HttpRoute {
        method: properties.text("Method")?.to_uppercase(),
        path: properties.text("Path")?,
        function: function.to_owned(),
        authorized,
    };
    let same = |other: &&HttpRoute| other.method == route.method && other.path == route.path;
    if let Some(other) = draft.plan.http.routes.iter().find(same) {
        let message = format!(
            "{} {} already leads to {}.",
            route.method, route.path, other.function
        );
        return Err(properties.error(message));
    }
    draft.plan.http.routes.push(route);
    Ok(())
}

fn mapping(
    draft: &mut Draft,
    function: &str,
    properties: &mut Properties,
) -> Result<(), TemplateError> {
    let queue = id_of_arn(&properties.text("Queue")?);
    let batch_size = properties.parsed("BatchSize")?.unwrap_or(10);
    let mut max_concurrency = 1000;
    if let Some(mut scaling) = properties.inner("ScalingConfig")? {
        max_concurrency = scaling
            .parsed("MaximumConcurrency")?
            .unwrap_or(max_concurrency);
        scaling.finish()?;
    }
    let types: Vec<String> = properties
        .typed("FunctionResponseTypes")?
        .unwrap_or_default();
    let report_failures = types.iter().any(|kind| kind == "ReportBatchItemFailures");
    // The stack's pollers take what is there; waiting for more only costs time.
    properties.without_effect(&["MaximumBatchingWindowInSeconds"]);
    if properties.parsed("Enabled")?.unwrap_or(true) {
        let function = function.to_owned();
        draft.plan.mappings.push(Mapping {
            function,
            queue,
            batch_size,
            max_concurrency,
            report_failures,
        });
    }
    Ok(())
}
