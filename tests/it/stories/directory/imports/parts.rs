//! Imports that are uploaded in parts, and that are called off.

use it::Actor;
use it::World;
use reqwest::Method;
use serde_json::{Value, json};

use super::{counts, path, report, submit, watch};

async fn put(who: &Actor, import: &Value, part: u32, text: &str) -> it::Answer {
    let path = path(import, &format!("/parts/{part}"));
    who.raw(Method::PUT, &path, "text/csv", text).await
}

#[tokio::test]
async fn parts_are_put_together_in_their_order_whatever_the_order_of_uploads() {
    let (world, head) = World::school().await;
    let made = head
        .post("/v1/directory/imports", json!({"name": "Big"}))
        .await
        .created();
    assert_eq!(made["status"], "uploading");
    let start = path(&made, "/start");
    head.raw(Method::POST, &start, "application/json", "")
        .await
        .problem(409, "conflict");
    // The header may be repeated, and a part may be uploaded again.
    let third = put(&head, &made, 3, "ID, Name\ncem,Cem\n").await.ok();
    assert_eq!(third["part"], 3);
    put(&head, &made, 1, "id,name\nada,Wrong\n").await.ok();
    assert_eq!(
        put(&head, &made, 1, "id,name\nada,Ada\nbea,Bea\n")
            .await
            .ok()["rows"],
        2
    );
    head.post(&start, json!({})).await.problem(409, "conflict");
    put(&head, &made, 2, "ben,Ben\n").await.ok();
    put(&head, &made, 0, "x,X\n")
        .await
        .refuses("number", "out_of_range");
    put(&head, &made, 1, "name\nX\n")
        .await
        .refuses("id", "required");

    let begun = head.post(&start, json!({})).await.accepted();
    assert_eq!(
        (&begun["status"], &begun["rows_total"]),
        (&json!("checking"), &json!(4)),
        "{begun}"
    );
    put(&head, &made, 2, "x,X\n").await.problem(409, "conflict");
    head.post(&start, json!({})).await.problem(409, "conflict");
    world.settle().await;
    let done = watch(&head, &made).await;
    assert_eq!(
        (&done["status"], counts(&done)),
        (&json!("completed"), [4, 0, 0, 0]),
        "{done}"
    );
    let rows = report(&head, &done, "").await;
    let ids: Vec<_> = rows
        .iter()
        .map(|(line, _, id)| (*line, id.as_str()))
        .collect();
    assert_eq!(ids, [(2, "ada"), (3, "bea"), (4, "ben"), (6, "cem")]);
    assert_eq!(head.get("/v1/users/ada").await.ok()["name"], "Ada");
}

#[tokio::test]
async fn an_import_is_called_off_while_it_uploads_and_before_it_ends() {
    let (world, head) = World::school().await;
    let waiting = head
        .post("/v1/directory/imports", json!({}))
        .await
        .created();
    put(&head, &waiting, 1, "id,name\nada,Ada\n").await.ok();
    let cancelled = head.post(&path(&waiting, "/cancel"), json!({})).await.ok();
    assert_eq!(cancelled["status"], "cancelled");
    head.post(&path(&waiting, "/start"), json!({}))
        .await
        .problem(409, "conflict");

    let begun = submit(&head, "", "id,name\nben,Ben\n").await.accepted();
    head.post(&path(&begun, "/cancel"), json!({})).await.ok();
    head.post(&path(&begun, "/cancel"), json!({})).await.ok();
    world.settle().await;
    assert_eq!(watch(&head, &begun).await["status"], "cancelled");
    assert_eq!(head.all("/v1/users").await.len(), 1, "nobody came in");

    let done = submit(&head, "", "id,name\ncem,Cem\n").await.accepted();
    world.settle().await;
    head.post(&path(&done, "/cancel"), json!({}))
        .await
        .problem(409, "conflict");
    let listed = head.all("/v1/directory/imports?page_size=1").await;
    let statuses: Vec<_> = listed
        .iter()
        .filter_map(|import| import["status"].as_str())
        .collect();
    assert_eq!(
        statuses,
        ["completed", "cancelled", "cancelled"],
        "newest first"
    );
    assert!(listed[0].get("progress").is_none(), "lists are cheap");
}
