//! Read, unread, deleted, and what the sender learns of it.

use it::Actor;
use serde_json::{Value, json};

use super::{path, reply, school, subjects, unread, write};

async fn mark(by: &Actor, message: &Value, as_what: &str) {
    let path = format!("{}/{as_what}", path(message));
    by.post(&path, json!({})).await.gone();
}

async fn receipts(of: &Actor, message: &Value) -> Vec<Value> {
    of.all(&format!("{}/receipts", path(message))).await
}

#[tokio::test]
async fn the_sender_sees_who_has_read_it_and_when_for_the_first_time() {
    let school = school().await;
    let sent = write(&school, &school.tom, &["mia", "leo"], "Trip").await;
    for receipt in receipts(&school.tom, &sent).await {
        assert!(receipt["read_at"].is_null(), "{receipt}");
    }
    mark(&school.mia, &sent, "read").await;
    let first = receipts(&school.tom, &sent).await;
    assert_eq!(
        first[0]["user"],
        json!({"id": "mia", "name": "Name of mia"})
    );
    assert!(first[0]["read_at"].is_string());
    assert!(first[1]["read_at"].is_null());
    school.world.later(60).await;
    mark(&school.mia, &sent, "read").await;
    mark(&school.mia, &sent, "unread").await;
    assert_eq!(receipts(&school.tom, &sent).await, first);
    mark(&school.mia, &sent, "read").await;
    school.mia.delete(&path(&sent)).await.gone();
    assert_eq!(receipts(&school.tom, &sent).await, first);
    let receipts = format!("{}/receipts", path(&sent));
    school.leo.get(&receipts).await.problem(404, "not_found");
}

#[tokio::test]
async fn reading_and_unreading_move_the_count() {
    let school = school().await;
    let first = write(&school, &school.tom, &["mia"], "First").await;
    let second = write(&school, &school.tom, &["mia"], "Second").await;
    assert_eq!(unread(&school.mia).await, 2);
    school.mia.get(&path(&first)).await.ok();
    assert_eq!(unread(&school.mia).await, 2, "looking is not marking");
    mark(&school.mia, &first, "read").await;
    mark(&school.mia, &first, "read").await;
    assert_eq!(unread(&school.mia).await, 1);
    let read = school.mia.get(&path(&first)).await.ok();
    assert_eq!(read["read"], true);
    assert!(read["read_at"].is_string());
    mark(&school.mia, &first, "unread").await;
    mark(&school.mia, &first, "unread").await;
    assert_eq!(unread(&school.mia).await, 2);
    school.mia.delete(&path(&second)).await.gone();
    assert_eq!(unread(&school.mia).await, 1);
}

#[tokio::test]
async fn deleting_takes_a_message_out_of_ones_own_folder_only() {
    let school = school().await;
    let sent = write(&school, &school.tom, &["mia", "leo"], "Trip").await;
    school.mia.delete(&path(&sent)).await.gone();
    assert!(subjects(&school.mia, "").await.is_empty());
    for (what, answer) in [
        ("get", school.mia.get(&path(&sent)).await),
        ("delete", school.mia.delete(&path(&sent)).await),
        (
            "read",
            school
                .mia
                .post(&format!("{}/read", path(&sent)), json!({}))
                .await,
        ),
        (
            "unread",
            school
                .mia
                .post(&format!("{}/unread", path(&sent)), json!({}))
                .await,
        ),
        (
            "reply",
            school
                .mia
                .post(&format!("{}/reply", path(&sent)), json!({"body": "B"}))
                .await,
        ),
    ] {
        assert_eq!(answer.status, 404, "{what}");
    }
    assert_eq!(subjects(&school.leo, "").await, ["Trip"]);
    school.tom.delete(&path(&sent)).await.gone();
    school.tom.get(&path(&sent)).await.problem(404, "not_found");
    assert!(subjects(&school.tom, "?folder=sent").await.is_empty());
    assert_eq!(
        school.leo.get(&path(&sent)).await.ok()["body"],
        "About Trip."
    );
    let answer = reply(&school.leo, &sent, json!({"body": "Thanks"})).await;
    assert_eq!(school.tom.get(&path(&answer)).await.ok()["body"], "Thanks");
}

#[tokio::test]
async fn what_one_sent_is_neither_read_nor_unread() {
    let school = school().await;
    let sent = write(&school, &school.tom, &["mia"], "Trip").await;
    assert!(sent["read"].is_null());
    for mark in ["read", "unread"] {
        let path = format!("{}/{mark}", path(&sent));
        school
            .tom
            .post(&path, json!({}))
            .await
            .problem(404, "not_found");
    }
}

#[tokio::test]
async fn two_devices_that_mark_at_once_leave_one_receipt() {
    let school = school().await;
    let sent = write(&school, &school.tom, &["mia"], "Trip").await;
    let marks = (0..8).map(|_| mark(&school.mia, &sent, "read"));
    futures::future::join_all(marks).await;
    assert_eq!(unread(&school.mia).await, 0);
    assert_eq!(receipts(&school.tom, &sent).await.len(), 1);
}
