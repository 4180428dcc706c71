//! API keys: services that send for a tenant, and tests of them.

use it::{Actor, Socket, World};
use local::demo::api_key;
use serde_json::json;

async fn service(world: &World, name: &str, roles: &[&str], live: bool) -> Actor {
    let roles: Vec<_> = roles
        .iter()
        .map(|role| domain::Role::parse(role).unwrap())
        .collect();
    let (tenant, name) = ("school".parse().unwrap(), name.parse().unwrap());
    let secret = api_key(world.parts(), &tenant, &name, &roles, live)
        .await
        .expect("a key");
    world.bearer(secret)
}

/// Publishes an announcement on every channel and notifies everybody.
async fn tell_everybody(who: &Actor) -> Vec<u16> {
    let announcement = json!({"title": "Snow", "body": "Closed.", "type": "urgent", "audience": "all", "channels": ["email", "sms"]});
    let made = who.post("/v1/announcements", announcement).await;
    let path = format!(
        "/v1/announcements/{}/publish",
        made.body["id"].as_str().expect("an id")
    );
    let published = who.post(&path, json!({})).await;
    let notified = who
        .post(
            "/v1/notifications",
            json!({"audience": "all", "title": "Hello"}),
        )
        .await;
    vec![made.status, published.status, notified.status]
}

#[tokio::test]
async fn a_live_key_sends_for_its_tenant() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let erp = service(&world, "svc_erp", &["staff"], true).await;
    assert_eq!(tell_everybody(&erp).await, [201, 202, 202]);
    world.settle().await;
    assert_eq!(mia.feed().await.len(), 2);
    assert_eq!(world.emails_to("mia@school.example").len(), 1);
    assert_eq!(
        mia.get("/v1/notifications").await.ok()["items"][0]["actor"],
        "svc_erp"
    );
}

#[tokio::test]
async fn a_test_key_gets_the_same_answers_and_nothing_leaves() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let mut socket = mia.live().await;
    let test = service(&world, "svc_test", &["staff"], false).await;
    // An announcement would be there for its readers whatever leaves.
    assert_eq!(tell_everybody(&test).await, [201, 403, 202]);
    world.settle().await;
    assert!(mia.all("/v1/announcements/mine").await.is_empty());
    assert!(socket.drain().await.is_empty(), "nothing is pushed");
    assert!(mia.feed().await.is_empty(), "nothing is in the feed");
    assert!(
        world.mailbox().list(&Default::default()).is_empty(),
        "nothing is in the mailbox"
    );
    let sends = test.all("/v1/sends").await;
    assert_eq!(sends.len(), 1);
    for send in &sends {
        assert_eq!(send["test"], true, "{send}");
        let id = send["id"].as_str().expect("an id");
        let watched = test.get(&format!("/v1/sends/{id}")).await.ok();
        assert_eq!(
            watched["status"], "completed",
            "it comes to its end: {watched}"
        );
    }
}

#[tokio::test]
async fn a_key_may_do_what_its_roles_may() {
    let (world, _head) = World::school().await;
    let reader = service(&world, "svc_reader", &["student"], true).await;
    reader.get("/v1/notifications").await.ok();
    reader
        .post(
            "/v1/notifications",
            json!({"audience": "all", "title": "No"}),
        )
        .await
        .problem(403, "forbidden");
    reader.get("/v1/users").await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_key_that_is_none_opens_nothing() {
    let (world, _head) = World::school().await;
    let good = service(&world, "svc_erp", &["staff"], true).await;
    let secret = good.token().to_owned();
    for bad in [
        secret.replace("ck_live_", "ck_test_"),
        format!("{secret}A"),
        secret[..secret.len() - 1].to_owned(),
        "ck_live_".to_owned(),
    ] {
        world
            .bearer(bad)
            .get("/v1/users")
            .await
            .problem(401, "unauthorized");
    }
    good.get("/v1/users").await.ok();
}

#[tokio::test]
async fn a_services_socket_is_kept_although_it_is_nobody_in_the_directory() {
    let (world, head) = World::school().await;
    let erp = service(&world, "svc_erp", &["staff"], true).await;
    let header = format!("Bearer {}", erp.token());
    let mut socket = Socket::open_with(erp.socket_url(), &[("authorization", &header)])
        .await
        .expect("it opens");
    world.later(120).await;
    assert!(socket.drain().await.is_empty());
    let ticket = erp.post("/v1/realtime/tickets", json!({})).await.created();
    let mut second = Socket::open(ticket["url"].as_str().unwrap())
        .await
        .expect("by ticket");
    world.later(120).await;
    assert!(second.drain().await.is_empty() && socket.drain().await.is_empty());
    drop(head);
}
