//! How people learn of a message.

use serde_json::json;

use super::{path, school, write};

#[tokio::test]
async fn a_notification_names_the_sender_and_leads_to_the_message() {
    let school = school().await;
    let mut socket = school.mia.live().await;
    let sent = write(&school, &school.tom, &["mia"], "Trip").await;
    school.world.settle().await;
    let frame = socket.next_of("notification.created").await;
    let told = &frame["notification"];
    assert_eq!(told["title"], "New message from Name of tom");
    assert_eq!(told["body"], "Trip");
    assert_eq!(told["type"], "message.received");
    assert_eq!(told["actor"], "tom");
    assert_eq!(told["priority"], 2);
    assert_eq!(
        told["reference"],
        json!({"kind": "message", "id": sent["id"]})
    );
    let link = told["redirect_url"].as_str().expect("a link");
    assert_eq!(format!("/v1{link}"), path(&sent));
    assert_eq!(school.mia.feed().await, ["New message from Name of tom"]);
    assert!(school.tom.feed().await.is_empty());
}

#[tokio::test]
async fn an_urgent_message_is_of_the_highest_priority() {
    let school = school().await;
    let body = json!({"to": ["mia"], "subject": "S", "body": "B", "urgent": true});
    let sent = school.tom.post("/v1/messages", body).await.created();
    assert_eq!(sent["urgent"], true);
    school.world.settle().await;
    let told = school.mia.all("/v1/notifications").await;
    assert_eq!(told[0]["priority"], 4);
    assert_eq!(school.mia.all("/v1/messages").await[0]["urgent"], true);
}

#[tokio::test]
async fn what_a_message_says_is_in_no_notification() {
    let school = school().await;
    let body = json!({"to": ["mia"], "subject": "S", "body": "between us"});
    school.tom.post("/v1/messages", body).await.created();
    school.world.settle().await;
    let staff = school.head.get("/v1/admin/notifications").await.text;
    assert!(staff.contains("New message from") && !staff.contains("between us"));
}

#[tokio::test]
async fn a_message_of_a_test_key_reaches_nobody() {
    let school = school().await;
    let roles = [domain::Role::parse("staff").expect("a role")];
    let tenant = "school".parse().expect("a tenant id");
    let name = "svc_test".parse().expect("a service's id");
    let key = local::demo::api_key(school.world.parts(), &tenant, &name, &roles, false).await;
    let key = school.world.bearer(key.expect("a key"));
    let body = json!({"to": ["mia"], "subject": "S", "body": "B"});
    key.post("/v1/messages", body).await.created();
    let body = json!({"audience": "students", "subject": "S", "body": "B"});
    key.post("/v1/messages/broadcast", body).await.accepted();
    school.world.settle().await;
    assert!(school.mia.all("/v1/messages").await.is_empty());
    assert!(school.mia.feed().await.is_empty());
}
