//! Staff ask why somebody did or did not get something.

use serde_json::{Value, json};

use super::{announce, choose, school};
use it::Actor;

async fn explain(head: &Actor, id: &str, user: &str) -> Value {
    let path = format!("/v1/notifications/{id}/explain?user={user}");
    head.get(&path).await.ok()
}

/// Outcome and reason on a channel.
fn on<'a>(explained: &'a Value, channel: &str) -> (&'a str, &'a str) {
    let all = explained["channels"].as_array().expect("channels");
    let one = all
        .iter()
        .find(|one| one["channel"] == channel)
        .expect("the channel");
    let word = |name: &str| one[name].as_str().unwrap_or_default();
    (word("outcome"), word("reason"))
}

fn says(explained: &Value, words: &str) {
    let text = explained["text"].as_str().expect("a text");
    assert!(text.contains(words), "{explained}");
}

#[tokio::test]
async fn each_channel_tells_how_it_ended_and_why() {
    let (world, head) = school().await;
    world
        .add_as(
            &head,
            json!({"id": "ada", "name": "Ada", "roles": ["student"]}),
        )
        .await;
    choose(
        &world,
        "mia",
        json!({"channels": {"email": false}, "categories": {"announcements": {"in_app": false}}}),
    )
    .await;
    let send = announce(&world, &head, "general").await;
    let mia = explain(&head, &send, "mia").await;
    assert_eq!(on(&mia, "email"), ("skipped", "opted_out"));
    assert_eq!(on(&mia, "in_app"), ("skipped", "opted_out"));
    assert_eq!(on(&mia, "sms").0, "sent");
    says(&mia, "Name of mia has switched this channel off");
    says(&mia, "Name of mia has switched it off for this category");
    let ada = explain(&head, &send, "ada").await;
    assert_eq!(on(&ada, "email"), ("skipped", "no_address"));
    assert_eq!(on(&ada, "in_app").0, "in_feed");
    says(&ada, "Ada has no e-mail address");
    let pat = world.actor("school", "pat");
    let item = pat.get("/v1/notifications").await.ok()["items"][0].clone();
    let id = item["id"].as_str().expect("an id");
    pat.post(&format!("/v1/notifications/{id}/read"), json!({}))
        .await
        .ok();
    // The id in the feed does as well as that of the send.
    says(&explain(&head, id, "pat").await, "was read");
    pat.delete(&format!("/v1/notifications/{id}")).await.gone();
    assert_eq!(on(&explain(&head, id, "pat").await, "in_app").0, "removed");
}

#[tokio::test]
async fn whoever_got_nothing_is_explained_too() {
    let (world, head) = school().await;
    world.class(&head, "5", &[("mia", "student")]).await;
    let send = head.notify("class:5", "Trip").await;
    let early = explain(&head, &send, "mia").await;
    assert_eq!(on(&early, "in_app").0, "waiting");
    world.settle().await;
    let pat = explain(&head, &send, "pat").await;
    assert_eq!(
        (&pat["in_audience"], on(&pat, "in_app").0),
        (&json!(false), "not_reached")
    );
    says(&pat, "is not in its audience");
    assert_eq!(on(&pat, "email").0, "not_used");
    let late = json!({"user": "pat", "role": "student"});
    world.later(60).await;
    head.post("/v1/groups/5/members", late).await.created();
    says(
        &explain(&head, &send, "pat").await,
        "was not when it went out",
    );
    let own = announce(&world, &head, "general").await;
    says(&explain(&head, &own, "head").await, "caused it");
    let later = (world.now() + jiff::SignedDuration::from_hours(5)).to_string();
    let scheduled = json!({"audience": "all", "title": "Later", "send_at": later});
    let scheduled = head.post("/v1/notifications", scheduled).await.accepted();
    let scheduled = scheduled["send"].as_str().expect("a send");
    says(
        &explain(&head, scheduled, "mia").await,
        "waits for its time",
    );
}

#[tokio::test]
async fn only_staff_ask_and_only_about_their_own_people() {
    let (world, head) = school().await;
    let send = head.notify("all", "Hello").await;
    world.settle().await;
    let path = |user: &str| format!("/v1/notifications/{send}/explain?user={user}");
    let mia = world.actor("school", "mia");
    mia.get(&path("mia")).await.problem(403, "forbidden");
    head.get(&path("nobody")).await.problem(404, "not_found");
    let own = head.get(&format!("/v1/notifications/{send}/explain")).await;
    assert_eq!(own.ok()["user"]["id"], "head");
    let rival = world.tenant("rival").await;
    rival.get(&path("head")).await.problem(404, "not_found");
}
