//! One person's data, complete, page by page, whatever happens to its tasks.

use local::runner::FunctionFaults;
use serde_json::json;

use super::{DAY, FUNCTION, bring_twice, export, of, path, records, school, watch};
use crate::chat::{contact, write};

#[tokio::test]
async fn an_export_holds_what_every_part_of_the_system_knows() {
    let (world, head, tom, mia, _) = school().await;
    world.class(&head, "5a", &[("mia", "student")]).await;
    head.notify("user:mia", "Welcome").await;
    let letter = json!({"title": "Snow", "body": "Closed.", "audience": ["user:mia"], "channels": ["email"]});
    let made = head.post("/v1/announcements", letter).await.created();
    let published = format!(
        "/v1/announcements/{}/publish",
        made["id"].as_str().expect("an id")
    );
    head.post(&published, json!({})).await.accepted();
    let message = json!({"to": ["tom"], "subject": "Homework", "body": "It is lost."});
    mia.post("/v1/messages", message).await.created();
    let room = contact(&tom, &mia).await;
    let mut socket = mia.live().await;
    write(&mut socket, &room, "a", "good morning").await;
    world.settle().await;

    let done = export(&world, &mia, "mia").await;
    assert_eq!(done["status"], "completed", "{done}");
    assert_eq!(done["progress"]["done"], done["progress"]["total"]);
    let found = records(&mia, &done).await;
    assert_eq!(done["records"], found.len());
    let profile = of(&found, "profile");
    assert_eq!(profile[0]["email"], "mia@school.example");
    assert!(profile[0].get("session_epoch").is_none());
    assert_eq!(of(&found, "memberships")[0]["group"], "5a");
    assert_eq!(
        of(&found, "guardianships"),
        [&json!({"guardian": "pat", "child": "mia"})]
    );
    let titles = of(&found, "notifications");
    assert!(
        titles.iter().any(|one| one["title"] == "Welcome"),
        "{titles:?}"
    );
    let written = of(&found, "messages");
    assert_eq!(written.len(), 1);
    assert_eq!(
        (&written[0]["folder"], &written[0]["body"]),
        (&json!("sent"), &json!("It is lost."))
    );
    assert_eq!(of(&found, "chat")[0]["text"], "good morning");
    assert_eq!(of(&found, "contacts").len(), 2);
    let log = of(&found, "communication_log");
    assert_eq!(log.len(), 1, "{log:?}");
    assert_eq!(log[0]["recipient"], "mia@school.example");
    for inner in ["pk", "gsi1pk", "ttl"] {
        assert!(found.iter().all(|one| one["record"].get(inner).is_none()));
    }
    let trail = head.all("/v1/audit?act=user.export").await;
    assert!(trail.is_empty(), "an act is named as a whole: {trail:?}");
    for act in ["user.export_requested", "user.exported"] {
        let trail = head.all(&format!("/v1/audit?act={act}")).await;
        assert_eq!(trail.len(), 1, "{act}");
        assert_eq!(trail[0]["subject"], "mia");
    }
}

#[tokio::test]
async fn records_are_read_in_pages_for_seven_days() {
    let (world, head, _, mia, _) = school().await;
    for number in 0..130 {
        head.notify("user:mia", &format!("Number {number}")).await;
    }
    world.settle().await;
    let done = export(&world, &head, "mia").await;
    let list = format!("{}/records", path(&done));
    let page = head.get(&format!("{list}?page_size=50")).await.ok();
    assert_eq!(page["items"].as_array().map(Vec::len), Some(50));
    let all = records(&head, &done).await;
    assert_eq!(of(&all, "notifications").len(), 130);
    // The person sees it too, whoever has asked for it.
    assert_eq!(records(&mia, &done).await.len(), all.len());
    world.later(7 * DAY).await;
    let head = world.actor("school", "head");
    head.get(&list).await.problem(410, "gone");
    assert_eq!(watch(&head, &done).await["status"], "completed");
}

#[tokio::test]
async fn an_export_goes_on_after_crashes_and_doubled_tasks() {
    let (world, head, ..) = school().await;
    for number in 0..120 {
        head.notify("user:mia", &format!("Number {number}")).await;
    }
    world.settle().await;
    bring_twice(&world);
    world.runner().set_faults(
        FUNCTION,
        FunctionFaults {
            crash_before: 1,
            crash_after: 2,
            ..FunctionFaults::default()
        },
    );
    let begun = head
        .post("/v1/users/mia/export", json!({}))
        .await
        .accepted();
    world.settle_for(3_600).await;
    world.runner().clear_faults();
    world.clear_faults();
    world.sweep().await.expect("the sweep runs");
    world.settle_for(3_600).await;
    let head = world.actor("school", "head");
    let done = watch(&head, &begun).await;
    assert_eq!(done["status"], "completed", "{done}");
    let found = records(&head, &done).await;
    assert_eq!(of(&found, "notifications").len(), 120);
    assert_eq!(done["records"], found.len());
    let trail = head.all("/v1/audit?act=user.exported").await;
    assert_eq!(trail.len(), 1, "{trail:?}");
}
