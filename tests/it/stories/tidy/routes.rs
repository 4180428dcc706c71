//! The template's routes and their descriptions are the same set.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{plan, text};

fn described() -> Value {
    serde_json::from_str(&text("infra/openapi.json")).expect("JSON")
}

fn operations(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().expect("paths");
    let of = |(path, item): (&String, &Value)| {
        let methods: Vec<String> = item.as_object().expect("methods").keys().cloned().collect();
        let path = path.clone();
        methods
            .into_iter()
            .map(move |method| format!("{} {path}", method.to_uppercase()))
    };
    paths.iter().flat_map(of).collect()
}

/// What browsers load is no part of the API that the document describes.
const PAGES: [&str; 3] = ["GET /", "GET /config.json", "GET /web/{path+}"];

#[test]
fn every_route_is_described_and_every_description_has_a_route() {
    let routes: BTreeSet<String> = plan()
        .http
        .routes
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .filter(|route| !PAGES.contains(&route.as_str()))
        .collect();
    assert_eq!(
        routes,
        operations(&described()),
        "left: template.yaml, right: openapi.json"
    );
}

/// Whoever adds one must mean it.
#[test]
fn these_routes_need_no_credential() {
    let plan = plan();
    let open: Vec<String> = plan
        .http
        .routes
        .iter()
        .filter(|route| !route.authorized)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    insta::assert_snapshot!(open.join("\n"), @r"
    GET /v1/health
    POST /v1/unsubscribe/{token}
    GET /v1/unsubscribe/{token}
    GET /config.json
    GET /web/{path+}
    GET /
    ");
    let document = described();
    for operation in operations(&document) {
        let (method, path) = operation.split_once(' ').expect("two words");
        let described = &document["paths"][path][method.to_lowercase()];
        let said_open = described["security"] == serde_json::json!([{}]);
        assert_eq!(said_open, open.contains(&operation), "{operation}");
    }
}
