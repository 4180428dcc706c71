//! SND-2: recipients resolve to addresses and numbers, each person once.

use serde_json::json;

use super::{deliveries, email_template, of_user, send, send_with, sms_template, with_status};

#[tokio::test]
async fn who_cannot_be_reached_is_reported_and_the_others_get_theirs() {
    let (world, head) = crate::sends::school().await;
    world.add(&head, "mia", &["student"]).await;
    world
        .add_as(
            &head,
            json!({"id": "ada", "name": "Ada", "phone": "+447700900555", "roles": ["student"]}),
        )
        .await;
    world.add_as(&head, json!({"id": "sam", "name": "Sam", "email": "sam@school.example", "roles": ["student"]})).await;
    world.add(&head, "old", &["student"]).await;
    head.patch("/v1/users/old", json!({"status": "suspended"}))
        .await
        .ok();

    let mail = email_template(&head, "Hello", "Hello").await;
    let by_mail = send(&head, &mail, &["role:student"]).await;
    let text = sms_template(&head, "Hello").await;
    let by_text = send(&head, &text, &["role:student"]).await;
    world.settle().await;

    let rows = deliveries(&head, &by_mail).await;
    assert_eq!(of_user(&rows, "mia")["status"], "delivered");
    assert_eq!(of_user(&rows, "sam")["status"], "delivered");
    assert_eq!(of_user(&rows, "ada")["status"], "skipped");
    assert_eq!(of_user(&rows, "ada")["reason"], "no_address");
    let rows = deliveries(&head, &by_text).await;
    assert_eq!(of_user(&rows, "mia")["status"], "sent");
    assert_eq!(of_user(&rows, "ada")["status"], "sent");
    assert_eq!(of_user(&rows, "sam")["reason"], "no_address");
    assert!(
        world.emails_to("old@school.example").is_empty(),
        "a suspended person is not written to"
    );
    world.assert_consistent(&head, &by_mail).await;
    world.assert_consistent(&head, &by_text).await;
}

#[tokio::test]
async fn one_person_named_many_times_gets_one() {
    let (world, head) = crate::sends::school().await;
    for id in ["mia", "ben"] {
        world.add(&head, id, &["student"]).await;
    }
    world
        .class(&head, "5", &[("mia", "student"), ("ben", "student")])
        .await;
    let template = email_template(&head, "Hello", "Hello").await;
    let recipients = [
        "class:5",
        "student:mia",
        "user:mia",
        "mia@school.example",
        "MIA@school.example",
        "role:student",
        "guest@elsewhere.example",
        "email:Guest@elsewhere.example",
    ];
    let first = send(&head, &template, &recipients).await;
    let mut backwards = recipients;
    backwards.reverse();
    let second = send(&head, &template, &backwards).await;
    world.settle().await;
    for address in [
        "mia@school.example",
        "ben@school.example",
        "guest@elsewhere.example",
    ] {
        assert_eq!(world.emails_to(address).len(), 2, "{address}");
    }
    for send in [first, second] {
        assert_eq!(deliveries(&head, &send).await.len(), 3);
        world.assert_consistent(&head, &send).await;
    }
}

#[tokio::test]
async fn one_number_named_many_times_gets_one_text() {
    let (world, head) = crate::sends::school().await;
    let body = json!({"id": "mia", "name": "Mia", "phone": "+447700900111", "roles": ["student"]});
    world.add_as(&head, body).await;
    let template = sms_template(&head, "Hello").await;
    let send = send(
        &head,
        &template,
        &["+447700900222", "student:mia", "phone:+44 7700 900222"],
    )
    .await;
    world.settle().await;
    assert_eq!(world.texts_to("+447700900222").len(), 1);
    assert_eq!(world.texts_to("+447700900111").len(), 1);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn recipients_that_do_not_exist_refuse_the_send_by_position() {
    let (world, head) = crate::sends::school().await;
    world.add(&head, "mia", &["student"]).await;
    let other = world.tenant("other").await;
    world.add(&other, "eve", &["student"]).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let path = format!("/v1/templates/{template}/send");
    for (recipient, code) in [
        ("student:nobody", "unknown_audience"),
        ("teacher:mia", "unknown_audience"),
        ("class:99", "unknown_audience"),
        ("student:eve", "unknown_audience"),
        ("eve@@other", "invalid"),
        ("everybody", "invalid"),
    ] {
        let body = head
            .post(&path, json!({"recipients": ["student:mia", recipient]}))
            .await
            .problem(422, "invalid");
        let errors = body["errors"].as_array().expect("errors");
        assert_eq!(errors.len(), 1, "{body}");
        assert_eq!(errors[0]["field"], "recipients[1]", "{body}");
        if code == "unknown_audience" {
            assert_eq!(errors[0]["code"], code, "{body}");
        }
    }
    head.post(&path, json!({"recipients": []}))
        .await
        .problem(422, "invalid");
    world.settle().await;
    assert_eq!(
        world.mailbox().counts().emails,
        0,
        "nobody is sent anything"
    );
}

#[tokio::test]
async fn who_is_left_out_gets_nothing() {
    let (world, head) = crate::sends::school().await;
    for id in ["mia", "ben", "zoe"] {
        world.add(&head, id, &["student"]).await;
    }
    world.class(&head, "5", &[("zoe", "student")]).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let body = json!({"recipients": ["role:student"], "except": ["user:ben", "class:5"]});
    let send = send_with(&head, &template, body).await;
    world.settle().await;
    let rows = deliveries(&head, &send).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(of_user(&rows, "mia")["status"], "delivered");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn guardians_of_a_class_get_one_however_many_children_they_have() {
    let (world, head) = crate::sends::school().await;
    for id in ["mia", "ben"] {
        world.add(&head, id, &["student"]).await;
    }
    for id in ["ma", "pa"] {
        world.add(&head, id, &["parent"]).await;
    }
    for (child, guardian) in [("mia", "ma"), ("ben", "ma"), ("ben", "pa")] {
        head.post(
            &format!("/v1/users/{child}/guardians"),
            json!({"guardian": guardian}),
        )
        .await
        .ok();
    }
    world
        .class(&head, "5", &[("mia", "student"), ("ben", "student")])
        .await;
    let template = email_template(&head, "Hello", "Hello {{ parent_first_name }}").await;
    let send = send(&head, &template, &["guardians-of:class:5", "user:ma"]).await;
    world.settle().await;
    let rows = deliveries(&head, &send).await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(with_status(&rows, "delivered"), 2);
    world.assert_consistent(&head, &send).await;
}
