//! Events come in, and the right people hear of it: by three doors, once, by
//! rules that a tenant can change.

mod doors;
mod own;
mod refused;
mod reminders;
mod sees;
mod theirs;
mod together;
mod trying;

use std::collections::BTreeSet;

use it::{Actor, World};
use local::aws::sqs::NewMessage;
use local::demo::{Organisation, organisations};
use serde_json::{Value, json};

/// The system with the people of the demonstration, for whom the examples of
/// events are.
async fn demonstration() -> World {
    let world = World::builder().start().await;
    for organisation in organisations().expect("the demonstration") {
        found(&world, &organisation).await;
    }
    world
}

/// Hillside School of the demonstration, with its head.
async fn hillside() -> (World, Actor) {
    let world = World::builder().start().await;
    let all = organisations().expect("the demonstration");
    let school = all.iter().find(|one| one.id.as_str() == "hillside");
    found(&world, school.expect("the school")).await;
    let head = world.actor_for("hillside", "head", 60 * 86_400);
    (world, head)
}

/// A tenant of the demonstration with its people and groups.
async fn found(world: &World, organisation: &Organisation) {
    let head = world.tenant(organisation.id.as_str()).await;
    let mut file = String::from("id,name,email,phone,roles,groups,guardian_of\n");
    for person in organisation
        .people
        .iter()
        .filter(|person| person.id.as_str() != "head")
    {
        let groups = organisation.groups.iter().flat_map(|group| {
            let roles = group.members.iter();
            let mine = roles.filter(|(_, members)| members.contains(&person.id));
            mine.map(|(role, _)| format!("{}:{}:{role}", group.kind, group.id))
        });
        let children = organisation.people.iter();
        let children = children.filter(|child| child.guardians.contains(&person.id));
        let cells = [
            person.id.to_string(),
            person.name.clone(),
            person
                .email
                .as_ref()
                .map(|email| email.reveal().to_owned())
                .unwrap_or_default(),
            person
                .phone
                .as_ref()
                .map(|phone| phone.reveal().to_owned())
                .unwrap_or_default(),
            person
                .roles
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(";"),
            groups.collect::<Vec<_>>().join(";"),
            children
                .map(|child| child.id.to_string())
                .collect::<Vec<_>>()
                .join(";"),
        ];
        file += &format!("{}\n", cells.join(","));
    }
    let import = head.raw(
        reqwest::Method::POST,
        "/v1/directory/imports",
        "text/csv",
        file,
    );
    let import = text(&import.await.accepted(), "id");
    world.settle().await;
    let import = head
        .get(&format!("/v1/directory/imports/{import}"))
        .await
        .ok();
    assert_eq!(import["status"], "completed", "{import}");
}

/// The example of a type of event, as a message of the queue.
fn example(kind: &str) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/types");
    let path = format!("{root}/{kind}.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect("JSON")
}

/// The types that there are examples of.
fn kinds() -> Vec<String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/types");
    let files = std::fs::read_dir(root).expect("the examples");
    let mut kinds: Vec<String> = files
        .map(|file| {
            file.expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .map(|name| name.trim_end_matches(".json").to_owned())
        .collect();
    kinds.sort();
    kinds
}

fn text(value: &Value, field: &str) -> String {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field} of {value}"))
        .to_owned()
}

/// The event as the API takes it: the tenant is the caller's.
fn of_api(event: &Value) -> Value {
    let mut event = event.clone();
    event.as_object_mut().expect("an object").remove("tenant");
    event
}

async fn by_api(publisher: &Actor, event: &Value) -> String {
    let body = json!({"events": [of_api(event)]});
    let taken = publisher.post("/v1/events", body).await.accepted();
    text(&taken["results"][0], "result")
}

fn by_queue(world: &World, event: &Value) {
    world
        .sqs()
        .send("ApplyEventQueue", NewMessage::text(event.to_string()))
        .expect("the queue takes it");
}

/// `aws events put-events` with one entry.
async fn by_bus(world: &World, event: &Value) -> Value {
    let detail =
        json!({"tenant": event["tenant"], "event_id": event["event_id"], "data": event["data"]});
    put_events(world, &text(event, "type"), &detail.to_string()).await
}

async fn put_events(world: &World, kind: &str, detail: &str) -> Value {
    let entry =
        json!({"Source": "erp", "DetailType": kind, "Detail": detail, "EventBusName": "EventBus"});
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let answer = client
        .post(world.aws_url())
        .header("x-amz-target", "AWSEvents.PutEvents")
        .header("content-type", "application/x-amz-json-1.1")
        .body(json!({"Entries": [entry]}).to_string())
        .send()
        .await
        .expect("the bus answers");
    serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
}

/// What became of an event.
async fn outcome(staff: &Actor, event: &Value) -> Value {
    let path = format!("/v1/events/{}", text(event, "event_id"));
    staff.get(&path).await.ok()
}

/// The sends that a rule made of an event.
fn sends(outcome: &Value) -> BTreeSet<String> {
    let rules = outcome["rules"].as_array().expect("rules").iter();
    let targets = rules.flat_map(|rule| rule["targets"].as_array().expect("targets").iter());
    targets
        .filter_map(|target| target["send"].as_str().map(str::to_owned))
        .collect()
}

/// What somebody's feed says of a type of event, newest first.
async fn told(who: &Actor, kind: &str) -> Vec<Value> {
    let mut items = who.all("/v1/notifications").await;
    items.retain(|item| item["type"] == kind);
    items
}

/// The reason of the only record in the dead-letter queue of `apply-event`.
fn only_dead_letter(world: &World) -> String {
    let dead = world.dead_letters("ApplyEvent").expect("the queue");
    assert_eq!(dead.len(), 1, "{dead:?}");
    let reason = dead[0].attributes.get("reason");
    let reason = reason.and_then(|reason| reason.string_value.clone());
    reason.expect("a reason")
}

/// An event of a rule of the tenant's own.
fn bus_late(id: &str, route: &str) -> Value {
    json!({"tenant": "hillside", "event_id": id, "type": "bus.late", "data": {"route": route, "minutes": 12, "pupils": ["10", "12"]}})
}

/// A rule of the tenant's own.
fn late_rule() -> Value {
    json!({
        "name": "School bus late",
        "event": "bus.late",
        "category": "transport",
        "priority": "high",
        "level": "warning",
        "data": [
            {"name": "route"},
            {"name": "minutes", "kind": "number"},
            {"name": "pupils", "kind": "list"},
        ],
        "when": {"minutes": [{"numeric": [">", 5]}]},
        "reference": {"kind": "route", "id": "{{route}}"},
        "redirect_url": "/transport/{{route}}",
        "targets": [
            {"name": "pupils", "audience": ["user:{{pupils}}"],
             "in_app": {"title": "Bus {{ route }} is late", "body": "About {{ minutes }} minutes."}},
            {"name": "families", "audience": ["guardians-of:user:{{pupils}}"],
             "in_app": {"title": "Bus {{ route }} is late", "body": "About {{ minutes }} minutes."},
             "email": {"subject": "Bus {{ route }} is late", "html": "<p>Dear {{ recipient_name }}, it is about {{ minutes }} minutes late.</p>"}},
        ],
    })
}
