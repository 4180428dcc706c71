//! What was given up, why, and the way back.

use local::aws::sqs::NewMessage;
use local::aws::{Effect, When, wire::Service};

use super::{operate, refused, well};
use crate::pipeline::{mails, rule, school_of, to_all};

#[tokio::test]
async fn dead_letters_are_listed_with_reasons_and_given_back_one_by_one() {
    let (world, _, _) = school_of(1).await;
    world.expects_dead_letters();
    let list = ["dead-letters", "list"];
    assert_eq!(well(&world, &list).await, serde_json::json!({}));
    for body in ["not json", "{}"] {
        let sent = world
            .sqs()
            .send("DeliverSmsQueue", NewMessage::text(body.to_owned()));
        sent.expect("the queue takes it");
    }
    world.settle().await;
    let (listed, well_) = operate(&world, &list).await.expect("a list");
    assert!(!well_);
    let letters = listed["deliver-sms"].as_array().expect("letters").clone();
    assert_eq!(letters.len(), 2, "{listed}");
    for letter in &letters {
        assert!(
            letter["reason"]
                .as_str()
                .expect("a reason")
                .contains("malformed")
        );
    }
    let id = letters[0]["id"].as_str().expect("an id");
    let shown = well(&world, &["dead-letters", "show", "deliver-sms", id]).await;
    assert_eq!(shown["id"], letters[0]["id"]);

    let redrive = ["dead-letters", "redrive", "deliver-sms", "--id", id];
    let would = well(&world, &redrive).await;
    assert_eq!(would["messages"].as_array().map(Vec::len), Some(1));
    assert_eq!(world.dead_letters("DeliverSms").expect("a queue").len(), 2);
    well(&world, &[&redrive[..], &["--apply"]].concat()).await;
    assert_eq!(world.dead_letters("DeliverSms").expect("a queue").len(), 1);
    // It can never succeed, so it comes back as another letter.
    world.settle().await;
    let (listed, _) = operate(&world, &list).await.expect("a list");
    assert_eq!(listed["deliver-sms"].as_array().map(Vec::len), Some(2));
    let gone = refused(&world, &redrive).await;
    assert!(gone.contains("no message"), "{gone}");
}

#[tokio::test]
async fn a_send_whose_chunk_was_given_up_is_finished_after_a_redrive() {
    let (world, head, template) = school_of(3).await;
    world.expects_dead_letters();
    let broken = world.faults().add(rule(
        Service::DynamoDb,
        "BatchGetItem",
        Effect::DropRequest,
        When::Always,
    ));
    let send = to_all(&head, &template).await;
    world.settle_for(7_200).await;
    assert_eq!(mails(&world), 0);
    let (listed, _) = operate(&world, &["dead-letters", "list"])
        .await
        .expect("a list");
    assert!(listed.get("deliver-email").is_some(), "{listed}");
    world.faults().remove(broken);
    let redrive = [
        "dead-letters",
        "redrive",
        "deliver-email",
        "--all",
        "--apply",
    ];
    well(&world, &redrive).await;
    world.settle().await;
    assert_eq!(mails(&world), 3);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_function_that_gives_nothing_up_is_told_by_name() {
    let (world, _, _) = school_of(1).await;
    let said = refused(&world, &["dead-letters", "list", "deliver-pigeons"]).await;
    assert!(said.contains("deliver-pigeons"), "{said}");
    assert!(said.contains("deliver-email"), "{said}");
}
