//! TPL-3: a template as the person would get it.

use serde_json::json;

use crate::sends::{save, send_with};

#[tokio::test]
async fn a_preview_shows_samples_on_every_channel() {
    let (_world, head) = crate::sends::school().await;
    let mail = save(
        &head,
        json!({"name": "Mail", "channel": "email", "subject": "{{ assignment_title }}", "html": "<p>{{ student_name }}</p>"}),
    )
    .await;
    let answer = head
        .post(&format!("/v1/templates/{mail}/preview"), json!({}))
        .await;
    assert_eq!(answer.header("content-security-policy"), "sandbox");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let shown = answer.ok();
    assert_eq!(shown["channel"], "email");
    assert_eq!(shown["subject"], "Fractions, part 2");
    assert!(
        shown["html"]
            .as_str()
            .is_some_and(|html| html.contains("Asha Verma")),
        "{shown}"
    );
    assert_eq!(
        shown["samples"],
        json!(["assignment_title", "student_name"])
    );

    let given = json!({"variables": {"assignment_title": "Rivers", "student_name": "<Mia>"}});
    let shown = head
        .post(&format!("/v1/templates/{mail}/preview"), given)
        .await
        .ok();
    assert_eq!(shown["subject"], "Rivers");
    assert!(
        shown["html"]
            .as_str()
            .is_some_and(|html| html.contains("&lt;Mia&gt;")),
        "{shown}"
    );
    assert_eq!(shown["samples"], json!([]));

    let text = save(
        &head,
        json!({"name": "Text", "channel": "sms", "body": "Ünlü ş {{ message }}"}),
    )
    .await;
    let shown = head
        .post(
            &format!("/v1/templates/{text}/preview"),
            json!({"variables": {"message": "x"}}),
        )
        .await
        .ok();
    assert_eq!(shown["body"], "Ünlü ş x");
    assert_eq!(shown["encoding"], "ucs2");
    assert_eq!(shown["segments"], 1);

    let note = save(&head, json!({"name": "Note", "channel": "in_app", "title": "{{ title }}", "body": "{{ message }}"})).await;
    let shown = head
        .post(&format!("/v1/templates/{note}/preview"), json!({}))
        .await
        .ok();
    assert_eq!(shown["title"], "Parents' evening");
}

#[tokio::test]
async fn a_preview_for_a_person_is_what_the_person_then_gets() {
    let (world, head) = crate::sends::school().await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    let body = json!({"id": "mia", "name": "Mia <Reed>", "email": "mia@school.example", "roles": ["student"], "attributes": {"class": "5B"}});
    world.add_as(&head, body).await;
    let template = save(
        &head,
        json!({"name": "Mail", "channel": "email", "subject": "{{ student_class }}: {{ title }}", "html": "<p>{{ student_name }}, {{ school_name }}, {{ academic_year }}</p>"}),
    )
    .await;
    let variables = json!({"title": "Trip & lunch"});
    let path = format!("/v1/templates/{template}/preview");
    let preview = json!({"user_id": "mia", "variables": variables});
    let shown = head.post(&path, preview.clone()).await.ok();
    let sent = send_with(
        &head,
        &template,
        json!({"recipients": ["user:mia"], "variables": variables}),
    )
    .await;
    world.settle().await;
    let mails = world.emails_to("mia@school.example");
    let mail = mails[0].email().expect("an e-mail");
    assert_eq!(shown["subject"], mail.subject.as_str());
    assert_eq!(shown["html"].as_str(), mail.html.as_deref());
    assert_eq!(shown["text"].as_str(), mail.text.as_deref());
    assert_eq!(shown["subject"], "5B: Trip & lunch");
    world.assert_consistent(&head, &sent).await;
    // Only staff may look at somebody.
    tom.post(&path, preview).await.problem(403, "forbidden");
    head.post(&path, json!({"user_id": "nobody"}))
        .await
        .problem(404, "not_found");
    // What the profile lacks is missing in the preview as it would be in the send.
    head.post(&path, json!({"user_id": "tom"}))
        .await
        .refuses("variables.student_class", "missing_variable");
}

#[tokio::test]
async fn what_is_not_saved_is_previewed_and_checked_and_older_versions_too() {
    let (_world, head) = crate::sends::school().await;
    let unsaved =
        json!({"template": {"name": "Text", "channel": "sms", "body": "Hi {{ recipient_name }}"}});
    let shown = head.post("/v1/templates/preview", unsaved).await.ok();
    assert_eq!(shown["body"], "Hi Asha Verma");
    let broken =
        json!({"template": {"name": "Text", "channel": "sms", "body": "Hi {{ recipient_nam }}"}});
    head.post("/v1/templates/preview", broken)
        .await
        .refuses("body", "unknown_variable");
    assert!(
        head.all("/v1/templates").await.is_empty(),
        "nothing is saved"
    );
    let saved = save(
        &head,
        json!({"name": "Text", "channel": "sms", "body": "One"}),
    )
    .await;
    head.put(
        &format!("/v1/templates/{saved}"),
        json!({"name": "Text", "channel": "sms", "body": "Two"}),
    )
    .await
    .ok();
    let old = head
        .post(
            &format!("/v1/templates/{saved}/preview"),
            json!({"version": 1}),
        )
        .await
        .ok();
    assert_eq!(old["body"], "One");
}
