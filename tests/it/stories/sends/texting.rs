//! D5: texts cost money, so a number gets a few an hour, and only numbers of
//! countries that the tenant writes to get any.

use serde_json::json;

use super::{deliveries, of_user, pupils, send, send_with, sms_template, with_status};

const HOUR: i64 = 3_600;

#[tokio::test]
async fn a_number_gets_five_texts_an_hour() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 2).await;
    let template = sms_template(&head, "Hello").await;
    for number in 0..7 {
        let sent = send(&head, &template, &["user:p0"]).await;
        world.settle().await;
        let rows = deliveries(&head, &sent).await;
        if number < 5 {
            assert_eq!(rows[0]["status"], "sent", "{number}: {rows:?}");
        } else {
            assert_eq!(rows[0]["status"], "skipped", "{number}: {rows:?}");
            assert_eq!(rows[0]["reason"], "rate_capped");
        }
        world.assert_consistent(&head, &sent).await;
        world.later(60).await;
    }
    assert_eq!(world.texts_to("+447700900000").len(), 5);
    let other = send(&head, &template, &["role:student"]).await;
    world.settle().await;
    let rows = deliveries(&head, &other).await;
    assert_eq!(of_user(&rows, "p0")["reason"], "rate_capped");
    assert_eq!(
        of_user(&rows, "p1")["status"],
        "sent",
        "it is the number's limit"
    );

    // Seven minutes on, the first of them is an hour old.
    world.later(HOUR - 6 * 60).await;
    let again = send(&head, &template, &["user:p0"]).await;
    world.settle().await;
    assert_eq!(with_status(&deliveries(&head, &again).await, "sent"), 1);
}

#[tokio::test]
async fn what_is_urgent_passes_the_limit_of_the_hour() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 1).await;
    let limit = head.patch("/v1/settings", json!({"sms_per_hour": 1})).await;
    assert_eq!(limit.ok()["sms_per_hour"], 1);
    let template = sms_template(&head, "Hello").await;
    let urgent = json!({"recipients": ["all"], "priority": "urgent"});
    for body in [json!({"recipients": ["user:p0"]}), urgent.clone(), urgent] {
        send_with(&head, &template, body).await;
    }
    world.settle().await;
    let texts = world.texts_to("+447700900000").len();
    assert!(texts >= 2, "urgent ones go: {texts}");
    let more = send(&head, &template, &["user:p0"]).await;
    world.settle().await;
    assert_eq!(deliveries(&head, &more).await[0]["reason"], "rate_capped");
}

#[tokio::test]
async fn one_send_that_names_a_number_often_counts_each_text() {
    let (world, head) = crate::sends::school().await;
    for child in 0..8 {
        let body = json!({
            "id": format!("c{child}"), "name": "Child", "phone": "+447700901111",
            "roles": ["student"],
        });
        world.add_as(&head, body).await;
    }
    let template = sms_template(&head, "Hello").await;
    let sent = send(&head, &template, &["role:student"]).await;
    world.settle().await;
    assert_eq!(world.texts_to("+447700901111").len(), 5);
    let rows = deliveries(&head, &sent).await;
    assert_eq!(with_status(&rows, "skipped"), 3, "{rows:?}");
    world.assert_consistent(&head, &sent).await;
}

#[tokio::test]
async fn numbers_of_other_countries_are_not_texted_until_the_tenant_says_so() {
    let (world, head) = crate::sends::school().await;
    for (id, number) in [
        ("here", "+447400123456"),
        ("berlin", "+4915112345678"),
        ("premium", "+449061234567"),
    ] {
        let body = json!({"id": id, "name": id, "phone": number, "roles": ["student"]});
        world.add_as(&head, body).await;
    }
    let settings = head.get("/v1/settings").await.ok();
    assert_eq!(settings["sms_countries"], json!(["GB"]), "of its locale");
    let template = sms_template(&head, "Hello").await;
    let plan = json!({"recipients": ["role:student"], "templates": [template]});
    let run = head.post("/v1/sends/dry-run", plan).await.ok();
    assert_eq!(run["channels"]["sms"]["not_allowed"], 2, "{run}");
    assert_eq!(run["channels"]["sms"]["reachable"], 1, "{run}");

    let urgent = json!({"recipients": ["role:student"], "priority": "urgent"});
    let sent = send_with(&head, &template, urgent).await;
    world.settle().await;
    let rows = deliveries(&head, &sent).await;
    assert_eq!(of_user(&rows, "here")["status"], "sent");
    assert_eq!(of_user(&rows, "berlin")["reason"], "country_not_allowed");
    assert_eq!(of_user(&rows, "premium")["reason"], "premium_number");
    world.assert_consistent(&head, &sent).await;

    let changes = json!({"sms_countries": ["de", "GB"]});
    let after = head.patch("/v1/settings", changes).await.ok();
    assert_eq!(after["sms_countries"], json!(["DE", "GB"]));
    let sent = send(&head, &template, &["role:student"]).await;
    world.settle().await;
    let rows = deliveries(&head, &sent).await;
    assert_eq!(of_user(&rows, "berlin")["status"], "sent");
    assert_eq!(of_user(&rows, "premium")["reason"], "premium_number");

    let back = head
        .patch("/v1/settings", json!({"sms_countries": null}))
        .await
        .ok();
    assert_eq!(back["sms_countries"], json!(["GB"]));
    for (wrong, field) in [
        (json!({"sms_countries": ["England"]}), "sms_countries"),
        (json!({"sms_countries": ["XX"]}), "sms_countries"),
        (json!({"sms_per_hour": 0}), "sms_per_hour"),
    ] {
        let refused = head
            .patch("/v1/settings", wrong)
            .await
            .problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], field);
    }
}
