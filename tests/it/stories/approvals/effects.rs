//! APR-3: the tier, the modules, the roles and the people of the directory
//! really change.

use serde_json::json;

use super::{account, acts, approve, ask, id, module, person, school, text, tier};

#[tokio::test]
async fn an_approved_upgrade_changes_the_tier() {
    let s = school().await;
    let silver = json!({"attributes": {"tier": "silver", "house": "Oak"}});
    let before = s.head.patch("/v1/users/mia", silver).await.ok();
    let path = ask(&s.mia, tier("gold")).await;
    approve(&s.head, &path).await.ok();
    let after = person(&s, "mia").await;
    assert_eq!(after["attributes"], json!({"tier": "gold", "house": "Oak"}));
    assert_eq!(
        after["version"].as_u64(),
        before["version"].as_u64().map(|v| v + 1)
    );
    assert_eq!(
        acts(&s, "mia").await.last().map(String::as_str),
        Some("user.updated")
    );
    s.world.settle().await;
}

#[tokio::test]
async fn approved_modules_are_added_one_by_one() {
    let s = school().await;
    for name in ["ecg", "mri", "x-ray"] {
        let path = ask(&s.mia, module(name)).await;
        approve(&s.head, &path).await.ok();
    }
    assert_eq!(
        person(&s, "mia").await["attributes"]["modules"],
        "ecg, mri, x-ray"
    );
    s.mia
        .post("/v1/approvals", module("mri"))
        .await
        .refuses("details.module", "held");
    s.world.settle().await;
}

#[tokio::test]
async fn two_requests_for_the_same_module_give_it_once() {
    let s = school().await;
    let (one, two) = (
        ask(&s.mia, module("ecg")).await,
        ask(&s.mia, module("ecg")).await,
    );
    approve(&s.head, &one).await.ok();
    let version = person(&s, "mia").await["version"].clone();
    approve(&s.head, &two).await.ok();
    let after = person(&s, "mia").await;
    assert_eq!(
        (&after["attributes"]["modules"], &after["version"]),
        (&json!("ecg"), &version)
    );
    s.world.settle().await;
}

#[tokio::test]
async fn an_approved_account_is_a_person_who_can_come_in_and_is_reached() {
    let s = school().await;
    let mut body = account("ann", &["teacher", "examiner"]);
    body["details"]["phone"] = json!("+44 7700 900123");
    let path = ask(&s.sue, body).await;
    s.head.get("/v1/users/ann").await.problem(404, "not_found");
    approve(&s.head, &path).await.ok();
    let ann = s.world.actor("school", "ann");
    let me = ann.get("/v1/users/me").await.ok();
    assert_eq!(me["profile"]["name"], "Name of ann", "{me}");
    let kept = person(&s, "ann").await;
    assert_eq!(kept["roles"], json!(["examiner", "teacher"]));
    assert_eq!(
        (&kept["email"], &kept["phone"]),
        (&json!("ann@school.example"), &json!("+447700900123"))
    );
    assert_eq!(kept["locale"], "en-GB");
    s.world.settle().await;
    // She is welcomed, and the administrator hears that it is done.
    let welcome = s.world.emails_to("ann@school.example");
    assert_eq!(welcome.len(), 1);
    assert_eq!(
        welcome[0].email().expect("an e-mail").subject,
        "Welcome to Hill School"
    );
    assert_eq!(ann.feed().await, ["Welcome to Hill School"]);
    assert!(
        s.head
            .feed()
            .await
            .contains(&"The account of Name of ann is ready".to_owned())
    );
    // She is among everybody and among those with her roles, and found by address.
    for audience in ["all", "role:teacher", "role:examiner", "ann@school.example"] {
        s.sue.notify(audience, &format!("To {audience}")).await;
    }
    s.world.settle().await;
    assert_eq!(ann.feed().await.len(), 5, "{:?}", ann.feed().await);
    assert_eq!(acts(&s, "ann").await, ["user.created"]);
    assert_eq!(
        acts(&s, id(&path)).await,
        ["approval.submitted", "approval.approved"]
    );
}

#[tokio::test]
async fn an_account_without_an_id_gets_one() {
    let s = school().await;
    let mut body = account("ann", &["teacher"]);
    body["details"]
        .as_object_mut()
        .expect("details")
        .remove("id");
    let path = ask(&s.sue, body).await;
    let approved = approve(&s.head, &path).await.ok();
    let made = text(&approved["details"], "id");
    assert_eq!(person(&s, &made).await["email"], "ann@school.example");
    s.world.settle().await;
}

#[tokio::test]
async fn somebody_of_the_directory_is_given_the_roles() {
    let s = school().await;
    let path = ask(&s.sue, account("leo", &["librarian"])).await;
    let approved = approve(&s.head, &path).await.ok();
    assert_eq!(
        (&approved["details"]["known"], &approved["title"]),
        (&json!(true), &json!("Roles for Name of leo (librarian)"))
    );
    assert_eq!(
        person(&s, "leo").await["roles"],
        json!(["librarian", "student"])
    );
    s.world.settle().await;
    assert_eq!(s.leo.feed().await, ["Your role is now librarian, student"]);
    s.sue.notify("role:librarian", "Shelves").await;
    s.world.settle().await;
    assert_eq!(s.leo.feed().await[0], "Shelves");
    assert_eq!(acts(&s, "leo").await, ["user.created", "user.role_changed"]);
}
