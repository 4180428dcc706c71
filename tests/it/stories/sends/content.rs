//! SND-5: what an e-mail and a text look like on the wire.

use serde_json::json;

use super::{deliveries, email_template, of_user, save, send, sms_template};

#[tokio::test]
async fn an_email_has_both_parts_the_tenants_name_and_where_answers_go() {
    let (world, head) = crate::sends::school().await;
    world.add(&head, "mia", &["student"]).await;
    let template = save(
        &head,
        json!({"name": "HTML only", "channel": "email", "subject": "Report", "html": "<h1>Report</h1><p>Of <b>{{ student_name }}</b></p>"}),
    )
    .await;
    let sent = send(&head, &template, &["student:mia"]).await;
    world.settle().await;
    let mails = world.emails_to("mia@school.example");
    let mail = mails[0].email().expect("an e-mail");
    assert_eq!(mail.from, "\"Hill School Office\" <campanile@example.org>");
    assert_eq!(mail.reply_to, ["office@school.example"]);
    assert!(
        mail.html
            .as_deref()
            .is_some_and(|html| html.contains("<b>Name of mia</b>")),
        "{mail:?}"
    );
    let text = mail
        .text
        .as_deref()
        .expect("a text part is made of the HTML");
    assert!(
        text.contains("Name of mia") && !text.contains('<'),
        "{text}"
    );
    assert!(
        mail.configuration_set.is_some(),
        "events about it come back"
    );
    world.assert_consistent(&head, &sent).await;
}

#[tokio::test]
async fn a_sender_name_beyond_ascii_and_with_quotes_arrives_whole() {
    let (world, head) = crate::sends::school().await;
    world.add(&head, "mia", &["student"]).await;
    let template = email_template(&head, "Grüße – 你好", "Grüße – 你好").await;
    head.patch(
        "/v1/settings",
        json!({"sender_name": "École Ñandú", "reply_to": "rector@ecole.example"}),
    )
    .await
    .ok();
    let sent = send(&head, &template, &["student:mia"]).await;
    world.settle().await;
    let mails = world.emails_to("mia@school.example");
    let mail = mails[0].email().expect("an e-mail");
    let word = mail
        .from
        .strip_prefix("=?UTF-8?B?")
        .and_then(|rest| rest.split_once("?= <"));
    let (word, address) = word.unwrap_or_else(|| panic!("{}", mail.from));
    assert_eq!(address, "campanile@example.org>");
    let decoded =
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, word).expect("base64");
    assert_eq!(String::from_utf8(decoded).expect("UTF-8"), "École Ñandú");
    assert_eq!(mail.reply_to, ["rector@ecole.example"]);
    assert_eq!(mail.subject, "Grüße – 你好");
    world.assert_consistent(&head, &sent).await;
}

#[tokio::test]
async fn a_text_is_counted_in_the_parts_that_the_network_charges() {
    let (world, head) = crate::sends::school().await;
    world.add(&head, "mia", &["student"]).await;
    let number = head.get("/v1/users/mia").await.ok()["phone"]
        .as_str()
        .expect("a number")
        .to_owned();
    for (body, parts) in [
        ("a".repeat(160), 1),
        ("a".repeat(161), 2),
        ("ł".repeat(70), 1),
        ("ł".repeat(71), 2),
        ("€".repeat(81), 2),
    ] {
        let template = sms_template(&head, &body).await;
        let sent = send(&head, &template, &["student:mia"]).await;
        world.settle().await;
        let rows = deliveries(&head, &sent).await;
        assert_eq!(of_user(&rows, "mia")["segments"], parts);
        let texts = world.texts_to(&number);
        let text = texts.last().and_then(|item| item.sms()).expect("a text");
        assert_eq!((text.segments, text.body.as_str()), (parts, body.as_str()));
        world.assert_consistent(&head, &sent).await;
    }
}
