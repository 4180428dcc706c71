//! How the tenant wants things done.

use it::World;
use serde_json::json;

#[tokio::test]
async fn settings_are_changed_by_staff_and_stand_for_what_people_leave_open() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let office = world.add(&head, "office", &["staff"]).await;
    let before = office.get("/v1/settings").await.ok();
    assert_eq!(before["sender_name"], "Hill School Office");
    let changes = json!({
        "sender_name": "Hill", "reply_to": "reply@hill.example", "locale": "de",
        "time_zone": "europe/berlin", "notification_days": 7, "address": "1 Hill Road\nHilltown",
        "link_hosts": ["Docs.Hill.example"],
    });
    let after = office.patch("/v1/settings", changes).await.ok();
    assert_eq!(
        (&after["locale"], &after["time_zone"]),
        (&json!("de"), &json!("Europe/Berlin"))
    );
    assert_eq!(after["link_hosts"], json!(["docs.hill.example"]));
    assert_eq!(after["name"], before["name"], "what is absent stays");
    assert_eq!(head.get("/v1/settings").await.ok(), after);
    let version = after["version"].as_u64().expect("a version");
    assert_eq!(
        before["version"].as_u64().map(|before| before + 1),
        Some(version)
    );

    let new = head
        .post("/v1/users", json!({"id": "new", "name": "New"}))
        .await
        .created();
    assert_eq!(
        (&new["locale"], &new["time_zone"]),
        (&json!("de"), &json!("Europe/Berlin"))
    );
    assert_eq!(head.get("/v1/users/mia").await.ok()["locale"], "en-GB");

    mia.get("/v1/settings").await.problem(403, "forbidden");
    mia.patch("/v1/settings", json!({"name": "Mine"}))
        .await
        .problem(403, "forbidden");
    assert_eq!(head.all("/v1/audit?act=settings.updated").await.len(), 1);
}

#[tokio::test]
async fn settings_that_cannot_be_are_refused() {
    let (_world, head) = World::school().await;
    for (changes, field) in [
        (
            json!({"sender_name": "Hill\r\nBcc: x@y.example"}),
            "sender_name",
        ),
        (json!({"sender_name": "\"<evil@x.example>"}), "sender_name"),
        (json!({"reply_to": "nowhere"}), "reply_to"),
        (json!({"time_zone": "Mars/Olympus"}), "time_zone"),
        (json!({"notification_days": 0}), "notification_days"),
        (json!({"link_hosts": ["https://x"]}), "link_hosts"),
        (json!({"id": "other"}), "id"),
    ] {
        let body = head
            .patch("/v1/settings", changes.clone())
            .await
            .problem(422, "invalid");
        assert_eq!(body["errors"][0]["field"], field, "{changes}");
    }
    head.patch("/v1/settings", json!({"name": "Old", "version": 7}))
        .await
        .problem(409, "conflict");
    assert_eq!(head.get("/v1/settings").await.ok()["version"], 1);
}
