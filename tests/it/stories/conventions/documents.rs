//! The OpenAPI document, and that it tells the truth.

use std::collections::BTreeSet;

use it::World;
use reqwest::Method;
use serde_json::Value;

use super::school;

async fn document(world: &World) -> Value {
    let answer = world.anonymous().get("/openapi.json").await;
    assert!(
        answer
            .header("content-type")
            .starts_with("application/json")
    );
    answer.ok()
}

/// The paths of the document that take a method.
pub(super) async fn routes(world: &World, method: &str) -> BTreeSet<String> {
    let document = document(world).await;
    let paths = document["paths"].as_object().expect("paths").iter();
    // Without a credential there is nobody whose keys are remembered.
    let anybody = serde_json::json!([{}]);
    paths
        .filter(|(_, item)| {
            item.get(method)
                .is_some_and(|one| one["security"] != anybody)
        })
        .map(|(path, _)| path.clone())
        .collect()
}

/// A path with made-up ids in its places.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{number}" => "1",
        part if part.starts_with('{') => "made-up",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_documented_route_answers() {
    let (world, head, _mia) = school().await;
    let document = document(&world).await;
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let Ok(verb) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            let shown = filled(path);
            let answer = match method.as_str() {
                "get" | "delete" => match method.as_str() {
                    "get" => head.get(&shown).await,
                    _ => head.delete(&shown).await,
                },
                _ => head.raw(verb, &shown, "application/json", "{}").await,
            };
            tried += 1;
            let what = format!(
                "{method} {path} answered {}: {}",
                answer.status, answer.text
            );
            match answer.status {
                200..=299 => {
                    let documented = operation["responses"]
                        .get(answer.status.to_string())
                        .is_some();
                    assert!(documented, "undocumented: {what}");
                }
                400 | 409 | 415 | 422 => {}
                // A made-up id is not found; a path without one is a route that is missing.
                404 => assert!(path.contains('{'), "{what}"),
                _ => panic!("{what}"),
            }
            // A page for people is not found as a page.
            let page = operation["responses"]["404"]["content"]["text/html"].is_object();
            if answer.status >= 400 && !page {
                assert_eq!(
                    answer.header("content-type"),
                    "application/problem+json",
                    "{what}"
                );
                let detail = answer.body["detail"].as_str().unwrap_or_default();
                assert!(!detail.contains("This path takes"), "{what}");
            }
        }
    }
    assert!(tried > 60, "{tried} operations");
}

#[tokio::test]
async fn every_documented_route_wants_a_credential_unless_it_says_so() {
    let (world, _head, _mia) = school().await;
    let document = document(&world).await;
    let mut open = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys() {
            let Ok(verb) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            let answer = world
                .anonymous()
                .raw(verb, &filled(path), "application/json", "{}")
                .await;
            if answer.status != 401 {
                open.insert(format!("{method} {path}"));
            }
        }
    }
    let open: Vec<&str> = open.iter().map(String::as_str).collect();
    let unsubscribe = [
        "get /v1/unsubscribe/{token}",
        "post /v1/unsubscribe/{token}",
    ];
    assert_eq!(open, [&["get /v1/health"][..], &unsubscribe].concat());
}

#[tokio::test]
async fn the_document_is_one_that_clients_can_use() {
    let (world, _head, _mia) = school().await;
    let document = document(&world).await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        assert!(path.starts_with("/v1/"), "{path}");
        for (method, operation) in item.as_object().expect("operations") {
            let name = operation["operationId"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            assert!(
                !name.is_empty() && names.insert(name),
                "{method} {path} has a name of its own"
            );
            assert!(
                operation["summary"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{method} {path}"
            );
        }
    }
    let text = document.to_string();
    for pointer in text
        .split("\"$ref\":\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        assert!(
            document.pointer(pointer).is_some(),
            "{pointer} leads nowhere"
        );
    }
    let page = world.anonymous().get("/docs").await;
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-type").starts_with("text/html") && page.text.contains("openapi.json")
    );
}
