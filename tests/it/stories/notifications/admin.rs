//! NTF-6: what administrators see and take back.

use jiff::SignedDuration;
use serde_json::json;

use super::{ids, notify_all, school, titles};

#[tokio::test]
async fn staff_see_what_was_sent_to_whom_and_search_it() {
    let (world, head, mia) = school().await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    for (title, body, kind) in [
        ("Fire drill", "At noon", "drill"),
        ("Lunch", "Fire-roasted", "menu"),
        ("Exam", "Maths", "exam"),
    ] {
        head.post(
            "/v1/notifications",
            json!({"audience": "role:student", "title": title, "body": body, "type": kind}),
        )
        .await
        .accepted();
        world.settle().await;
        world.later(60).await;
    }
    let all = head.get("/v1/admin/notifications").await.ok();
    assert_eq!(titles(&all["items"]), ["Exam", "Lunch", "Fire drill"]);
    assert_eq!(all["items"][0]["recipients"], 1);
    assert!(
        all["items"][0]["send"]
            .as_str()
            .is_some_and(|send| send.starts_with("snd_"))
    );
    let cut = world.now() - SignedDuration::from_secs(90);
    for (query, expected) in [
        ("q=fire".to_owned(), &["Lunch", "Fire drill"][..]),
        ("q=MATHS".to_owned(), &["Exam"]),
        ("type=menu".to_owned(), &["Lunch"]),
        (format!("from={cut}"), &["Exam"]),
        (format!("to={cut}"), &["Lunch", "Fire drill"]),
        ("q=nothing".to_owned(), &[]),
    ] {
        let items = head
            .all(&format!("/v1/admin/notifications?page_size=1&{query}"))
            .await;
        assert_eq!(titles(&json!(items)), expected, "{query}");
    }
    for who in [&mia, &tom] {
        who.get("/v1/admin/notifications")
            .await
            .problem(403, "forbidden");
        who.get("/v1/admin/notifications?user_id=mia")
            .await
            .problem(403, "forbidden");
    }
    assert!(
        world
            .tenant("college")
            .await
            .all("/v1/admin/notifications")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn staff_see_one_persons_feed_with_what_was_read() {
    let (world, head, mia) = school().await;
    notify_all(&world, &head, "all", &["one", "two", "three"]).await;
    let id = ids(&mia.get("/v1/notifications").await.ok()["items"])[1].clone();
    mia.post(&format!("/v1/notifications/{id}/read"), json!({}))
        .await
        .ok();
    let admin = async |query: &str| {
        head.get(&format!("/v1/admin/notifications?user_id=mia{query}"))
            .await
            .ok()
    };
    assert_eq!(titles(&admin("").await["items"]), ["three", "two", "one"]);
    let read = admin("&read=true").await;
    assert_eq!(titles(&read["items"]), ["two"]);
    assert_eq!(read["items"][0]["read"], true);
    assert_eq!(
        titles(&admin("&read=false").await["items"]),
        ["three", "one"]
    );
    assert_eq!(titles(&admin("&q=on").await["items"]), ["one"]);
    head.get("/v1/admin/notifications?read=true")
        .await
        .problem(400, "bad_query");
}

#[tokio::test]
async fn one_persons_item_is_deleted_with_a_trace() {
    let (world, head, mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    notify_all(&world, &head, "role:student", &["Oops"]).await;
    let id = ids(&mia.get("/v1/notifications").await.ok()["items"])[0].clone();
    ben.delete(&format!("/v1/admin/notifications/{id}?user_id=mia"))
        .await
        .problem(403, "forbidden");
    world
        .tenant("college")
        .await
        .delete(&format!("/v1/admin/notifications/{id}?user_id=mia"))
        .await
        .problem(404, "not_found");
    head.delete(&format!("/v1/admin/notifications/{id}?user_id=mia"))
        .await
        .gone();
    head.delete(&format!("/v1/admin/notifications/{id}?user_id=mia"))
        .await
        .problem(404, "not_found");
    assert!(mia.feed().await.is_empty());
    assert_eq!(ben.feed().await, ["Oops"]);
    let audit = head.all("/v1/audit?act=notification.deleted").await;
    assert_eq!(audit.len(), 1, "{audit:?}");
    assert_eq!(
        (&audit[0]["actor"], &audit[0]["subject"]),
        (&json!("head"), &json!(id))
    );
}

#[tokio::test]
async fn a_notification_is_retracted_from_every_feed() {
    let (world, head, mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    notify_all(&world, &head, "all", &["Keep", "Retract"]).await;
    let id = ids(&mia.get("/v1/notifications").await.ok()["items"])[0].clone();
    world
        .tenant("college")
        .await
        .delete(&format!("/v1/admin/notifications/{id}"))
        .await
        .problem(404, "not_found");
    mia.delete(&format!("/v1/admin/notifications/{id}"))
        .await
        .problem(403, "forbidden");
    head.delete(&format!("/v1/admin/notifications/{id}"))
        .await
        .accepted();
    world.settle().await;
    for who in [&mia, &ben, &head] {
        assert_eq!(who.feed().await, ["Keep"], "{}", who.id);
        assert_eq!(
            who.get("/v1/notifications/unread-count").await.ok()["unread_count"],
            1
        );
    }
    head.delete(&format!("/v1/admin/notifications/{id}"))
        .await
        .problem(404, "not_found");
    assert_eq!(
        titles(&head.get("/v1/admin/notifications").await.ok()["items"]),
        ["Keep"]
    );
    assert_eq!(
        head.all("/v1/audit?act=notification.retracted").await.len(),
        1
    );
    world.settle_for(600).await;
    assert_eq!(mia.feed().await, ["Keep"]);
}

#[tokio::test]
async fn what_has_not_gone_out_cannot_be_retracted() {
    let (world, head, mia) = school().await;
    let send = head.notify("all", "On its way").await;
    head.delete(&format!("/v1/admin/notifications/{send}"))
        .await
        .problem(409, "conflict");
    world.settle().await;
    head.delete(&format!("/v1/admin/notifications/{send}"))
        .await
        .accepted();
    world.settle().await;
    assert!(mia.feed().await.is_empty());
}
