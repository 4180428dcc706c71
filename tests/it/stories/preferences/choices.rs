//! PRF-1, PRF-2: one's own choices.

use serde_json::json;

use super::{PREFERENCES, announce, choose, delivery, effective, reached, school};

#[tokio::test]
async fn whoever_has_chosen_nothing_is_reached_by_everything() {
    let (world, _) = school().await;
    let mine = world.actor("school", "mia").get(PREFERENCES).await.ok();
    assert_eq!(
        (&mine["version"], &mine["popups"]),
        (&json!(0), &json!("urgent"))
    );
    for category in ["messages", "approvals", "announcements"] {
        let email = effective(&mine, category, "email");
        assert_eq!(
            email,
            &json!({"allowed": true, "locked": false, "by": "default"})
        );
    }
    let security = effective(&mine, "security", "email");
    assert_eq!(security["locked"], true);
}

#[tokio::test]
async fn a_category_goes_before_a_channel_and_the_decision_stands_on_the_delivery() {
    let (world, head) = school().await;
    let changes = json!({"channels": {"email": false, "sms": false}, "categories": {"announcements": {"sms": true}}});
    let mine = choose(&world, "mia", changes).await;
    assert_eq!(
        effective(&mine, "announcements", "sms")["by"],
        "category_choice"
    );
    assert_eq!(
        effective(&mine, "grades", "sms"),
        &json!({"allowed": false, "locked": false, "by": "channel_choice"})
    );
    let send = announce(&world, &head, "general").await;
    assert_eq!(reached(&world, "mia").await, [0, 1, 1]);
    assert_eq!(reached(&world, "pat").await, [1, 1, 1]);
    let email = delivery(&head, &send, "mia", "email").await;
    let said = (&email["status"], &email["reason"], &email["decided_by"]);
    assert_eq!(
        said,
        (
            &json!("skipped"),
            &json!("opted_out"),
            &json!("channel_choice")
        )
    );
    let text = delivery(&head, &send, "mia", "sms").await;
    assert_eq!(
        (&text["status"], &text["decided_by"]),
        (&json!("sent"), &json!("category_choice"))
    );
    let other = delivery(&head, &send, "pat", "email").await;
    assert_eq!(other["decided_by"], "default");
}

#[tokio::test]
async fn what_is_urgent_or_mandatory_passes_and_says_so() {
    let (world, head) = school().await;
    let off = json!({"channels": {"email": false, "sms": false, "in_app": false}});
    choose(&world, "mia", off).await;
    let send = announce(&world, &head, "urgent").await;
    assert_eq!(reached(&world, "mia").await, [1, 1, 1]);
    let email = delivery(&head, &send, "mia", "email").await;
    assert_eq!(email["decided_by"], "urgent");
    let mandatory = json!({"preferences": {"mandatory": ["announcements"]}});
    head.patch("/v1/settings", mandatory).await.ok();
    let send = announce(&world, &head, "general").await;
    assert_eq!(reached(&world, "mia").await, [2, 2, 2]);
    let text = delivery(&head, &send, "mia", "sms").await;
    assert_eq!(text["decided_by"], "mandatory");
}

#[tokio::test]
async fn the_feed_can_be_switched_off_and_nothing_is_pushed_then() {
    let (world, head) = school().await;
    choose(
        &world,
        "mia",
        json!({"categories": {"announcements": {"in_app": false}}}),
    )
    .await;
    let mut socket = world.actor("school", "mia").live().await;
    let send = announce(&world, &head, "general").await;
    assert_eq!(reached(&world, "mia").await, [1, 1, 0]);
    // The next frame is the answer to what is asked now: no push came before.
    socket.send(json!({"action": "ping"})).await;
    assert_eq!(socket.next().await["type"], "pong");
    let progress = head.get(&format!("/v1/sends/{send}")).await.ok();
    let in_feed = &progress["progress"]["by_channel"]["in_app"];
    assert_eq!(
        in_feed,
        &json!({"delivered": 1, "skipped": 1}),
        "{progress}"
    );
    // Other categories are as they were, and a choice is taken back.
    head.notify("user:mia", "Hello").await;
    world.settle().await;
    assert_eq!(world.actor("school", "mia").feed().await, ["Hello"]);
    choose(
        &world,
        "mia",
        json!({"categories": {"announcements": null}}),
    )
    .await;
    announce(&world, &head, "general").await;
    assert_eq!(world.actor("school", "mia").feed().await, ["Snow", "Hello"]);
}

