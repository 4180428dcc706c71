//! Nothing reaches somebody from the moment on in which they are erased, also
//! what is on its way already.

use serde_json::json;

use super::{erase, school};
use crate::sends::{deliveries, email_template, of_user, send};

#[tokio::test]
async fn what_is_on_its_way_ends_as_skipped() {
    let (world, head, tom, _, _) = school().await;
    let template = email_template(&head, "Hello", "Hello").await;
    let begun = send(&head, &template, &["user:mia", "user:tom"]).await;
    let notified = head.notify("all", "Snow").await;
    // Planned and cut into chunks; none of them is delivered yet.
    let planner = world.source("PlanSend").expect("the mapping");
    planner.pump().await;
    while planner.running() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    head.post("/v1/users/mia/erase", json!({"confirm": "mia"}))
        .await
        .accepted();
    world.settle().await;
    let rows = deliveries(&head, &begun).await;
    assert_eq!(of_user(&rows, "mia")["status"], "skipped", "{rows:?}");
    assert_eq!(of_user(&rows, "mia")["reason"], "erased");
    assert_eq!(of_user(&rows, "tom")["status"], "delivered");
    assert!(world.emails_to("mia@school.example").is_empty());
    assert_eq!(tom.feed().await, ["Snow"]);
    let status = head.get(&format!("/v1/sends/{notified}")).await.ok();
    let in_app = &status["progress"]["by_channel"]["in_app"];
    assert_eq!(in_app["skipped"], 1, "{status}");
    let left = super::table(&world).await;
    assert!(!left.contains("FEED#mia"), "{left}");
}

#[tokio::test]
async fn the_mailbox_stays_silent_afterwards() {
    let (world, head, _, mia, _) = school().await;
    let mut socket = mia.live().await;
    let scheduled = (world.now() + jiff::SignedDuration::from_hours(5)).to_string();
    let template = email_template(&head, "Hello", "Hello").await;
    let path = format!("/v1/templates/{template}/send");
    let body = json!({"recipients": ["user:mia", "mia@school.example"], "send_at": scheduled});
    head.post(&path, body).await.accepted();
    erase(&world, &head, "mia").await;
    mia.get("/v1/users/me").await.problem(401, "unauthorized");
    // The sweeper has ended the session.
    socket.until_closed().await;
    head.get("/v1/users/mia").await.problem(404, "not_found");
    assert!(
        head.all("/v1/users")
            .await
            .iter()
            .all(|one| one["id"] != "mia")
    );
    for audience in ["all", "role:student"] {
        head.notify(audience, "Afterwards").await;
    }
    world.later(6 * 3_600).await;
    world.sweep().await.expect("the sweep runs");
    world.settle().await;
    assert!(world.emails_to("mia@school.example").is_empty());
    let left = super::table(&world).await;
    assert!(!left.contains("FEED#mia"), "{left}");
}
