//! LOG-1: every e-mail and text to every recipient.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::{announce, school};

#[tokio::test]
async fn each_delivery_is_in_the_log_with_its_end_and_agrees_with_the_mailbox() {
    let (world, head) = school().await;
    let send = announce(&world, &head, "Snow", "students").await;
    let log = head.all("/v1/communication-logs").await;
    let told: BTreeMap<(String, String), (String, Value)> = log
        .iter()
        .map(|row| {
            let text = |field: &str| row[field].as_str().expect("text").to_owned();
            (
                (text("user_id"), text("channel")),
                (text("status"), row["reason"].clone()),
            )
        })
        .collect();
    assert_eq!(told.len(), 8, "{log:?}");
    let ended = |user: &str, channel: &str| {
        let (status, reason) = &told[&(user.to_owned(), channel.to_owned())];
        (
            status.clone(),
            reason.as_str().unwrap_or_default().to_owned(),
        )
    };
    for user in ["mia", "ben"] {
        assert_eq!(
            ended(user, "email"),
            ("delivered".to_owned(), String::new())
        );
        assert_eq!(ended(user, "sms").0, "sent");
    }
    assert_eq!(ended("sim", "email").0, "bounced");
    assert_eq!(
        ended("sim", "sms"),
        ("skipped".to_owned(), "no_address".to_owned())
    );
    for channel in ["email", "sms"] {
        assert_eq!(
            ended("nix", channel),
            ("skipped".to_owned(), "no_address".to_owned())
        );
    }
    // Each row that left names the provider's message, and each message a row.
    let mut provider: Vec<&str> = log
        .iter()
        .filter_map(|row| row["provider_id"].as_str())
        .collect();
    let items = world.mailbox().list(&Default::default());
    let mut accepted: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
    provider.sort_unstable();
    accepted.sort_unstable();
    assert_eq!(provider, accepted);
    for row in &log {
        let left = row["provider_id"].is_string();
        assert_eq!(row["attempts"], u64::from(left), "{row}");
        assert_eq!(
            (&row["send_id"], &row["type"], &row["resent_ambiguous"]),
            (&json!(send), &json!("announcement"), &json!(false)),
            "{row}"
        );
        let one = head
            .get(&format!(
                "/v1/communication-logs/{}",
                row["id"].as_str().expect("an id")
            ))
            .await
            .ok();
        assert_eq!(one, *row);
    }
}

#[tokio::test]
async fn the_log_cannot_be_written() {
    let (world, head) = school().await;
    announce(&world, &head, "Snow", "user:mia").await;
    let log = head.all("/v1/communication-logs").await;
    let path = format!(
        "/v1/communication-logs/{}",
        log[0]["id"].as_str().expect("an id")
    );
    for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::POST] {
        for path in [path.as_str(), "/v1/communication-logs", "/v1/audit"] {
            let answer = head
                .raw(method.clone(), path, "application/json", "{}")
                .await;
            assert!(
                [404, 405].contains(&answer.status),
                "{method} {path} answered {}",
                answer.text
            );
        }
    }
    assert_eq!(head.all("/v1/communication-logs").await, log);
}

#[tokio::test]
async fn only_staff_look_into_the_log() {
    let (world, head) = school().await;
    announce(&world, &head, "Snow", "user:mia").await;
    let row = head.all("/v1/communication-logs").await.remove(0);
    let office = world.add(&head, "office", &["staff"]).await;
    assert_eq!(office.all("/v1/communication-logs").await.len(), 2);
    for (id, role) in [("tom", "teacher"), ("pat", "parent"), ("lea", "student")] {
        let who = world.add(&head, id, &[role]).await;
        for path in [
            "",
            "/statistics",
            &format!("/{}", row["id"].as_str().expect("an id")),
            "/dlv_unknown",
            "?recipient=mia",
        ] {
            who.get(&format!("/v1/communication-logs{path}"))
                .await
                .problem(403, "forbidden");
        }
    }
    office
        .get("/v1/communication-logs/dlv_unknown")
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn an_address_that_bounced_is_not_written_to_again() {
    let (world, head) = school().await;
    announce(&world, &head, "First", "user:sim").await;
    let second = announce(&world, &head, "Second", "user:sim").await;
    let rows = head
        .all(&format!(
            "/v1/communication-logs?channel=email&send={second}"
        ))
        .await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["status"], &rows[0]["reason"]),
        (&json!("skipped"), &json!("suppressed"))
    );
    assert_eq!(world.emails_to("bounce@simulator.amazonses.com").len(), 1);
}
