//! The log keeps a pseudonym, the figures agree, and who must not be written to
//! is not written to under another name either.

use serde_json::json;

use super::{erase, school};
use crate::directory::imports::import;
use crate::sends::{deliveries, email_template, of_user, send};

#[tokio::test]
async fn the_log_keeps_its_rows_and_figures_and_names_nobody() {
    let (world, head, ..) = school().await;
    let template = email_template(&head, "For {{ student_name }}", "Hello").await;
    let first = send(&head, &template, &["user:mia", "user:tom"]).await;
    world.settle().await;
    let before = head.get("/v1/communication-logs/statistics").await.ok();
    erase(&world, &head, "mia").await;
    let rows = deliveries(&head, &first).await;
    let row = of_user(&rows, "mia");
    assert_eq!(row["status"], "delivered");
    let name = row["name"].as_str().expect("a pseudonym");
    assert!(name.starts_with("Erased person "), "{row}");
    assert!(row.get("recipient").is_none_or(serde_json::Value::is_null));
    assert_eq!(of_user(&rows, "tom")["recipient"], "tom@school.example");
    let by_address = "/v1/communication-logs?recipient=mia@school.example";
    assert!(head.all(by_address).await.is_empty());
    let after = head.get("/v1/communication-logs/statistics").await.ok();
    assert_eq!(before["overall"], after["overall"]);
    assert_eq!(before["by_channel"], after["by_channel"]);
    world.assert_consistent(&head, &first).await;
    let trail = head.all("/v1/audit?act=user.erased").await;
    assert_eq!(trail.len(), 1);
    assert_eq!(trail[0]["subject"], "mia");
}

#[tokio::test]
async fn an_address_that_complained_stays_suppressed_for_whoever_has_it_next() {
    let (world, head, ..) = school().await;
    let email = "complaint@simulator.amazonses.com";
    let zoe = |id: &str| json!({"id": id, "name": "Zoe", "email": email, "roles": ["student"]});
    world.add_as(&head, zoe("zoe")).await;
    let template = email_template(&head, "Hello", "Hello").await;
    send(&head, &template, &["user:zoe"]).await;
    world.settle().await;
    let mails = world.mailbox().counts().emails;
    erase(&world, &head, "zoe").await;

    head.post("/v1/users", zoe("zoe"))
        .await
        .problem(409, "erased");
    let csv = "id,name\nzoe,Zoe\n";
    let import = import(&world, &head, "", csv).await;
    assert_eq!(import["status"], "rejected", "{import}");

    world.add_as(&head, zoe("zoe-again")).await;
    let again = send(&head, &template, &["user:zoe-again"]).await;
    world.settle().await;
    let rows = deliveries(&head, &again).await;
    assert_eq!(of_user(&rows, "zoe-again")["reason"], "suppressed");
    assert_eq!(world.mailbox().counts().emails, mails);
}
