//! What is large does not hold up what is urgent, nor what others send. A queue
//! is worked on one batch at a time, so that who goes before whom is seen.

use it::{Actor, World};
use serde_json::json;

use super::{mails, school_of, to_all};
use crate::sends::{email_template, send_with};

/// More than a thousand, so that the last of them are in the lane for what is
/// left of a large send; three batches of the function that sends e-mails.
const MANY: usize = 1_200;

/// Has everything planned and not one e-mail sent.
async fn plan(world: &World) {
    let planner = world.source("PlanSend").expect("the planner");
    while planner.step().await {}
    assert_eq!(mails(world), 0);
}

/// Sends e-mails until every address got one of a subject; whether there was
/// enough to send.
async fn send_until(world: &World, addresses: &[String], subject: &str) -> bool {
    let worker = world.source("DeliverEmail").expect("the worker");
    let got = |address: &String| {
        let letters = world.emails_to(address);
        letters
            .iter()
            .any(|item| item.email().is_some_and(|email| email.subject == subject))
    };
    while !addresses.iter().all(got) {
        if !worker.step().await {
            return false;
        }
    }
    true
}

/// The large send is still under way, and ends like any other.
async fn assert_goes_on(world: &World, head: &Actor, send: &str, sent: usize) {
    let under_way = head.get(&format!("/v1/sends/{send}")).await.ok();
    assert_eq!(under_way["status"], "sending", "{under_way}");
    let left = MANY + sent - usize::try_from(mails(world)).expect("a count");
    assert!(left >= MANY / 2, "only {left} of the large send were left");
    world.settle().await;
    assert_eq!(mails(world), (MANY + sent) as u64);
    world.assert_consistent(head, send).await;
}

#[tokio::test]
async fn what_is_urgent_arrives_while_a_large_send_goes_on() {
    let (world, head, template) = school_of(MANY).await;
    for user in ["t0", "t1", "t2"] {
        world.add(&head, user, &["teacher"]).await;
    }
    let large = to_all(&head, &template).await;
    plan(&world).await;
    let closed = email_template(&head, "Closed today", "Stay at home.").await;
    let body = json!({"recipients": ["role:teacher"], "priority": "urgent"});
    let urgent = send_with(&head, &closed, body).await;
    plan(&world).await;
    let teachers = ["t0", "t1", "t2"].map(|user| format!("{user}@school.example"));
    assert!(send_until(&world, &teachers, "Closed today").await);
    assert_goes_on(&world, &head, &large, teachers.len()).await;
    world.assert_consistent(&head, &urgent).await;
}

#[tokio::test]
async fn a_small_send_does_not_wait_for_the_large_one_of_another_tenant() {
    let (world, head, template) = school_of(MANY).await;
    let dean = world.tenant("college").await;
    let large = to_all(&head, &template).await;
    plan(&world).await;
    let seminar = email_template(&dean, "Seminar", "In room 4.").await;
    let body = json!({"recipients": ["user:head", "guest@college.example"]});
    let small = send_with(&dean, &seminar, body).await;
    plan(&world).await;
    let members = ["head", "guest"].map(|user| format!("{user}@college.example"));
    assert!(send_until(&world, &members, "Seminar").await);
    assert_goes_on(&world, &head, &large, members.len()).await;
    world.assert_consistent(&dean, &small).await;
}
