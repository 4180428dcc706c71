//! TPL-1: templates and their versions.

use serde_json::{Value, json};

use crate::sends::{email_template, id, save, send, send_with, sms_template};

fn mail(subject: &str) -> Value {
    json!({"name": "Mail", "channel": "email", "subject": subject, "text": "Hello"})
}

#[tokio::test]
async fn each_update_is_a_new_version_and_old_ones_stay() {
    let (_world, head) = crate::sends::school().await;
    let template = head.post("/v1/templates", mail("One")).await.created();
    let path = format!("/v1/templates/{}", id(&template));
    assert_eq!(template["version"], 1);
    assert_eq!(head.put(&path, mail("Two")).await.ok()["version"], 2);
    assert_eq!(head.put(&path, mail("Three")).await.ok()["version"], 3);
    assert_eq!(head.get(&path).await.ok()["subject"], "Three");
    assert_eq!(
        head.get(&format!("{path}?version=1")).await.ok()["subject"],
        "One"
    );
    assert_eq!(
        head.get(&format!("{path}?version=1")).await.ok()["created_at"],
        template["created_at"]
    );
    head.get(&format!("{path}?version=9"))
        .await
        .problem(404, "not_found");
    let versions = head.all(&format!("{path}/versions?page_size=2")).await;
    let numbers: Vec<_> = versions
        .iter()
        .map(|version| version["version"].as_u64())
        .collect();
    assert_eq!(numbers, [Some(3), Some(2), Some(1)]);
    let text = json!({"name": "Text", "channel": "sms", "body": "Hello"});
    head.put(&path, text).await.refuses("channel", "immutable");
}

#[tokio::test]
async fn templates_are_listed_newest_first_by_channel_page_by_page() {
    let (world, head) = crate::sends::school().await;
    let mut mails = Vec::new();
    for number in 0..5 {
        mails.push(email_template(&head, &format!("Mail {number}"), "Hello").await);
        sms_template(&head, &format!("Text {number}")).await;
    }
    mails.reverse();
    let listed: Vec<String> = head
        .all("/v1/templates?channel=email&page_size=2")
        .await
        .iter()
        .map(id)
        .collect();
    assert_eq!(listed, mails);
    assert_eq!(
        head.all("/v1/templates?channel=sms&page_size=3")
            .await
            .len(),
        5
    );
    assert_eq!(head.all("/v1/templates").await.len(), 10);
    assert!(head.all("/v1/templates?channel=in_app").await.is_empty());
    head.get("/v1/templates?channel=pigeon")
        .await
        .problem(400, "bad_query");
    let other = world.tenant("other").await;
    assert!(other.all("/v1/templates").await.is_empty());
}

#[tokio::test]
async fn a_send_keeps_the_version_that_it_was_made_with() {
    let (world, head) = crate::sends::school().await;
    world.add(&head, "mia", &["student"]).await;
    let template = email_template(&head, "First", "Hello").await;
    let at = world
        .now()
        .checked_add(jiff::SignedDuration::from_secs(600))
        .expect("a time");
    let body = json!({"recipients": ["user:mia"], "send_at": at.to_string()});
    let scheduled = send_with(&head, &template, body).await;
    let path = format!("/v1/templates/{template}");
    head.put(&path, mail("Second")).await.ok();
    let second = send(&head, &template, &["user:mia"]).await;
    head.delete(&path).await.gone();
    head.get(&path).await.problem(404, "not_found");
    head.get(&format!("{path}?version=1"))
        .await
        .problem(404, "not_found");
    head.put(&path, mail("Third"))
        .await
        .problem(404, "not_found");
    head.delete(&path).await.problem(404, "not_found");
    head.post(&format!("{path}/send"), json!({"recipients": ["user:mia"]}))
        .await
        .problem(404, "not_found");
    assert!(head.all("/v1/templates").await.is_empty());
    world.settle().await;
    world.later(700).await;
    world.settle().await;
    let subjects: Vec<String> = world
        .emails_to("mia@school.example")
        .iter()
        .filter_map(|item| Some(item.email()?.subject.clone()))
        .collect();
    assert_eq!(subjects, ["Second", "First"]);
    world.assert_consistent(&head, &scheduled).await;
    world.assert_consistent(&head, &second).await;
}

#[tokio::test]
async fn only_staff_write_templates_and_only_authors_read_them() {
    let (world, head) = crate::sends::school().await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let other = world.tenant("other").await;
    let template = save(&head, mail("Hello")).await;
    let path = format!("/v1/templates/{template}");
    assert_eq!(tom.get(&path).await.ok()["subject"], "Hello");
    mia.get(&path).await.problem(403, "forbidden");
    mia.get("/v1/templates").await.problem(403, "forbidden");
    world
        .anonymous()
        .get(&path)
        .await
        .problem(401, "unauthorized");
    for who in [&tom, &mia] {
        who.post("/v1/templates", mail("Mine"))
            .await
            .problem(403, "forbidden");
        who.put(&path, mail("Mine")).await.problem(403, "forbidden");
        who.delete(&path).await.problem(403, "forbidden");
    }
    other.get(&path).await.problem(404, "not_found");
    other
        .put(&path, mail("Mine"))
        .await
        .problem(404, "not_found");
    other.delete(&path).await.problem(404, "not_found");
    assert_eq!(head.get(&path).await.ok()["version"], 1);
}

#[tokio::test]
async fn updates_at_the_same_time_never_share_a_version() {
    let (_world, head) = crate::sends::school().await;
    let template = save(&head, mail("Hello")).await;
    let path = format!("/v1/templates/{template}");
    let updates = (0..10).map(|number| {
        let (head, path) = (head.clone(), path.clone());
        async move { head.put(&path, mail(&format!("Update {number}"))).await }
    });
    let answers = futures::future::join_all(updates).await;
    let mut made: Vec<u64> = Vec::new();
    for answer in answers {
        match answer.status {
            200 => made.push(answer.body["version"].as_u64().expect("a version")),
            _ => {
                answer.problem(409, "conflict");
            }
        }
    }
    made.sort_unstable();
    let expected: Vec<u64> = (2..2 + made.len() as u64).collect();
    assert!(!made.is_empty());
    assert_eq!(made, expected);
    assert_eq!(
        head.all(&format!("{path}/versions")).await.len(),
        made.len() + 1
    );
}
