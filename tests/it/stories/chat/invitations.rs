//! CHT-1: invite, accept, reject; only accepted people can chat. C3, C4.

use serde_json::json;

use super::{invite, school};

const DAY: i64 = 86_400;

#[tokio::test]
async fn an_invitation_is_seen_by_both_accepted_and_told() {
    let (world, _head, tom, mia) = school().await;
    let body = json!({"user": "mia", "message": "About your essay"});
    let made = tom.post("/v1/chat/invitations", body).await.created();
    assert_eq!(made["direction"], "outgoing");
    assert_eq!(made["status"], "pending");
    assert_eq!(made["to"], json!({"id": "mia", "name": "Name of mia"}));
    world.settle().await;
    let path = format!(
        "/v1/chat/invitations/{}",
        made["id"].as_str().expect("an id")
    );
    let bell = mia.get("/v1/notifications").await.ok()["items"][0].clone();
    assert_eq!(bell["type"], "chat.invited");
    assert_eq!(bell["title"], "Name of tom would like to chat with you");
    assert_eq!(bell["body"], "About your essay");
    assert_eq!(
        (&bell["actor"], &bell["reference"]["id"]),
        (&json!("tom"), &made["id"])
    );
    assert_eq!(
        bell["redirect_url"],
        format!("/chat/invitations/{}", made["id"].as_str().expect("an id"))
    );
    let incoming = mia.all("/v1/chat/invitations?status=pending").await;
    assert_eq!(incoming.len(), 1);
    assert_eq!(incoming[0]["direction"], "incoming");
    assert_eq!(incoming[0]["from"]["name"], "Name of tom");
    assert!(
        tom.all("/v1/chat/invitations").await.is_empty(),
        "none came in"
    );
    let outgoing = tom.all("/v1/chat/invitations?direction=outgoing").await;
    assert_eq!(outgoing, [tom.get(&path).await.ok()]);

    let accepted = mia.post(&format!("{path}/accept"), json!({})).await.ok();
    assert_eq!(accepted["status"], "accepted");
    let room = accepted["room"].as_str().expect("a room");
    let again = mia.post(&format!("{path}/accept"), json!({})).await.ok();
    assert_eq!(again["room"], room, "accepting twice is the same room");
    world.settle().await;
    let bell = tom.get("/v1/notifications").await.ok()["items"].clone();
    assert_eq!(bell.as_array().map(Vec::len), Some(1), "told once");
    assert_eq!(bell[0]["type"], "chat.accepted");
    assert_eq!(bell[0]["redirect_url"], format!("/chat/{room}"));
    assert_eq!(tom.get(&path).await.ok()["room"], room);
    assert!(
        mia.all("/v1/chat/invitations?status=pending")
            .await
            .is_empty()
    );
    assert_eq!(
        mia.all("/v1/chat/invitations?status=accepted").await.len(),
        1
    );
    let twice = json!({"user": "mia"});
    tom.post("/v1/chat/invitations", twice)
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn whoever_was_rejected_is_not_told_and_waits_a_week() {
    let (world, _head, tom, mia) = school().await;
    let id = invite(&tom, "mia").await;
    let path = format!("/v1/chat/invitations/{id}");
    let rejected = mia.post(&format!("{path}/reject"), json!({})).await.ok();
    assert_eq!(rejected["status"], "rejected");
    mia.post(&format!("{path}/reject"), json!({})).await.ok();
    mia.post(&format!("{path}/accept"), json!({}))
        .await
        .problem(410, "gone");
    world.settle().await;
    assert!(tom.feed().await.is_empty(), "rejecting is silent");
    assert_eq!(tom.get(&path).await.ok()["status"], "rejected");
    let refused = tom
        .post("/v1/chat/invitations", json!({"user": "mia"}))
        .await;
    let wait: i64 = refused.header("retry-after").parse().expect("seconds");
    assert!((7 * DAY - 60..=7 * DAY).contains(&wait), "{wait}");
    refused.problem(429, "rate_limited");
    world.later(6 * DAY).await;
    let tom = world.actor("school", "tom");
    let refused = tom
        .post("/v1/chat/invitations", json!({"user": "mia"}))
        .await;
    refused.problem(429, "rate_limited");
    world.later(DAY + 1).await;
    invite(&world.actor("school", "tom"), "mia").await;
}

#[tokio::test]
async fn whoever_rejected_may_invite_at_once() {
    let (_world, _head, tom, mia) = school().await;
    let id = invite(&tom, "mia").await;
    mia.post(&format!("/v1/chat/invitations/{id}/reject"), json!({}))
        .await
        .ok();
    let id = invite(&mia, "tom").await;
    tom.post(&format!("/v1/chat/invitations/{id}/accept"), json!({}))
        .await
        .ok();
}

#[tokio::test]
async fn an_invitation_that_nobody_answers_expires() {
    let (world, _head, tom, mia) = school().await;
    let id = invite(&tom, "mia").await;
    let path = format!("/v1/chat/invitations/{id}");
    world.later(14 * DAY + 1).await;
    let (tom, mia) = (
        world.actor("school", &tom.id),
        world.actor("school", &mia.id),
    );
    assert_eq!(tom.get(&path).await.ok()["status"], "expired");
    mia.post(&format!("{path}/accept"), json!({}))
        .await
        .problem(410, "gone");
    mia.post(&format!("{path}/reject"), json!({}))
        .await
        .problem(410, "gone");
    tom.delete(&path).await.problem(410, "gone");
    assert!(
        mia.all("/v1/chat/invitations?status=pending")
            .await
            .is_empty()
    );
    assert_eq!(
        mia.all("/v1/chat/invitations?status=expired").await.len(),
        1
    );
    let again = invite(&tom, "mia").await;
    assert_ne!(again, id);
}

#[tokio::test]
async fn an_invitation_is_taken_back_and_made_again_the_next_day() {
    let (world, _head, tom, mia) = school().await;
    let id = invite(&tom, "mia").await;
    let path = format!("/v1/chat/invitations/{id}");
    mia.delete(&path).await.problem(403, "forbidden");
    tom.delete(&path).await.gone();
    tom.delete(&path).await.gone();
    assert_eq!(mia.get(&path).await.ok()["status"], "withdrawn");
    mia.post(&format!("{path}/accept"), json!({}))
        .await
        .problem(410, "gone");
    let refused = tom
        .post("/v1/chat/invitations", json!({"user": "mia"}))
        .await;
    refused.problem(429, "rate_limited");
    world.later(DAY).await;
    let tom = world.actor("school", "tom");
    let id = invite(&tom, "mia").await;
    let path = format!("/v1/chat/invitations/{id}");
    let mia = world.actor("school", "mia");
    mia.post(&format!("{path}/accept"), json!({})).await.ok();
    tom.delete(&path).await.problem(409, "conflict");
    mia.post(&format!("{path}/reject"), json!({}))
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn invitations_that_cross_accept_each_other() {
    let (world, _head, tom, mia) = school().await;
    let id = invite(&tom, "mia").await;
    let crossing = mia
        .post("/v1/chat/invitations", json!({"user": "tom"}))
        .await
        .ok();
    assert_eq!(
        (&crossing["id"], &crossing["status"]),
        (&json!(id), &json!("accepted"))
    );
    assert!(crossing["room"].is_string());
    world.settle().await;
    assert_eq!(tom.feed().await, ["Name of mia is now in contact with you"]);
    assert!(
        mia.all("/v1/chat/invitations?direction=outgoing")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn two_who_invite_each_other_at_the_same_moment_are_in_contact() {
    let (world, head, ..) = school().await;
    for n in 0..4 {
        let (teacher, student) = (format!("t{n}"), format!("s{n}"));
        let teacher = world.add(&head, &teacher, &["teacher"]).await;
        let student = world.add(&head, &student, &["student"]).await;
        let (one, other) = tokio::join!(
            teacher.post("/v1/chat/invitations", json!({"user": student.id})),
            student.post("/v1/chat/invitations", json!({"user": teacher.id})),
        );
        let mut answers = [(one.status, one.body), (other.status, other.body)];
        answers.sort_by_key(|(status, _)| *status);
        assert_eq!([answers[0].0, answers[1].0], [200, 201], "{answers:?}");
        assert_eq!(answers[0].1["id"], answers[1].1["id"]);
        assert_eq!(answers[0].1["status"], "accepted");
    }
}

#[tokio::test]
async fn accepting_and_rejecting_at_once_have_one_outcome() {
    let (world, _head, tom, mia) = school().await;
    let path = format!("/v1/chat/invitations/{}", invite(&tom, "mia").await);
    let (accept, reject) = (format!("{path}/accept"), format!("{path}/reject"));
    let (a, b, c) = tokio::join!(
        mia.post(&accept, json!({})),
        mia.post(&reject, json!({})),
        mia.post(&accept, json!({})),
    );
    world.settle().await;
    let told = tom.feed().await.len();
    if tom.get(&path).await.ok()["status"] == "accepted" {
        assert_eq!((a.status, b.status, c.status, told), (200, 409, 200, 1));
    } else {
        assert_eq!((a.status, b.status, c.status, told), (410, 200, 410, 0));
    }
}

#[tokio::test]
async fn only_the_invited_person_accepts() {
    let (world, head, tom, _mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    let path = format!("/v1/chat/invitations/{}", invite(&tom, "mia").await);
    for who in [&ben, &head] {
        who.get(&path).await.problem(404, "not_found");
        who.delete(&path).await.problem(404, "not_found");
        for act in ["accept", "reject"] {
            let answer = who.post(&format!("{path}/{act}"), json!({})).await;
            answer.problem(404, "not_found");
        }
    }
    for act in ["accept", "reject"] {
        let answer = tom.post(&format!("{path}/{act}"), json!({})).await;
        answer.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn nobody_invites_more_than_twenty_a_day() {
    let (world, head, tom, _mia) = school().await;
    for n in 0..21 {
        world.add(&head, &format!("s{n}"), &["student"]).await;
    }
    for n in 0..20 {
        invite(&tom, &format!("s{n}")).await;
    }
    let refused = tom
        .post("/v1/chat/invitations", json!({"user": "s20"}))
        .await;
    assert!(!refused.header("retry-after").is_empty());
    refused.problem(429, "rate_limited");
    for _ in 0..20 {
        let again = tom
            .post("/v1/chat/invitations", json!({"user": "s1"}))
            .await;
        again.problem(409, "conflict");
    }
    let open = tom
        .all("/v1/chat/invitations?direction=outgoing&page_size=7")
        .await;
    assert_eq!(open.len(), 20);
    world.later(DAY).await;
    invite(&world.actor("school", "tom"), "s20").await;
}

#[tokio::test]
async fn nobody_has_more_than_fifty_waiting() {
    let (world, head, tom, mia) = school().await;
    let mut teachers = vec![tom];
    for n in 0..50 {
        teachers.push(world.add(&head, &format!("t{n}"), &["teacher"]).await);
    }
    let asked = teachers
        .iter()
        .map(|who| who.post("/v1/chat/invitations", json!({"user": "mia"})));
    let answers = futures::future::join_all(asked).await;
    let status = |status| answers.iter().filter(|one| one.status == status).count();
    assert_eq!((status(201), status(429)), (50, 1));
    let open = mia
        .all("/v1/chat/invitations?status=pending&page_size=7")
        .await;
    assert_eq!(open.len(), 50);
    let path = format!(
        "/v1/chat/invitations/{}/reject",
        open[0]["id"].as_str().expect("an id")
    );
    mia.post(&path, json!({})).await.ok();
    let more = world.add(&head, "one-more", &["teacher"]).await;
    invite(&more, "mia").await;
    let another = world.add(&head, "another", &["teacher"]).await;
    let refused = another
        .post("/v1/chat/invitations", json!({"user": "mia"}))
        .await;
    refused.problem(429, "rate_limited");
}

#[tokio::test]
async fn an_invitation_under_a_key_is_made_once() {
    let (world, _head, tom, mia) = school().await;
    let keyed = tom.with("idempotency-key", "hello");
    let body = json!({"user": "mia"});
    let first = keyed
        .post("/v1/chat/invitations", body.clone())
        .await
        .created();
    let replay = keyed.post("/v1/chat/invitations", body).await;
    assert_eq!(replay.header("idempotent-replayed"), "true");
    assert_eq!(replay.created(), first);
    world.settle().await;
    assert_eq!(mia.feed().await.len(), 1);
}

#[tokio::test]
async fn invitations_that_cannot_be_are_refused_by_name() {
    let (world, head, tom, _mia) = school().await;
    let invite = |body| tom.post("/v1/chat/invitations", body);
    invite(json!({"user": "tom"})).await.refuses("user", "self");
    invite(json!({"user": "nobody"}))
        .await
        .problem(404, "not_found");
    invite(json!({"user": "mia", "status": "accepted"}))
        .await
        .refuses("status", "unknown_field");
    invite(json!({})).await.refuses("user", "required");
    for (message, code) in [
        ("", "required"),
        ("\u{202E}abc", "forbidden_character"),
        ("a\u{0}b", "forbidden_character"),
    ] {
        invite(json!({"user": "mia", "message": message}))
            .await
            .refuses("message", code);
    }
    let long = "é".repeat(251);
    invite(json!({"user": "mia", "message": long}))
        .await
        .refuses("message", "too_long");
    let service = super::service(&world).await;
    let refused = service
        .post("/v1/chat/invitations", json!({"user": "mia"}))
        .await;
    refused.problem(403, "forbidden");
    head.delete("/v1/users/mia").await.gone();
    invite(json!({"user": "mia"}))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn whoever_left_is_not_accepted_any_more() {
    let (world, head, tom, mia) = school().await;
    let id = invite(&tom, "mia").await;
    head.patch("/v1/users/tom", json!({"status": "suspended"}))
        .await
        .ok();
    mia.post(&format!("/v1/chat/invitations/{id}/accept"), json!({}))
        .await
        .problem(410, "gone");
    let other = world.tenant("other").await;
    let nina = world.add(&other, "nina", &["student"]).await;
    nina.post("/v1/chat/invitations", json!({"user": "tom"}))
        .await
        .problem(404, "not_found");
}
