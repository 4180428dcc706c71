//! The queue brings chunks twice, late, and to functions that crash.

use it::World;
use local::aws::wire::Service;
use local::aws::{Effect, FaultRule, QueueFaults, When};
use local::runner::{FunctionFaults, SourceFaults};
use serde_json::json;

use super::large::families;
use super::{counts, report, submit, watch};

const FUNCTION: &str = "ImportDirectory";

#[tokio::test]
async fn chunks_that_come_twice_and_to_two_functions_at_once_count_once() {
    let (world, head) = World::school().await;
    let source = world.source(FUNCTION).expect("the mapping");
    source.set_faults(SourceFaults {
        concurrent: 1.0,
        ..SourceFaults::default()
    });
    let twice = QueueFaults {
        duplicate: 1.0,
        duplicate_after_ms: 2_000,
        ..QueueFaults::default()
    };
    world
        .sqs()
        .set_faults(&source.mapping().queue, twice)
        .expect("the queue");
    let begun = submit(&head, "", &families(200)).await.accepted();
    world.settle_for(3_600).await;
    world.clear_faults();
    world.settle_for(3_600).await;
    let done = watch(&head, &begun).await;
    assert_eq!(
        (&done["status"], counts(&done)),
        (&json!("completed"), [600, 0, 0, 0]),
        "{done}"
    );
    assert_eq!(
        head.all("/v1/users?role=student&page_size=100").await.len(),
        400
    );
    assert_eq!(
        head.all("/v1/users?role=parent&page_size=100").await.len(),
        200
    );
    assert_eq!(
        head.get("/v1/users/p7").await.ok()["children"],
        json!(["s7a", "s7b"])
    );
}

#[tokio::test]
async fn a_function_that_crashes_before_and_after_its_work_goes_on_where_it_was() {
    let (world, head) = World::school().await;
    let begun = submit(&head, "", &families(200)).await.accepted();
    let faults = |crash_before, crash_after| FunctionFaults {
        crash_before,
        crash_after,
        ..FunctionFaults::default()
    };
    // Two crashes at a time, while there is anything left to crash.
    for round in 0..3 {
        world
            .runner()
            .set_faults(FUNCTION, faults(1 - round % 2, 1 + round % 2));
        world.settle().await;
        world.later(181).await;
    }
    world.runner().clear_faults();
    world.settle_for(3_600).await;
    let done = watch(&head, &begun).await;
    assert_eq!(
        (&done["status"], counts(&done)),
        (&json!("completed"), [600, 0, 0, 0]),
        "{done}"
    );
    assert_eq!(report(&head, &done, "?page_size=100").await.len(), 600);
    for child in ["s0a", "s199b"] {
        let guardians = head.get(&format!("/v1/users/{child}")).await.ok()["guardians"].clone();
        assert_eq!(
            guardians.as_array().map(Vec::len),
            Some(1),
            "{child}: {guardians}"
        );
    }
}

#[tokio::test]
async fn a_fault_that_no_repetition_mends_ends_the_import_and_says_so() {
    let (world, head) = World::school().await;
    let begun = submit(&head, "", "id,name\nmia,Mia\n").await.accepted();
    let broken = Effect::Fail {
        code: "AccessDeniedException".to_owned(),
        status: 400,
    };
    world.faults().add(FaultRule {
        service: Some(Service::DynamoDb),
        action: None,
        effect: broken,
        when: When::Always,
        contains: Some("#PIECES".to_owned()),
    });
    world.expects_dead_letters();
    world.settle_for(3_600).await;
    let failed = watch(&head, &begun).await;
    assert_eq!(failed["status"], "failed", "{failed}");
    assert!(
        failed["reason"]
            .as_str()
            .is_some_and(|reason| reason.starts_with("chunk 0")),
        "{failed}"
    );
    assert_eq!(world.dead_letters(FUNCTION).expect("the queue").len(), 1);

    world.clear_faults();
    let again = submit(&head, "", "id,name\nmia,Mia\n").await.accepted();
    world.settle().await;
    assert_eq!(watch(&head, &again).await["status"], "completed");
}
