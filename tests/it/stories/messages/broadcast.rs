//! One message to an audience.

use serde_json::{Value, json};

use super::{School, path, reply, school, subjects, texts, unread};

async fn announce(school: &School, body: Value) -> (Value, String) {
    let accepted = school
        .head
        .post("/v1/messages/broadcast", body)
        .await
        .accepted();
    school.world.settle().await;
    let send = accepted["send"].as_str().expect("a send").to_owned();
    (json!({"id": accepted["message"]}), send)
}

fn snow(audience: &str) -> Value {
    json!({"audience": audience, "subject": "Snow", "body": "The school is closed."})
}

#[tokio::test]
async fn a_broadcast_reaches_inbox_and_bell_of_each_person_once() {
    let school = school().await;
    let mut body = snow("all");
    body["audience"] = json!(["students", "user:mia", "role:parent", "all"]);
    let (message, send) = announce(&school, body).await;
    for person in [&school.mia, &school.leo, &school.pat, &school.tom] {
        assert_eq!(subjects(person, "").await, ["Snow"], "{}", person.id);
        assert_eq!(person.feed().await, ["Snow"], "{}", person.id);
        assert_eq!(unread(person).await, 1);
        let got = person.get(&path(&message)).await.ok();
        assert_eq!(got["body"], "The school is closed.");
        assert_eq!(got["broadcast"], true);
        assert_eq!(got["to"], json!([]));
        assert!(got["audience"].is_null(), "whom it reaches is the sender's");
    }
    assert!(subjects(&school.head, "").await.is_empty());
    let own = school.head.get(&path(&message)).await.ok();
    assert_eq!(own["folder"], "sent");
    assert_eq!(own["send"], send.as_str());
    assert_eq!(own["audience"][0], "role:student");
    let progress = school.head.get(&format!("/v1/sends/{send}")).await.ok();
    assert_eq!(progress["status"], "completed");
    assert_eq!(progress["origin"], "broadcast");
    assert_eq!(
        progress["progress"]["by_channel"]["in_app"]["delivered"], 5,
        "{progress}"
    );
}

#[tokio::test]
async fn only_staff_write_to_audiences() {
    let school = school().await;
    for person in [&school.mia, &school.pat, &school.tom] {
        let answer = person
            .post("/v1/messages/broadcast", snow("students"))
            .await;
        answer.problem(403, "forbidden");
    }
    let anonymous = school.world.anonymous();
    let answer = anonymous.post("/v1/messages/broadcast", snow("all")).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn an_urgent_broadcast_is_of_the_highest_priority_and_shown_in_short() {
    let school = school().await;
    let mut body = snow("students");
    body["urgent"] = json!(true);
    body["body"] = json!("word ".repeat(1_000));
    announce(&school, body).await;
    let told = school.mia.all("/v1/notifications").await;
    assert_eq!(told[0]["priority"], 4);
    assert_eq!(told[0]["actor"], "head");
    let shown = told[0]["body"].as_str().expect("a body");
    assert_eq!(shown.chars().count(), 200);
}

#[tokio::test]
async fn a_broadcast_goes_by_e_mail_too_when_asked() {
    let school = school().await;
    let mut body = snow("students");
    body["channels"] = json!(["email"]);
    announce(&school, body).await;
    let mails = school.world.emails_to("mia@school.example");
    assert_eq!(mails.len(), 1);
    assert_eq!(subjects(&school.mia, "").await, ["Snow"]);
    let mut body = snow("students");
    body["channels"] = json!(["email", "sms"]);
    let answer = school.head.post("/v1/messages/broadcast", body).await;
    answer.refuses("channels[1]", "not_available");
}

#[tokio::test]
async fn who_has_read_a_broadcast_is_told_to_its_sender() {
    let school = school().await;
    let (message, _) = announce(&school, snow("students")).await;
    let receipts = format!("{}/receipts", path(&message));
    assert!(school.head.all(&receipts).await.is_empty());
    for person in [&school.leo, &school.mia] {
        let read = format!("{}/read", path(&message));
        person.post(&read, json!({})).await.gone();
    }
    let people = school.head.all(&format!("{receipts}?page_size=1")).await;
    let names: Vec<Value> = people
        .iter()
        .map(|one| one["user"]["name"].clone())
        .collect();
    assert_eq!(names, ["Name of leo", "Name of mia"]);
    school.mia.get(&receipts).await.problem(404, "not_found");
}

#[tokio::test]
async fn answers_to_a_broadcast_are_between_two() {
    let school = school().await;
    let (message, _) = announce(&school, snow("students")).await;
    let mias = reply(
        &school.mia,
        &message,
        json!({"body": "Why?", "reply_all": true}),
    )
    .await;
    let leos = reply(&school.leo, &message, json!({"body": "Hooray"})).await;
    assert_ne!(mias["thread"], leos["thread"]);
    let back = reply(&school.head, &mias, json!({"body": "Snow."})).await;
    assert_eq!(back["thread"], mias["thread"]);
    let thread = format!(
        "/v1/messages/threads/{}",
        mias["thread"].as_str().expect("a thread")
    );
    let wanted = ["The school is closed.", "Why?", "Snow."];
    for person in [&school.mia, &school.head] {
        assert_eq!(texts(&person.all(&thread).await, "body"), wanted);
    }
    // Leo has the broadcast, which stands at the head of Mia's thread too.
    let leo = school.leo.get(&thread).await;
    assert!(!leo.text.contains("Why?"), "{}", leo.text);
    assert_eq!(subjects(&school.leo, "").await, ["Snow"]);
    let own = format!("{}/reply", path(&message));
    let answer = school.head.post(&own, json!({"body": "B"})).await;
    answer.problem(409, "conflict");
}

#[tokio::test]
async fn the_same_broadcast_under_one_key_is_one() {
    let school = school().await;
    let head = school.head.with("idempotency-key", "snow");
    let first = head
        .post("/v1/messages/broadcast", snow("students"))
        .await
        .accepted();
    let again = head
        .post("/v1/messages/broadcast", snow("students"))
        .await
        .accepted();
    assert_eq!(first, again);
    school.world.settle().await;
    assert_eq!(subjects(&school.mia, "").await, ["Snow"]);
    assert_eq!(subjects(&school.head, "?folder=sent").await, ["Snow"]);
}

#[tokio::test]
async fn an_audience_of_nobody_is_refused() {
    let school = school().await;
    let answer = school
        .head
        .post("/v1/messages/broadcast", snow("class:77"))
        .await;
    answer.refuses("audience[0]", "unknown_audience");
    let mut body = snow("students");
    body["subject"] = json!("");
    let answer = school.head.post("/v1/messages/broadcast", body).await;
    answer.refuses("subject", "required");
    assert!(subjects(&school.head, "?folder=sent").await.is_empty());
}

#[tokio::test]
async fn a_broadcast_is_in_the_audit_trail() {
    let school = school().await;
    let (message, send) = announce(&school, snow("students")).await;
    let trail = school.head.all("/v1/audit").await;
    let entry = trail
        .iter()
        .find(|entry| entry["act"] == "message.broadcast");
    let entry = entry.expect("an entry");
    assert_eq!(entry["subject"], message["id"]);
    assert_eq!(entry["detail"], send.as_str());
}
