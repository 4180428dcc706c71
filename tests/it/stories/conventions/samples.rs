//! One good request for each route that takes a POST.

use it::{Actor, World};
use serde_json::{Value, json};

/// A request by the head of the school that succeeds once.
pub(super) struct Sample {
    /// As it stands in the OpenAPI document.
    pub route: &'static str,
    pub path: String,
    pub body: Value,
}

/// The requests, in an order in which each finds what it needs.
pub(super) async fn posts(world: &World, head: &Actor) -> Vec<Sample> {
    world.add(head, "mia", &["student"]).await;
    world.add(head, "pat", &["parent"]).await;
    world.add(head, "gone", &["student"]).await;
    world.class(head, "5a", &[]).await;
    head.notify("all", "Hello").await;
    world.settle().await;
    let notification = head.get("/v1/notifications").await.ok()["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let template_id = id(head
        .post("/v1/templates", template_of("First"))
        .await
        .created());
    let announcement = json!({"title": "Snow", "body": "Closed.", "audience": "all"});
    let draft = id(head
        .post("/v1/announcements", announcement.clone())
        .await
        .created());
    let scheduled = json!({"recipients": ["user:mia"], "send_at": (world.now() + jiff::SignedDuration::from_hours(5)).to_string()});
    let send = id(head
        .post(&format!("/v1/templates/{template_id}/send"), scheduled)
        .await
        .accepted());
    let import = id(head
        .post("/v1/directory/imports", json!({}))
        .await
        .created());
    let started = id(head
        .post("/v1/directory/imports", json!({"name": "Second"}))
        .await
        .created());
    let csv = "id,name\nben,Ben\n";
    head.raw(
        reqwest::Method::PUT,
        &format!("/v1/directory/imports/{started}/parts/1"),
        "text/csv",
        csv,
    )
    .await;
    let course = json!({"id": "rust", "kind": "course", "name": "Rust"});
    head.post("/v1/groups", course).await.created();
    let community = json!({"group": "rust", "name": "Rust"});
    head.post("/v1/communities", community).await.created();
    let (pending, refused, drafted) = waiting_posts(world, head).await;
    let automation = json!({"name": "Sample", "event": "sample.seen", "targets": [
        {"name": "all", "audience": ["all"], "in_app": {"title": "Sample", "body": "Seen"}},
    ]});
    let sample = |route, path: String, body| Sample { route, path, body };
    let plain = |route: &'static str, body| sample(route, route.to_owned(), body);
    let mut samples = vec![
        plain("/v1/users", json!({"name": "New"})),
        plain("/v1/groups", json!({"kind": "class", "name": "6b"})),
        sample(
            "/v1/groups/{id}/members",
            "/v1/groups/5a/members".to_owned(),
            json!({"user": "mia", "role": "student"}),
        ),
        sample(
            "/v1/users/{id}/guardians",
            "/v1/users/mia/guardians".to_owned(),
            json!({"guardian": "pat"}),
        ),
        sample(
            "/v1/users/{id}/export",
            "/v1/users/mia/export".to_owned(),
            json!({}),
        ),
        sample(
            "/v1/users/{id}/erase",
            "/v1/users/gone/erase".to_owned(),
            json!({"confirm": "gone"}),
        ),
        plain("/v1/directory/imports", json!({"name": "Autumn"})),
        sample(
            "/v1/directory/imports/{id}/start",
            format!("/v1/directory/imports/{started}/start"),
            json!({}),
        ),
        sample(
            "/v1/directory/imports/{id}/cancel",
            format!("/v1/directory/imports/{import}/cancel"),
            json!({}),
        ),
        plain("/v1/template-variables", json!({"name": "house_name"})),
        plain("/v1/templates", template_of("Second")),
        plain(
            "/v1/templates/preview",
            json!({"template": template_of("Third")}),
        ),
        sample(
            "/v1/templates/{id}/preview",
            format!("/v1/templates/{template_id}/preview"),
            json!({}),
        ),
        sample(
            "/v1/templates/{id}/send",
            format!("/v1/templates/{template_id}/send"),
            json!({"recipients": ["user:mia"]}),
        ),
        plain(
            "/v1/sends/dry-run",
            json!({"recipients": ["user:mia"], "templates": [template_id]}),
        ),
        sample(
            "/v1/sends/{id}/cancel",
            format!("/v1/sends/{send}/cancel"),
            json!({}),
        ),
        plain("/v1/announcements", announcement),
        sample(
            "/v1/announcements/{id}/publish",
            format!("/v1/announcements/{draft}/publish"),
            json!({}),
        ),
        sample(
            "/v1/announcements/{id}/read",
            format!("/v1/announcements/{draft}/read"),
            json!({}),
        ),
        sample(
            "/v1/announcements/{id}/unpublish",
            format!("/v1/announcements/{draft}/unpublish"),
            json!({}),
        ),
        plain(
            "/v1/notifications",
            json!({"audience": "all", "title": "Hello"}),
        ),
        sample(
            "/v1/notifications/{id}/read",
            format!("/v1/notifications/{notification}/read"),
            json!({}),
        ),
        plain("/v1/notifications/read-all", json!({})),
        plain("/v1/realtime/tickets", json!({})),
        plain("/v1/automations", automation.clone()),
        plain(
            "/v1/automations/try",
            json!({"rule": automation, "event": {"data": {}}}),
        ),
        sample(
            "/v1/automations/{id}/try",
            "/v1/automations/grade.posted/try".to_owned(),
            json!({"event": {"data": {}}}),
        ),
        plain(
            "/v1/events",
            json!({"events": [{"event_id": "sample-1", "type": "sample.taken", "data": {}}]}),
        ),
        plain("/v1/communities", json!({"group": "5a", "name": "Five"})),
        sample(
            "/v1/communities/{id}/posts",
            "/v1/communities/com_rust/posts".to_owned(),
            json!({"title": "Hello", "body": "World"}),
        ),
        sample(
            "/v1/posts/{id}/submit",
            format!("{drafted}/submit"),
            json!({}),
        ),
        sample(
            "/v1/posts/{id}/approve",
            format!("{pending}/approve"),
            json!({}),
        ),
        sample(
            "/v1/posts/{id}/reject",
            format!("{refused}/reject"),
            json!({"notes": "Say more."}),
        ),
        sample("/v1/posts/{id}/pin", format!("{pending}/pin"), json!({})),
        sample(
            "/v1/posts/{id}/unpin",
            format!("{pending}/unpin"),
            json!({}),
        ),
        sample(
            "/v1/communities/{id}/leave",
            "/v1/communities/com_other/leave".to_owned(),
            json!({}),
        ),
        sample(
            "/v1/communities/{id}/join",
            "/v1/communities/com_other/join".to_owned(),
            json!({}),
        ),
    ];
    samples.extend(super::samples_approvals::posts(world, head).await);
    samples.extend(super::samples_chat::posts(world, head).await);
    samples
}