#[tokio::test]
async fn a_dry_run_counts_who_has_opted_out() {
    let (world, head) = school().await;
    choose(
        &world,
        "mia",
        json!({"channels": {"email": false, "in_app": false}}),
    )
    .await;
    let plan = json!({"recipients": ["all"], "title": "Snow", "body": "Closed.", "channels": ["email", "sms", "in_app"], "category": "announcements"});
    let run = head.post("/v1/sends/dry-run", plan).await.ok();
    for (channel, opted_out) in [("email", 1), ("in_app", 1), ("sms", 0)] {
        assert_eq!(
            run["channels"][channel]["opted_out"], opted_out,
            "{channel}: {run}"
        );
    }
}

#[tokio::test]
async fn changes_are_held_to_what_was_read_and_never_collide() {
    let (world, _) = school().await;
    let mia = world.actor("school", "mia");
    let first = mia
        .patch(PREFERENCES, json!({"popups": "all", "version": 0}))
        .await
        .ok();
    assert_eq!(
        (&first["version"], &first["popups"]),
        (&json!(1), &json!("all"))
    );
    let late = json!({"popups": "none", "version": 0});
    mia.patch(PREFERENCES, late).await.problem(409, "conflict");
    let all = ["grades", "events", "chat", "messages"].map(|category| {
        let mia = mia.clone();
        async move {
            mia.patch(
                PREFERENCES,
                json!({"categories": {category: {"sms": false}}}),
            )
            .await
            .ok()
        }
    });
    futures::future::join_all(all).await;
    let mine = mia.get(PREFERENCES).await.ok();
    assert_eq!(
        mine["categories"].as_object().expect("categories").len(),
        4,
        "{mine}"
    );
    assert_eq!(mine["version"], 5);
}

#[tokio::test]
async fn what_is_not_a_choice_is_refused_and_changes_nothing() {
    let (world, head) = school().await;
    head.patch(
        "/v1/settings",
        json!({"preferences": {"locks": [{"channel": "email", "allowed": true}]}}),
    )
    .await
    .ok();
    let mia = world.actor("school", "mia");
    for (changes, field) in [
        (json!({"channels": {"email": false}}), "channels.email"),
        (
            json!({"categories": {"grades": {"email": false}}}),
            "categories.grades",
        ),
        (
            json!({"categories": {"security": {"sms": false}}}),
            "categories.security",
        ),
    ] {
        let refused = mia
            .patch(PREFERENCES, changes)
            .await
            .problem(422, "invalid");
        let error = &refused["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!("locked"))
        );
    }
    for changes in [
        json!({"channels": {"live": false}}),
        json!({"channels": {"pigeon": false}}),
        json!({"categories": {"no word": {"email": false}}}),
        json!({"popups": "sometimes"}),
        json!({"user": "pat"}),
    ] {
        let answer = mia.patch(PREFERENCES, changes.clone()).await;
        assert!(
            [400, 422].contains(&answer.status),
            "{changes}: {}",
            answer.text
        );
    }
    assert_eq!(mia.get(PREFERENCES).await.ok()["version"], 0);
}

#[tokio::test]
async fn choices_go_with_the_person() {
    let (world, head) = school().await;
    choose(&world, "mia", json!({"channels": {"in_app": false}})).await;
    head.delete("/v1/users/mia").await.gone();
    world.add(&head, "mia", &["student"]).await;
    let mine = world
        .actor_for("school", "mia", 600)
        .get(PREFERENCES)
        .await
        .ok();
    assert_eq!(
        (&mine["version"], &mine["channels"]),
        (&json!(0), &json!({}))
    );
    announce(&world, &head, "general").await;
    assert_eq!(world.actor("school", "mia").feed().await, ["Snow"]);
}
