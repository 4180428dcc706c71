//! ANN-4: how far it reached.

use serde_json::json;

use super::{publish, school};

#[tokio::test]
async fn statistics_tell_the_audience_what_was_delivered_and_who_has_read_it() {
    let (world, head) = school().await;
    world.add_as(&head, json!({"id": "sim", "name": "Sim", "email": "bounce@simulator.amazonses.com", "roles": ["student"]})).await;
    let path = publish(
        &world,
        &head,
        json!({"audience": "students", "channels": ["email", "sms"]}),
    )
    .await;
    for id in ["mia", "ben", "mia"] {
        world
            .actor("school", id)
            .post(&format!("{path}/read"), json!({}))
            .await
            .gone();
    }
    // The publisher who looks at it is no reader.
    head.post(&format!("{path}/read"), json!({})).await.gone();
    let figures = head.get(&format!("{path}/statistics")).await.ok();
    assert_eq!(
        (
            &figures["audience"],
            &figures["read"],
            &figures["read_rate"]
        ),
        (&json!(4), &json!(2), &json!(50.0)),
        "{figures}"
    );
    let of = |channel: &str| {
        let figures = &figures["by_channel"][channel];
        ["recipients", "delivered", "failed", "skipped"]
            .map(|word| figures[word].as_u64().expect("a figure"))
    };
    assert_eq!(of("in_app"), [4, 4, 0, 0], "{figures}");
    assert_eq!(of("email"), [4, 3, 1, 0], "{figures}");
    assert_eq!(of("sms"), [4, 3, 0, 1], "{figures}");
    assert_eq!(
        figures["by_channel"]["email"]["statuses"]["bounced"], 1,
        "{figures}"
    );
    let accepted = world.mailbox().list(&Default::default()).len();
    assert_eq!(
        accepted, 7,
        "what the provider took, the bounced one with it"
    );
    assert_eq!(
        (
            &figures["delivered"],
            &figures["failed"],
            &figures["skipped"]
        ),
        (&json!(10), &json!(1), &json!(1)),
        "{figures}"
    );
}

#[tokio::test]
async fn totals_sum_up_what_is_out_by_type_and_period() {
    let (world, head) = school().await;
    publish(
        &world,
        &head,
        json!({"type": "fee", "audience": "class:5", "channels": ["email"]}),
    )
    .await;
    let read = publish(
        &world,
        &head,
        json!({"type": "fee", "audience": "user:leo"}),
    )
    .await;
    publish(
        &world,
        &head,
        json!({"type": "exam", "audience": "students"}),
    )
    .await;
    let gone = publish(
        &world,
        &head,
        json!({"type": "exam", "audience": "students"}),
    )
    .await;
    head.post(&format!("{gone}/unpublish"), json!({}))
        .await
        .ok();
    world
        .actor("school", "leo")
        .post(&format!("{read}/read"), json!({}))
        .await
        .gone();
    let totals = head.get("/v1/announcements/statistics").await.ok();
    assert_eq!(
        (&totals["announcements"], &totals["complete"]),
        (&json!(3), &json!(true)),
        "{totals}"
    );
    let fee = &totals["by_type"]["fee"];
    assert_eq!(
        (&fee["announcements"], &fee["audience"], &fee["read"]),
        (&json!(2), &json!(4), &json!(1)),
        "{totals}"
    );
    assert_eq!(fee["by_channel"]["email"]["delivered"], 3, "{totals}");
    assert_eq!(totals["by_type"]["exam"]["audience"], 3, "{totals}");
    assert_eq!(
        (
            &totals["overall"]["audience"],
            &totals["overall"]["delivered"]
        ),
        (&json!(7), &json!(10)),
        "{totals}"
    );
    let before = head
        .get("/v1/announcements/statistics?from=2020-01-01&to=2020-02-01")
        .await
        .ok();
    assert_eq!(before["announcements"], 0);
    head.get("/v1/announcements/statistics?from=2021-02-01&to=2021-01-01")
        .await
        .problem(400, "bad_query");
    world
        .actor("school", "tom")
        .get("/v1/announcements/statistics")
        .await
        .problem(403, "forbidden");
}
