//! NTF-1, NTF-2, NTF-3: what a feed shows.

use serde_json::json;

use super::{notify_all, school, titles};

#[tokio::test]
async fn a_notification_carries_every_field_it_was_given() {
    let (world, head, mia) = school().await;
    let input = json!({
        "audience": "student:mia",
        "title": "Essay due",
        "body": "Hand it in by Friday.",
        "level": "warning",
        "type": "assignment.created",
        "priority": "high",
        "reference": {"kind": "assignment", "id": "42"},
        "redirect_url": "/assignments/42",
        "actions": [{"label": "Open", "url": "/assignments/42"}, {"label": "Help", "url": "https://help.school.example/"}],
    });
    head.post("/v1/notifications", input.clone())
        .await
        .accepted();
    world.settle().await;

    let feed = mia.get("/v1/notifications").await.ok();
    let item = &feed["items"][0];
    for field in [
        "title",
        "body",
        "level",
        "type",
        "reference",
        "redirect_url",
        "actions",
    ] {
        assert_eq!(item[field], input[field], "{field}");
    }
    assert_eq!(item["priority"], 3);
    assert_eq!(item["actor"], "head");
    assert_eq!(item["read"], false);
    assert!(item["id"].as_str().is_some_and(|id| id.starts_with("ntf_")));
    let made: domain::Timestamp = item["created_at"]
        .as_str()
        .expect("an instant")
        .parse()
        .expect("RFC 3339");
    assert!(made <= world.now());
    assert_eq!(
        mia.get(&format!(
            "/v1/notifications/{}",
            item["id"].as_str().unwrap()
        ))
        .await
        .ok(),
        *item
    );
}

#[tokio::test]
async fn what_is_not_said_of_a_notification_has_a_default() {
    let (world, head, mia) = school().await;
    head.notify("all", "Plain").await;
    world.settle().await;
    let feed = mia.get("/v1/notifications").await.ok();
    let item = &feed["items"][0];
    assert_eq!(
        (&item["level"], &item["priority"], &item["type"]),
        (&json!("info"), &json!(2), &json!("custom"))
    );
    for absent in ["reference", "redirect_url", "actions"] {
        assert!(item.get(absent).is_none(), "{item}");
    }
}

#[tokio::test]
async fn a_feed_is_newest_first_and_comes_in_pages() {
    let (world, head, mia) = school().await;
    notify_all(
        &world,
        &head,
        "all",
        &["one", "two", "three", "four", "five"],
    )
    .await;
    assert_eq!(mia.feed().await, ["five", "four", "three", "two", "one"]);
    let paged = mia.all("/v1/notifications?page_size=2").await;
    assert_eq!(
        titles(&json!(paged)),
        ["five", "four", "three", "two", "one"]
    );
    let first = mia.get("/v1/notifications?page_size=2").await.ok();
    assert_eq!(
        (
            &first["page"]["page_size"],
            &first["more"],
            &first["unread_count"]
        ),
        (&json!(2), &json!(true), &json!(5))
    );
}

#[tokio::test]
async fn a_feed_is_narrowed_by_type_level_priority_and_read_state() {
    let (world, head, mia) = school().await;
    for (title, kind, level, priority) in [
        ("a", "grade.posted", "success", json!(1)),
        ("b", "grade.posted", "error", json!("urgent")),
        ("c", "live_started", "error", json!(4)),
        ("d", "live_started", "info", json!("medium")),
    ] {
        let body = json!({"audience": "all", "title": title, "type": kind, "level": level, "priority": priority});
        head.post("/v1/notifications", body).await.accepted();
        world.later(1).await;
        world.settle().await;
    }
    let newest = mia.get("/v1/notifications").await.ok()["items"][0]["id"].clone();
    mia.post(
        &format!("/v1/notifications/{}/read", newest.as_str().unwrap()),
        json!({}),
    )
    .await
    .ok();
    for (query, expected) in [
        ("type=grade.posted", &["b", "a"][..]),
        ("level=error", &["c", "b"]),
        ("priority=4", &["c", "b"]),
        ("priority=urgent&type=live_started", &["c"]),
        ("priority=low", &["a"]),
        ("unread=true", &["c", "b", "a"]),
        ("unread=false", &["d"]),
        ("unread=true&level=error&type=grade.posted", &["b"]),
        ("type=nothing.such", &[]),
    ] {
        let items = mia.all(&format!("/v1/notifications?{query}")).await;
        assert_eq!(titles(&json!(items)), expected, "{query}");
        let paged = mia
            .all(&format!("/v1/notifications?page_size=1&{query}"))
            .await;
        assert_eq!(paged, items, "{query} in pages of one");
    }
    for (query, field) in [
        ("level=loud", "level"),
        ("priority=9", "priority"),
        ("unread=maybe", "unread"),
        ("colour=red", "colour"),
    ] {
        let problem = mia
            .get(&format!("/v1/notifications?{query}"))
            .await
            .problem(400, "bad_query");
        let told = problem["errors"].to_string();
        assert!(
            !told.is_empty()
                && problem["errors"]
                    .as_array()
                    .is_some_and(|errors| !errors.is_empty()),
            "{query} names no {field}: {problem}"
        );
    }
}

#[tokio::test]
async fn the_bell_shows_the_latest_ten_and_how_many_are_unread() {
    let (world, head, mia) = school().await;
    let names: Vec<String> = (1..=12).map(|n| format!("n{n}")).collect();
    notify_all(
        &world,
        &head,
        "all",
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
    )
    .await;
    let recent = mia.get("/v1/notifications/recent").await.ok();
    let shown = titles(&recent["items"]);
    assert_eq!(shown.len(), 10);
    assert_eq!((shown[0].as_str(), shown[9].as_str()), ("n12", "n3"));
    assert_eq!(recent["unread_count"], 12);
    assert_eq!(
        mia.get("/v1/notifications/unread-count").await.ok(),
        json!({"unread_count": 12})
    );
}

#[tokio::test]
async fn somebody_new_has_an_empty_feed() {
    let (_world, _head, mia) = school().await;
    let feed = mia.get("/v1/notifications").await.ok();
    assert_eq!(
        (&feed["items"], &feed["unread_count"], &feed["more"]),
        (&json!([]), &json!(0), &json!(false))
    );
    assert!(feed["cursor"].is_string() && feed["page"]["after"].is_null());
}
