//! ANN-2: publish and unpublish.

use serde_json::{Value, json};

use super::{draft, publish, school, written};

#[tokio::test]
async fn published_it_is_in_feeds_on_sockets_and_by_mail_where_asked() {
    let (world, head) = school().await;
    let mia = world.actor("school", "mia");
    let mut socket = mia.live().await;
    let path = publish(&world, &head, json!({"type": "urgent", "audience": "class_specific", "class_ids": ["5"], "channels": ["email"]})).await;
    let id = path.rsplit('/').next().expect("an id");
    let feed = mia.all("/v1/notifications").await;
    assert_eq!(feed.len(), 1);
    for (field, value) in [
        ("title", json!("Snow")),
        ("body", json!("School is closed.")),
        ("type", json!("announcement")),
        ("level", json!("warning")),
        ("priority", json!(4)),
        ("reference", json!({"kind": "announcement", "id": id})),
        ("redirect_url", json!(format!("/announcements/{id}"))),
        ("read", json!(false)),
    ] {
        assert_eq!(feed[0][field], value, "{field} of {}", feed[0]);
    }
    let frame = socket.next_of("notification.created").await;
    assert_eq!(
        (&frame["notification"]["id"], &frame["unread_count"]),
        (&feed[0]["id"], &json!(1))
    );
    let letters = world.emails_to("mia@school.example");
    let email = letters[0].email().expect("an e-mail");
    assert_eq!((letters.len(), email.subject.as_str()), (1, "Snow"));
    assert!(email.from.contains("Hill School Office"), "{}", email.from);
    assert!(
        email
            .text
            .as_ref()
            .is_some_and(|text| text.contains("School is closed."))
    );
    let phone = head.get("/v1/users/mia").await.ok()["phone"].clone();
    assert!(
        world.texts_to(phone.as_str().expect("a number")).is_empty(),
        "no text was asked for"
    );
    assert!(
        world
            .actor("school", "leo")
            .all("/v1/notifications")
            .await
            .is_empty()
    );
    assert!(
        head.all("/v1/notifications").await.is_empty(),
        "the publisher is not told"
    );
    assert_eq!(head.get(&path).await.ok()["status"], "published");
}

#[tokio::test]
async fn published_twenty_times_at_once_it_goes_out_once() {
    let (world, head) = school().await;
    let path = draft(&head, json!({"channels": ["email"]})).await;
    let publish = format!("{path}/publish");
    let all = (0..20).map(|_| {
        let (head, publish) = (head.clone(), publish.clone());
        async move { head.post(&publish, json!({})).await }
    });
    let answers = futures::future::join_all(all).await;
    let sends: Vec<Value> = answers
        .into_iter()
        .map(|answer| answer.accepted()["send_id"].clone())
        .collect();
    assert!(sends.iter().all(|send| *send == sends[0]), "{sends:?}");
    world.settle().await;
    head.post(&publish, json!({})).await.accepted();
    world.settle().await;
    assert_eq!(head.all("/v1/sends").await.len(), 1);
    for id in ["ben", "leo", "mia", "pat", "tom"] {
        assert_eq!(
            world.emails_to(&format!("{id}@school.example")).len(),
            1,
            "{id}"
        );
        assert_eq!(
            world
                .actor("school", id)
                .all("/v1/notifications")
                .await
                .len(),
            1,
            "{id}"
        );
    }
    assert_eq!(
        head.all("/v1/audit?act=announcement.published").await.len(),
        1
    );
}

