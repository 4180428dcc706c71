//! SND-1…6: sends of templates.

mod authors;
mod content;
mod dry_run;
mod numbers;
mod pacing;
mod recipients;
mod schedule;
mod shared_addresses;
mod template;
mod texting;
mod watch;

use it::{Actor, World};
use reqwest::Method;
use serde_json::{Value, json};

/// A school whose head's credential outlives every wait of a story.
pub(crate) async fn school() -> (World, Actor) {
    let (world, _) = World::school().await;
    let head = world.actor_for("school", "head", 60 * 86_400);
    (world, head)
}

/// Saves a template for e-mails and returns its id.
pub(crate) async fn email_template(head: &Actor, subject: &str, text: &str) -> String {
    let html = format!("<p>{text}</p>");
    let input = json!({"name": "A mail", "channel": "email", "subject": subject, "html": html, "text": text});
    save(head, input).await
}

/// Saves a template for texts and returns its id.
pub(crate) async fn sms_template(head: &Actor, body: &str) -> String {
    save(
        head,
        json!({"name": "A text", "channel": "sms", "body": body}),
    )
    .await
}

/// Saves a template and returns its id.
pub(crate) async fn save(head: &Actor, template: Value) -> String {
    id(&head.post("/v1/templates", template).await.created())
}

/// Sends a template to some recipients and returns the send's id.
pub(crate) async fn send(head: &Actor, template: &str, recipients: &[&str]) -> String {
    send_with(head, template, json!({"recipients": recipients})).await
}

/// Sends a template with a whole body and returns the send's id.
pub(crate) async fn send_with(head: &Actor, template: &str, body: Value) -> String {
    id(&head
        .post(&format!("/v1/templates/{template}/send"), body)
        .await
        .accepted())
}

pub(crate) fn id(body: &Value) -> String {
    body["id"].as_str().expect("an id").to_owned()
}

/// Adds students `p0`, `p1`, … with an address and a number each.
pub(crate) async fn pupils(world: &World, head: &Actor, count: usize) {
    let mut rows = String::from("id,name,email,phone,roles\n");
    for number in 0..count {
        rows += &format!(
            "p{number},Name of p{number},p{number}@school.example,+4477009{number:05},student\n"
        );
    }
    if count > 0 {
        head.raw(Method::POST, "/v1/directory/imports", "text/csv", rows)
            .await
            .accepted();
        world.settle().await;
        assert_eq!(head.get("/v1/users/p0").await.ok()["name"], "Name of p0");
    }
}

/// All deliveries of a send.
pub(crate) async fn deliveries(staff: &Actor, send: &str) -> Vec<Value> {
    staff
        .all(&format!("/v1/sends/{send}/deliveries?page_size=100"))
        .await
}

/// How many deliveries have a status.
pub(crate) fn with_status(rows: &[Value], status: &str) -> usize {
    rows.iter().filter(|row| row["status"] == status).count()
}

/// The delivery to a person.
pub(crate) fn of_user<'a>(rows: &'a [Value], user: &str) -> &'a Value {
    rows.iter()
        .find(|row| row["user_id"] == user)
        .unwrap_or_else(|| panic!("nothing for {user} in {rows:?}"))
}
