//! B5, D1, D2: bodies that are not what they should be.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::school;

const JSON: &str = "application/json";

#[tokio::test]
async fn unknown_fields_are_refused_by_name() {
    let (_world, head, _mia) = school().await;
    for (path, body, field) in [
        (
            "/v1/notifications",
            json!({"audience": "all", "title": "x", "is_read": true}),
            "is_read",
        ),
        (
            "/v1/notifications",
            json!({"audience": "all", "title": "x", "reference": {"kind": "a", "id": "b", "c": 1}}),
            "reference.c",
        ),
        (
            "/v1/users",
            json!({"name": "x", "tenant_id": "college"}),
            "tenant_id",
        ),
        (
            "/v1/groups",
            json!({"kind": "class", "name": "x", "created_by": "mia"}),
            "created_by",
        ),
        (
            "/v1/announcements",
            json!({"title": "x", "body": "y", "audience": "all", "status": "sent"}),
            "status",
        ),
        (
            "/v1/templates",
            json!({"name": "x", "channel": "sms", "body": "y", "version": 7}),
            "version",
        ),
        (
            "/v1/sends/dry-run",
            json!({"recipients": ["all"], "title": "x", "tenant": "college"}),
            "tenant",
        ),
    ] {
        head.post(path, body).await.refuses(field, "unknown_field");
    }
    head.patch("/v1/settings", json!({"status": "suspended"}))
        .await
        .refuses("status", "unknown_field");
    head.patch("/v1/users/mia", json!({"session_epoch": 0}))
        .await
        .refuses("session_epoch", "unknown_field");
}

#[tokio::test]
async fn wrong_types_and_missing_fields_are_refused_by_name() {
    let (_world, head, _mia) = school().await;
    head.post("/v1/notifications", json!({"audience": "all", "title": 7}))
        .await
        .refuses("title", "wrong_type");
    head.post(
        "/v1/notifications",
        json!({"audience": "all", "title": "x", "actions": {}}),
    )
    .await
    .refuses("actions", "wrong_type");
    head.post("/v1/users", json!({"name": ["x"]}))
        .await
        .refuses("name", "wrong_type");
    head.post("/v1/users", json!({"name": "x", "roles": "student"}))
        .await
        .refuses("roles", "wrong_type");
    head.post("/v1/users", json!({}))
        .await
        .refuses("name", "required");
    head.post("/v1/notifications", json!([]))
        .await
        .refuses("", "wrong_type");
    head.post("/v1/notifications", json!(null))
        .await
        .refuses("", "wrong_type");
    let twice = "{\"name\":\"a\",\"name\":\"b\"}";
    head.raw(Method::POST, "/v1/users", JSON, twice)
        .await
        .refuses("name", "duplicate_field");
}

#[tokio::test]
async fn lists_are_refused_where_objects_are_expected_at_any_depth() {
    let (_world, head, _mia) = school().await;
    let notification = |field: &str, value: serde_json::Value| {
        let mut body = json!({"audience": "all", "title": "x"});
        body[field] = value;
        body
    };
    for (body, field) in [
        (
            notification("reference", json!(["assignment", "9"])),
            "reference",
        ),
        (
            notification("actions", json!([["Open", "/open"]])),
            "actions[0]",
        ),
        (notification("actions", json!([[]])), "actions[0]"),
    ] {
        let refused = head
            .post("/v1/notifications", body)
            .await
            .refuses(field, "wrong_type");
        let message = refused["errors"][0]["message"]
            .as_str()
            .expect("a sentence");
        assert!(message.contains("expected an object"), "{message}");
    }
    for (path, body) in [
        ("/v1/users", "[\"x\"]"),
        ("/v1/groups", " [\"class\",\"x\"]"),
        ("/v1/templates", "[[]]"),
    ] {
        head.raw(Method::POST, path, JSON, body)
            .await
            .refuses("", "wrong_type");
    }
    let fine = json!({"audience": ["all"], "title": "x", "actions": [], "reference": {"kind": "a", "id": "b"}});
    head.post("/v1/notifications", fine).await.accepted();
}

