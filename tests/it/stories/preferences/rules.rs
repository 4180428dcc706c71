//! What the organisation decides for its people.

use serde_json::json;

use super::{PREFERENCES, announce, choose, delivery, effective, reached, school};

#[tokio::test]
async fn a_lock_goes_before_everything_even_what_is_urgent() {
    let (world, head) = school().await;
    choose(
        &world,
        "mia",
        json!({"categories": {"announcements": {"sms": true}}}),
    )
    .await;
    let locks = json!({"preferences": {"locks": [{"category": "announcements", "channel": "sms", "allowed": false}]}});
    head.patch("/v1/settings", locks).await.ok();
    let send = announce(&world, &head, "urgent").await;
    assert_eq!(reached(&world, "mia").await, [1, 0, 1]);
    let text = delivery(&head, &send, "mia", "sms").await;
    assert_eq!(text["decided_by"], "tenant_lock");
    let mine = world.actor("school", "mia").get(PREFERENCES).await.ok();
    assert_eq!(effective(&mine, "announcements", "sms")["locked"], true);
}

#[tokio::test]
async fn defaults_hold_until_somebody_chooses() {
    let (world, head) = school().await;
    let rules = json!({"preferences": {
        "defaults": {"*": {"sms": false}},
        "role_defaults": {"parent": {"announcements": {"sms": true}}, "student": {"*": {"in_app": false}}},
    }});
    let settings = head.patch("/v1/settings", rules.clone()).await.ok();
    assert_eq!(
        settings["preferences"]["defaults"],
        rules["preferences"]["defaults"]
    );
    announce(&world, &head, "general").await;
    assert_eq!(reached(&world, "mia").await, [1, 0, 0]);
    assert_eq!(reached(&world, "pat").await, [1, 1, 1]);
    choose(
        &world,
        "mia",
        json!({"channels": {"sms": true, "in_app": true}}),
    )
    .await;
    announce(&world, &head, "general").await;
    assert_eq!(reached(&world, "mia").await, [2, 1, 1]);
}

#[tokio::test]
async fn rules_that_make_no_sense_are_refused_by_field() {
    let (world, head) = school().await;
    for (rules, field) in [
        (
            json!({"mandatory": ["not a word"]}),
            "preferences.mandatory",
        ),
        (
            json!({"locks": [{"channel": "live", "allowed": true}]}),
            "preferences.locks[0]",
        ),
        (
            json!({"defaults": {"grades": {"live": true}}}),
            "preferences.defaults.grades",
        ),
        (
            json!({"role_defaults": {"parent": {"Not so": {"sms": true}}}}),
            "preferences.role_defaults.parent.Not so",
        ),
    ] {
        let refused = head
            .patch("/v1/settings", json!({"preferences": rules}))
            .await;
        let refused = refused.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], field, "{refused}");
    }
    let unknown = json!({"preferences": {"lock": []}});
    let answer = head.patch("/v1/settings", unknown).await;
    assert!([400, 422].contains(&answer.status), "{}", answer.text);
    let pupil = world.actor("school", "mia");
    let rules = json!({"preferences": {"mandatory": ["chat"]}});
    pupil
        .patch("/v1/settings", rules)
        .await
        .problem(403, "forbidden");
}
