//! Sends while the services around them misbehave: nobody is lost, nobody is
//! written to twice unless the log says so, and the figures are the mailbox's.

mod ambiguous;
mod feedback;
mod functions;
mod outbox;
mod parallel;
mod poison;
mod provider;
mod queues;
mod soak;
mod table;
mod texts;

use it::{Actor, World};
use local::aws::{Effect, FaultRule, When, wire::Service};

use crate::sends::{email_template, pupils, send};

/// A fault in front of one action of a service.
pub(crate) fn rule(service: Service, action: &str, effect: Effect, when: When) -> FaultRule {
    FaultRule {
        service: Some(service),
        action: Some(action.to_owned()),
        effect,
        when,
        contains: None,
    }
}

/// A fault in front of `SendBulkEmail`.
pub(crate) fn ses(effect: Effect, when: When) -> FaultRule {
    rule(Service::Ses, "SendBulkEmail", effect, when)
}

/// A school with this many students and a template for e-mails.
pub(crate) async fn school_of(count: usize) -> (World, Actor, String) {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, count).await;
    let template = email_template(
        &head,
        "Hello {{ student_first_name }}",
        "Hello {{ student_name }}",
    )
    .await;
    (world, head, template)
}

/// Sends the template to all students.
pub(crate) async fn to_all(head: &Actor, template: &str) -> String {
    send(head, template, &["role:student"]).await
}

/// How many e-mails the provider accepted.
pub(crate) fn mails(world: &World) -> u64 {
    world.mailbox().counts().emails
}
