//! Answers that are not successes.

use it::Answer;
use reqwest::Method;
use serde_json::json;

use super::school;

/// What every problem has.
fn is_complete(answer: &Answer, path: &str) {
    let body = &answer.body;
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{}",
        answer.text
    );
    for field in ["type", "title", "code", "request_id", "instance"] {
        assert!(
            body[field].as_str().is_some_and(|text| !text.is_empty()),
            "no {field} in {body}"
        );
    }
    assert_eq!(body["instance"], path, "{body}");
    assert_eq!(body["status"], answer.status);
    assert_eq!(
        body["request_id"],
        answer.header("apigw-requestid"),
        "the id that the gateway tells"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn every_problem_has_the_same_shape() {
    let (world, head, mia) = school().await;
    let answers = [
        (world.anonymous().get("/v1/users").await, 401, "/v1/users"),
        (mia.get("/v1/users").await, 403, "/v1/users"),
        (head.get("/v1/users/nobody").await, 404, "/v1/users/nobody"),
        (head.get("/v1/nothing").await, 404, "/v1/nothing"),
        (
            head.raw(Method::PUT, "/v1/notifications", "application/json", "{}")
                .await,
            405,
            "/v1/notifications",
        ),
        (
            head.post("/v1/users", json!({"id": "mia", "name": "x"}))
                .await,
            409,
            "/v1/users",
        ),
        (
            head.raw(Method::POST, "/v1/users", "text/plain", "x").await,
            415,
            "/v1/users",
        ),
        (head.post("/v1/users", json!({})).await, 422, "/v1/users"),
        (head.get("/v1/users?page_size=0").await, 400, "/v1/users"),
    ];
    for (answer, status, path) in answers {
        assert_eq!(answer.status, status, "{}", answer.text);
        is_complete(&answer, path);
    }
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_explanation() {
    let (world, head, _mia) = school().await;
    let problem = head.get("/v1/users/nobody").await.problem(404, "not_found");
    let kind = problem["type"].as_str().expect("a type");
    let (page, anchor) = kind.split_once('#').expect("an anchor");
    let page = world.anonymous().get(page).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(&format!("id=\"{anchor}\"")));
}

#[tokio::test]
async fn ids_of_other_kinds_are_not_found() {
    let (_world, head, _mia) = school().await;
    let long = "x".repeat(2_000);
    for id in [
        "x",
        "snd_01J00000000000000000000000",
        "%00",
        "..%2f..",
        "%F0%9F%A6%80",
        "ntf_",
        long.as_str(),
        "'--",
    ] {
        for path in [
            "/v1/notifications/",
            "/v1/sends/",
            "/v1/templates/",
            "/v1/announcements/",
        ] {
            head.get(&format!("{path}{id}"))
                .await
                .problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn a_slash_at_the_end_changes_nothing() {
    let (_world, head, mia) = school().await;
    for path in [
        "/v1/notifications/",
        "/v1/users/",
        "/v1/users/me/",
        "/v1/users/mia/",
        "/v1/sends/",
        "/v1/health/",
    ] {
        head.get(path).await.ok();
    }
    head.get("/v1/users/?page_size=1").await.ok();
    mia.post("/v1/realtime/tickets/", json!({})).await.created();
    head.post(
        "/v1/notifications/",
        json!({"audience": "user:mia", "title": "x"}),
    )
    .await
    .accepted();
}

#[tokio::test]
async fn refusals_tell_nothing_internal() {
    let (_world, head, mia) = school().await;
    for answer in [
        head.post("/v1/users", json!({"name": 1})).await,
        head.post("/v1/notifications", json!(null)).await,
        head.post("/v1/notifications", json!({"audience": 7, "title": "x"}))
            .await,
        head.post(
            "/v1/notifications",
            json!({"audience": "all", "title": "x", "reference": 7}),
        )
        .await,
        head.get("/v1/users?after=zzz").await,
        head.get("/v1/sends/snd_01J00000000000000000000000").await,
        mia.get("/v1/audit").await,
    ] {
        assert!(answer.status >= 400);
        let text = answer.text.to_lowercase();
        for word in [
            "dynamo", "rust", "serde", "panicked", "t#school", "arn:", ".rs", "struct", "enum",
            "input",
        ] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
}

#[tokio::test]
async fn people_do_what_their_roles_allow_and_no_more() {
    let (_world, _head, mia) = school().await;
    for path in [
        "/v1/users",
        "/v1/sends",
        "/v1/templates",
        "/v1/communication-logs",
        "/v1/communication-logs/statistics",
        "/v1/audit",
        "/v1/settings",
        "/v1/directory/imports",
    ] {
        mia.get(path).await.problem(403, "forbidden");
    }
    for (path, body) in [
        ("/v1/users", json!({"name": "x"})),
        ("/v1/groups", json!({"kind": "class", "name": "x"})),
        (
            "/v1/announcements",
            json!({"title": "x", "body": "y", "audience": "all"}),
        ),
        (
            "/v1/notifications",
            json!({"audience": "all", "title": "x"}),
        ),
        (
            "/v1/templates",
            json!({"name": "x", "channel": "sms", "body": "y"}),
        ),
        (
            "/v1/sends/dry-run",
            json!({"recipients": ["all"], "title": "x"}),
        ),
        ("/v1/directory/imports", json!({})),
    ] {
        mia.post(path, body).await.problem(403, "forbidden");
    }
}
