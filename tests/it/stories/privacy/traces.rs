//! After an erasure the whole table is read, and nothing in it tells of whom it
//! was.

use serde_json::json;

use super::{erase, export, school, table};
use crate::chat::{contact, invite, write};
use crate::sends::{email_template, send};

/// Words that are nowhere else.
const CANARIES: [&str; 15] = [
    "Feather title",
    "Feather words",
    "Feather detail",
    "Quetzal",
    "quetzal@bird.example",
    "+447700912345",
    "plumage",
    "Morning song",
    "Evening song",
    "Chirp one",
    "Chirp two",
    "Nest title",
    "Nest words",
    "Perch title",
    "let us talk",
];

#[tokio::test]
async fn no_word_of_the_person_is_left_in_the_table() {
    let (world, head, tom, mia, pat) = school().await;
    let bird = json!({
        "id": "u-17", "name": "Quetzal Verde", "email": "quetzal@bird.example",
        "phone": "+447700912345", "roles": ["student"], "attributes": {"colour": "plumage"},
    });
    let bird = world.add_as(&head, bird).await;
    world.add(&head, "ann", &["teacher"]).await;
    world
        .class(&head, "5a", &[("u-17", "student"), ("tom", "teacher")])
        .await;
    head.post("/v1/users/u-17/guardians", json!({"guardian": "pat"}))
        .await
        .ok();
    let template =
        email_template(&head, "For {{ student_name }}", "Hello {{ student_name }}").await;
    send(&head, &template, &["user:u-17"]).await;
    send(&head, &template, &["quetzal@bird.example", "user:mia"]).await;
    let grade = json!({"event_id": "g-1", "type": "grade.posted", "data": {
        "grade_id": "g-1", "student_id": "u-17", "grade_subject": "Biology", "grade_exam": "Mid-term",
        "grade_marks": 44, "grade_total_marks": 50, "grade_remarks": "Very good work",
        "teacher_id": "tom", "link": "https://school.example/grades/g-1",
    }});
    head.post("/v1/events", json!({"events": [grade]}))
        .await
        .accepted();
    let message = json!({"to": ["tom", "ann"], "subject": "Morning song", "body": "Evening song"});
    let message = bird.post("/v1/messages", message).await.created();
    let path = format!(
        "/v1/messages/{}/reply",
        message["id"].as_str().expect("an id")
    );
    tom.post(&path, json!({"body": "Lovely.", "reply_all": true}))
        .await
        .created();
    tom.post(
        "/v1/messages",
        json!({"to": ["u-17", "mia"], "subject": "Trip", "body": "Boots."}),
    )
    .await
    .created();
    let ask = json!({"type": "custom", "title": "Feather title", "reason": "Feather words", "details": {"why": "Feather detail"}});
    bird.post("/v1/approvals", ask).await.created();
    bird.patch("/v1/preferences", json!({"categories": {"events": {"in_app": false}}}))
        .await
        .ok();
    let room = contact(&tom, &bird).await;
    let mut socket = bird.live().await;
    write(&mut socket, &room, "a", "Chirp one").await;
    drop(socket);
    bird.post(
        "/v1/chat/invitations",
        json!({"user": "head", "message": "let us talk"}),
    )
    .await;
    invite(&head, "u-17").await;
    let course = json!({"id": "7", "kind": "course", "name": "Rust"});
    head.post("/v1/groups", course).await.created();
    for (user, role) in [("tom", "teacher"), ("u-17", "student"), ("mia", "student")] {
        let member = json!({"user": user, "role": role});
        head.post("/v1/groups/7/members", member).await.created();
    }
    tom.post("/v1/communities", json!({"group": "7", "name": "Rust"}))
        .await
        .created();
    for one in [&bird, &mia] {
        one.post("/v1/communities/com_7/join", json!({})).await.ok();
    }
    let posts = "/v1/communities/com_7/posts";
    let own = bird
        .post(posts, json!({"title": "Nest title", "body": "Nest words"}))
        .await
        .created();
    mia.post(posts, json!({"body": "Nice.", "parent": own["id"]}))
        .await
        .created();
    bird.post(posts, json!({"title": "Perch title", "body": "Words"}))
        .await
        .created();
    let seven = tom.get("/v1/communities/com_7").await.ok();
    let live = seven["room"].as_str().map(str::to_owned);
    if let Some(live) = live {
        bird.post(
            &format!("/v1/chat/rooms/{live}/messages"),
            json!({"text": "Chirp two"}),
        )
        .await
        .created();
    }
    world.settle().await;
    world.later(2).await;
    export(&world, &bird, "u-17").await;
    world.settle().await;
    let before = table(&world).await;
    for word in CANARIES
        .iter()
        .filter(|word| !["Chirp two", "let us talk"].contains(word))
    {
        assert!(before.contains(word), "{word} is nowhere before");
    }
    assert!(
        pat.feed()
            .await
            .iter()
            .any(|title| title.contains("Quetzal"))
    );

    let done = erase(&world, &head, "u-17").await;
    assert_eq!(done["status"], "completed", "{done}");
    let after = table(&world).await;
    for word in CANARIES {
        let row = after.lines().find(|row| row.contains(word));
        assert!(row.is_none(), "{word} is in {row:?}");
    }
    // What is others' is still there.
    for word in ["Name of tom", "Boots.", "Nice.", "Lovely."] {
        assert!(after.contains(word), "{word} is gone");
    }
    assert!(
        pat.feed()
            .await
            .iter()
            .all(|title| !title.contains("Quetzal"))
    );
}
