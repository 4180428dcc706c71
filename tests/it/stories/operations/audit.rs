//! X7: a trail that was changed in the table, past Campanile, is found out.

use it::{Actor, World};
use serde_json::{Value, json};

use super::{operate, refused, well};
use crate::directory::imports::import;

const VERIFY: [&str; 3] = ["audit", "verify", "school"];
/// The sweeper's minute.
const MINUTE: i64 = 61;
const DAY: i64 = 86_400;

/// A school in which five things were done and sealed.
async fn sealed_school() -> (World, Actor) {
    let (world, head) = World::school().await;
    for id in ["mia", "ben", "ann", "tom", "eve"] {
        world.add(&head, id, &["student"]).await;
    }
    world.later(MINUTE).await;
    (world, head)
}

/// What the tool tells about the school's trail, and whether all is well.
async fn trail(world: &World) -> (Value, bool) {
    let (told, well) = operate(world, &VERIFY).await.expect("it is carried out");
    (told[0]["trail"].clone(), well)
}

/// The rows of the trail as they are stored, oldest first.
async fn rows(world: &World) -> Vec<Value> {
    let month = world.clock().now().strftime("%Y-%m").to_string();
    let request = json!({
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": format!("T#school#AUDIT#{month}")}},
    });
    let page = world.dynamo("Query", request).await;
    page["Items"].as_array().expect("items").clone()
}

fn key(row: &Value) -> Value {
    json!({"pk": row["pk"], "sk": row["sk"]})
}

/// The only flaw of a trail: what kind, and of which entry.
async fn only_flaw(world: &World) -> (String, String) {
    let (told, well) = trail(world).await;
    assert!(!well, "{told}");
    let flaws = told["flaws"].as_array().expect("flaws");
    assert_eq!(flaws.len(), 1, "{told}");
    let text = |name: &str| flaws[0][name].as_str().expect("a text").to_owned();
    (text("flaw"), text("id"))
}

#[tokio::test]
async fn what_was_done_is_sealed_within_a_minute_and_verified() {
    let (world, head) = sealed_school().await;
    let done = head.all("/v1/audit").await.len();
    let (told, all_well) = trail(&world).await;
    assert!(all_well, "{told}");
    assert_eq!(told["intact"], done, "{told}");
    assert_eq!((&told["unsealed"], &told["seals"]), (&json!(0), &json!(1)));

    world.add(&head, "zoe", &["student"]).await;
    let (told, all_well) = trail(&world).await;
    assert!(all_well && told["unsealed"] == 1, "{told}");
    world.later(MINUTE).await;
    let (told, _) = trail(&world).await;
    assert_eq!(told["intact"], done + 1, "{told}");
    // Hours without an act make one more seal and no others.
    for _ in 0..5 {
        world.later(3_600).await;
    }
    let (told, all_well) = trail(&world).await;
    assert!(all_well, "{told}");
    assert_eq!(
        (&told["intact"], &told["seals"]),
        (&json!(done + 1), &json!(3))
    );
}

#[tokio::test]
async fn every_tenant_has_a_chain_of_its_own() {
    let (world, _) = sealed_school().await;
    let other = world.tenant("other").await;
    world.add(&other, "mia", &["student"]).await;
    world.later(MINUTE).await;
    let told = well(&world, &["audit", "verify"]).await;
    let tenants = told.as_array().expect("tenants");
    assert_eq!(tenants.len(), 2, "{told}");
    assert!(
        tenants.iter().all(|one| one["trail"]["seals"] == 1),
        "{told}"
    );
    let said = refused(&world, &["audit", "verify", "nowhere"]).await;
    assert!(said.contains("no tenant"), "{said}");
}

#[tokio::test]
async fn an_entry_that_was_edited_is_named() {
    let (world, _) = sealed_school().await;
    let rows = rows(&world).await;
    let id = rows[2]["id"]["S"].as_str().expect("an id");
    let edit = json!({
        "Key": key(&rows[2]),
        "UpdateExpression": "SET actor = :somebody",
        "ExpressionAttributeValues": {":somebody": {"S": "eve"}},
    });
    world.dynamo("UpdateItem", edit).await;
    let expected = ("changed".to_owned(), id.to_owned());
    assert_eq!(only_flaw(&world).await, expected);
    // A row that is no entry any more is one that was changed.
    let spoil = json!({"Key": key(&rows[2]), "UpdateExpression": "REMOVE act"});
    world.dynamo("UpdateItem", spoil).await;
    assert_eq!(only_flaw(&world).await, expected);
}

#[tokio::test]
async fn an_entry_that_was_deleted_is_named() {
    let (world, head) = sealed_school().await;
    let rows = rows(&world).await;
    world
        .dynamo("DeleteItem", json!({"Key": key(&rows[1])}))
        .await;
    let id = rows[1]["id"]["S"].as_str().expect("an id").to_owned();
    assert_eq!(only_flaw(&world).await, ("missing".to_owned(), id.clone()));
    // Later acts are sealed all the same, and do not hide it.
    world.add(&head, "zoe", &["student"]).await;
    world.later(MINUTE).await;
    assert_eq!(only_flaw(&world).await, ("missing".to_owned(), id));
}

