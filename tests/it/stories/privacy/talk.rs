//! What others see of somebody who is erased: that something was said, and
//! neither what nor by which name.

use serde_json::json;

use super::{erase, school};
use crate::chat::{contact, write};

#[tokio::test]
async fn rooms_folders_and_communities_keep_their_order_without_the_words() {
    let (world, head, tom, mia, pat) = school().await;
    let room = contact(&tom, &mia).await;
    let mut socket = mia.live().await;
    write(&mut socket, &room, "a", "mine").await;
    let answer = json!({"text": "yours"});
    tom.post(&format!("/v1/chat/rooms/{room}/messages"), answer)
        .await
        .created();
    write(&mut socket, &room, "b", "mine again").await;
    let message = json!({"to": ["tom", "pat"], "subject": "Homework", "body": "It is lost."});
    let written = mia.post("/v1/messages", message).await.created();
    world.later(1).await;
    let id = written["id"].as_str().expect("an id");
    tom.post(
        &format!("/v1/messages/{id}/reply"),
        json!({"body": "Again?"}),
    )
    .await
    .created();
    let course = json!({"id": "7", "kind": "course", "name": "Rust"});
    head.post("/v1/groups", course).await.created();
    for (user, role) in [("tom", "teacher"), ("mia", "student")] {
        let member = json!({"user": user, "role": role});
        head.post("/v1/groups/7/members", member).await.created();
    }
    let opened = json!({"group": "7", "name": "Rust"});
    tom.post("/v1/communities", opened).await.created();
    mia.post("/v1/communities/com_7/join", json!({})).await.ok();
    let posts = "/v1/communities/com_7/posts";
    let post = json!({"title": "Borrowing", "body": "Why?"});
    let post = mia.post(posts, post).await.created();
    let reply = json!({"body": "Because.", "parent": post["id"]});
    tom.post(posts, reply).await.created();
    world.settle().await;
    drop(socket);
    erase(&world, &head, "mia").await;

    let history = tom.all(&format!("/v1/chat/rooms/{room}/messages")).await;
    let texts: Vec<_> = history
        .iter()
        .map(|one| one["text"].as_str().expect("a text"))
        .collect();
    assert_eq!(texts, ["", "yours", ""]);
    assert_eq!(history[0]["deleted"], true);
    let rooms = tom.all("/v1/chat/rooms").await;
    assert_eq!(rooms[0]["last"]["text"], "", "{rooms:?}");
    tom.post(
        &format!("/v1/chat/rooms/{room}/messages"),
        json!({"text": "hello?"}),
    )
    .await
    .problem(403, "not_allowed");

    let letter = pat.get(&format!("/v1/messages/{id}")).await.ok();
    assert_eq!(letter["body"], "(erased)", "{letter}");
    assert_eq!(letter["subject"], "(erased)");
    let from = letter["from"]["name"].as_str().expect("a name");
    assert!(from.starts_with("Erased person "), "{letter}");
    let sent = tom.all("/v1/messages?folder=sent").await;
    assert_eq!(sent[0]["subject"], "Re: (erased)", "{sent:?}");

    let left = tom.all(posts).await;
    assert_eq!(left[0]["body"], "", "{left:?}");
    assert_eq!(left[0]["counts"]["replies"], 1, "{left:?}");
    let members = tom.all("/v1/communities/com_7/members").await;
    assert!(
        members.iter().all(|one| one["user"] != "mia"),
        "{members:?}"
    );
    let pat = head.get("/v1/users/pat").await.ok();
    assert_eq!(pat["children"], json!([]));
}
