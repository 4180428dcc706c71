//! Queues, tables, buses, and the way of e-mail events to their queue.

use std::time::Duration;

use serde_json::{Map, Value};

use super::TemplateError;
use super::interpret::Draft;
use super::plan::{Queue, Redrive, Rule, Table};
use super::reader::{Properties, id_of_arn};

pub(super) fn queue(draft: &mut Draft, mut queue: Properties) -> Result<(), TemplateError> {
    queue.without_effect(&["SqsManagedSseEnabled", "Tags", "RedriveAllowPolicy"]);
    let redrive = match queue.inner("RedrivePolicy")? {
        None => None,
        Some(mut policy) => {
            let name = id_of_arn(&policy.text("deadLetterTargetArn")?);
            let count = policy.parsed("maxReceiveCount")?;
            let max_receive_count =
                count.ok_or_else(|| policy.error("maxReceiveCount is missing."))?;
            policy.finish()?;
            Some(Redrive {
                queue: name,
                max_receive_count,
            })
        }
    };
    let seconds = |value: Option<u64>, default| Duration::from_secs(value.unwrap_or(default));
    let read = Queue {
        name: queue.place().to_owned(),
        visibility: seconds(queue.parsed("VisibilityTimeout")?, 30),
        retention: seconds(queue.parsed("MessageRetentionPeriod")?, 345_600),
        delay: seconds(queue.parsed("DelaySeconds")?, 0),
        fifo: queue.parsed("FifoQueue")?.unwrap_or(false),
        content_deduplication: queue.parsed("ContentBasedDeduplication")?.unwrap_or(false),
        redrive,
    };
    draft.plan.queues.push(read);
    queue.finish()
}

pub(super) fn table(draft: &mut Draft, mut table: Properties) -> Result<(), TemplateError> {
    table.without_effect(&[
        "PointInTimeRecoverySpecification",
        "DeletionProtectionEnabled",
        "SSESpecification",
        "Tags",
    ]);
    let name = table.place().to_owned();
    let mut definition = Map::new();
    definition.insert("TableName".to_owned(), Value::String(name.clone()));
    for key in [
        "AttributeDefinitions",
        "KeySchema",
        "BillingMode",
        "GlobalSecondaryIndexes",
    ] {
        if let Some(value) = table.value(key) {
            definition.insert(key.to_owned(), value);
        }
    }
    let mut ttl = None;
    if let Some(mut specification) = table.inner("TimeToLiveSpecification")? {
        let attribute = specification.text("AttributeName")?;
        ttl = specification
            .parsed("Enabled")?
            .unwrap_or(false)
            .then_some(attribute);
        specification.finish()?;
    }
    draft.plan.tables.push(Table {
        name,
        definition: Value::Object(definition),
        ttl,
    });
    table.finish()
}

pub(super) fn bus(draft: &mut Draft, mut bus: Properties) -> Result<(), TemplateError> {
    bus.without_effect(&["Name", "Description", "Tags"]);
    draft.plan.buses.push(bus.place().to_owned());
    bus.finish()
}

pub(super) fn rule(draft: &mut Draft, mut rule: Properties) -> Result<(), TemplateError> {
    rule.without_effect(&["Description"]);
    let name = rule.place().to_owned();
    let bus = rule
        .optional_text("EventBusName")
        .unwrap_or_else(|| "default".to_owned());
    let pattern = rule
        .value("EventPattern")
        .ok_or_else(|| rule.error("EventPattern is missing."))?;
    let enabled = rule
        .optional_text("State")
        .is_none_or(|state| state == "ENABLED");
    let targets: Vec<Value> = rule.typed("Targets")?.unwrap_or_default();
    rule.finish()?;
    for target in targets.into_iter().filter(|_| enabled) {
        let mut target = Properties::new(&name, target)?;
        target.without_effect(&["Id", "RetryPolicy", "DeadLetterConfig"]);
        let queue = id_of_arn(&target.text("Arn")?);
        target.finish()?;
        draft.plan.rules.push(Rule {
            name: name.clone(),
            bus: bus.clone(),
            pattern: pattern.clone(),
            queue,
        });
    }
    Ok(())
}

pub(super) fn destination(
    draft: &mut Draft,
    mut destination: Properties,
) -> Result<(), TemplateError> {
    let set = destination.text("ConfigurationSetName")?;
    let mut inner = destination
        .inner("EventDestination")?
        .ok_or_else(|| TemplateError::new(&set, "EventDestination is missing."))?;
    destination.finish()?;
    inner.without_effect(&["Name"]);
    let events = inner.typed("MatchingEventTypes")?.unwrap_or_default();
    let enabled = inner.parsed("Enabled")?.unwrap_or(true);
    let topic = match inner.inner("SnsDestination")? {
        Some(mut sns) => {
            let topic = sns.text("TopicARN")?;
            sns.finish()?;
            topic
        }
        None => return Err(inner.error("only an SnsDestination is understood.")),
    };
    inner.finish()?;
    if enabled {
        draft.destinations.push((set, events, topic));
    }
    Ok(())
}

pub(super) fn subscription(
    draft: &mut Draft,
    mut subscription: Properties,
) -> Result<(), TemplateError> {
    let protocol = subscription.text("Protocol")?;
    if protocol != "sqs" {
        return Err(subscription.error(format!("the protocol {protocol} is not understood.")));
    }
    let topic = subscription.text("TopicArn")?;
    let queue = id_of_arn(&subscription.text("Endpoint")?);
    if subscription.parsed("RawMessageDelivery")?.unwrap_or(false) {
        return Err(subscription.error("only delivery in SNS's envelope is understood."));
    }
    draft.subscriptions.push((topic, queue));
    subscription.finish()
}
