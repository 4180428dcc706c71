//! Committed files that are made from the code, so that they cannot drift.

use serde_json::{Map, Value, json};

use crate::stack::local_place;
use crate::template::{EMBEDDED, HttpRoute, read};

/// A generated file: its path below the root, and how its content is made.
pub type File = (&'static str, fn() -> Result<String, String>);

/// Every generated file. A new one is a line here.
pub const FILES: [File; 1] = [("infra/openapi.json", openapi)];

/// The OpenAPI document: every route of the template, with what the functions
/// tell of them.
pub fn openapi() -> Result<String, String> {
    let place = local_place("http://localhost", "http://localhost");
    let plan = read(EMBEDDED, &place).map_err(|error| error.to_string())?;
    let mut paths: Map<String, Value> = Map::new();
    for route in &plan.http.routes {
        let item = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        item[route.method.to_lowercase()] = operation(route);
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Campanile",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Announcements, e-mail, text messages, notifications and live pushes.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        },
    });
    let text = serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

fn operation(route: &HttpRoute) -> Value {
    let parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let mut operation = json!({
        "tags": [route.function.to_lowercase()],
        "responses": { "default": { "description": "An answer, or a problem." } },
    });
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
    if route.authorized {
        operation["security"] = json!([{ "bearer": [] }]);
    }
    operation
}
