//! CHT-6: typing, presence and receipts.

use serde_json::{Value, json};

use super::{contact, entered, school, write};

#[tokio::test]
async fn each_sees_when_the_other_comes_writes_reads_and_goes() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let mut toms = tom.live().await;
    let alone = entered(&mut toms, &room, None).await;
    assert_eq!(alone["participants"][0]["user"], "mia");
    assert_eq!(alone["participants"][0]["online"], false);
    let mut mias = mia.live().await;
    let came = toms.next_of("presence").await;
    assert_eq!(came["users"][0]["user"], "mia");
    assert_eq!(came["users"][0]["online"], true);
    entered(&mut mias, &room, None).await;
    mias.send(json!({"action": "typing", "room": room, "typing": true}))
        .await;
    let typing = toms.next_of("typing").await;
    assert_eq!(
        (&typing["user"], &typing["typing"]),
        (&json!("mia"), &json!(true))
    );
    write(&mut toms, &room, "t-1", "Hello").await;
    mias.next_of("message.created").await;
    mias.send(json!({"action": "message.read", "id": "r", "room": room, "seq": 1}))
        .await;
    assert_eq!(mias.next_of("message.read").await["id"], "r");
    let read = toms.next_of("message.read").await;
    assert_eq!((&read["user"], &read["seq"]), (&json!("mia"), &json!(1)));
    assert!(read["at"].is_string());
    mias.send(json!({"action": "message.read", "room": room, "seq": 1}))
        .await;
    mias.next_of("message.read").await;
    assert_eq!(toms.drain().await, Vec::<Value>::new(), "it was told once");
    let before = world.now();
    mias.close().await;
    let gone = toms.next_of("presence").await;
    assert_eq!(gone["users"][0]["online"], false);
    let seen: domain::Timestamp = gone["users"][0]["last_seen"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("RFC 3339");
    assert!(seen >= before);
    let synced = entered(&mut toms, &room, Some(1)).await;
    assert_eq!(synced["participants"][0]["read_seq"], 1);
}

#[tokio::test]
async fn presence_is_for_people_in_contact() {
    let (world, head, tom, mia) = school().await;
    let eve = world.add(&head, "eve", &["student"]).await;
    contact(&tom, &mia).await;
    let (_mias, mut toms, mut eves) = (mia.live().await, tom.live().await, eve.live().await);
    let ask = json!({"action": "presence", "id": "p", "users": ["mia", "nobody"]});
    toms.send(ask.clone()).await;
    let told = toms.next_of("presence").await;
    assert_eq!(
        told,
        json!({"type": "presence", "id": "p", "users": [
            {"user": "mia", "online": true},
            {"user": "nobody", "online": false},
        ]})
    );
    eves.send(ask).await;
    let told = eves.next_of("presence").await;
    assert_eq!(told["users"][0], json!({"user": "mia", "online": false}));
}

#[tokio::test]
async fn a_person_is_there_as_long_as_one_socket_is() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let mut toms = tom.live().await;
    let (phone, laptop) = (mia.live().await, mia.live().await);
    entered(&mut toms, &room, None).await;
    phone.close().await;
    let still = toms.next_of("presence").await;
    assert_eq!(still["users"][0]["online"], true);
    world.sockets().set_faults(local::gateway::SocketFaults {
        no_disconnect: true,
        ..Default::default()
    });
    laptop.close().await;
    assert!(world.sockets().wait_for(1).await);
    world.sockets().set_faults(Default::default());
    world.later(120).await;
    let gone = toms.next_of("presence").await;
    assert_eq!(
        gone["users"][0]["online"], false,
        "the sweeper finds it out"
    );
}

#[tokio::test]
async fn typing_without_end_is_passed_on_now_and_then() {
    let (_world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let (mut toms, mut mias) = (tom.live().await, mia.live().await);
    entered(&mut toms, &room, None).await;
    for _ in 0..15 {
        mias.send(json!({"action": "typing", "room": room, "typing": true}))
            .await;
    }
    mias.drain().await;
    let told = toms.drain().await;
    let told = told
        .iter()
        .filter(|frame| frame["type"] == "typing")
        .count();
    assert!((1..=4).contains(&told), "{told} times");
}
