//! SND-6: what a send would do.

use serde_json::json;

use super::{deliveries, email_template, send, sms_template, with_status};

#[tokio::test]
async fn a_dry_run_counts_what_the_send_then_does() {
    let (world, head) = crate::sends::school().await;
    for id in ["mia", "ben"] {
        world.add(&head, id, &["student"]).await;
    }
    world
        .add_as(
            &head,
            json!({"id": "ada", "name": "Ada", "roles": ["student"]}),
        )
        .await;
    world
        .add_as(&head, json!({"id": "twin", "name": "Twin", "email": "mia@school.example", "roles": ["student"]}))
        .await;
    world
        .add_as(&head, json!({"id": "gone", "name": "Gone", "email": "bounce@simulator.amazonses.com", "roles": ["student"]}))
        .await;
    let mail = email_template(
        &head,
        "For {{ student_first_name }}",
        "Dear {{ student_name }}",
    )
    .await;
    let text = sms_template(&head, &"a".repeat(161)).await;
    // The first send finds out that an address does not exist.
    send(&head, &mail, &["student:gone"]).await;
    world.settle().await;
    let before = world.mailbox().counts();
    let sends = head.all("/v1/sends").await.len();

    let plan = json!({"recipients": ["role:student"], "templates": [mail, text]});
    let run = head.post("/v1/sends/dry-run", plan).await.ok();
    assert_eq!(run["people"], 5, "{run}");
    assert_eq!(run["complete"], true);
    let by_mail = &run["channels"]["email"];
    assert_eq!(by_mail["reachable"], 3, "{by_mail}");
    assert_eq!(by_mail["unreachable"], 1);
    assert_eq!(by_mail["suppressed"], 1);
    assert_eq!(by_mail["opted_out"], 0);
    assert_eq!(by_mail["duplicates"], 1);
    let samples = by_mail["samples"].as_array().expect("samples");
    assert_eq!(samples.len(), 3);
    assert!(
        samples
            .iter()
            .any(|sample| sample["message"]["subject"] == "For Name"),
        "{samples:?}"
    );
    let by_text = &run["channels"]["sms"];
    assert_eq!(by_text["reachable"], 2, "{by_text}");
    assert_eq!(by_text["segments"], 4);
    assert_eq!(world.mailbox().counts(), before, "nothing leaves");
    assert_eq!(
        head.all("/v1/sends").await.len(),
        sends,
        "nothing is stored"
    );

    let sent = send(&head, &mail, &["role:student"]).await;
    world.settle().await;
    let rows = deliveries(&head, &sent).await;
    assert_eq!(with_status(&rows, "delivered"), 3);
    assert_eq!(with_status(&rows, "skipped"), 2);
    world.assert_consistent(&head, &sent).await;
}

#[tokio::test]
async fn a_dry_run_tells_what_cannot_be_rendered() {
    let (world, head) = crate::sends::school().await;
    world.add_as(&head, json!({"id": "mia", "name": "Mia", "email": "mia@school.example", "roles": ["student"], "attributes": {"roll": "17"}})).await;
    world.add(&head, "ben", &["student"]).await;
    let mail = email_template(&head, "Roll {{ student_roll }}", "Hello").await;
    let plan = json!({"recipients": ["role:student"], "templates": [mail]});
    let run = head.post("/v1/sends/dry-run", plan).await.ok();
    assert_eq!(run["channels"]["email"]["reachable"], 1, "{run}");
    let failing = run["channels"]["email"]["failing"]
        .as_object()
        .expect("reasons");
    assert_eq!(failing.len(), 1, "{failing:?}");
    assert!(
        failing
            .iter()
            .all(|(reason, count)| reason.starts_with("MISSING_VARIABLE") && count == 1),
        "{failing:?}"
    );
    let twice = json!({"recipients": ["all"], "templates": [mail, mail]});
    head.post("/v1/sends/dry-run", twice)
        .await
        .refuses("templates[1]", "duplicate_channel");
    head.post("/v1/sends/dry-run", json!({"recipients": ["all"]}))
        .await
        .refuses("channels", "required");
    let unknown = json!({"recipients": ["student:nobody"], "templates": [mail]});
    head.post("/v1/sends/dry-run", unknown)
        .await
        .refuses("recipients[0]", "unknown_audience");
}
