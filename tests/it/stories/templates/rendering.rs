//! TPL-2: variables, conditions and loops, on every channel.

use serde_json::json;

use crate::sends::{deliveries, email_template, of_user, save, send, send_with};

const BODY: &str = "{% if grade_marks >= 40 %}Well done{% else %}Talk to us{% endif %}:{% for g in grades %} {{ g.subject | upper }}={{ g.marks }}{% endfor %} <{{ message }}>";

#[tokio::test]
async fn the_same_template_language_works_on_every_channel() {
    let (world, head) = crate::sends::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let number = head.get("/v1/users/mia").await.ok()["phone"]
        .as_str()
        .expect("a number")
        .to_owned();
    let html = "<ul>{% for g in grades %}<li>{{ g.subject }}: {{ g.marks }}</li>{% endfor %}</ul><p title=\"{{ message }}\">{{ message }}</p>";
    let templates = [
        json!({"name": "Mail", "channel": "email", "subject": "For {{ student_first_name }}: {{ message }}", "html": html, "text": BODY}),
        json!({"name": "Text", "channel": "sms", "body": BODY}),
        json!({"name": "Note", "channel": "in_app", "title": "{{ message }}", "body": BODY}),
    ];
    let variables = json!({
        "grade_marks": 44,
        "grades": [{"subject": "maths", "marks": 44}, {"subject": "art", "marks": 3.5}],
        "message": "\"Ben\" & <b>Co</b>",
    });
    for template in templates {
        let template = save(&head, template).await;
        let body = json!({"recipients": ["student:mia"], "variables": variables});
        let sent = send_with(&head, &template, body).await;
        world.settle().await;
        world.assert_consistent(&head, &sent).await;
    }
    let rendered = "Well done: MATHS=44 ART=3.5 <\"Ben\" & <b>Co</b>>";
    let mails = world.emails_to("mia@school.example");
    let mail = mails[0].email().expect("an e-mail");
    assert_eq!(mail.subject, "For Name: \"Ben\" & <b>Co</b>");
    assert_eq!(mail.text.as_deref().map(str::trim), Some(rendered));
    let html = mail.html.as_deref().expect("HTML");
    assert!(html.contains("<li>maths: 44</li>"), "{html}");
    assert!(
        html.contains("&lt;b&gt;Co&lt;") && !html.contains("<b>"),
        "{html}"
    );
    assert_eq!(
        world.texts_to(&number)[0].sms().expect("a text").body,
        rendered
    );
    let feed = mia.get("/v1/notifications").await.ok();
    assert_eq!(feed["items"][0]["title"], "\"Ben\" & <b>Co</b>");
    assert_eq!(feed["items"][0]["body"], rendered);
}

#[tokio::test]
async fn a_value_that_is_missing_fails_that_delivery_only() {
    let (world, head) = crate::sends::school().await;
    let body = json!({"id": "mia", "name": "Mia", "email": "mia@school.example", "roles": ["student"], "attributes": {"roll": "17"}});
    world.add_as(&head, body).await;
    world.add(&head, "ben", &["student"]).await;
    world.add(&head, "tom", &["teacher"]).await;
    let template = email_template(&head, "Roll {{ student_roll }}", "Hello").await;
    let sent = send(&head, &template, &["all"]).await;
    let with_default = email_template(
        &head,
        "Roll {{ student_roll | default(value=\"none\") }}",
        "Hello",
    )
    .await;
    let second = send(&head, &with_default, &["role:student"]).await;
    world.settle().await;
    let rows = deliveries(&head, &sent).await;
    assert_eq!(of_user(&rows, "mia")["status"], "delivered");
    assert_eq!(of_user(&rows, "mia")["subject"], "Roll 17");
    for user in ["ben", "tom"] {
        assert_eq!(of_user(&rows, user)["status"], "failed");
        assert_eq!(of_user(&rows, user)["reason"], "MISSING_VARIABLE");
    }
    let rows = deliveries(&head, &second).await;
    assert_eq!(of_user(&rows, "ben")["subject"], "Roll none");
    world.assert_consistent(&head, &sent).await;
    world.assert_consistent(&head, &second).await;
}

#[tokio::test]
async fn a_line_break_in_a_value_never_reaches_a_header() {
    let (world, head) = crate::sends::school().await;
    world.add(&head, "mia", &["student"]).await;
    let template = email_template(&head, "{{ title }}", "Hello").await;
    for title in [
        "a\r\nBcc: eve@elsewhere.example",
        "a\nb",
        "a\u{2028}b",
        "a\u{202E}b",
    ] {
        let body = json!({"recipients": ["student:mia"], "variables": {"title": title}});
        let sent = send_with(&head, &template, body).await;
        world.settle().await;
        let rows = deliveries(&head, &sent).await;
        assert_eq!(
            of_user(&rows, "mia")["reason"],
            "INVALID_HEADER",
            "{title:?}"
        );
        world.assert_consistent(&head, &sent).await;
    }
    assert_eq!(world.mailbox().counts().emails, 0);
}
