//! The local stack's login: the identity provider of the demonstration.

use std::sync::Arc;

use domain::{Clock, Role};
use local::issuer::{Issuer, IssuerOptions, PASSWORD, Person};
use reqwest::StatusCode;
use serde_json::{Value, json};

async fn login_page() -> String {
    let people = || {
        vec![Person {
            tenant: "school".parse().unwrap(),
            tenant_name: "Hill & <Dale> School".to_owned(),
            user: "10".parse().unwrap(),
            name: "Ann \"<script>\" Archer".to_owned(),
            email: Some("ann@school.example".to_owned()),
            roles: vec![Role::parse("teacher").unwrap()],
        }]
    };
    let options = IssuerOptions {
        issuer: "https://login.school.example".to_owned(),
        audience: "campanile".to_owned(),
        clock: Clock::system(),
        folder: None,
        people: Arc::new(move || Box::pin(async move { people() })),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/login", listener.local_addr().unwrap());
    let router = Issuer::new(options).unwrap().router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

async fn log_in(url: &str, body: &Value) -> (StatusCode, Value) {
    let answer = reqwest::Client::new()
        .post(url)
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    (
        answer.status(),
        serde_json::from_str(&answer.text().await.unwrap()).unwrap(),
    )
}

#[tokio::test]
async fn a_person_of_the_demonstration_logs_in_by_id_or_address() {
    let url = login_page().await;
    for name in [
        json!({ "user": "10" }),
        json!({ "email": " Ann@School.example" }),
    ] {
        let mut body = name;
        body["tenant"] = json!("school");
        body["password"] = json!(PASSWORD);
        let (status, answer) = log_in(&url, &body).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert_eq!(
            (&answer["token_type"], &answer["expires_in"]),
            (&json!("Bearer"), &json!(28_800))
        );
        assert_eq!(
            answer["access_token"].as_str().unwrap().split('.').count(),
            3
        );
    }
}

#[tokio::test]
async fn a_refused_login_does_not_tell_why() {
    let url = login_page().await;
    let refused = [
        json!({ "tenant": "school", "user": "10", "password": "wrong" }),
        json!({ "tenant": "school", "user": "11", "password": PASSWORD }),
        json!({ "tenant": "other", "user": "10", "password": PASSWORD }),
        json!({ "tenant": "school", "password": PASSWORD }),
    ];
    let mut answers = Vec::new();
    for body in refused {
        let (status, answer) = log_in(&url, &body).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{body}");
        answers.push(answer);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    let (status, _) = log_in(&url, &json!({ "tenant": "school" })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_page_lists_people_and_escapes_their_names() {
    let page = reqwest::get(login_page().await)
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(page.contains("Hill &amp; &lt;Dale&gt; School"));
    assert!(page.contains("Ann &quot;&lt;script&gt;&quot; Archer"));
    assert!(page.contains("data-tenant=\"school\" data-user=\"10\""));
}
