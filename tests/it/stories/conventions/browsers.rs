//! What browsers are told: whose pages may ask, and what an answer is.

use reqwest::{Client, Method, Response};
use serde_json::json;

use super::school;

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

async fn preflight(url: &str, origin: &str, method: &str) -> Response {
    let request = Client::new()
        .request(Method::OPTIONS, url)
        .header("origin", origin);
    let request = request.header("access-control-request-method", method);
    request
        .header(
            "access-control-request-headers",
            "authorization,idempotency-key",
        )
        .send()
        .await
        .expect("an answer")
}

#[tokio::test]
async fn our_own_pages_may_ask_anything() {
    let (world, _head, _mia) = school().await;
    let (origin, url) = (world.url(), format!("{}/v1/notifications", world.url()));
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let answer = preflight(&url, &origin, method).await;
        assert!(answer.status().is_success());
        assert_eq!(header(&answer, "access-control-allow-origin"), origin);
        assert!(header(&answer, "access-control-allow-methods").contains(method));
        for name in ["authorization", "content-type", "idempotency-key"] {
            assert!(
                header(&answer, "access-control-allow-headers").contains(name),
                "{name}"
            );
        }
    }
}

#[tokio::test]
async fn other_pages_may_ask_nothing() {
    let (world, _head, mia) = school().await;
    let url = format!("{}/v1/notifications", world.url());
    for origin in [
        "https://evil.example",
        "null",
        "http://127.0.0.1.evil.example",
    ] {
        let answer = preflight(&url, origin, "GET").await;
        assert_eq!(
            header(&answer, "access-control-allow-origin"),
            "",
            "{origin}"
        );
        let answer = mia.with("origin", origin).get("/v1/notifications").await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
    }
}

#[tokio::test]
async fn our_own_pages_may_read_answers_and_problems() {
    let (world, _head, mia) = school().await;
    let page = mia.with("origin", &world.url());
    let problem = page.get("/v1/users").await;
    for answer in [page.get("/v1/notifications").await, problem] {
        assert_eq!(answer.header("access-control-allow-origin"), world.url());
        assert!(
            answer
                .header("access-control-expose-headers")
                .contains("retry-after")
        );
        assert!(answer.header("vary").to_lowercase().contains("origin"));
    }
}

#[tokio::test]
async fn answers_are_nothing_to_keep_to_frame_or_to_run() {
    let (world, head, mia) = school().await;
    for answer in [
        mia.get("/v1/notifications").await,
        mia.get("/v1/users").await,
        head.post("/v1/users", json!({"name": "x"})).await,
        mia.delete("/v1/notifications").await,
        world.anonymous().get("/v1/health").await,
    ] {
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            (
                "strict-transport-security",
                "max-age=63072000; includeSubDomains",
            ),
        ] {
            assert_eq!(answer.header(name), value, "{name} of a {}", answer.status);
        }
        assert_eq!(answer.header("server"), "");
        assert_eq!(answer.header("set-cookie"), "");
    }
}
