//! Whom an audience expression finds: told by the mailbox and the feeds.

mod changes;
mod expressions;
mod refusals;

use it::{Actor, World};
use local::aws::mailbox::Filter;
use serde_json::{Value, json};

/// A school with two classes, a course and two families; Pat has a child of
/// each sort in class 5, Uma one in class 6.
async fn families() -> (World, Actor) {
    let (world, head) = World::school().await;
    for (id, role) in [
        ("ben", "student"),
        ("leo", "student"),
        ("mia", "student"),
        ("pat", "parent"),
        ("uma", "parent"),
        ("tom", "teacher"),
        ("office", "staff"),
    ] {
        world.add(&head, id, &[role]).await;
    }
    world
        .class(
            &head,
            "5",
            &[("ben", "student"), ("mia", "student"), ("tom", "teacher")],
        )
        .await;
    world.class(&head, "6", &[("leo", "student")]).await;
    head.post(
        "/v1/groups",
        json!({"id": "rust", "kind": "course", "name": "Rust"}),
    )
    .await
    .created();
    head.post(
        "/v1/groups/rust/members",
        json!({"user": "mia", "role": "student"}),
    )
    .await
    .created();
    head.post(
        "/v1/groups/rust/members",
        json!({"user": "uma", "role": "participant"}),
    )
    .await
    .created();
    for (child, guardian) in [("ben", "pat"), ("mia", "pat"), ("leo", "uma")] {
        head.post(
            &format!("/v1/users/{child}/guardians"),
            json!({"guardian": guardian}),
        )
        .await
        .ok();
    }
    (world, head)
}

/// Announces to an audience; the announcement's path.
async fn publish(head: &Actor, title: &str, audience: &Value) -> String {
    let body = json!({"title": title, "body": "Read me.", "audience": audience, "channels": ["email", "sms"]});
    let made = head.post("/v1/announcements", body).await.created();
    let path = format!("/v1/announcements/{}", made["id"].as_str().expect("an id"));
    head.post(&format!("{path}/publish"), json!({}))
        .await
        .accepted();
    path
}

/// Who got the e-mail with a subject: the names before the `@`, one for each
/// e-mail, in their order.
fn mailed(world: &World, subject: &str) -> Vec<String> {
    let items = world.mailbox().list(&Filter {
        subject: Some(subject.to_owned()),
        ..Filter::default()
    });
    let to = items.iter().flat_map(|item| item.to.clone());
    let mut names: Vec<String> = to
        .map(|to| to.split('@').next().unwrap_or_default().to_owned())
        .collect();
    names.sort_unstable();
    names
}

/// Who has an item with a title in their feed, once for each item.
async fn told(world: &World, people: &[&str], title: &str) -> Vec<String> {
    let mut found = Vec::new();
    for id in people {
        let feed = world.actor("school", id).all("/v1/notifications").await;
        let items = feed.iter().filter(|item| item["title"] == title);
        found.extend(items.map(|_| (*id).to_owned()));
    }
    found
}

const EVERYBODY: [&str; 8] = ["ben", "head", "leo", "mia", "office", "pat", "tom", "uma"];

/// Asserts that an audience reaches exactly these people, each once, on each
/// channel.
async fn reaches(world: &World, head: &Actor, title: &str, audience: Value, expected: &[&str]) {
    publish(head, title, &audience).await;
    world.settle().await;
    assert_eq!(mailed(world, title), expected, "by e-mail: {audience}");
    assert_eq!(
        told(world, &EVERYBODY, title).await,
        expected,
        "in feeds: {audience}"
    );
}
