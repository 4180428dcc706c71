//! CHT-2: who may invite whom is the tenant's policy; what no rule allows is
//! refused. C2.

use it::{Actor, World};
use serde_json::json;

use super::school;

/// What comes of an invitation: made, or not allowed.
async fn may(from: &Actor, to: &Actor) -> bool {
    let answer = from
        .post("/v1/chat/invitations", json!({"user": to.id}))
        .await;
    if answer.status == 201 {
        return true;
    }
    answer.problem(403, "not_allowed");
    false
}

#[tokio::test]
async fn the_usual_rules_are_those_of_a_school() {
    let (world, head) = World::school().await;
    let roles = [
        "student",
        "teacher",
        "instructor",
        "parent",
        "staff",
        "admin",
        "visitor",
    ];
    let allowed = |from: &str, to: &str| {
        matches!(from, "staff" | "admin")
            || matches!(
                (from, to),
                ("teacher", "student" | "parent")
                    | ("student", "teacher" | "instructor")
                    | ("instructor", "student")
                    | ("parent", "teacher")
            )
    };
    for from in roles {
        for to in roles {
            // Two people for each cell: one invitation decides nothing for another.
            let inviter = world
                .add(&head, &format!("{from}-asks-{to}"), &[from])
                .await;
            let invited = world
                .add(&head, &format!("{to}-asked-by-{from}"), &[to])
                .await;
            assert_eq!(
                may(&inviter, &invited).await,
                allowed(from, to),
                "{from} → {to}"
            );
        }
    }
}

#[tokio::test]
async fn parents_and_children_invite_only_each_other() {
    let (world, head) = World::school().await;
    let mut people = Vec::new();
    for (parent, child) in [("p1", "c1"), ("p2", "c2")] {
        let mother = world.add(&head, parent, &["parent"]).await;
        let pupil = world.add(&head, child, &["student"]).await;
        let path = format!("/v1/users/{child}/guardians");
        head.post(&path, json!({"guardian": parent})).await.ok();
        people.push((mother, pupil));
    }
    let [(p1, c1), (p2, c2)] = &people[..] else {
        panic!("two families")
    };
    assert!(may(p1, c1).await);
    assert!(may(c2, p2).await);
    for (from, to) in [(p1, c2), (c1, p2), (p2, c1), (c2, p1), (p1, p2), (c1, c2)] {
        assert!(!may(from, to).await, "{} → {}", from.id, to.id);
    }
    head.delete("/v1/users/c1/guardians/p1").await.gone();
    let id = super::pending(c1).await;
    c1.post(&format!("/v1/chat/invitations/{id}/reject"), json!({}))
        .await
        .ok();
    assert!(!may(c1, p1).await, "no longer a guardian");
}

#[tokio::test]
async fn a_tenants_own_rules_stand_in_place_of_the_usual_ones() {
    let (world, head, tom, mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    let zoe = world.add(&head, "zoe", &["student"]).await;
    world
        .class(&head, "5", &[("mia", "student"), ("ben", "student")])
        .await;
    assert!(!may(&mia, &ben).await);
    let rules = json!([
        {"from": "student", "to": "student", "relation": "shared_group"},
        {"from": "all", "to": "admin"},
    ]);
    let settings = head
        .patch("/v1/settings", json!({"chat": {"invite_rules": rules}}))
        .await
        .ok();
    assert_eq!(settings["chat"]["invite_rules"][1]["relation"], "any");
    assert!(may(&mia, &ben).await, "the same class");
    assert!(!may(&mia, &zoe).await, "no class together");
    assert!(!may(&tom, &mia).await, "the usual rules are gone");
    assert!(may(&tom, &head).await);
    head.delete("/v1/groups/5/members/ben").await.gone();
    mia.delete(&format!("/v1/chat/invitations/{}", super::made(&mia).await))
        .await
        .gone();
    world.later(86_400).await;
    let mia = world.actor("school", "mia");
    assert!(!may(&mia, &ben).await, "no longer in the class");
}

#[tokio::test]
async fn people_find_whom_they_may_invite() {
    let (world, head, tom, mia) = school().await;
    world.add(&head, "anna", &["teacher"]).await;
    world.add(&head, "ben", &["student"]).await;
    let ids = |people: Vec<serde_json::Value>| -> Vec<String> {
        let ids = people.iter().map(|one| one["id"].as_str().expect("an id"));
        ids.map(str::to_owned).collect()
    };
    assert_eq!(
        ids(mia.all("/v1/chat/people?page_size=1").await),
        ["anna", "tom"]
    );
    assert_eq!(ids(mia.all("/v1/chat/people?q=to").await), ["tom"]);
    assert_eq!(ids(tom.all("/v1/chat/people?q=name+of+b").await), ["ben"]);
    assert!(ids(mia.all("/v1/chat/people?q=ben").await).is_empty());
    assert_eq!(
        ids(head.all("/v1/chat/people").await),
        ["anna", "ben", "mia", "tom"]
    );
    let person = mia.get("/v1/chat/people?q=tom").await.ok()["items"][0].clone();
    assert_eq!(
        person,
        json!({"id": "tom", "name": "Name of tom"}),
        "and nothing else of them"
    );
}
