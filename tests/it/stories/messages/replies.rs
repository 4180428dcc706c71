//! Answers, and the threads that they make.

use it::Actor;
use serde_json::{Value, json};

use super::{path, reply, school, subjects, texts, write};

async fn thread(of: &Actor, message: &Value) -> Vec<Value> {
    let id = message["thread"].as_str().expect("a thread");
    of.all(&format!("/v1/messages/threads/{id}?page_size=2"))
        .await
}

fn ids(people: &Value) -> Vec<String> {
    texts(people.as_array().expect("people"), "id")
}

#[tokio::test]
async fn an_answer_goes_to_the_sender_and_joins_the_thread() {
    let school = school().await;
    let asked = write(&school, &school.tom, &["mia", "leo"], "Trip").await;
    let answer = reply(&school.mia, &asked, json!({"body": "I come."})).await;
    assert_eq!(answer["subject"], "Re: Trip");
    assert_eq!(answer["in_reply_to"], asked["id"]);
    assert_eq!(answer["thread"], asked["thread"]);
    assert_eq!(ids(&answer["to"]), ["tom"]);
    let back = reply(
        &school.tom,
        &answer,
        json!({"body": "Good.", "urgent": true}),
    )
    .await;
    assert_eq!(back["subject"], "Re: Trip");
    assert_eq!(ids(&back["to"]), ["mia"]);
    for person in [&school.tom, &school.mia] {
        let bodies = texts(&thread(person, &asked).await, "body");
        assert_eq!(bodies, ["About Trip.", "I come.", "Good."]);
    }
    let bodies = texts(&thread(&school.leo, &asked).await, "body");
    assert_eq!(
        bodies,
        ["About Trip."],
        "answers between others are not shown"
    );
}

#[tokio::test]
async fn everybody_is_answered_on_demand() {
    let school = school().await;
    let asked = write(&school, &school.tom, &["mia", "leo"], "Trip").await;
    let answer = reply(
        &school.mia,
        &asked,
        json!({"body": "All!", "reply_all": true}),
    )
    .await;
    assert_eq!(ids(&answer["to"]), ["tom", "leo"]);
    assert_eq!(subjects(&school.leo, "").await, ["Re: Trip", "Trip"]);
    let more = reply(&school.tom, &asked, json!({"body": "PS"})).await;
    assert_eq!(
        ids(&more["to"]),
        ["mia", "leo"],
        "one's own goes where it went"
    );
}

#[tokio::test]
async fn an_answer_is_allowed_where_writing_is_not() {
    let school = school().await;
    let body = json!({"to": ["head"], "subject": "S", "body": "B"});
    school
        .mia
        .post("/v1/messages", body)
        .await
        .problem(403, "not_allowed");
    let asked = write(&school, &school.head, &["mia"], "Question").await;
    reply(&school.mia, &asked, json!({"body": "Answer"})).await;
    assert_eq!(subjects(&school.head, "").await, ["Re: Question"]);
}

#[tokio::test]
async fn a_thread_is_for_those_who_take_part() {
    let school = school().await;
    let asked = write(&school, &school.tom, &["mia"], "Trip").await;
    let id = asked["thread"].as_str().expect("a thread");
    let path = format!("/v1/messages/threads/{id}");
    for stranger in [&school.leo, &school.head, &school.pat] {
        stranger.get(&path).await.problem(404, "not_found");
    }
    for id in ["thr_nothing", "x", "msg_1"] {
        let path = format!("/v1/messages/threads/{id}");
        school.mia.get(&path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_deleted_message_is_out_of_ones_own_view_of_the_thread() {
    let school = school().await;
    let asked = write(&school, &school.tom, &["mia"], "Trip").await;
    let answer = reply(&school.mia, &asked, json!({"body": "I come."})).await;
    school.mia.delete(&path(&asked)).await.gone();
    assert_eq!(
        texts(&thread(&school.mia, &asked).await, "body"),
        ["I come."]
    );
    assert_eq!(thread(&school.tom, &answer).await.len(), 2);
    school.mia.delete(&path(&answer)).await.gone();
    let id = asked["thread"].as_str().expect("a thread");
    let path = format!("/v1/messages/threads/{id}");
    school.mia.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn nobody_who_is_left_is_answered() {
    let school = school().await;
    let asked = write(&school, &school.tom, &["mia"], "Trip").await;
    school.head.delete("/v1/users/tom").await.gone();
    let path = format!("{}/reply", path(&asked));
    let answer = school.mia.post(&path, json!({"body": "B"})).await;
    answer.problem(409, "conflict");
}
