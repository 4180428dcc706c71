//! COM-1: join, leave, members and their roles.

use futures::future::join_all;
use it::Actor;
use serde_json::{Value, json};

use super::{Course, HOME, enrol, texts};

async fn role(who: &Actor, user: &str, role: &str) -> it::Answer {
    who.put(&format!("{HOME}/members/{user}"), json!({"role": role}))
        .await
}

async fn members(who: &Actor) -> Vec<(String, String)> {
    let members = who.all(&format!("{HOME}/members?page_size=2")).await;
    let text = |member: &Value, field: &str| member[field].as_str().unwrap().to_owned();
    members
        .iter()
        .map(|member| (text(member, "user"), text(member, "role")))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = expected.iter().map(|(a, b)| ((*a).into(), (*b).into()));
    owned.collect()
}

#[tokio::test]
async fn the_enrolled_join_once_and_leave() {
    let c = Course::open().await;
    let join = format!("{HOME}/join");
    c.eve
        .post(&join, json!({}))
        .await
        .problem(403, "not_enrolled");
    let first = c.uma.post(&join, json!({})).await.ok();
    assert_eq!(
        (&first["user"], &first["role"], &first["name"]),
        (&json!("uma"), &json!("member"), &json!("Name of uma"))
    );
    assert_eq!(c.uma.post(&join, json!({})).await.ok(), first);
    assert_eq!(c.uma.get(HOME).await.ok()["counts"]["members"], 5);
    c.uma.post(&format!("{HOME}/leave"), json!({})).await.gone();
    c.uma
        .post(&format!("{HOME}/leave"), json!({}))
        .await
        .problem(403, "not_member");
    assert_eq!(c.tia.get(HOME).await.ok()["counts"]["members"], 4);
}

#[tokio::test]
async fn joining_twenty_times_at_once_is_joining_once() {
    let c = Course::open().await;
    let join = format!("{HOME}/join");
    let answers = join_all((0..20).map(|_| c.uma.post(&join, json!({})))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(c.tia.get(HOME).await.ok()["counts"]["members"], 5);
}

#[tokio::test]
async fn who_teaches_the_course_and_staff_begin_as_moderators() {
    let c = Course::open().await;
    let tom = c.world.add(&c.head, "tom", &["teacher"]).await;
    enrol(&c.head, "7", "tom", "instructor").await;
    for who in [&tom, &c.sue] {
        let own = who.post(&format!("{HOME}/join"), json!({})).await.ok();
        assert_eq!(own["role"], "moderator");
    }
    // A teacher who is a student of the course is a student in its community.
    let pia = c.world.add(&c.head, "pia", &["teacher"]).await;
    enrol(&c.head, "7", "pia", "student").await;
    let own = pia.post(&format!("{HOME}/join"), json!({})).await.ok();
    assert_eq!(own["role"], "member");
}

#[tokio::test]
async fn members_are_listed_with_roles_and_whether_they_are_still_enrolled() {
    let c = Course::open().await;
    assert_eq!(
        members(&c.mia).await,
        pairs(&[
            ("ben", "member"),
            ("leo", "member"),
            ("mia", "member"),
            ("tia", "owner"),
        ])
    );
    let body = json!({"role": "student", "status": "suspended"});
    c.head.put("/v1/groups/7/members/leo", body).await.ok();
    let listed = c.mia.all(&format!("{HOME}/members")).await;
    let enrolled: Vec<&Value> = listed.iter().map(|member| &member["enrolled"]).collect();
    assert_eq!(enrolled, [true, false, true, true]);
    assert_eq!(texts(&listed, "name")[0], "Name of ben");
}

#[tokio::test]
async fn a_moderator_makes_moderators_and_no_owners() {
    let c = Course::open().await;
    role(&c.tia, "mia", "moderator").await.ok();
    role(&c.mia, "leo", "moderator").await.ok();
    role(&c.mia, "leo", "member").await.ok();
    role(&c.mia, "leo", "owner").await.problem(403, "forbidden");
    role(&c.mia, "mia", "owner").await.problem(403, "forbidden");
    role(&c.mia, "tia", "member")
        .await
        .problem(403, "forbidden");
    role(&c.sue, "leo", "owner").await.problem(403, "forbidden");
    role(&c.leo, "ben", "moderator")
        .await
        .problem(403, "forbidden");
    role(&c.mia, "leo", "king").await.problem(422, "invalid");
    role(&c.tia, "leo", "owner").await.ok();
    role(&c.leo, "tia", "member").await.ok();
    assert_eq!(
        members(&c.ben).await,
        pairs(&[
            ("ben", "member"),
            ("leo", "owner"),
            ("mia", "moderator"),
            ("tia", "member"),
        ])
    );
}

#[tokio::test]
async fn only_who_is_enrolled_is_made_a_member() {
    let c = Course::open().await;
    role(&c.tia, "uma", "moderator").await.ok();
    role(&c.tia, "eve", "member").await.problem(409, "conflict");
    role(&c.tia, "nobody", "member")
        .await
        .problem(404, "not_found");
    role(&c.tia, "sue", "moderator").await.ok();
    assert_eq!(
        c.uma.get(HOME).await.ok()["membership"]["role"],
        "moderator"
    );
}

#[tokio::test]
async fn the_last_owner_stays_until_there_is_another() {
    let c = Course::open().await;
    let leave = format!("{HOME}/leave");
    c.tia.post(&leave, json!({})).await.problem(409, "conflict");
    role(&c.tia, "tia", "member").await.problem(409, "conflict");
    c.head
        .delete(&format!("{HOME}/members/tia"))
        .await
        .problem(409, "conflict");
    role(&c.tia, "mia", "owner").await.ok();
    c.tia.post(&leave, json!({})).await.gone();
    c.mia.post(&leave, json!({})).await.problem(409, "conflict");
}

#[tokio::test]
async fn two_owners_who_leave_at_once_leave_one() {
    let c = Course::open().await;
    for _ in 0..5 {
        role(&c.head, "mia", "owner").await.ok();
        role(&c.head, "tia", "owner").await.ok();
        let leave = format!("{HOME}/leave");
        let (mia, tia) = (c.mia.post(&leave, json!({})), c.tia.post(&leave, json!({})));
        let (mia, tia) = futures::join!(mia, tia);
        let mut statuses = [mia.status, tia.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409]);
    }
}

#[tokio::test]
async fn who_was_removed_comes_back_only_by_a_moderator() {
    let c = Course::open().await;
    role(&c.tia, "mia", "moderator").await.ok();
    let ben = format!("{HOME}/members/ben");
    c.mia.delete(&ben).await.gone();
    c.mia.delete(&ben).await.problem(404, "not_found");
    c.ben
        .get(&format!("{HOME}/posts"))
        .await
        .problem(403, "not_member");
    c.ben
        .post(&format!("{HOME}/join"), json!({}))
        .await
        .problem(403, "not_allowed");
    role(&c.mia, "ben", "member").await.ok();
    c.ben.get(&format!("{HOME}/posts")).await.ok();
    // Who leaves by themselves may come again.
    c.ben.post(&format!("{HOME}/leave"), json!({})).await.gone();
    c.ben.post(&format!("{HOME}/join"), json!({})).await.ok();
    c.mia
        .delete(&format!("{HOME}/members/tia"))
        .await
        .problem(403, "forbidden");
    c.mia
        .delete(&format!("{HOME}/members/mia"))
        .await
        .problem(409, "conflict");
}