#[tokio::test]
async fn what_is_not_json_is_told_apart_from_what_is_not_valid() {
    let (_world, head, mia) = school().await;
    let string = format!("{{\"name\":\"{}\"", "x".repeat(100));
    for body in [
        "",
        "{",
        "{\"name\":}",
        "nonsense",
        "{\"name\":\"x\"} {}",
        "\u{feff}{\"name\":\"x\"}",
        "{\"name\":\"\\ud800\"}",
        "{'name':'x'}",
        &string,
    ] {
        let answer = head.raw(Method::POST, "/v1/users", JSON, body).await;
        answer.problem(400, "bad_json");
    }
    head.raw(Method::PATCH, "/v1/users/mia", JSON, "{")
        .await
        .problem(400, "bad_json");
    mia.raw(Method::POST, "/v1/notifications", JSON, "{").await;
}

#[tokio::test]
async fn deep_and_wide_json_is_refused_quickly() {
    let (_world, head, _mia) = school().await;
    let deep = "[".repeat(10_000);
    let objects = "{\"name\":".repeat(10_000);
    let inside = format!(
        "{{\"name\":\"x\",\"attributes\":{}1{}}}",
        "{\"a\":".repeat(5_000),
        "}".repeat(5_000)
    );
    let wide = format!(
        "{{{}\"name\":\"x\"}}",
        (0..20_000)
            .map(|n| format!("\"k{n}\":1,"))
            .collect::<String>()
    );
    let number = "{\"name\":\"x\",\"version\":1e400}";
    for body in [deep.as_str(), &objects, &inside, &wide, number] {
        let answer = head.raw(Method::POST, "/v1/users", JSON, body).await;
        assert!(
            matches!(answer.status, 400 | 422),
            "{} answered {}",
            &body[..20],
            answer.status
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let (_world, head, _mia) = school().await;
    let body = "{\"name\":\"x\"}";
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "multipart/form-data; boundary=x",
        "",
    ] {
        head.raw(Method::POST, "/v1/users", content_type, body)
            .await
            .problem(415, "unsupported_media_type");
    }
    head.raw(
        Method::POST,
        "/v1/users",
        "Application/JSON; charset=utf-8",
        body,
    )
    .await
    .created();
    let csv = head
        .raw(
            Method::PUT,
            "/v1/directory/imports/imp_01J00000000000000000000000/parts/1",
            JSON,
            "{}",
        )
        .await;
    assert!(matches!(csv.status, 404 | 415), "{}", csv.text);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let (_world, head, _mia) = school().await;
    let quarter = format!("{{\"name\":\"{}\"}}", "x".repeat(300 * 1024));
    head.raw(Method::POST, "/v1/users", JSON, quarter)
        .await
        .problem(413, "too_large");
    let huge = format!("{{\"name\":\"{}\"}}", "x".repeat(7 * 1024 * 1024));
    head.raw(Method::POST, "/v1/users", JSON, huge.clone())
        .await
        .problem(413, "too_large");
    head.with("idempotency-key", "huge")
        .raw(Method::POST, "/v1/users", JSON, huge)
        .await
        .problem(413, "too_large");
    let csv = format!("id,name\n{}", "a,b\n".repeat(1_200_000));
    head.raw(Method::POST, "/v1/directory/imports", "text/csv", csv)
        .await
        .problem(413, "too_large");
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let (world, head, _mia) = school().await;
    let client = reqwest::Client::new();
    let request = client
        .post(format!("{}/v1/users", world.url()))
        .bearer_auth(head.token())
        .timeout(Duration::from_secs(30));
    let answer = request
        .header("content-type", JSON)
        .body(b"{\"name\":\"\xff\xfe\"}".to_vec())
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 400);
    let problem: serde_json::Value = answer.json().await.expect("a problem");
    assert_eq!(problem["code"], "bad_json");
}
