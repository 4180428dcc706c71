//! SND-1: a template to recipients, by e-mail and by text.

use serde_json::json;

use super::{deliveries, email_template, send_with, sms_template, with_status};

#[tokio::test]
async fn a_mail_reaches_class_student_person_and_bare_address() {
    let (world, head) = crate::sends::school().await;
    for (id, role) in [
        ("mia", "student"),
        ("ben", "student"),
        ("tom", "teacher"),
        ("zoe", "student"),
    ] {
        world.add(&head, id, &[role]).await;
    }
    world
        .class(&head, "5", &[("mia", "student"), ("ben", "student")])
        .await;
    let template = email_template(
        &head,
        "{{ assignment_title }}",
        "Dear {{ recipient_name }}, due {{ due_date }}.",
    )
    .await;
    let body = json!({
        "recipients": ["class:5", "student:zoe", "user:tom", "guest@elsewhere.example"],
        "variables": {"assignment_title": "Rivers", "due_date": "2026-09-08"},
    });
    // A bare address has no name, so the template must do without one.
    let refused = send_with(&head, &template, body.clone()).await;
    world.settle().await;
    let rows = deliveries(&head, &refused).await;
    assert_eq!(with_status(&rows, "delivered"), 4, "{rows:?}");
    let guest = rows
        .iter()
        .find(|row| row["recipient"] == "guest@elsewhere.example")
        .expect("the guest's row");
    assert_eq!(guest["status"], "failed");
    assert_eq!(guest["reason"], "MISSING_VARIABLE");
    world.assert_consistent(&head, &refused).await;

    let plain = email_template(&head, "{{ assignment_title }}", "Due {{ due_date }}.").await;
    let send = send_with(&head, &plain, body).await;
    world.settle().await;
    for address in [
        "mia@school.example",
        "ben@school.example",
        "zoe@school.example",
        "tom@school.example",
    ] {
        assert_eq!(world.emails_to(address).len(), 2, "{address}");
    }
    let mail = &world.emails_to("guest@elsewhere.example")[0];
    let mail = mail.email().expect("an e-mail");
    assert_eq!(mail.subject, "Rivers");
    assert_eq!(mail.text.as_deref().map(str::trim), Some("Due 2026-09-08."));
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_text_reaches_each_number_once() {
    let (world, head) = crate::sends::school().await;
    world.add(&head, "mia", &["student"]).await;
    world.add(&head, "ben", &["student"]).await;
    let template = sms_template(&head, "{{ school_name }}: {{ message }}").await;
    let body = json!({
        "recipients": ["role:student", "+447700900123"],
        "variables": {"message": "Closed today"},
    });
    let send = send_with(&head, &template, body).await;
    world.settle().await;
    let texts = world.texts_to("+447700900123");
    assert_eq!(texts.len(), 1);
    assert_eq!(
        texts[0].sms().expect("a text").body,
        "Hill School: Closed today"
    );
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "sent"), 3, "{rows:?}");
    assert!(rows.iter().all(|row| row["segments"] == 1), "{rows:?}");
    assert_eq!(world.mailbox().counts().texts, 3);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_template_for_the_feed_is_sent_to_feeds() {
    let (world, head) = crate::sends::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let template = super::save(
        &head,
        json!({"name": "Note", "channel": "in_app", "title": "Hello {{ recipient_first_name }}", "body": "{{ message }}"}),
    )
    .await;
    let body = json!({"recipients": ["student:mia"], "variables": {"message": "1 < 2"}});
    let send = send_with(&head, &template, body).await;
    world.settle().await;
    let feed = mia.get("/v1/notifications").await.ok();
    assert_eq!(feed["items"][0]["title"], "Hello Name", "{feed}");
    assert_eq!(feed["items"][0]["body"], "1 < 2");
    assert_eq!(world.mailbox().counts().emails, 0);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn values_that_no_template_takes_are_refused_by_name() {
    let (world, head) = crate::sends::school().await;
    world.add(&head, "mia", &["student"]).await;
    let template = email_template(&head, "{{ title }}", "{{ grade_marks }} of 50").await;
    let path = format!("/v1/templates/{template}/send");
    let sent = head
        .post(
            &path,
            json!({"recipients": ["all"], "variables": {"titel": "x"}}),
        )
        .await;
    sent.refuses("variables.titel", "unknown_variable");
    let sent = head
        .post(
            &path,
            json!({"recipients": ["all"], "variables": {"grade_marks": "many"}}),
        )
        .await;
    sent.refuses("variables.grade_marks", "bad_value");
    let sent = head
        .post(&path, json!({"recipients": ["all"], "to": "x"}))
        .await;
    assert_eq!(sent.status, 422, "{}", sent.text);
    assert!(
        sent.text.contains("to"),
        "the unknown field is named: {}",
        sent.text
    );
    let nothing = head
        .post(
            "/v1/templates/tpl_01ARZ3NDEKTSV4RRFFQ69G5FAV/send",
            json!({"recipients": ["all"]}),
        )
        .await;
    nothing.problem(404, "not_found");
    world.settle().await;
    assert_eq!(world.mailbox().counts().emails, 0);
    assert!(head.all("/v1/sends").await.is_empty());
}
