//! LOG-4: who did what, for ever.

use domain::Timestamp;
use serde_json::{Value, json};

use super::{announce, school};

fn acts(entries: &[Value]) -> Vec<(&str, &str)> {
    entries
        .iter()
        .map(|entry| {
            (
                entry["act"].as_str().expect("an act"),
                entry["actor"].as_str().expect("an actor"),
            )
        })
        .collect()
}

#[tokio::test]
async fn privileged_acts_are_in_the_trail_with_who_did_them() {
    let (world, head) = school().await;
    let office = world.add(&head, "office", &["staff"]).await;
    world.class(&head, "5", &[("mia", "student")]).await;
    announce(&world, &office, "Snow", "students").await;
    head.post(
        "/v1/notifications",
        json!({"title": "Hi", "body": "There", "audience": "user:mia"}),
    )
    .await
    .accepted();
    head.patch("/v1/users/mia", json!({"roles": ["student", "prefect"]}))
        .await
        .ok();
    head.delete("/v1/users/ben").await.gone();
    let found = head.all("/v1/audit").await;
    let told = acts(&found);
    for expected in [
        ("user.removed", "head"),
        ("user.role_changed", "head"),
        ("notification.sent", "head"),
        ("announcement.published", "office"),
        ("announcement.created", "office"),
        ("membership.set", "head"),
        ("group.created", "head"),
        ("user.created", "head"),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    let removed = found
        .iter()
        .find(|entry| entry["act"] == "user.removed")
        .expect("the entry");
    assert_eq!(removed["subject"], "ben");
    // Refused acts and mere looking leave nothing.
    office
        .patch("/v1/users/head", json!({"roles": []}))
        .await
        .problem(403, "forbidden");
    office.get("/v1/users/mia").await.ok();
    assert_eq!(head.all("/v1/audit").await.len(), found.len());
}

#[tokio::test]
async fn the_trail_is_newest_first_and_searched_by_act_actor_and_day() {
    let (world, head) = school().await;
    let office = world.add(&head, "office", &["staff"]).await;
    let before = head.all("/v1/audit").await.len();
    for at in 0..5 {
        world.later(1).await;
        office
            .post(
                "/v1/groups",
                json!({"id": format!("g{at}"), "kind": "class", "name": "G"}),
            )
            .await
            .created();
    }
    world.later(40 * 86_400).await;
    let (head, office) = (
        world.actor("school", "head"),
        world.actor("school", "office"),
    );
    let today = world.now().to_string()[..10].to_owned();
    office.delete("/v1/groups/g0").await.gone();
    for (query, expected) in [
        (String::new(), before + 6),
        ("?actor=office".to_owned(), 6),
        ("?act=group.created".to_owned(), 5),
        ("?act=group.".to_owned(), 6),
        ("?act=group.&actor=head".to_owned(), 0),
        (format!("?from={today}"), 1),
        (format!("?to={today}&act=group."), 6),
        ("?to=2020-01-01".to_owned(), 0),
    ] {
        let sign = if query.is_empty() { '?' } else { '&' };
        for size in [2, 100] {
            let found = head
                .all(&format!("/v1/audit{query}{sign}page_size={size}"))
                .await;
            assert_eq!(found.len(), expected, "{query} by {size}");
            let times: Vec<Timestamp> = found
                .iter()
                .filter_map(|entry| entry["at"].as_str()?.parse().ok())
                .collect();
            assert_eq!(times.len(), found.len());
            assert!(
                times.windows(2).all(|pair| pair[0] >= pair[1]),
                "{query}: {times:?}"
            );
        }
    }
    let subjects = head.all("/v1/audit?act=group.created").await;
    let subjects: Vec<&str> = subjects
        .iter()
        .filter_map(|entry| entry["subject"].as_str())
        .collect();
    assert_eq!(subjects, ["g4", "g3", "g2", "g1", "g0"]);
}

#[tokio::test]
async fn only_administrators_read_the_trail() {
    let (world, head) = school().await;
    for (id, role) in [("office", "staff"), ("tom", "teacher"), ("lea", "student")] {
        world
            .add(&head, id, &[role])
            .await
            .get("/v1/audit")
            .await
            .problem(403, "forbidden");
    }
    world
        .anonymous()
        .get("/v1/audit")
        .await
        .problem(401, "unauthorized");
}
