//! COM-2: the ladder, each step with its own code, on every route.

use domain::time::plus_seconds;
use it::{Actor, Answer};
use reqwest::Method;
use serde_json::json;

use super::{Course, HOME, post};

/// Every route of a community and its posts, with a path for it.
async fn routes(course: &Course) -> Vec<(String, String)> {
    let waiting = post(&course.tia, "Waiting").await;
    let found = course.world.plan().http.routes.iter();
    let ours = found.filter(|route| {
        route.path.starts_with("/v1/communities/{id}") || route.path.starts_with("/v1/posts/{id}")
    });
    ours.map(|route| {
        let path = route
            .path
            .replace("/v1/communities/{id}", HOME)
            .replace("/v1/posts/{id}", &waiting)
            .replace("{user}", "ben")
            .replace("{kind}", "like");
        (route.method.clone(), path)
    })
    .collect()
}

async fn call(who: &Actor, method: &str, path: &str) -> Answer {
    let body = match path.rsplit('/').next() {
        Some("posts") => json!({"title": "New", "body": "Words."}),
        Some("reject") => json!({"notes": "No."}),
        Some("reactions") => json!({"kind": "like"}),
        Some("ben") => json!({"role": "member"}),
        _ => json!({}),
    };
    match method {
        "GET" => who.get(path).await,
        "DELETE" => who.delete(path).await,
        method => {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            who.raw(method, path, "application/json", body.to_string())
                .await
        }
    }
}

async fn all_answer(course: &Course, who: &Actor, status: u16, code: &str, spared: &[&str]) {
    let routes = routes(course).await;
    assert_eq!(routes.len(), 23, "{routes:?}");
    for (method, path) in routes {
        let route = format!("{method} {path}");
        if spared.contains(&route.as_str()) {
            continue;
        }
        call(who, &method, &path).await.problem(status, code);
    }
}

/// What somebody needs who is enrolled and wants to join.
const BEFORE_JOINING: [&str; 2] = [
    "GET /v1/communities/com_7",
    "POST /v1/communities/com_7/join",
];

#[tokio::test]
async fn without_a_credential_every_route_says_unauthorized() {
    let course = Course::open().await;
    let nobody = course.world.anonymous();
    all_answer(&course, &nobody, 401, "unauthorized", &[]).await;
}

#[tokio::test]
async fn who_is_not_enrolled_is_told_so_on_every_route() {
    let course = Course::open().await;
    all_answer(&course, &course.eve, 403, "not_enrolled", &[]).await;
}

#[tokio::test]
async fn a_suspended_enrolment_ends_on_every_route() {
    let course = Course::open().await;
    let body = json!({"role": "student", "status": "suspended"});
    course.head.put("/v1/groups/7/members/mia", body).await.ok();
    all_answer(&course, &course.mia, 403, "enrolment_ended", &[]).await;
    // It also comes before membership: uma has never joined.
    let body = json!({"role": "student", "status": "suspended"});
    course.head.put("/v1/groups/7/members/uma", body).await.ok();
    all_answer(&course, &course.uma, 403, "enrolment_ended", &[]).await;
}

#[tokio::test]
async fn who_has_not_joined_is_told_so_on_every_route_but_those_before_it() {
    let course = Course::open().await;
    all_answer(&course, &course.uma, 403, "not_member", &BEFORE_JOINING).await;
    course.uma.get(HOME).await.ok();
}

#[tokio::test]
async fn what_needs_a_role_is_told_last() {
    let course = Course::open().await;
    let theirs = post(&course.tia, "Theirs").await;
    let mia = &course.mia;
    for (method, path) in [
        ("PATCH", HOME.to_owned()),
        ("DELETE", HOME.to_owned()),
        ("PUT", format!("{HOME}/members/ben")),
        ("DELETE", format!("{HOME}/members/ben")),
        ("PATCH", theirs.clone()),
        ("DELETE", theirs.clone()),
        ("POST", format!("{theirs}/submit")),
        ("POST", format!("{theirs}/approve")),
        ("POST", format!("{theirs}/reject")),
        ("POST", format!("{theirs}/pin")),
        ("POST", format!("{theirs}/unpin")),
    ] {
        call(mia, method, &path).await.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn an_enrolment_ends_at_its_instant_and_begins_again_when_it_is_renewed() {
    let course = Course::open().await;
    let ends = plus_seconds(course.world.now(), 3_600).to_string();
    let until = json!({"role": "student", "expires_at": ends});
    course
        .head
        .put("/v1/groups/7/members/mia", until)
        .await
        .ok();
    let posts = format!("{HOME}/posts");
    course.world.later(3_590).await;
    let mia = course.world.actor("school", "mia");
    mia.get(&posts).await.ok();
    course.world.later(11).await;
    mia.get(&posts).await.problem(403, "enrolment_ended");
    assert_eq!(mia.all("/v1/communities").await.len(), 0);
    let head = course.world.actor("school", "head");
    head.put("/v1/groups/7/members/mia", json!({"role": "student"}))
        .await
        .ok();
    // Still a member: membership waits for the enrolment.
    mia.get(&posts).await.ok();
    head.delete("/v1/groups/7/members/mia").await.gone();
    mia.get(&posts).await.problem(403, "not_enrolled");
}

#[tokio::test]
async fn a_closed_course_closes_its_community_for_all_but_staff() {
    let course = Course::open().await;
    let closed = json!({"status": "suspended"});
    course.head.patch("/v1/groups/7", closed).await.ok();
    for who in [&course.mia, &course.tia] {
        who.get(HOME).await.problem(403, "enrolment_ended");
        assert!(who.all("/v1/communities").await.is_empty());
    }
    course.sue.get(HOME).await.ok();
}

#[tokio::test]
async fn staff_moderate_without_being_enrolled_and_administrators_own() {
    let course = Course::open().await;
    let theirs = post(&course.mia, "Theirs").await;
    for who in [&course.sue, &course.head] {
        who.get(&format!("{HOME}/members")).await.ok();
        who.post(&format!("{theirs}/pin"), json!({})).await.ok();
        who.post(&format!("{theirs}/unpin"), json!({})).await.ok();
        post(who, "From the office").await;
    }
    let change = json!({"description": "About Rust."});
    course
        .sue
        .patch(HOME, change.clone())
        .await
        .problem(403, "forbidden");
    course.head.patch(HOME, change).await.ok();
}

#[tokio::test]
async fn a_community_of_another_tenant_is_answered_as_one_that_does_not_exist() {
    let course = Course::open().await;
    let theirs = post(&course.mia, "Theirs").await;
    let rival = course.world.tenant("rival").await;
    for path in [HOME, "/v1/communities/com_8", &theirs, "/v1/posts/pst_x"] {
        rival.get(path).await.problem(404, "not_found");
        course
            .eve
            .get("/v1/communities/com_8")
            .await
            .problem(404, "not_found");
    }
    let body = json!({"role": "member"});
    rival
        .put(&format!("{HOME}/members/mia"), body)
        .await
        .problem(404, "not_found");
}
