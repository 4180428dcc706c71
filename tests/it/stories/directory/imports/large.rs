//! Files that take many chunks.

use std::fmt::Write as _;
use std::time::Duration;

use it::World;
use serde_json::json;

use super::{counts, path, report, submit, watch};

/// Families of a parent and two children, the parents before them, in classes
/// of thirty: three rows each.
pub(super) fn families(count: usize) -> String {
    let mut file = String::from("id,name,email,roles,groups,guardian_of\n");
    for at in 0..count {
        writeln!(
            file,
            "p{at},Parent {at},p{at}@school.example,parent,,s{at}a;s{at}b"
        )
        .expect("text");
    }
    for at in 0..count {
        for child in ["a", "b"] {
            let class = at / 15;
            writeln!(
                file,
                "s{at}{child},Child {at}{child},s{at}{child}@school.example,student,class:c{class},"
            )
            .expect("text");
        }
    }
    file
}

/// Works on one chunk, as far as it is.
async fn step(world: &World) {
    let source = world.source("ImportDirectory").expect("the mapping");
    source.pump().await;
    while source.running() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn two_thousand_rows_come_in_with_their_progress() {
    let (world, head) = World::school().await;
    let begun = submit(&head, "", &families(667)).await.accepted();
    assert_eq!(begun["progress"]["rows_total"], 2_001);
    let (mut seen, mut last) = (Vec::new(), (0.0, 0.0));
    loop {
        step(&world).await;
        let import = watch(&head, &begun).await;
        let percent = |word: &str| import["progress"][word].as_f64().expect("per cent");
        let now = (percent("percent_checked"), percent("percent_applied"));
        assert!(now.0 >= last.0 && now.1 >= last.1, "{now:?} after {last:?}");
        last = now;
        let status = import["status"].as_str().expect("a status").to_owned();
        if !seen.contains(&status) {
            seen.push(status.clone());
        }
        if status == "completed" {
            break;
        }
    }
    assert_eq!(seen, ["checking", "applying", "completed"]);
    assert_eq!(last, (100.0, 100.0));
    let done = watch(&head, &begun).await;
    assert_eq!(counts(&done), [2_001, 0, 0, 0], "{done}");
    let rows = report(&head, &done, "?page_size=100").await;
    let lines: Vec<u64> = rows.iter().map(|(line, _, _)| *line).collect();
    assert_eq!(lines, (2..=2_002).collect::<Vec<u64>>());
    assert!(rows.iter().all(|(_, status, _)| status == "created"));
    assert_eq!(head.all("/v1/groups?page_size=100").await.len(), 45);
    assert_eq!(head.all("/v1/groups/c0/members").await.len(), 30);
    assert_eq!(
        head.get("/v1/users/p666").await.ok()["children"],
        json!(["s666a", "s666b"])
    );
    assert_eq!(
        head.get("/v1/users/s0a").await.ok()["guardians"],
        json!(["p0"])
    );
}

#[tokio::test]
async fn what_was_applied_before_an_import_was_called_off_stays_and_the_rest_does_not_come() {
    let (world, head) = World::school().await;
    let begun = submit(&head, "", &families(500)).await.accepted();
    loop {
        step(&world).await;
        let applied = watch(&head, &begun).await["progress"]["applied"].as_u64();
        if applied > Some(0) {
            break;
        }
    }
    head.post(&path(&begun, "/cancel"), json!({})).await.ok();
    world.settle().await;
    let ended = watch(&head, &begun).await;
    assert_eq!(ended["status"], "cancelled", "{ended}");
    let [created, _, _, invalid] = counts(&ended);
    assert!(created > 0 && created < 1_500 && invalid == 0, "{ended}");
    let there = head.all("/v1/users?page_size=100").await.len() as u64;
    assert_eq!(there, created + 1, "the report is true");
    // The same file again brings the rest.
    let again = submit(&head, "", &families(500)).await.accepted();
    world.settle().await;
    let done = watch(&head, &again).await;
    assert_eq!(done["status"], "completed", "{done}");
    assert_eq!(counts(&done)[0], 1_500 - created, "{done}");
}
