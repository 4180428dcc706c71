//! C1: a blocked person talks to nobody and cannot tell.

use it::Actor;
use serde_json::{Value, json};

use super::{contact, entered, invite, school, write};

async fn block(who: &Actor, whom: &str) {
    let answer = who.post("/v1/chat/blocks", json!({"user": whom})).await;
    assert!(answer.status < 300, "{answer:?}");
}

#[tokio::test]
async fn messages_after_a_block_look_sent_and_are_not_seen() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let (mut toms, mut mias) = (tom.live().await, mia.live().await);
    write(&mut toms, &room, "t-1", "Before").await;
    mias.next_of("message.created").await;
    entered(&mut toms, &room, None).await;
    entered(&mut mias, &room, None).await;
    let shape = |frame: &Value| {
        let object = frame.as_object().expect("an object");
        object.keys().cloned().collect::<Vec<String>>()
    };
    let open = write(&mut toms, &room, "t-2", "Still before").await;
    mias.next_of("message.created").await;
    toms.drain().await;
    block(&mia, "tom").await;
    world.settle().await;

    let hidden = write(&mut toms, &room, "t-3", "After").await;
    assert_eq!(hidden["type"], "message.sent");
    assert_eq!((shape(&hidden), &hidden["seq"]), (shape(&open), &json!(3)));
    toms.send(json!({"action": "typing", "room": room, "typing": true}))
        .await;
    toms.send(json!({"action": "message.edit", "room": room, "seq": 3, "text": "After all"}))
        .await;
    assert_eq!(
        toms.next_of("message.updated").await["message"]["text"],
        "After all"
    );
    toms.send(json!({"action": "message.edit", "room": room, "seq": 2, "text": "Rewritten"}))
        .await;
    toms.next_of("message.updated").await;
    mias.send(json!({"action": "message.read", "room": room, "seq": 2}))
        .await;
    mias.next_of("message.read").await;
    world.settle().await;
    assert_eq!(toms.drain().await, Vec::<Value>::new());
    assert_eq!(mias.drain().await, Vec::<Value>::new());

    let mine = entered(&mut toms, &room, Some(1)).await;
    assert_eq!(mine["items"][1]["message"]["text"], "After all");
    assert_eq!(mine["items"][0]["message"]["text"], "Rewritten");
    assert_eq!(mine["participants"][0]["online"], false);
    assert_eq!(mine["participants"][0]["read_seq"], 0);
    let theirs = entered(&mut mias, &room, Some(1)).await;
    assert_eq!(theirs["unread"], 0);
    assert_eq!(
        theirs["items"],
        json!([
            {"seq": 2, "change": "created", "message": theirs["items"][0]["message"]},
            {"seq": 3, "change": "hidden"},
            {"seq": 4, "change": "hidden"},
            {"seq": 5, "change": "hidden"},
        ])
    );
    assert_eq!(theirs["items"][0]["message"]["text"], "Still before");
    let refused = write(&mut mias, &room, "m-1", "Go away").await;
    assert_eq!(refused["problem"]["code"], "blocked");
    assert_eq!(
        mia.feed().await.len(),
        1,
        "the invitation alone: {:?}",
        mia.feed().await
    );
}

#[tokio::test]
async fn after_a_block_is_lifted_it_takes_a_new_invitation() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let (mut toms, mut mias) = (tom.live().await, mia.live().await);
    write(&mut toms, &room, "t-1", "Before").await;
    block(&mia, "tom").await;
    write(&mut toms, &room, "t-2", "Unheard").await;
    mia.delete("/v1/chat/blocks/tom").await.gone();
    for socket in [&mut toms, &mut mias] {
        let refused = write(socket, &room, "x-1", "Hello?").await;
        assert_eq!(refused["problem"]["code"], "not_allowed");
    }
    let again = invite(&mia, "tom").await;
    let accepted = tom
        .post(&format!("/v1/chat/invitations/{again}/accept"), json!({}))
        .await
        .ok();
    assert_eq!(accepted["room"], room, "the same room goes on");
    world.settle().await;
    mias.drain().await;
    assert_eq!(
        write(&mut toms, &room, "t-3", "Hello again").await["seq"],
        3
    );
    assert_eq!(mias.next_of("message.created").await["seq"], 3);
    let items = entered(&mut mias, &room, None).await["items"].clone();
    let changes = items.as_array().expect("items").iter();
    let changes: Vec<&Value> = changes.map(|item| &item["change"]).collect();
    assert_eq!(changes, ["created", "hidden", "created"]);
}
