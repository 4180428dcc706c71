//! A tenant that has one of everything.

use std::collections::BTreeMap;

use it::{Actor, World};
use reqwest::Method;
use serde_json::{Value, json};

/// A word that is in everything the tenant has.
pub(super) const MARK: &str = "zebra";

/// One id of each collection, by its path.
pub(super) type Ids = BTreeMap<&'static str, String>;

/// A template of its own.
pub(super) fn template() -> Value {
    json!({"name": "zebra letter", "channel": "email", "subject": "zebra", "html": "<p>zebra</p>", "text": "zebra"})
}

fn text(body: &Value, field: &str) -> String {
    body[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field} of {body}"))
        .to_owned()
}

/// Founds the tenant `zoo` and fills it.
pub(super) async fn zoo(world: &World) -> (Actor, Ids) {
    let head = world.tenant("zoo").await;
    for (id, role) in [
        ("zebra-1", "student"),
        ("zebra-2", "parent"),
        ("zebra-3", "teacher"),
    ] {
        let email = format!("{id}@zebra.example");
        let body =
            json!({"id": id, "name": format!("Zebra {id}"), "email": email, "roles": [role]});
        world.add_as(&head, body).await;
    }
    world
        .class(
            &head,
            "zebra-5",
            &[("zebra-1", "student"), ("zebra-3", "teacher")],
        )
        .await;
    head.post(
        "/v1/users/zebra-1/guardians",
        json!({"guardian": "zebra-2"}),
    )
    .await
    .ok();
    let template = head.post("/v1/templates", template()).await.created();
    head.post("/v1/template-variables", json!({"name": "zebra_house"}))
        .await
        .created();
    let import = head
        .raw(
            Method::POST,
            "/v1/directory/imports?name=zebra",
            "text/csv",
            "id,name\nzebra-4,Zebra\n",
        )
        .await
        .accepted();
    let (community, post) = community(&head).await;
    let rule = json!({"name": "zebra rule", "event": "zebra.seen", "targets": [
        {"name": "all", "audience": ["user:head"], "in_app": {"title": "zebra", "body": "zebra"}},
    ]});
    let rule = head.post("/v1/automations", rule).await.created();
    let event = json!({"event_id": "zebra-event-of-the-zoo", "type": "zebra.gone", "data": {}});
    head.post("/v1/events", json!({"events": [event]}))
        .await
        .accepted();
    let date = (world.now() + jiff::SignedDuration::from_hours(2_000)).to_string();
    let zoo = json!({"event": {"id": "zebra day", "title": "zebra", "date": date}, "audience": []});
    let planned = json!({"event_id": "zebra-day", "type": "event.scheduled", "data": zoo});
    head.post("/v1/events", json!({"events": [planned]}))
        .await
        .accepted();
    let announcement = json!({"title": "zebra crossing", "body": "zebra", "audience": ["all", "user:head"], "channels": ["email"]});
    let office = json!({"id": "zebra-0", "name": "zebra office", "roles": ["staff"]});
    let office = world.add_as(&head, office).await;
    let announcement = office
        .post("/v1/announcements", announcement)
        .await
        .created();
    let publish = format!("/v1/announcements/{}/publish", text(&announcement, "id"));
    let send = office.post(&publish, json!({})).await.accepted();
    let message = json!({"to": ["head"], "subject": "zebra", "body": "zebra"});
    let message = office.post("/v1/messages", message).await.created();
    let approval = json!({"type": "custom", "title": "zebra", "details": {"zebra": "zebra"}});
    let approval = head.post("/v1/approvals", approval).await.created();
    let (room, invitation) = talk(world, &head).await;
    let export = head.post("/v1/users/zebra-1/export", json!({})).await;
    let export = export.accepted();
    world.settle().await;
    let notification = head.all("/v1/notifications").await.remove(0);
    let delivery = head.all("/v1/communication-logs").await.remove(0);
    let reminder = head.all("/v1/reminders").await.remove(0);
    let ids = [
        ("/v1/users", "zebra-1".to_owned()),
        ("/v1/groups", "zebra-5".to_owned()),
        ("/v1/templates", text(&template, "id")),
        ("/v1/template-variables", "zebra_house".to_owned()),
        ("/v1/directory/imports", text(&import, "id")),
        ("/v1/announcements", text(&announcement, "id")),
        ("/v1/messages", text(&message, "id")),
        ("/v1/messages/threads", text(&message, "thread")),
        ("/v1/automations", text(&rule, "id")),
        ("/v1/events", "zebra-event-of-the-zoo".to_owned()),
        ("/v1/reminders", text(&reminder, "id")),
        ("/v1/sends", text(&send, "send_id")),
        ("/v1/chat/rooms", room),
        ("/v1/chat/invitations", invitation),
        ("/v1/chat/blocks", "zebra-2".to_owned()),
        ("/v1/notifications", text(&notification, "id")),
        ("/v1/admin/notifications", text(&notification, "id")),
        ("/v1/communication-logs", text(&delivery, "id")),
        ("/v1/communities", community),
        ("/v1/posts", post),
        ("/v1/approvals", text(&approval, "id")),
        ("/v1/privacy/operations", text(&export, "id")),
    ];
    (head, ids.into())
}

/// A community with a post; their ids.
async fn community(head: &Actor) -> (String, String) {
    let body = json!({"group": "zebra-5", "name": "zebra crossing"});
    let made = head.post("/v1/communities", body).await.created();
    let path = format!("/v1/communities/{}/posts", text(&made, "id"));
    let body = json!({"title": "zebra", "body": "zebra"});
    let post = head.post(&path, body).await.created();
    (text(&made, "id"), text(&post, "id"))
}

/// A room with a message in it, an invitation that waits, and a block.
async fn talk(world: &World, head: &Actor) -> (String, String) {
    let teacher = world.actor("zoo", "zebra-3");
    let room = crate::chat::contact(head, &teacher).await;
    let message = json!({"text": "zebra"});
    head.post(&format!("/v1/chat/rooms/{room}/messages"), message)
        .await
        .created();
    let invitation = crate::chat::invite(head, "zebra-1").await;
    head.post("/v1/chat/blocks", json!({"user": "zebra-2"}))
        .await
        .created();
    (room, invitation)
}

/// Everything that its administrator sees of it.
pub(super) async fn seen(world: &World, head: &Actor) -> BTreeMap<String, Value> {
    let mut seen = BTreeMap::new();
    for path in super::lists::lists(world) {
        let answer = head.get(&format!("{path}?page_size=100")).await;
        seen.insert(path, answer.body["items"].clone());
    }
    seen
}
