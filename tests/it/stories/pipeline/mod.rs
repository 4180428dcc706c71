//! Sends while the services around them misbehave: nobody is lost, nobody is
//! written to twice unless the log says so, and the figures are the mailbox's.

mod ambiguous;
mod doubts;
mod feedback;
mod functions;
mod given_up;
mod lanes;
mod outbox;
mod parallel;
mod poison;
mod provider;
mod quarantine;
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

/// The reasons of what a function has set aside.
pub(crate) fn reasons(world: &World, function: &str) -> Vec<String> {
    let dead = world.dead_letters(function).expect("a dead-letter queue");
    dead.iter()
        .map(|message| {
            let reason = message.attributes.get("reason");
            reason
                .and_then(|reason| reason.string_value.clone())
                .unwrap_or_default()
        })
        .collect()
}

/// Moves what a function has set aside back to its queue, as an operator does.
pub(crate) fn give_back(world: &World, function: &str) -> Vec<String> {
    let dead = world.dead_letters(function).expect("a dead-letter queue");
    let bodies: Vec<String> = dead.into_iter().map(|message| message.body).collect();
    assert!(!bodies.is_empty(), "{function} has set nothing aside");
    world
        .sqs()
        .purge(&format!("{function}DeadLetters"))
        .expect("the queue is emptied");
    put(world, &format!("{function}Queue"), &bodies);
    bodies
}

/// Puts messages on a queue.
pub(crate) fn put(world: &World, queue: &str, bodies: &[String]) {
    for body in bodies {
        let message = local::aws::sqs::NewMessage::text(body.clone());
        world
            .sqs()
            .send(queue, message)
            .expect("the queue takes it");
    }
}
