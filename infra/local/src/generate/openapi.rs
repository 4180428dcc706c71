//! The OpenAPI document: what each function tells of its routes, in one.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

/// A function's crate and its part of the document.
type Part = (&'static str, fn() -> OpenApi);

/// The functions that answer HTTP requests.
const DOCUMENTS: &[Part] = &[
    ("announcements", announcements::openapi),
    ("approvals", approvals::openapi),
    ("chat", chat::openapi),
    ("communities", communities::openapi),
    ("directory", directory::openapi),
    ("events", events::openapi),
    ("health", health::openapi),
    ("logs", logs::openapi),
    ("messages", messages::openapi),
    ("notifications", notifications::openapi),
    ("preferences", preferences::openapi),
    ("privacy", privacy::openapi),
    ("realtime", realtime::openapi),
    ("sends", sends::openapi),
    ("templates", templates::openapi),
    ("unsubscribe", unsubscribe::openapi),
];

/// What the groups of operations are about, in the order of the page.
const TAGS: &[(&str, &str)] = &[
    (
        "announcements",
        "Something published to an audience: draft, publish, read, count.",
    ),
    (
        "notifications",
        "The items of a person's feed, and custom notifications by staff.",
    ),
    (
        "preferences",
        "How a person wants to be reached, by category and channel.",
    ),
    (
        "chat",
        "Invitations, blocks, rooms and their messages; sockets do the same by frames.",
    ),
    (
        "communities",
        "The discussion space of a course: members, posts, replies, reactions, moderation.",
    ),
    (
        "messages",
        "Mail-like messages: inbox, sent, threads, receipts, broadcasts.",
    ),
    (
        "approvals",
        "Requests that somebody approves or rejects, and what happens then.",
    ),
    (
        "templates",
        "Versioned texts with declared variables, for one channel each.",
    ),
    (
        "sends",
        "Acts of reaching an audience: start, watch, change, cancel, try without sending.",
    ),
    (
        "events",
        "What happened in other systems: publish, and see what became of it.",
    ),
    (
        "automations",
        "Which events tell whom what: the built-in rules and one's own.",
    ),
    (
        "communication log",
        "What went to whom by e-mail and text, and what became of it.",
    ),
    (
        "directory",
        "People, groups, memberships, guardianships, settings, imports.",
    ),
    (
        "privacy",
        "Exporting and erasing what is known of one person.",
    ),
    ("realtime", "Credentials for opening a socket."),
    ("audit", "Who did what with a privilege."),
    ("operations", "Whether the system works."),
];

const ABOUT: &str = "Announcements, e-mail, text messages, notifications and live pushes.\n\n\
    Bodies are JSON in snake_case, times are RFC 3339 in UTC, ids are opaque and sort by time. \
    Lists take `page_size` (at most 100) and `after`, the cursor of the page before. A POST takes \
    an `Idempotency-Key`: its repetition gives the same answer with `Idempotent-Replayed: true`. \
    What is queued answers 202 with a resource to watch. Failures are `application/problem+json` \
    with a stable `code`. What belongs to another organisation answers as if it did not exist.";

/// The document as it is committed.
pub fn openapi() -> Result<String, String> {
    let mut paths = Map::new();
    let mut components = Map::new();
    for (name, document) in DOCUMENTS {
        let part = serde_json::to_value(document()).map_err(|error| format!("{name}: {error}"))?;
        for (path, item) in members(&part["paths"]) {
            let known = paths.entry(path.clone()).or_insert_with(|| json!({}));
            add(known, item, name, path)?;
        }
        for (kind, named) in members(&part["components"]) {
            let known = components.entry(kind.clone()).or_insert_with(|| json!({}));
            add(known, named, name, kind)?;
        }
    }
    for (method, operation) in paths
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flatten()
    {
        complete(method, operation);
    }
    let mut components = Value::Object(components);
    common(&mut components);
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Campanile",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "Wherever this document comes from" }],
        "security": [{ "bearer": [] }],
        "tags": TAGS.iter().map(|(name, about)| json!({ "name": name, "description": about })).collect::<Vec<_>>(),
        "paths": paths,
        "components": components,
    });
    let text = serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Adds what a function declares. Two functions may share a schema; they must
/// not call two different ones by one name, because one would be lost.
fn add(known: &mut Value, new: &Value, function: &str, place: &str) -> Result<(), String> {
    for (name, value) in members(new) {
        if known.get(name).is_some_and(|other| other != value) {
            return Err(format!(
                "{function} declares {name} in {place} unlike another function"
            ));
        }
        known[name] = value.clone();
    }
    Ok(())
}

/// What is true of every operation and written in none.
fn complete(method: &str, operation: &mut Value) {
    let open = operation
        .get("security")
        .is_some_and(|needed| *needed == json!([{}]));
    let answers = &mut operation["responses"];
    answers["429"] = json!({ "$ref": "#/components/responses/RateLimited" });
    if open {
        return;
    }
    answers["401"] = json!({ "$ref": "#/components/responses/Unauthorized" });
    if method == "post" {
        let key = json!({ "$ref": "#/components/parameters/IdempotencyKey" });
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(key),
            None => operation["parameters"] = json!([key]),
        }
    }
}

fn common(components: &mut Value) {
    let problem = json!({
        "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemBody" } },
    });
    components["securitySchemes"] = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "People: a JWT of the identity provider (RS256, ES256 or EdDSA). Services: an API key, `ck_live_…` or `ck_test_…`.",
        },
    });
    components["responses"] = json!({
        "Unauthorized": { "description": "No valid credential", "content": problem },
        "RateLimited": {
            "description": "Too many requests",
            "headers": {
                "Retry-After": { "description": "Seconds to wait", "schema": { "type": "integer" } },
            },
            "content": problem,
        },
    });
    components["parameters"] = json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "required": false,
            "description": "Up to 255 visible ASCII characters. The same request with the same key is done once and answered alike for a day.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        },
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        serde_json::from_str(&openapi().unwrap()).unwrap()
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn follow(value: &Value, document: &Value) {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(reference)) = fields.get("$ref") {
                        let target = document.pointer(reference.trim_start_matches('#'));
                        assert!(target.is_some(), "{reference} leads nowhere");
                    }
                    fields.values().for_each(|value| follow(value, document));
                }
                Value::Array(items) => items.iter().for_each(|item| follow(item, document)),
                _ => {}
            }
        }
        let document = document();
        follow(&document, &document);
    }

    #[test]
    fn every_operation_has_an_id_of_its_own_a_summary_and_a_known_tag() {
        let mut ids = std::collections::BTreeSet::new();
        for (path, item) in members(&document()["paths"]) {
            for (method, operation) in members(item) {
                let place = format!("{method} {path}");
                let id = operation["operationId"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                assert!(!id.is_empty() && ids.insert(id.clone()), "{place}: {id}");
                assert!(operation["summary"].is_string(), "{place} has no summary");
                let tag = operation["tags"][0].as_str().unwrap_or_default();
                assert!(
                    TAGS.iter().any(|(name, _)| *name == tag),
                    "{place}: unknown tag {tag}"
                );
            }
        }
    }
}
