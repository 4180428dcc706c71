//! ANN-1: create, list, get, update, delete.

use serde_json::json;

use super::{draft, publish, school, titles, written};

#[tokio::test]
async fn a_draft_is_made_read_changed_and_deleted() {
    let (world, head) = school().await;
    let mia = world.actor("school", "mia");
    let path = draft(
        &head,
        json!({"type": "exam", "audience": "students", "event_date": "2027-06-01"}),
    )
    .await;
    let made = head.get(&path).await.ok();
    for (field, value) in [
        ("status", json!("draft")),
        ("type", json!("exam")),
        ("priority", json!(2)),
        ("audience", json!("students")),
        ("event_date", json!("2027-06-01")),
        ("created_by", json!("head")),
        ("version", json!(1)),
    ] {
        assert_eq!(made[field], value, "{field} of {made}");
    }
    mia.get(&path).await.problem(404, "not_found");

    let changes = json!({"title": "Ice", "type": "urgent", "audience": {"include": ["all"], "except": ["class:6"]}, "version": 1});
    let changed = head.put(&path, written(changes.clone())).await.ok();
    assert_eq!(
        (&changed["title"], &changed["priority"]),
        (&json!("Ice"), &json!(4))
    );
    assert_eq!(
        (&changed["audience"]["except"], &changed["version"]),
        (&json!(["class:6"]), &json!(2))
    );
    head.put(&path, written(changes))
        .await
        .problem(409, "conflict");

    head.delete(&path).await.gone();
    head.get(&path).await.problem(404, "not_found");
    head.delete(&path).await.problem(404, "not_found");
    world.settle().await;
    assert!(mia.all("/v1/notifications").await.is_empty());
}

#[tokio::test]
async fn announcements_are_listed_newest_first_by_type_status_and_words() {
    let (world, head) = school().await;
    for (title, kind) in [
        ("One", "general"),
        ("Two", "fee"),
        ("Three", "fee"),
        ("Four", "holiday"),
    ] {
        world.later(1).await;
        draft(&head, json!({"title": title, "type": kind})).await;
    }
    world.later(1).await;
    publish(
        &world,
        &head,
        json!({"title": "Five", "type": "fee", "body": "Two weeks left."}),
    )
    .await;
    for (query, expected) in [
        ("?page_size=2", &["Five", "Four", "Three", "Two", "One"][..]),
        ("?type=fee&page_size=1", &["Five", "Three", "Two"]),
        ("?status=draft", &["Four", "Three", "Two", "One"]),
        ("?status=published", &["Five"]),
        ("?q=TWO", &["Five", "Two"]),
        ("?q=two&type=fee&status=draft", &["Two"]),
        ("?status=scheduled", &[]),
    ] {
        let found = head.all(&format!("/v1/announcements{query}")).await;
        assert_eq!(titles(&found), expected, "{query}");
    }
    head.get("/v1/announcements?type=party")
        .await
        .problem(400, "bad_query");
    head.get("/v1/announcements?page_size=0")
        .await
        .problem(400, "bad_query");
}

#[tokio::test]
async fn what_is_wrong_with_an_announcement_is_told_by_field() {
    let (_world, head) = school().await;
    for (fields, field, code) in [
        (json!({"title": ""}), "title", "length"),
        (json!({"title": "x".repeat(201)}), "title", "length"),
        (json!({"title": "two\nlines"}), "title", "invalid"),
        (json!({"title": "evil\u{202e}txt"}), "title", "invalid"),
        (json!({"body": "x".repeat(10_001)}), "body", "length"),
        (json!({"type": "party"}), "type", "unknown_value"),
        (
            json!({"audience": "class_specific"}),
            "class_ids",
            "required",
        ),
        (
            json!({"audience": "all", "class_ids": ["5"]}),
            "class_ids",
            "unexpected",
        ),
        (
            json!({"audience": "class_specific", "class_ids": ["5", "77"]}),
            "class_ids[1]",
            "unknown_audience",
        ),
        (
            json!({"channels": ["email"], "sms_template": "tpl_01ARZ3NDEKTSV4RRFFQ69G5FAV"}),
            "sms_template",
            "channel_missing",
        ),
        (
            json!({"channels": ["email"], "email_template": "tpl_01ARZ3NDEKTSV4RRFFQ69G5FAV"}),
            "email_template",
            "unknown_template",
        ),
        (json!({"status": "published"}), "status", "unknown_field"),
        (json!({"created_by": "mia"}), "created_by", "unknown_field"),
        (json!({"tenant_id": "other"}), "tenant_id", "unknown_field"),
    ] {
        head.post("/v1/announcements", written(fields))
            .await
            .refuses(field, code);
    }
    head.post("/v1/announcements", json!({"body": "x", "audience": "all"}))
        .await
        .refuses("title", "required");
    assert!(head.all("/v1/announcements").await.is_empty());
}

#[tokio::test]
async fn the_same_request_with_the_same_key_makes_one_announcement() {
    let (_world, head) = school().await;
    let keyed = head.with("idempotency-key", "snow-1");
    let first = keyed.post("/v1/announcements", written(json!({}))).await;
    let again = keyed.post("/v1/announcements", written(json!({}))).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.created(), first.created());
    keyed
        .post("/v1/announcements", written(json!({"title": "Ice"})))
        .await
        .problem(422, "idempotency_mismatch");
    assert_eq!(head.all("/v1/announcements").await.len(), 1);
}
