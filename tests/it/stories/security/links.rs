//! Links that hide where they lead.

use it::World;
use serde_json::json;

use crate::sends::{deliveries, of_user, send_with, sms_template};

#[tokio::test]
async fn a_text_whose_values_bring_in_a_foreign_link_stays() {
    let (world, head) = World::school().await;
    head.patch("/v1/settings", json!({"link_hosts": ["school.example"]}))
        .await
        .ok();
    let mia = world.add(&head, "mia", &["student"]).await;
    let zoe = json!({"id": "zoe", "name": "evil.example/pay", "phone": "+447700900001"});
    world.add_as(&head, zoe).await;
    let template = sms_template(&head, "{{ recipient_name }}: {{ message }}").await;
    for (message, to_mia) in [
        ("see https://school.example/news", "sent"),
        ("see https://evil.example/", "failed"),
        ("see evil.example/pay", "failed"),
        ("see www.evil.example", "failed"),
    ] {
        let body =
            json!({"recipients": ["user:mia", "user:zoe"], "variables": {"message": message}});
        let send = send_with(&head, &template, body).await;
        world.settle().await;
        let rows = deliveries(&head, &send).await;
        assert_eq!(of_user(&rows, &mia.id)["status"], to_mia, "{message}");
        let refused = of_user(&rows, "zoe");
        assert_eq!(refused["status"], "failed", "{message}");
        assert_eq!(refused["reason"], "BAD_LINK", "{message}");
    }
    assert_eq!(world.mailbox().counts().texts, 1);
}

#[tokio::test]
async fn an_announcement_with_a_foreign_link_is_not_texted() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let announcement = json!({"title": "Fees", "body": "Pay at https://evil.example/x", "type": "general", "audience": "user:mia", "channels": ["sms"]});
    let made = head.post("/v1/announcements", announcement).await.created();
    let path = format!("/v1/announcements/{}/publish", made["id"].as_str().unwrap());
    let published = head.post(&path, json!({})).await.accepted();
    world.settle().await;
    assert_eq!(mia.feed().await, ["Fees"]);
    assert_eq!(world.mailbox().counts().texts, 0);
    let rows = deliveries(&head, published["send_id"].as_str().unwrap()).await;
    assert!(
        rows.iter().any(|row| row["reason"] == "BAD_LINK"),
        "{rows:?}"
    );
}

#[tokio::test]
async fn the_addresses_of_a_notification_show_where_they_lead() {
    let (_world, head) = World::school().await;
    for url in [
        "https://user@evil.example/",
        "https://user:word@evil.example/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "https://",
        "http://school.example/",
    ] {
        let body = json!({"audience": "user:head", "title": "x", "redirect_url": url});
        let answer = head.post("/v1/notifications", body).await;
        answer.refuses("redirect_url", "invalid");
        let body = json!({"audience": "user:head", "title": "x", "actions": [{"label": "Go", "url": url}]});
        let answer = head.post("/v1/notifications", body).await;
        answer.refuses("actions[0].url", "invalid");
    }
    let body = json!({"audience": "user:head", "title": "x", "redirect_url": "https://school.example/a?b=c"});
    head.post("/v1/notifications", body).await.accepted();
}
