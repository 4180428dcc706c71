//! Groups and who belongs to them.

use it::World;
use serde_json::{Value, json};

#[tokio::test]
async fn a_group_is_created_changed_listed_and_removed_with_its_memberships() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    world.class(&head, "5", &[("mia", "student")]).await;
    head.post(
        "/v1/groups",
        json!({"id": "rust", "kind": "course", "name": "Rust"}),
    )
    .await
    .created();
    head.post(
        "/v1/groups",
        json!({"id": "5", "kind": "class", "name": "Again"}),
    )
    .await
    .problem(409, "conflict");
    head.post("/v1/groups", json!({"kind": "A Class", "name": ""}))
        .await
        .refuses("kind", "invalid");
    let made = head
        .post("/v1/groups", json!({"kind": "team", "name": "Staff room"}))
        .await
        .created();
    assert!(
        made["id"].as_str().is_some_and(|id| id.starts_with("grp_")),
        "{made}"
    );

    assert_eq!(head.all("/v1/groups?page_size=1").await.len(), 3);
    assert_eq!(head.all("/v1/groups?kind=class").await.len(), 1);
    let changed = head
        .patch(
            "/v1/groups/5",
            json!({"name": "Five", "attributes": {"room": "12"}}),
        )
        .await
        .ok();
    assert_eq!(
        (&changed["name"], &changed["kind"]),
        (&json!("Five"), &json!("class"))
    );
    let replaced = head
        .put("/v1/groups/5", json!({"kind": "class", "name": "5"}))
        .await
        .ok();
    assert_eq!(replaced["attributes"], json!({}));
    assert_eq!(
        mia.get("/v1/groups/5").await.ok()["name"],
        "5",
        "members read their own group"
    );
    head.with("if-match", "\"1\"")
        .delete("/v1/groups/5")
        .await
        .problem(409, "conflict");

    head.delete("/v1/groups/5").await.gone();
    head.get("/v1/groups/5").await.problem(404, "not_found");
    assert_eq!(mia.get("/v1/users/me").await.ok()["memberships"], json!([]));
    let members = head.get("/v1/users?group=5").await.ok();
    assert_eq!(members["items"], json!([]));
}

#[tokio::test]
async fn members_come_change_and_go() {
    let (world, head) = World::school().await;
    for id in ["ada", "ben", "cem"] {
        world.add(&head, id, &["student"]).await;
    }
    world
        .class(&head, "5", &[("ada", "student"), ("ben", "student")])
        .await;
    let members = "/v1/groups/5/members";
    head.post(members, json!({"user": "ada", "role": "student"}))
        .await
        .problem(409, "conflict");
    head.post(members, json!({"user": "nobody", "role": "student"}))
        .await
        .refuses("user", "unknown_user");
    head.post(
        "/v1/groups/6/members",
        json!({"user": "ada", "role": "student"}),
    )
    .await
    .problem(404, "not_found");
    head.put(&format!("{members}/nobody"), json!({"role": "student"}))
        .await
        .problem(404, "not_found");

    head.put(&format!("{members}/cem"), json!({"role": "student"}))
        .await
        .ok();
    let monitor = head
        .put(&format!("{members}/cem"), json!({"role": "monitor"}))
        .await
        .ok();
    assert_eq!(monitor["role"], "monitor");
    head.put(
        &format!("{members}/ben"),
        json!({"role": "student", "status": "suspended"}),
    )
    .await
    .ok();
    let active = head.all(&format!("{members}?page_size=1")).await;
    let roles: Vec<(&Value, &Value)> = active
        .iter()
        .map(|one| (&one["user"], &one["role"]))
        .collect();
    assert_eq!(
        roles,
        [
            (&json!("ada"), &json!("student")),
            (&json!("cem"), &json!("monitor"))
        ]
    );
    assert_eq!(active[0]["name"], "Name of ada");
    let resting = head.all(&format!("{members}?status=suspended")).await;
    assert_eq!(resting.len(), 1);
    assert_eq!(resting[0]["user"], "ben");

    head.delete(&format!("{members}/ada")).await.gone();
    head.delete(&format!("{members}/ada"))
        .await
        .problem(404, "not_found");
    assert_eq!(head.all(members).await.len(), 1);
}

#[tokio::test]
async fn a_membership_no_longer_counts_once_it_has_expired() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    head.post(
        "/v1/groups",
        json!({"id": "rust", "kind": "course", "name": "Rust"}),
    )
    .await
    .created();
    let end = domain::time::plus_seconds(world.now(), 3_000).to_string();
    let place = json!({"user": "mia", "role": "student", "expires_at": end});
    let made = head.post("/v1/groups/rust/members", place).await.created();
    assert_eq!(made["expires_at"], json!(end));
    mia.get("/v1/groups/rust").await.ok();
    let announcement =
        json!({"title": "Lab", "body": "Bring a laptop.", "audience": "course:rust"});
    let lab = head.post("/v1/announcements", announcement).await.created();
    let lab = format!("/v1/announcements/{}", lab["id"].as_str().expect("an id"));
    head.post(&format!("{lab}/publish"), json!({}))
        .await
        .accepted();
    mia.get(&lab).await.ok();

    world.later(3_001).await;
    mia.get("/v1/groups/rust").await.problem(403, "forbidden");
    mia.get(&lab).await.problem(404, "not_found");
    assert!(mia.all("/v1/announcements/mine").await.is_empty());
    // Extended, it counts again.
    let end = domain::time::plus_seconds(world.now(), 600).to_string();
    head.put(
        "/v1/groups/rust/members/mia",
        json!({"role": "student", "expires_at": end}),
    )
    .await
    .ok();
    mia.get(&lab).await.ok();
}

#[tokio::test]
async fn a_suspended_group_takes_no_new_members() {
    let (world, head) = World::school().await;
    world.add(&head, "mia", &["student"]).await;
    world.class(&head, "5", &[]).await;
    head.patch("/v1/groups/5", json!({"status": "suspended"}))
        .await
        .ok();
    let place = json!({"user": "mia", "role": "student"});
    head.post("/v1/groups/5/members", place.clone())
        .await
        .problem(409, "conflict");
    head.patch("/v1/groups/5", json!({"status": "active"}))
        .await
        .ok();
    head.post("/v1/groups/5/members", place).await.created();
}
