//! Who may write to whom, and what blocking does.

use it::Actor;
use serde_json::{Value, json};

use super::{School, path, reply, school, subjects, unread, write};

fn letter(to: &str) -> Value {
    json!({"to": [to], "subject": "S", "body": "B"})
}

async fn status(from: &Actor, to: &str) -> u16 {
    from.post("/v1/messages", letter(to)).await.status
}

#[tokio::test]
async fn who_may_write_to_whom_is_the_policy_of_chats() {
    let school = school().await;
    let School {
        head,
        tom,
        mia,
        leo,
        pat,
        ..
    } = &school;
    for (from, to, wanted) in [
        (tom, "mia", 201),
        (mia, "tom", 201),
        (tom, "pat", 201),
        (pat, "tom", 201),
        (pat, "mia", 201),
        (mia, "pat", 201),
        (head, "leo", 201),
        (head, "tom", 201),
        (mia, "leo", 403),
        (leo, "mia", 403),
        (pat, "leo", 403),
        (mia, "head", 403),
        (pat, "head", 403),
    ] {
        assert_eq!(status(from, to).await, wanted, "{} → {to}", from.id);
    }
    let both = json!({"to": ["tom", "leo"], "subject": "Both", "body": "B"});
    mia.post("/v1/messages", both)
        .await
        .problem(403, "not_allowed");
    assert!(!subjects(tom, "").await.contains(&"Both".to_owned()));
}

#[tokio::test]
async fn whom_one_may_not_write_to_is_not_found_by_address() {
    let school = school().await;
    let known = school
        .mia
        .post("/v1/messages", letter("leo@school.example"))
        .await;
    let unknown = school
        .mia
        .post("/v1/messages", letter("xyz@school.example"))
        .await;
    let known = known.refuses("to[0]", "unknown_recipient");
    let unknown = unknown.refuses("to[0]", "unknown_recipient");
    assert_eq!(known["errors"], unknown["errors"]);
}

#[tokio::test]
async fn a_blocked_person_cannot_tell() {
    let school = school().await;
    let before = write(&school, &school.tom, &["mia"], "Before").await;
    let block = json!({"user": "tom"});
    let blocked = school.mia.post("/v1/chat/blocks", block).await;
    assert!(blocked.status < 300, "{}", blocked.text);
    let sent = write(&school, &school.tom, &["mia", "leo"], "After").await;
    let read = school.tom.get(&path(&sent)).await.ok();
    assert_eq!(read["to"].as_array().expect("people").len(), 2);
    let receipts = school.tom.all(&format!("{}/receipts", path(&sent))).await;
    assert!(receipts.iter().all(|receipt| receipt["read_at"].is_null()));
    assert_eq!(subjects(&school.mia, "").await, ["Before"]);
    assert_eq!(unread(&school.mia).await, 1);
    school.mia.get(&path(&sent)).await.problem(404, "not_found");
    let thread = format!(
        "/v1/messages/threads/{}",
        sent["thread"].as_str().expect("a thread")
    );
    school.mia.get(&thread).await.problem(404, "not_found");
    assert_eq!(subjects(&school.leo, "").await, ["After"]);
    school.world.settle().await;
    assert_eq!(school.mia.feed().await.len(), 1);
    assert_eq!(school.leo.feed().await.len(), 1);
    let own = school.mia.post("/v1/messages", letter("tom")).await;
    own.problem(403, "blocked");
    let answer = school
        .mia
        .post(&format!("{}/reply", path(&before)), json!({"body": "B"}))
        .await;
    answer.problem(403, "blocked");
    school.mia.delete("/v1/chat/blocks/tom").await.gone();
    write(&school, &school.tom, &["mia"], "Again").await;
    assert_eq!(subjects(&school.mia, "").await, ["Again", "Before"]);
}

#[tokio::test]
async fn an_answer_to_somebody_who_has_blocked_one_is_silently_not_delivered() {
    let school = school().await;
    let asked = write(&school, &school.tom, &["mia"], "Trip").await;
    let blocked = school
        .tom
        .post("/v1/chat/blocks", json!({"user": "mia"}))
        .await;
    assert!(blocked.status < 300, "{}", blocked.text);
    let answer = reply(&school.mia, &asked, json!({"body": "I come."})).await;
    assert_eq!(answer["to"][0]["id"], "tom");
    assert!(subjects(&school.tom, "").await.is_empty());
    assert_eq!(subjects(&school.mia, "?folder=sent").await, ["Re: Trip"]);
}

#[tokio::test]
async fn messages_of_another_organisation_do_not_exist() {
    let school = school().await;
    let rival = school.world.tenant("rival").await;
    let sent = write(&school, &school.tom, &["mia"], "Trip").await;
    let other = school.world.actor("rival", "head");
    for (method, what) in [
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/receipts"),
        ("POST", "/read"),
        ("POST", "/unread"),
    ] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let path = format!("{}{what}", path(&sent));
        let answer = other.raw(method, &path, "application/json", "{}").await;
        answer.problem(404, "not_found");
    }
    let thread = format!(
        "/v1/messages/threads/{}",
        sent["thread"].as_str().expect("a thread")
    );
    rival.get(&thread).await.problem(404, "not_found");
    rival
        .post("/v1/messages", letter("mia"))
        .await
        .refuses("to[0]", "unknown_recipient");
    rival
        .post("/v1/messages", letter("mia@school.example"))
        .await
        .refuses("to[0]", "unknown_recipient");
    assert_eq!(subjects(&school.mia, "").await, ["Trip"]);
}

#[tokio::test]
async fn somebody_suspended_is_not_written_to() {
    let school = school().await;
    school
        .head
        .patch("/v1/users/mia", json!({"status": "suspended"}))
        .await
        .ok();
    let answer = school.tom.post("/v1/messages", letter("mia")).await;
    answer.refuses("to[0]", "unknown_recipient");
}
