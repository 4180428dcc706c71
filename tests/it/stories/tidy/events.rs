//! The events in `events/` are what AWS sends: each function takes its own.

use it::World;
use serde_json::{Value, json};

use super::{function_crates, plan, text};

/// A function answers as its trigger expects, whatever it thinks of the ids.
fn assert_answered(folder: &str, answer: &Value) {
    if folder.starts_with("functions/rest/") || folder.starts_with("functions/socket/") {
        let status = answer["statusCode"].as_u64().unwrap_or_default();
        assert!((200..500).contains(&status), "{folder}: {answer}");
        assert!(
            ![400, 401, 405, 415, 422].contains(&status),
            "{folder}: {answer}"
        );
    } else if folder.starts_with("functions/queue/") {
        assert_eq!(answer["batchItemFailures"], json!([]), "{folder}: {answer}");
    }
}

#[tokio::test]
async fn every_function_takes_its_event() {
    let (world, _) = World::school().await;
    // The sends and imports that the events name are not in this world.
    world.expects_dead_letters();
    let plan = plan();
    for (folder, package) in function_crates() {
        // The school of the demonstration is another one than this world's.
        let event = text(&format!("events/{}.json", package.name)).replace("hillside", "school");
        let event: Value =
            serde_json::from_str(&event).unwrap_or_else(|error| panic!("{folder}: {error}"));
        let function = plan.functions.values().find(|f| f.folder == folder);
        let function = &function.expect("in the template").name;
        let answer = world.runner().invoke(function, &event).await;
        let answer = answer.unwrap_or_else(|error| panic!("{folder}: {error}"));
        assert_answered(&folder, &serde_json::from_str(answer.get()).expect("JSON"));
    }
}

#[tokio::test]
async fn the_authorizer_takes_a_handshake() {
    let (world, _) = World::school().await;
    let event: Value =
        serde_json::from_str(&text("events/handshakes/authorize.json")).expect("JSON");
    let answer = world.runner().invoke("Authorize", &event).await;
    // A token that expired long ago: API Gateway answers 401 to this word.
    let refused = answer.expect_err("the token is not in force").to_string();
    assert!(refused.contains("Unauthorized"), "{refused}");
}

#[test]
fn a_queue_event_carries_a_task_of_this_release() {
    for (folder, package) in function_crates() {
        // These also take what is not a task of ours.
        let open = ["apply-event", "record-feedback"].contains(&package.name.as_str());
        if !folder.starts_with("functions/queue/") || open {
            continue;
        }
        let event: Value =
            serde_json::from_str(&text(&format!("events/{}.json", package.name))).expect("JSON");
        for record in event["Records"].as_array().expect("records") {
            let body = record["body"].as_str().expect("a body");
            let task = domain::tasks::read(body);
            task.unwrap_or_else(|error| panic!("{folder}: {error}"));
        }
    }
}
