//! How a tenant wants people to talk.

use serde_json::json;

use super::{invite, school};

#[tokio::test]
async fn chat_settings_are_shown_and_changed_one_by_one() {
    let (_world, head, tom, _mia) = school().await;
    let before = head.get("/v1/settings").await.ok()["chat"].clone();
    assert_eq!(before["edit_minutes"], 15);
    assert_eq!(before["invitation_days"], 14);
    assert_eq!(before["cool_off_days"], 7);
    assert_eq!(before["presence"], true);
    let rules = before["invite_rules"].as_array().expect("rules");
    assert!(rules.contains(&json!({"from": "staff", "to": "all", "relation": "any"})));
    let changes = json!({"chat": {"edit_minutes": 0, "presence": false}});
    let after = head.patch("/v1/settings", changes).await.ok()["chat"].clone();
    assert_eq!(
        (&after["edit_minutes"], &after["presence"]),
        (&json!(0), &json!(false))
    );
    assert_eq!(
        after["invite_rules"], before["invite_rules"],
        "what is absent stays"
    );
    tom.patch("/v1/settings", json!({"chat": {"presence": true}}))
        .await
        .problem(403, "forbidden");
}

#[tokio::test]
async fn invitations_keep_to_the_settings() {
    let (world, head, tom, mia) = school().await;
    let changes = json!({"chat": {"invitation_days": 1, "cool_off_days": 0}});
    head.patch("/v1/settings", changes).await.ok();
    let id = invite(&tom, "mia").await;
    mia.post(&format!("/v1/chat/invitations/{id}/reject"), json!({}))
        .await
        .ok();
    let id = invite(&tom, "mia").await;
    world.later(86_400).await;
    let path = format!("/v1/chat/invitations/{id}");
    let tom = world.actor("school", "tom");
    assert_eq!(tom.get(&path).await.ok()["status"], "expired");
}

#[tokio::test]
async fn chat_settings_that_cannot_be_are_refused() {
    let (_world, head, ..) = school().await;
    for (chat, field) in [
        (json!({"invitation_days": 0}), "chat.invitation_days"),
        (json!({"invitation_days": 91}), "chat.invitation_days"),
        (json!({"edit_minutes": 43_201}), "chat.edit_minutes"),
        (json!({"cool_off_days": 366}), "chat.cool_off_days"),
        (json!({"nonsense": 1}), "chat.nonsense"),
        (
            json!({"invite_rules": [{"from": "Not a role", "to": "all"}]}),
            "chat.invite_rules[0].from",
        ),
        (
            json!({"invite_rules": [{"from": "all"}]}),
            "chat.invite_rules[0].to",
        ),
        (
            json!({"invite_rules": [{"from": "all", "to": "all", "relation": "x"}]}),
            "chat.invite_rules[0].relation",
        ),
        (
            json!({"invite_rules": vec![json!({"from": "all", "to": "all"}); 101]}),
            "chat.invite_rules",
        ),
    ] {
        let body = head
            .patch("/v1/settings", json!({"chat": chat}))
            .await
            .problem(422, "invalid");
        assert_eq!(body["errors"][0]["field"], field, "{chat}");
    }
    assert_eq!(head.get("/v1/settings").await.ok()["version"], 1);
}