/// Posts that wait to be approved and rejected, and a draft of the head.
async fn waiting_posts(world: &World, head: &Actor) -> (String, String, String) {
    let other = json!({"id": "other", "kind": "course", "name": "Other"});
    head.post("/v1/groups", other).await.created();
    let community =
        json!({"group": "other", "name": "Other", "settings": {"require_post_approval": true}});
    head.post("/v1/communities", community).await.created();
    let member = json!({"user": "mia", "role": "student"});
    head.post("/v1/groups/other/members", member)
        .await
        .created();
    // Another owner, so that the head can leave.
    world.add(head, "ola", &["staff"]).await;
    let owner = json!({"role": "owner"});
    head.put("/v1/communities/com_other/members/ola", owner)
        .await
        .ok();
    let posts = "/v1/communities/com_other/posts";
    let post = json!({"title": "Hello", "body": "World"});
    let mia = world.actor("school", "mia");
    mia.post("/v1/communities/com_other/join", json!({}))
        .await
        .ok();
    let draft = json!({"title": "Half", "body": "Done", "draft": true});
    let made = [
        mia.post(posts, post.clone()).await.created(),
        mia.post(posts, post).await.created(),
        head.post(posts, draft).await.created(),
    ];
    let [pending, refused, drafted] = made.map(|post| format!("/v1/posts/{}", id(post)));
    (pending, refused, drafted)
}

fn template_of(name: &str) -> Value {
    json!({"name": name, "channel": "sms", "body": "Hello"})
}

fn id(made: Value) -> String {
    made["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{made} has no id"))
        .to_owned()
}
