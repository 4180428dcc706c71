//! Writing to people.

use local::aws::{Effect, FaultRule, When, wire::Service};
use serde_json::json;

use super::{path, school, subjects, unread, write};
use crate::pipeline::rule;

#[tokio::test]
async fn a_message_is_in_the_inbox_of_whom_it_is_written_to_and_in_the_sent_folder() {
    let school = school().await;
    let sent = write(&school, &school.tom, &["mia", "pat"], "Trip").await;
    assert_eq!(sent["folder"], "sent");
    assert_eq!(sent["from"], json!({"id": "tom", "name": "Name of tom"}));
    assert_eq!(sent["to"][1], json!({"id": "pat", "name": "Name of pat"}));
    for reader in [&school.mia, &school.pat] {
        let got = reader.get(&path(&sent)).await.ok();
        assert_eq!(got["folder"], "inbox");
        assert_eq!(got["body"], "About Trip.");
        assert_eq!(got["read"], false);
        assert_eq!(subjects(reader, "").await, ["Trip"]);
        assert_eq!(unread(reader).await, 1);
    }
    assert_eq!(subjects(&school.tom, "?folder=sent").await, ["Trip"]);
    assert!(subjects(&school.tom, "").await.is_empty());
    assert_eq!(unread(&school.tom).await, 0);
    school.leo.get(&path(&sent)).await.problem(404, "not_found");
}

#[tokio::test]
async fn people_are_named_by_id_or_address_and_reached_once() {
    let school = school().await;
    let to = ["mia", "MIA@school.example", " mia "];
    let sent = write(&school, &school.tom, &to, "Trip").await;
    assert_eq!(sent["to"].as_array().expect("people").len(), 1);
    assert_eq!(subjects(&school.mia, "").await, ["Trip"]);
}

#[tokio::test]
async fn unknown_people_are_named_by_position_and_nothing_is_sent() {
    let school = school().await;
    let to =
        json!({"to": ["mia", "nobody", "no@school.example", "a b"], "subject": "S", "body": "B"});
    let answer = school.head.post("/v1/messages", to).await;
    let body = answer.refuses("to[1]", "unknown_recipient");
    let fields: Vec<&str> = body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["field"].as_str().expect("a field"))
        .collect();
    assert_eq!(fields, ["to[1]", "to[2]", "to[3]"]);
    assert!(subjects(&school.mia, "").await.is_empty());
    assert!(subjects(&school.head, "?folder=sent").await.is_empty());
}

#[tokio::test]
async fn an_address_that_several_people_share_is_ambiguous() {
    let school = school().await;
    let twin =
        json!({"id": "twin", "name": "Twin", "email": "mia@school.example", "roles": ["student"]});
    school.world.add_as(&school.head, twin).await;
    let body = json!({"to": ["mia@school.example"], "subject": "S", "body": "B"});
    school
        .tom
        .post("/v1/messages", body)
        .await
        .refuses("to[0]", "ambiguous_recipient");
}

#[tokio::test]
async fn a_message_needs_people_a_subject_and_a_text_that_show_what_they_say() {
    let school = school().await;
    let many: Vec<String> = (0..21).map(|number| format!("p{number}")).collect();
    let cases = [
        (
            json!({"to": [], "subject": "S", "body": "B"}),
            "to",
            "required",
        ),
        (
            json!({"to": many, "subject": "S", "body": "B"}),
            "to",
            "too_many",
        ),
        (
            json!({"to": ["tom"], "subject": "S", "body": "B"}),
            "to[0]",
            "yourself",
        ),
        (
            json!({"to": ["mia"], "subject": " ", "body": "B"}),
            "subject",
            "required",
        ),
        (
            json!({"to": ["mia"], "subject": "x".repeat(201), "body": "B"}),
            "subject",
            "too_long",
        ),
        (
            json!({"to": ["mia"], "subject": "a\u{202E}b", "body": "B"}),
            "subject",
            "forbidden_character",
        ),
        (
            json!({"to": ["mia"], "subject": "a\nb", "body": "B"}),
            "subject",
            "forbidden_character",
        ),
        (
            json!({"to": ["mia"], "subject": "S", "body": "\n "}),
            "body",
            "required",
        ),
        (
            json!({"to": ["mia"], "subject": "S", "body": "x".repeat(16_385)}),
            "body",
            "too_long",
        ),
        (
            json!({"to": ["mia"], "subject": "S", "body": "a\u{2066}b"}),
            "body",
            "forbidden_character",
        ),
        (
            json!({"to": ["mia"], "subject": "S", "body": "B", "cc": []}),
            "cc",
            "unknown_field",
        ),
    ];
    for (body, field, code) in cases {
        school
            .tom
            .post("/v1/messages", body)
            .await
            .refuses(field, code);
    }
    assert!(subjects(&school.mia, "").await.is_empty());
    let raw = json!({"to": ["mia"], "subject": "<b>S</b>", "body": "<script>1</script>\r\n☃"});
    let sent = school.tom.post("/v1/messages", raw).await.created();
    assert_eq!(sent["subject"], "<b>S</b>");
    assert_eq!(sent["body"], "<script>1</script>\n☃");
}

#[tokio::test]
async fn the_same_request_under_one_key_sends_one_message() {
    let school = school().await;
    let body = json!({"to": ["mia"], "subject": "S", "body": "B"});
    let tom = school.tom.with("idempotency-key", "k-1");
    let first = tom.post("/v1/messages", body.clone()).await.created();
    let again = tom.post("/v1/messages", body).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.created()["id"], first["id"]);
    let other = json!({"to": ["leo"], "subject": "S", "body": "B"});
    tom.post("/v1/messages", other)
        .await
        .problem(422, "idempotency_mismatch");
    assert_eq!(subjects(&school.mia, "").await, ["S"]);
    school.world.settle().await;
    assert_eq!(school.mia.feed().await.len(), 1);
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_sends_one_message() {
    let school = school().await;
    let lost = school.world.faults().add(FaultRule {
        contains: Some("INBOX#".to_owned()),
        ..rule(
            Service::DynamoDb,
            "TransactWriteItems",
            Effect::DropResponse,
            When::OneShot,
        )
    });
    let sent = write(&school, &school.tom, &["mia"], "Trip").await;
    assert_eq!(school.world.faults().fired(lost), 1);
    assert_eq!(sent["from"]["id"], "tom");
    school.world.settle_for(600).await;
    assert_eq!(subjects(&school.mia, "").await, ["Trip"]);
    assert_eq!(subjects(&school.tom, "?folder=sent").await, ["Trip"]);
    assert_eq!(school.mia.feed().await.len(), 1);
}
