//! What is over is not shown, whether or not the table has deleted it. A
//! setting that is shortened holds for what is there: its rows are deleted by
//! the end that they were written with, so these stories see readers decide.

use serde_json::json;

use super::{DAY, keep, school, table};
use crate::chat::{contact, entered, write};

#[tokio::test]
async fn notifications_that_are_there_go_by_a_shorter_time_too() {
    let (world, head, ..) = school().await;
    head.notify("user:mia", "Old").await;
    world.settle().await;
    world.later(3 * DAY).await;
    let head = world.actor("school", "head");
    head.notify("user:mia", "New").await;
    world.settle().await;
    keep(&world, &head, json!({"notification_days": 2})).await;
    let mia = world.actor("school", "mia");
    assert_eq!(mia.feed().await, ["New"]);
    let count = mia.get("/v1/notifications/unread-count").await.ok();
    assert_eq!(count["unread_count"], 1);
    assert!(table(&world).await.contains("\"Old\""));
}

#[tokio::test]
async fn messages_leave_folders_threads_searches_and_counts() {
    let (world, head, tom, mia, _) = school().await;
    let old = json!({"to": ["mia"], "subject": "Trip", "body": "Bring boots."});
    let old = tom.post("/v1/messages", old).await.created();
    world.later(3 * DAY).await;
    let (tom, head, mia) = (
        world.actor("school", "tom"),
        world.actor("school", &head.id),
        world.actor("school", &mia.id),
    );
    let answer = json!({"body": "I have none."});
    let id = old["id"].as_str().expect("an id");
    mia.post(&format!("/v1/messages/{id}/reply"), answer)
        .await
        .created();
    let young = json!({"to": ["mia"], "subject": "Hall", "body": "Open."});
    tom.post("/v1/messages", young).await.created();
    keep(&world, &head, json!({"message_days": 2})).await;

    let subjects = |items: Vec<serde_json::Value>| -> Vec<String> {
        let subject = |item: &serde_json::Value| item["subject"].as_str().map(str::to_owned);
        items.iter().filter_map(subject).collect()
    };
    assert_eq!(subjects(mia.all("/v1/messages").await), ["Hall"]);
    assert!(mia.all("/v1/messages?q=boots").await.is_empty());
    assert_eq!(
        mia.get("/v1/messages/unread-count").await.ok()["unread_count"],
        1
    );
    assert_eq!(
        subjects(tom.all("/v1/messages?folder=sent").await),
        ["Hall"]
    );
    let thread = old["thread"].as_str().expect("a thread");
    let thread = mia.all(&format!("/v1/messages/threads/{thread}")).await;
    assert_eq!(subjects(thread), ["Re: Trip"]);
    mia.get(&format!("/v1/messages/{id}"))
        .await
        .problem(404, "not_found");
    assert!(table(&world).await.contains("Bring boots."));
}

#[tokio::test]
async fn chat_is_forgotten_and_its_sequence_goes_on() {
    let (world, head, tom, mia, _) = school().await;
    let room = contact(&tom, &mia).await;
    let mut socket = tom.live().await;
    for name in ["a", "b"] {
        write(&mut socket, &room, name, "long ago").await;
    }
    drop(socket);
    world.later(3 * DAY).await;
    let (tom, mia, head) = (
        world.actor("school", "tom"),
        world.actor("school", "mia"),
        world.actor("school", &head.id),
    );
    keep(&world, &head, json!({"chat_days": 2})).await;
    let rooms = mia.all("/v1/chat/rooms").await;
    assert_eq!(rooms[0]["unread_count"], 0, "{rooms:?}");
    assert_eq!(rooms[0]["last"], json!(null));

    let mut socket = tom.live().await;
    write(&mut socket, &room, "c", "today").await;
    let history = mia.all(&format!("/v1/chat/rooms/{room}/messages")).await;
    assert_eq!(history.len(), 1, "{history:?}");
    assert_eq!(history[0]["text"], "today");
    let rooms = mia.all("/v1/chat/rooms").await;
    assert_eq!(rooms[0]["unread_count"], 1, "{rooms:?}");
    // Whoever knew nothing, or the first place, knows everything there is.
    let mut socket = mia.live().await;
    for known in [0, 1] {
        let synced = entered(&mut socket, &room, Some(known)).await;
        let items = synced["items"].as_array().expect("items");
        assert_eq!(items.len(), 1, "{synced}");
        assert_eq!(
            (&items[0]["seq"], &synced["through_seq"]),
            (&json!(3), &json!(3))
        );
    }
    let answer = json!({"text": "what?", "reply_to": 1});
    mia.post(&format!("/v1/chat/rooms/{room}/messages"), answer)
        .await
        .refuses("reply_to", "unknown");
    assert!(table(&world).await.contains("long ago"));
}