#[tokio::test]
async fn an_entry_that_was_given_another_time_is_named_twice() {
    let (world, _) = sealed_school().await;
    world.later(3_600).await;
    world.later(MINUTE).await;
    let rows = rows(&world).await;
    let (first, last) = (&rows[0], &rows[rows.len() - 1]);
    let id = last["id"]["S"].as_str().expect("an id");
    // The last act is made to look as if it had been the first.
    let mut earlier = first["id"]["S"].as_str().expect("an id").to_owned();
    earlier.replace_range(earlier.len() - 6.., "000000");
    let mut moved = last.clone();
    moved["id"]["S"] = json!(earlier);
    moved["sk"]["S"] = json!(earlier);
    world.dynamo("PutItem", json!({"Item": moved})).await;
    world.dynamo("DeleteItem", json!({"Key": key(last)})).await;
    let (told, all_well) = trail(&world).await;
    assert!(!all_well);
    let expected = json!([
        {"flaw": "missing", "id": id},
        {"flaw": "put_in", "id": earlier},
    ]);
    assert_eq!(told["flaws"], expected, "{told}");
}

#[tokio::test]
async fn an_end_that_was_cut_off_is_found_by_the_head_that_was_kept() {
    let (world, head) = sealed_school().await;
    world.later(MINUTE).await;
    world.add(&head, "zoe", &["student"]).await;
    world.later(MINUTE).await;
    let (told, _) = trail(&world).await;
    let kept = format!(
        "{}:{}",
        told["head"]["number"],
        told["head"]["hash"].as_str().expect("a hash")
    );
    let with_head = [&VERIFY[..], &["--head", &kept]].concat();
    well(&world, &with_head).await;
    let entry = rows(&world).await.pop().expect("the last entry");
    world
        .dynamo("DeleteItem", json!({"Key": key(&entry)}))
        .await;
    let seal = json!({"pk": {"S": "T#school#AUDIT-SEALS"}, "sk": {"S": "000000000002"}});
    world.dynamo("DeleteItem", json!({"Key": seal})).await;
    let (told, all_well) = operate(&world, &with_head).await.expect("an answer");
    assert!(!all_well);
    assert_eq!(
        told[0]["trail"]["flaws"],
        json!([{"flaw": "other_head", "number": 2}])
    );
}

#[tokio::test]
async fn a_long_trail_is_sealed_in_parts() {
    let (world, head) = World::school().await;
    let rows: String = (0..1_200)
        .map(|n| format!("p{n},Person {n},student\n"))
        .collect();
    let csv = format!("id,name,roles\n{rows}");
    let import = import(&world, &head, "", &csv).await;
    assert_eq!(import["status"], "completed", "{import}");
    world.later(MINUTE).await;
    let done = head.all("/v1/audit?page_size=100").await.len();
    let (told, all_well) = trail(&world).await;
    assert!(all_well, "{told}");
    assert_eq!(told["intact"], done, "{told}");
}

#[tokio::test]
async fn entries_that_are_kept_longer_than_the_setting_of_now_are_not_missed() {
    let (world, _) = sealed_school().await;
    world.later(400 * DAY).await;
    let head = world.actor("school", "head");
    let shorter = json!({"retention": {"audit_days": 366}});
    head.patch("/v1/settings", shorter).await.ok();
    world.later(MINUTE).await;
    let (told, all_well) = trail(&world).await;
    assert!(all_well, "{told}");
}

#[tokio::test]
async fn sweepers_at_the_same_time_make_one_chain() {
    let (world, head) = sealed_school().await;
    for round in 0..3 {
        world.add(&head, &format!("new{round}"), &["student"]).await;
        let sweeps = (0..6).map(|_| world.sweep());
        for swept in futures::future::join_all(sweeps).await {
            swept.expect("the sweeper runs");
        }
    }
    let done = head.all("/v1/audit").await.len();
    let (told, all_well) = trail(&world).await;
    assert!(all_well, "{told}");
    assert_eq!(
        (&told["intact"], &told["seals"]),
        (&json!(done), &json!(4)),
        "{told}"
    );
}

#[tokio::test]
async fn an_entry_that_comes_after_later_ones_were_sealed_is_sealed_too() {
    let (world, head) = sealed_school().await;
    world.later(2 * MINUTE).await;
    world.add(&head, "zoe", &["student"]).await;
    let late = rows(&world).await.pop().expect("the last entry");
    world.dynamo("DeleteItem", json!({"Key": key(&late)})).await;
    world.later(MINUTE).await;
    world.add(&head, "kim", &["student"]).await;
    world.later(MINUTE).await;
    // The transaction of the act before took its time.
    world.dynamo("PutItem", json!({"Item": late})).await;
    world.later(MINUTE).await;
    let done = head.all("/v1/audit").await.len();
    let (told, all_well) = trail(&world).await;
    assert!(all_well, "{told}");
    assert_eq!(told["intact"], done, "{told}");
}
