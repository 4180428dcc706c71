//! People: made, found, changed, removed.

use it::World;
use serde_json::{Value, json};

fn ids(items: &[Value]) -> Vec<&str> {
    let mut ids: Vec<&str> = items
        .iter()
        .filter_map(|item| item["id"].as_str())
        .collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn a_person_is_created_read_changed_and_replaced() {
    let (world, head) = World::school().await;
    let made = json!({
        "id": "mia", "name": " Mia Moss ", "email": "Mia@School.example", "phone": "+44 20 7946 0958",
        "roles": ["student"], "attributes": {"roll_number": "7"},
    });
    let mia = head.post("/v1/users", made).await.created();
    assert_eq!(mia["name"], "Mia Moss");
    assert_eq!(mia["email"], "mia@school.example");
    assert_eq!(mia["phone"], "+442079460958");
    assert_eq!(
        (&mia["locale"], &mia["time_zone"]),
        (&json!("en-GB"), &json!("Europe/London"))
    );
    assert_eq!(
        (&mia["status"], &mia["version"]),
        (&json!("active"), &json!(1))
    );
    assert_eq!(head.get("/v1/users/mia").await.ok(), mia);

    world.later(60).await;
    let changes = json!({"phone": null, "attributes": {"roll_number": null, "house": "Elm"}});
    let changed = head.patch("/v1/users/mia", changes).await.ok();
    assert_eq!(changed["phone"], Value::Null);
    assert_eq!(changed["attributes"], json!({"house": "Elm"}));
    assert_eq!(
        changed["email"], "mia@school.example",
        "what is absent stays"
    );
    assert_eq!(changed["version"], 2);
    assert_ne!(changed["updated_at"], mia["updated_at"]);
    assert_eq!(changed["created_at"], mia["created_at"]);

    let replaced = head
        .put(
            "/v1/users/mia",
            json!({"name": "Mia", "roles": ["student", "parent"]}),
        )
        .await
        .ok();
    assert_eq!(
        (&replaced["email"], &replaced["attributes"]),
        (&Value::Null, &json!({}))
    );
    assert_eq!(replaced["roles"], json!(["parent", "student"]));
    let again = head
        .put(
            "/v1/users/mia",
            json!({"name": "Mia", "roles": ["student", "parent"]}),
        )
        .await
        .ok();
    assert_eq!(again, replaced, "saying the same again changes nothing");
}

#[tokio::test]
async fn an_id_is_made_where_none_is_given_and_a_taken_one_is_refused() {
    let (_world, head) = World::school().await;
    let one = head
        .post("/v1/users", json!({"name": "One"}))
        .await
        .created();
    let made = one["id"].as_str().expect("an id");
    assert!(made.starts_with("usr_"), "{made}");
    head.post("/v1/users", json!({"id": made, "name": "Two"}))
        .await
        .problem(409, "conflict");
    assert_eq!(
        head.get(&format!("/v1/users/{made}")).await.ok()["name"],
        "One"
    );
}

#[tokio::test]
async fn everything_wrong_with_a_person_is_told_at_once() {
    let (_world, head) = World::school().await;
    let wrong = json!({
        "name": "", "email": "not an address", "phone": "12", "roles": ["No Role"],
        "locale": "?", "time_zone": "Europe/Atlantis",
    });
    let answer = head.post("/v1/users", wrong).await;
    let fields = [
        ("name", "required"),
        ("email", "invalid"),
        ("phone", "invalid"),
        ("roles", "unknown_role"),
        ("locale", "unknown_locale"),
        ("time_zone", "unknown_time_zone"),
    ];
    for (field, code) in fields {
        answer.clone().refuses(field, code);
    }
    let tenant = json!({"name": "Eve", "tenant_id": "other"});
    head.post("/v1/users", tenant)
        .await
        .refuses("tenant_id", "unknown_field");
    let epoch = json!({"name": "Eve", "session_epoch": 5});
    head.post("/v1/users", epoch)
        .await
        .refuses("session_epoch", "unknown_field");
    head.post("/v1/users", json!({"id": "a b", "name": "Eve"}))
        .await
        .problem(422, "invalid");
    assert_eq!(
        head.all("/v1/users").await.len(),
        1,
        "only the head is there"
    );
}

#[tokio::test]
async fn a_change_held_to_an_old_version_is_refused() {
    let (world, head) = World::school().await;
    world.add(&head, "mia", &["student"]).await;
    head.patch("/v1/users/mia", json!({"name": "Mia", "version": 1}))
        .await
        .ok();
    head.patch("/v1/users/mia", json!({"name": "Mina", "version": 1}))
        .await
        .problem(409, "conflict");
    let old = head.with("if-match", "\"1\"");
    old.patch("/v1/users/mia", json!({"name": "Mina"}))
        .await
        .problem(409, "conflict");
    old.put("/v1/users/mia", json!({"name": "Mina"}))
        .await
        .problem(409, "conflict");
    old.delete("/v1/users/mia").await.problem(409, "conflict");
    let new = head.with("if-match", "\"2\"");
    assert_eq!(
        new.patch("/v1/users/mia", json!({"name": "Mina"}))
            .await
            .ok()["name"],
        "Mina"
    );
    // Without a version the last writer wins, and nothing is lost in between.
    let writes = (0..8).map(|at| {
        let head = head.clone();
        async move {
            head.patch(
                "/v1/users/mia",
                json!({"attributes": {format!("a{at}"): "x"}}),
            )
            .await
        }
    });
    let answers = futures::future::join_all(writes).await;
    let done = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(
        answers
            .iter()
            .all(|answer| [200, 409].contains(&answer.status)),
        "{answers:?}"
    );
    let attributes = head.get("/v1/users/mia").await.ok()["attributes"].clone();
    assert_eq!(
        attributes.as_object().map(serde_json::Map::len),
        Some(done),
        "{attributes}"
    );
}

#[tokio::test]
async fn people_are_found_by_role_group_name_and_standing() {
    let (world, head) = World::school().await;
    for (id, role) in [
        ("ada", "student"),
        ("ben", "student"),
        ("cem", "student"),
        ("tom", "teacher"),
    ] {
        world.add(&head, id, &[role]).await;
    }
    world
        .class(&head, "5", &[("ada", "student"), ("tom", "teacher")])
        .await;
    head.patch("/v1/users/cem", json!({"status": "suspended"}))
        .await
        .ok();
    for (query, expected) in [
        ("", &["ada", "ben", "cem", "head", "tom"][..]),
        ("?role=student&status=active", &["ada", "ben"]),
        ("?role=student&status=suspended", &["cem"]),
        ("?role=teacher", &["tom"]),
        ("?group=5", &["ada", "tom"]),
        ("?group=5&role=student", &["ada"]),
        ("?q=OF%20BE", &["ben"]),
        ("?q=nobody", &[]),
    ] {
        for size in [1, 2, 100] {
            let sign = if query.is_empty() { '?' } else { '&' };
            let found = head
                .all(&format!("/v1/users{query}{sign}page_size={size}"))
                .await;
            assert_eq!(ids(&found), expected, "{query} by {size}");
        }
    }
    head.get("/v1/users?tenant=other")
        .await
        .problem(400, "bad_query");
    head.get("/v1/users?page_size=101")
        .await
        .problem(400, "bad_query");
}

#[tokio::test]
async fn a_removed_person_leaves_groups_guardianships_and_sessions() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    world.add(&head, "pat", &["parent"]).await;
    world.class(&head, "5", &[("mia", "student")]).await;
    head.post("/v1/users/mia/guardians", json!({"guardian": "pat"}))
        .await
        .ok();
    mia.get("/v1/users/me").await.ok();

    head.delete("/v1/users/mia").await.gone();
    head.get("/v1/users/mia").await.problem(404, "not_found");
    head.delete("/v1/users/mia").await.problem(404, "not_found");
    assert!(head.all("/v1/groups/5/members").await.is_empty());
    assert_eq!(head.get("/v1/users/pat").await.ok()["children"], json!([]));
    world.later(61).await;
    mia.get("/v1/users/me").await.problem(401, "unauthorized");
}
