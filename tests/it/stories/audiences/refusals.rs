//! Audiences that name nobody.

use it::{Actor, World};
use serde_json::{Value, json};

use super::families;

fn announcement(audience: &Value) -> Value {
    json!({"title": "Hello", "body": "World", "audience": audience})
}

/// The fields that a refusal names.
async fn refused(head: &Actor, path: &str, body: Value) -> Vec<String> {
    let body = head.post(path, body).await.problem(422, "invalid");
    let errors = body["errors"].as_array().expect("errors");
    assert!(
        errors
            .iter()
            .all(|error| error["code"] == "unknown_audience"),
        "{body}"
    );
    errors
        .iter()
        .map(|error| error["field"].as_str().expect("a field").to_owned())
        .collect()
}

#[tokio::test]
async fn what_does_not_exist_or_is_something_else_is_refused_by_its_position() {
    let (world, head) = families().await;
    for (audience, positions) in [
        (json!("class:77"), &["audience[0]"][..]),
        (
            json!(["class:5", "user:nobody", "all", "guardians-of:class:9"]),
            &["audience[1]", "audience[3]"],
        ),
        // Of another kind or role than it says.
        (
            json!(["course:5", "class:rust", "guardians-of:course:5", "team:6"]),
            &["audience[0]", "audience[1]", "audience[2]", "audience[3]"],
        ),
        (
            json!(["student:tom", "teacher:mia", "user:mia"]),
            &["audience[0]", "audience[1]"],
        ),
        // Positions are the caller's, also behind what stands twice.
        (json!(["class:5", "class:5", "class:77"]), &["audience[2]"]),
        (
            json!({"include": ["all"], "except": ["class:6", "course:6", "user:nobody"]}),
            &["audience.except[1]", "audience.except[2]"],
        ),
        // What is no expression at all.
        (
            json!([
                "planet:5",
                "class:",
                "nonsense",
                "guardians-of:all",
                "a@",
                "+1"
            ]),
            &[
                "audience[0]",
                "audience[1]",
                "audience[2]",
                "audience[3]",
                "audience[4]",
                "audience[5]",
            ],
        ),
    ] {
        for path in ["/v1/announcements", "/v1/notifications"] {
            assert_eq!(
                refused(&head, path, announcement(&audience)).await,
                positions,
                "{path} {audience}"
            );
        }
    }
    head.post("/v1/announcements", announcement(&json!([])))
        .await
        .refuses("audience", "required");
    let many: Vec<String> = (0..501).map(|at| format!("user:{at}")).collect();
    head.post("/v1/announcements", announcement(&json!(many)))
        .await
        .refuses("audience", "too_many");
    world.settle().await;
    assert_eq!(world.mailbox().list(&Default::default()).len(), 0);
    assert!(
        head.all("/v1/sends").await.is_empty(),
        "nobody is sent anything"
    );
}

#[tokio::test]
async fn people_and_groups_of_another_tenant_are_refused_as_if_there_were_none() {
    let (world, head) = families().await;
    let rival = world.tenant("rival").await;
    world.add(&rival, "zoe", &["student"]).await;
    world.class(&rival, "z9", &[("zoe", "student")]).await;
    let foreign = [
        "user:zoe",
        "student:zoe",
        "class:z9",
        "group:z9",
        "guardians-of:class:z9",
    ];
    for expression in foreign {
        let unknown = expression.replace("zoe", "zzz").replace("z9", "z0");
        for path in ["/v1/announcements", "/v1/notifications"] {
            let of = async |expression: &str| {
                let mut body = head
                    .post(path, announcement(&json!(["class:5", expression])))
                    .await
                    .problem(422, "invalid");
                body["request_id"] = Value::Null;
                body
            };
            assert_eq!(
                of(expression).await,
                of(&unknown).await,
                "{path} {expression}"
            );
        }
    }
    let mixed = json!(["class:5", "student:zoe@rival", "user:zoe", "rival:class:z9"]);
    let positions = refused(&head, "/v1/announcements", announcement(&mixed)).await;
    assert!(
        positions.starts_with(&["audience[1]".to_owned()]),
        "{positions:?}"
    );
    world.settle().await;
    assert!(head.all("/v1/sends").await.is_empty());
    assert!(
        world
            .actor("rival", "zoe")
            .all("/v1/notifications")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn the_same_ids_in_two_tenants_are_different_people() {
    let (world, head) = World::school().await;
    let rival = world.tenant("rival").await;
    for (boss, school) in [(&head, "school"), (&rival, "rival")] {
        let mia = json!({"id": "mia", "name": "Mia", "email": format!("mia@{school}.example"), "roles": ["student"]});
        boss.post("/v1/users", mia).await.created();
        world.class(boss, "5", &[("mia", "student")]).await;
    }
    let mut body = announcement(&json!(["class:5", "user:mia", "students", "all"]));
    body["channels"] = json!(["email"]);
    let made = head.post("/v1/announcements", body).await.created();
    let publish = format!(
        "/v1/announcements/{}/publish",
        made["id"].as_str().expect("an id")
    );
    head.post(&publish, json!({})).await.accepted();
    world.settle().await;
    assert_eq!(world.emails_to("mia@school.example").len(), 1);
    assert!(world.emails_to("mia@rival.example").is_empty());
    assert_eq!(
        world
            .actor("school", "mia")
            .all("/v1/notifications")
            .await
            .len(),
        1
    );
    assert!(
        world
            .actor("rival", "mia")
            .all("/v1/notifications")
            .await
            .is_empty()
    );
    assert!(
        world
            .actor("rival", "mia")
            .all("/v1/announcements/mine")
            .await
            .is_empty()
    );
}
