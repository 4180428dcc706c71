//! A send, as answers show it.

use std::collections::BTreeMap;

use domain::audience::Expression;
use domain::ids::{SendId, UserId};
use domain::notification::Priority;
use domain::send::{
    DeliveryStatus, LedgerRow, Origin, Send, SendStatus, TemplateVersion, is_complete,
};
use domain::{Channel, Timestamp};
use serde::Serialize;
use store::ledger::progress;

/// One act of reaching an audience.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SendBody {
    id: SendId,
    status: SendStatus,
    origin: Origin,
    channels: Vec<Channel>,
    /// Audience expressions; a union.
    recipients: Vec<String>,
    /// Left out of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    except: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    templates: BTreeMap<Channel, TemplateVersion>,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(rename = "type")]
    kind: String,
    priority: Priority,
    category: String,
    actor: UserId,
    /// People with the same address get one message together.
    dedupe_by_address: bool,
    /// Made with a test key: nothing leaves.
    test: bool,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    send_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    planned_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<Timestamp>,
    /// Why it failed; `planning_given_up` when its audience could not be resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<ProgressBody>,
}

/// How far it is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ProgressBody {
    /// People in the audience; absent while it is being resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<u64>,
    /// Recipients that no longer existed when the audience was resolved.
    unresolved: u64,
    /// Deliveries planned, over all channels; absent while it is being resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    deliveries: Option<u64>,
    /// Deliveries that have ended.
    ended: u64,
    /// Ended of planned, in per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<f64>,
    by_channel: BTreeMap<Channel, BTreeMap<DeliveryStatus, u64>>,
}

impl SendBody {
    /// With its ledger the body has the progress; a list does without.
    pub(crate) fn of(send: Send, ledger: Option<&[LedgerRow]>) -> Self {
        let texts = |list: &[Expression]| list.iter().map(ToString::to_string).collect();
        let finished = ledger.is_some_and(|ledger| is_complete(&send, ledger));
        Self {
            progress: ledger.map(|ledger| ProgressBody::of(&send, ledger)),
            recipients: texts(&send.audience.include),
            except: texts(&send.audience.except),
            status: if finished && !send.status.is_final() {
                SendStatus::Completed
            } else {
                send.status
            },
            id: send.id,
            origin: send.origin,
            channels: send.channels,
            templates: send.content.templates,
            title: send.content.title,
            kind: send.kind,
            priority: send.priority,
            category: send.category,
            actor: send.actor,
            dedupe_by_address: send.dedupe_by_address,
            test: send.test,
            created_at: send.created_at,
            send_at: send.send_at,
            planned_at: send.planned_at,
            completed_at: send.completed_at,
            reason: send.reason,
        }
    }
}

impl ProgressBody {
    fn of(send: &Send, ledger: &[LedgerRow]) -> Self {
        let progress = progress(ledger);
        let planned = send
            .plan
            .as_ref()
            .map(|plan| plan.recipients.values().sum::<u64>());
        let ended = progress
            .by_channel
            .values()
            .flat_map(BTreeMap::values)
            .sum::<u64>();
        Self {
            people: send.plan.as_ref().map(|plan| plan.people),
            unresolved: send.plan.as_ref().map_or(0, |plan| plan.unresolved),
            deliveries: planned,
            ended,
            percent: planned.map(|planned| {
                if planned == 0 {
                    100.0
                } else {
                    domain::log::percent(ended, planned)
                }
            }),
            by_channel: progress.by_channel,
        }
    }
}