#[tokio::test]
async fn posts_go_only_where_the_school_wants_it() {
    let (world, head, tom, ..) = school().await;
    let course = json!({"id": "7", "kind": "course", "name": "Rust"});
    head.post("/v1/groups", course).await.created();
    let teaches = json!({"user": "tom", "role": "teacher"});
    head.post("/v1/groups/7/members", teaches).await.created();
    let opened = json!({"group": "7", "name": "Rust"});
    tom.post("/v1/communities", opened).await.created();
    let posts = "/v1/communities/com_7/posts";
    let post = json!({"title": "Old", "body": "Words"});
    let old = tom.post(posts, post).await.created();
    world.later(400 * DAY).await;
    let (tom, head) = (world.actor("school", "tom"), world.actor("school", "head"));
    assert_eq!(tom.all(posts).await.len(), 1);
    let post = json!({"title": "New", "body": "Words"});
    tom.post(posts, post).await.created();
    keep(&world, &head, json!({"post_days": 365})).await;
    let left = tom.all(posts).await;
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0]["title"], "New");
    let id = old["id"].as_str().expect("an id");
    tom.get(&format!("/v1/posts/{id}"))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn the_log_and_the_trail_end_where_the_school_says() {
    let (world, head, ..) = school().await;
    let circular = json!({"title": "Snow", "body": "Closed.", "audience": ["user:mia"], "channels": ["email"]});
    let made = head.post("/v1/announcements", circular).await.created();
    let id = made["id"].as_str().expect("an id");
    head.post(&format!("/v1/announcements/{id}/publish"), json!({}))
        .await
        .accepted();
    world.settle().await;
    let row = head.all("/v1/communication-logs").await.remove(0);
    let row = format!(
        "/v1/communication-logs/{}",
        row["id"].as_str().expect("an id")
    );
    world.later(40 * DAY).await;
    let head = world.actor("school", "head");
    head.get(&row).await.ok();
    keep(&world, &head, json!({"log_days": 30})).await;
    assert!(head.all("/v1/communication-logs").await.is_empty());
    assert!(
        head.all("/v1/communication-logs?recipient=mia@school.example")
            .await
            .is_empty()
    );
    head.get(&row).await.problem(404, "not_found");
    assert!(table(&world).await.contains("mia@school.example"));

    let acts = |trail: Vec<serde_json::Value>| {
        let published = trail
            .iter()
            .filter(|one| one["act"] == "announcement.published");
        published.count()
    };
    assert_eq!(acts(head.all("/v1/audit").await), 1);
    world.later(330 * DAY).await;
    let head = world.actor("school", "head");
    keep(&world, &head, json!({"audit_days": 366})).await;
    assert_eq!(acts(head.all("/v1/audit").await), 0);
    let settings = head.all("/v1/audit?act=settings.").await;
    assert_eq!(settings.len(), 2, "{settings:?}");
}

#[tokio::test]
async fn the_table_itself_forgets_what_was_written_for_a_time() {
    let (world, head, tom, mia, _) = school().await;
    keep(
        &world,
        &head,
        json!({"message_days": 5, "chat_days": 5, "notification_days": 5}),
    )
    .await;
    let message = json!({"to": ["mia"], "subject": "Zebra one", "body": "Zebra two"});
    tom.post("/v1/messages", message).await.created();
    let room = contact(&tom, &mia).await;
    let mut socket = tom.live().await;
    write(&mut socket, &room, "a", "Zebra three").await;
    write(&mut socket, &room, "b", "Other").await;
    drop(socket);
    assert!(table(&world).await.contains("Zebra two"));
    assert!(table(&world).await.contains("Zebra three"));
    // What was said of it in notifications goes with the send of them.
    world.later(31 * DAY).await;
    let left = table(&world).await;
    assert!(!left.contains("Zebra two"), "{left}");
    assert!(!left.contains("Zebra three"));
}
