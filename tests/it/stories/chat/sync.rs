//! CHT-7: a client that was away gets what it missed.

use serde_json::{Value, json};

use super::{contact, entered, school, write};

#[tokio::test]
async fn what_was_missed_comes_in_order_with_edits_and_tombstones() {
    let (_world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let mut toms = tom.live().await;
    for (name, text) in [("t-1", "One"), ("t-2", "Two"), ("t-3", "Three")] {
        write(&mut toms, &room, name, text).await;
    }
    let mut mias = mia.live().await;
    let first = entered(&mut mias, &room, None).await;
    assert_eq!(
        (&first["through_seq"], &first["unread"], &first["more"]),
        (&json!(3), &json!(3), &json!(false))
    );
    assert_eq!(seqs(&first), [1, 2, 3]);
    mias.close().await;
    toms.send(json!({"action": "message.edit", "room": room, "seq": 1, "text": "First"}))
        .await;
    toms.send(json!({"action": "message.delete", "room": room, "seq": 2}))
        .await;
    write(&mut toms, &room, "t-4", "Four").await;
    let mut mias = mia.live().await;
    let missed = entered(&mut mias, &room, Some(3)).await;
    assert_eq!(seqs(&missed), [4, 5, 6]);
    let changes: Vec<&Value> = items(&missed).map(|item| &item["change"]).collect();
    assert_eq!(changes, ["updated", "deleted", "created"]);
    assert_eq!(missed["items"][0]["message"]["text"], "First");
    assert_eq!(missed["items"][1]["message"]["text"], "");
    let nothing = entered(&mut mias, &room, Some(6)).await;
    assert_eq!(
        (seqs(&nothing).len(), &nothing["through_seq"]),
        (0, &json!(6))
    );
}

fn items(synced: &Value) -> impl Iterator<Item = &Value> {
    synced["items"].as_array().expect("items").iter()
}

fn seqs(synced: &Value) -> Vec<u64> {
    let seqs = items(synced).map(|item| item["seq"].as_u64().expect("a seq"));
    seqs.collect()
}

#[tokio::test]
async fn a_long_absence_comes_in_pages_that_fit_into_frames() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let mut toms = tom.live().await;
    let text = "é".repeat(2_000);
    for n in 0..60 {
        if n % 15 == 0 {
            world.later(2).await;
        }
        write(&mut toms, &room, &format!("t-{n}"), &text).await;
    }
    let mut mias = mia.live().await;
    let (mut after, mut got, mut pages) = (0, Vec::new(), 0);
    loop {
        let page = entered(&mut mias, &room, Some(after)).await;
        assert!(page.to_string().len() < 128 * 1024);
        got.extend(seqs(&page));
        after = page["through_seq"].as_u64().expect("a seq");
        pages += 1;
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(got, (1..=60).collect::<Vec<u64>>());
    assert!(pages > 1, "{pages} pages");
    let newest = entered(&mut mias, &room, None).await;
    assert_eq!(newest["through_seq"], 60, "the newest end is what fits");
}

#[tokio::test]
async fn a_socket_leaves_a_room_and_still_hears_of_its_messages() {
    let (_world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let (mut toms, mut mias) = (tom.live().await, mia.live().await);
    entered(&mut mias, &room, None).await;
    mias.send(json!({"action": "room.leave", "id": "l", "room": room}))
        .await;
    let left = mias.next_of("room.left").await;
    assert_eq!((&left["id"], &left["room"]), (&json!("l"), &json!(room)));
    toms.send(json!({"action": "typing", "room": room, "typing": true}))
        .await;
    write(&mut toms, &room, "t-1", "Still there?").await;
    let frames = mias.drain().await;
    let kinds: Vec<&Value> = frames.iter().map(|frame| &frame["type"]).collect();
    assert_eq!(kinds, ["message.created"], "a list of rooms needs these");
}
