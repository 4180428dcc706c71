//! What each role may do in the directory.

use it::{Actor, World};
use reqwest::Method;
use serde_json::{Value, json};

async fn call(who: &Actor, method: &str, path: &str, body: Value) -> u16 {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    who.raw(method, path, "application/json", body.to_string())
        .await
        .status
}

#[tokio::test]
async fn people_read_themselves_and_teachers_whom_they_teach() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let pat = world.add(&head, "pat", &["parent"]).await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    let ina = world.add(&head, "ina", &["teacher"]).await;
    let office = world.add(&head, "office", &["staff"]).await;
    world.add(&head, "leo", &["student"]).await;
    world
        .class(&head, "5", &[("mia", "student"), ("tom", "teacher")])
        .await;
    world
        .class(&head, "6", &[("leo", "student"), ("tom", "student")])
        .await;
    for (who, path, expected) in [
        (&mia, "/v1/users/mia", 200),
        (&mia, "/v1/users/mia/guardians", 200),
        (&mia, "/v1/users/leo", 403),
        (&mia, "/v1/users/nobody", 403),
        (&mia, "/v1/users", 403),
        (&mia, "/v1/groups", 403),
        (&mia, "/v1/groups/5", 200),
        (&mia, "/v1/groups/6", 403),
        (&mia, "/v1/groups/5/members", 403),
        (&mia, "/v1/users?group=5", 403),
        (&pat, "/v1/users/mia", 403),
        (&pat, "/v1/directory/imports", 403),
        (&tom, "/v1/users/mia", 200),
        (&tom, "/v1/users/leo", 403),
        (&tom, "/v1/users", 403),
        (&tom, "/v1/users?group=5", 200),
        (&tom, "/v1/groups", 200),
        (&tom, "/v1/groups/5/members", 200),
        (&tom, "/v1/groups/6/members", 403),
        (&tom, "/v1/settings", 403),
        (&ina, "/v1/users/mia", 403),
        (&ina, "/v1/groups/5/members", 403),
        (&office, "/v1/users/mia", 200),
        (&office, "/v1/users", 200),
        (&office, "/v1/groups/6/members", 200),
        (&office, "/v1/settings", 200),
    ] {
        assert_eq!(
            who.get(path).await.status,
            expected,
            "{} gets {path}",
            who.id
        );
    }
}

#[tokio::test]
async fn only_staff_change_the_directory() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let pat = world.add(&head, "pat", &["parent"]).await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    world
        .class(&head, "5", &[("mia", "student"), ("tom", "teacher")])
        .await;
    let person = json!({"name": "X"});
    let group = json!({"kind": "class", "name": "X"});
    let place = json!({"user": "pat", "role": "student"});
    for (method, path, body) in [
        ("POST", "/v1/users", &person),
        ("PUT", "/v1/users/mia", &person),
        ("PATCH", "/v1/users/mia", &person),
        ("DELETE", "/v1/users/mia", &json!({})),
        (
            "POST",
            "/v1/users/mia/guardians",
            &json!({"guardian": "pat"}),
        ),
        ("DELETE", "/v1/users/mia/guardians/pat", &json!({})),
        ("POST", "/v1/groups", &group),
        ("PUT", "/v1/groups/5", &group),
        ("PATCH", "/v1/groups/5", &json!({"name": "X"})),
        ("DELETE", "/v1/groups/5", &json!({})),
        ("POST", "/v1/groups/5/members", &place),
        (
            "PUT",
            "/v1/groups/5/members/mia",
            &json!({"role": "teacher"}),
        ),
        ("DELETE", "/v1/groups/5/members/mia", &json!({})),
        ("PATCH", "/v1/settings", &json!({"name": "X"})),
        ("POST", "/v1/directory/imports", &json!({})),
    ] {
        for who in [&mia, &pat, &tom] {
            assert_eq!(
                call(who, method, path, body.clone()).await,
                403,
                "{} {method} {path}",
                who.id
            );
        }
        assert_eq!(
            call(&world.anonymous(), method, path, body.clone()).await,
            401,
            "{method} {path}"
        );
    }
    assert_eq!(
        head.get("/v1/users/mia").await.ok()["version"],
        1,
        "nothing has changed"
    );
    assert_eq!(head.get("/v1/groups/5").await.ok()["version"], 1);
    assert_eq!(head.all("/v1/users").await.len(), 4);
}

#[tokio::test]
async fn only_administrators_give_and_take_privileges_and_keep_their_own() {
    let (world, head) = World::school().await;
    let office = world.add(&head, "office", &["staff"]).await;
    world.add(&head, "mia", &["student"]).await;
    for roles in [
        json!(["admin"]),
        json!(["staff"]),
        json!(["student", "admin"]),
    ] {
        let new = json!({"id": "eve", "name": "Eve", "roles": roles});
        office
            .post("/v1/users", new)
            .await
            .problem(403, "forbidden");
        office
            .patch("/v1/users/mia", json!({"roles": roles}))
            .await
            .problem(403, "forbidden");
    }
    office
        .patch("/v1/users/head", json!({"roles": ["student"]}))
        .await
        .problem(403, "forbidden");
    office
        .patch("/v1/users/head", json!({"status": "suspended"}))
        .await
        .problem(403, "forbidden");
    office
        .delete("/v1/users/head")
        .await
        .problem(403, "forbidden");
    office
        .patch("/v1/users/mia", json!({"roles": ["student", "prefect"]}))
        .await
        .ok();

    head.patch("/v1/users/head", json!({"roles": ["staff"]}))
        .await
        .problem(409, "conflict");
    head.patch("/v1/users/head", json!({"status": "suspended"}))
        .await
        .problem(409, "conflict");
    head.delete("/v1/users/head").await.problem(409, "conflict");
    head.patch("/v1/users/office", json!({"roles": ["staff", "admin"]}))
        .await
        .ok();
    let changes = head.all("/v1/audit?act=user.role_changed").await;
    let details: Vec<&str> = changes
        .iter()
        .filter_map(|entry| entry["detail"].as_str())
        .collect();
    assert_eq!(
        details,
        ["staff → admin staff", "student → prefect student"]
    );
}

#[tokio::test]
async fn a_lowered_role_and_a_suspension_count_within_a_minute() {
    let (world, head) = World::school().await;
    let office = world.add(&head, "office", &["staff"]).await;
    let mia = world.add(&head, "mia", &["student"]).await;
    office.get("/v1/settings").await.ok();
    mia.get("/v1/users/me").await.ok();
    world.later(5).await;
    head.patch("/v1/users/office", json!({"roles": ["teacher"]}))
        .await
        .ok();
    head.patch("/v1/users/mia", json!({"status": "suspended"}))
        .await
        .ok();

    world.later(61).await;
    office
        .get("/v1/users/me")
        .await
        .problem(401, "unauthorized");
    mia.get("/v1/users/me").await.problem(401, "unauthorized");
    let lowered = world.actor("school", "office");
    assert_eq!(
        lowered.get("/v1/users/me").await.ok()["roles"],
        json!(["teacher"])
    );
    lowered.get("/v1/settings").await.problem(403, "forbidden");
    world
        .actor("school", "mia")
        .get("/v1/users/me")
        .await
        .problem(401, "unauthorized");

    head.patch("/v1/users/mia", json!({"status": "active"}))
        .await
        .ok();
    world.later(61).await;
    world.actor("school", "mia").get("/v1/users/me").await.ok();
}