#[tokio::test]
async fn unpublished_nobody_sees_it_and_it_can_be_published_again() {
    let (world, head) = school().await;
    let mia = world.actor("school", "mia");
    let path = publish(&world, &head, json!({})).await;
    mia.get(&path).await.ok();
    head.delete(&path).await.problem(409, "conflict");
    let first = head.get(&path).await.ok()["send_id"].clone();

    let taken = head
        .post(&format!("{path}/unpublish"), json!({}))
        .await
        .ok();
    assert_eq!(taken["status"], "unpublished");
    head.post(&format!("{path}/unpublish"), json!({}))
        .await
        .ok();
    mia.get(&path).await.problem(404, "not_found");
    assert!(mia.all("/v1/announcements/mine").await.is_empty());

    let again = head
        .post(&format!("{path}/publish"), json!({}))
        .await
        .accepted();
    assert_ne!(again["send_id"], first);
    world.settle().await;
    assert_eq!(mia.all("/v1/notifications").await.len(), 2);
    mia.get(&path).await.ok();
    head.post(&format!("{path}/unpublish"), json!({}))
        .await
        .ok();
    head.delete(&path).await.gone();
    let never = draft(&head, json!({})).await;
    head.post(&format!("{never}/unpublish"), json!({}))
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn unpublished_before_its_send_is_planned_it_reaches_nobody() {
    let (world, head) = school().await;
    let path = draft(&head, json!({"channels": ["email", "sms"]})).await;
    let out = head
        .post(&format!("{path}/publish"), json!({}))
        .await
        .accepted();
    head.post(&format!("{path}/unpublish"), json!({}))
        .await
        .ok();
    world.settle().await;
    assert_eq!(world.mailbox().list(&Default::default()).len(), 0);
    assert!(
        world
            .actor("school", "mia")
            .all("/v1/notifications")
            .await
            .is_empty()
    );
    let send = out["send_id"].as_str().expect("a send");
    assert_eq!(
        head.get(&format!("/v1/sends/{send}")).await.ok()["status"],
        "cancelled"
    );
}

#[tokio::test]
async fn once_it_is_out_only_its_words_change() {
    let (world, head) = school().await;
    let path = publish(&world, &head, json!({})).await;
    head.put(&path, written(json!({"audience": "students"})))
        .await
        .problem(409, "conflict");
    head.put(&path, written(json!({"channels": ["email"]})))
        .await
        .problem(409, "conflict");
    let changed = head
        .put(
            &path,
            written(json!({"title": "Ice", "body": "Roads are icy."})),
        )
        .await
        .ok();
    assert_eq!(
        (&changed["title"], &changed["status"]),
        (&json!("Ice"), &json!("published"))
    );
    let mia = world.actor("school", "mia");
    assert_eq!(mia.get(&path).await.ok()["body"], "Roads are icy.");
    world.settle().await;
    assert_eq!(
        mia.all("/v1/notifications").await.len(),
        1,
        "a change is no new announcement"
    );
}

#[tokio::test]
async fn what_the_api_could_not_hand_over_the_sweeper_does() {
    use local::aws::wire::Service;
    use local::aws::{Effect, FaultRule, When};
    let (world, head) = school().await;
    let path = draft(&head, json!({"channels": ["email"]})).await;
    // Longer than the SDK's own attempts, and then the queue is back.
    let rule = FaultRule {
        service: Some(Service::Sqs),
        action: None,
        effect: Effect::Fail {
            code: "AccessDenied".to_owned(),
            status: 403,
        },
        when: When::Always,
        contains: Some("PlanSend".to_owned()),
    };
    let rule = world.faults().add(rule);
    head.post(&format!("{path}/publish"), json!({}))
        .await
        .accepted();
    assert!(world.faults().fired(rule) > 0, "the fault was there");
    world.faults().clear();
    world.settle().await;
    assert!(world.emails_to("mia@school.example").is_empty());
    world.later(61).await;
    world.sweep().await.expect("the sweeper runs");
    world.settle().await;
    world.sweep().await.expect("the sweeper runs");
    world.settle().await;
    assert_eq!(world.emails_to("mia@school.example").len(), 1);
    assert_eq!(
        world
            .actor("school", "mia")
            .all("/v1/notifications")
            .await
            .len(),
        1
    );
}
