use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde_json::Value;

use super::*;
use crate::aws::sqs::NewMessage;

async fn manual() -> Stack {
    Stack::start(StackOptions {
        mappings: Mappings::Manual,
        ..StackOptions::for_test()
    })
    .await
    .unwrap()
}

async fn get(url: String) -> (u16, Value) {
    let response = reqwest::get(url).await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

#[tokio::test]
async fn stacks_run_side_by_side_and_start_at_once() {
    let before = Instant::now();
    let (one, two) = (manual().await, manual().await);
    assert!(before.elapsed() < Duration::from_secs(4));
    assert_ne!(one.http_port(), two.http_port());
    one.advance(SignedDuration::from_hours(1)).await;
    assert!(one.now() > two.now());
    one.stop().await;
    let (status, _) = get(format!("{}/_local/clock", two.url())).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn the_gateway_speaks_of_problems() {
    let stack = manual().await;
    let (status, body) = get(format!("{}/v1/nothing", stack.url())).await;
    assert_eq!((status, body["code"].as_str()), (404, Some("not_found")));
    let (status, body) = get(format!("{}/v1/users/me/", stack.url())).await;
    assert_eq!((status, body["code"].as_str()), (401, Some("unauthorized")));
    assert_eq!(body["instance"], "/v1/users/me/");
    let (status, body) = get(format!("{}/v1/realtime/tickets", stack.url())).await;
    assert_eq!(
        (status, body["code"].as_str()),
        (405, Some("method_not_allowed"))
    );
    let (status, _) = get(format!("{}/live", stack.url())).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_preflight_is_answered_without_a_function() {
    let stack = manual().await;
    let request = reqwest::Client::new()
        .request(
            reqwest::Method::OPTIONS,
            format!("{}/v1/sends", stack.url()),
        )
        .header("origin", stack.url())
        .header("access-control-request-method", "POST");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 204);
    assert_eq!(
        response.headers()["access-control-allow-origin"],
        stack.url()
    );
}

#[tokio::test]
async fn a_busy_port_and_a_bad_folder_are_sentences() {
    let stack = manual().await;
    let port = stack.http_port();
    let busy = Stack::start(StackOptions {
        port,
        ..StackOptions::default()
    })
    .await
    .unwrap_err();
    assert_eq!(
        busy.to_string(),
        format!("Port {port} is already in use; choose another one with --port.")
    );
    let file = std::env::temp_dir().join(format!("campanile-{port}"));
    std::fs::write(&file, "").unwrap();
    let folder = Stack::start(StackOptions {
        data: Some(file.clone()),
        ..StackOptions::default()
    })
    .await
    .unwrap_err();
    assert!(folder.to_string().starts_with("The folder "), "{folder}");
    let template = Stack::start(StackOptions {
        template: Some(file.join("x")),
        ..StackOptions::default()
    })
    .await
    .unwrap_err();
    assert!(
        template.to_string().starts_with("The template "),
        "{template}"
    );
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn what_a_function_cannot_do_ends_in_the_dead_letter_queue() {
    let stack = manual().await;
    stack.runner().set_faults(
        "PlanSend",
        crate::runner::FunctionFaults {
            crash_before: 100,
            ..Default::default()
        },
    );
    stack
        .sqs()
        .send("PlanSendQueue", NewMessage::text("{}"))
        .unwrap();
    let settled = stack.settle().await;
    assert_eq!((settled.batches, settled.hidden), (1, 1));
    let settled = stack.settle_within(SignedDuration::from_hours(1)).await;
    assert_eq!((settled.batches, settled.hidden), (4, 0));
    assert_eq!(stack.dead_letters("PlanSend").unwrap().len(), 1);
}

#[tokio::test]
async fn a_restart_keeps_what_aws_keeps() {
    let stack = manual().await;
    stack
        .sqs()
        .send("PlanSendQueue", NewMessage::text("{}"))
        .unwrap();
    let port = stack.http_port();
    let stack = stack.restart().await.unwrap();
    assert_eq!(stack.http_port(), port);
    assert_eq!(stack.queue_depths()["PlanSendQueue"].visible, 1);
    stack.reset().await.unwrap();
    assert_eq!(stack.queue_depths()["PlanSendQueue"].visible, 0);
}

#[tokio::test]
async fn settings_can_be_had_for_functions_outside_of_the_stack() {
    let stack = manual().await;
    let get = async |path: &str| {
        let url = format!("{}/_local/settings{path}", stack.url());
        let response = reqwest::get(url).await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let (status, all) = get("").await;
    assert_eq!(status, 200);
    let endpoint = format!("AWS_ENDPOINT_URL='{}'", stack.aws_url());
    assert!(all.lines().any(|line| line == endpoint), "{all}");
    for name in stack.plan().functions.keys() {
        let (status, own) = get(&format!("/{name}")).await;
        assert_eq!(status, 200, "{name}");
        assert!(own.contains("TABLE_NAME='Table'\n"), "{name}: {own}");
        for line in own.lines() {
            assert!(all.lines().any(|other| other == line), "{name}: {line}");
        }
    }
    assert_eq!(get("/Nothing").await.0, 404);
}
