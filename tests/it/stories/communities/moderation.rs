//! COM-5: what waits, who sees it, and what becomes of it.

use serde_json::json;

use super::{Course, HOME, act, post, reply, titles};

#[tokio::test]
async fn what_waits_is_seen_by_its_author_and_the_moderators_only() {
    let c = Course::approving().await;
    let path = post(&c.mia, "Question").await;
    assert_eq!(c.mia.get(&path).await.ok()["status"], "pending");
    c.tia.get(&path).await.ok();
    c.sue.get(&path).await.ok();
    c.leo.get(&path).await.problem(404, "not_found");
    for (method, who) in [("replies", &c.leo), ("reactions", &c.leo)] {
        who.get(&format!("{path}/{method}"))
            .await
            .problem(404, "not_found");
    }
    act(&c.leo, &path, "approve")
        .await
        .problem(404, "not_found");
    act(&c.mia, &path, "approve")
        .await
        .problem(403, "forbidden");
    for who in [&c.mia, &c.leo, &c.tia] {
        assert!(titles(who, "").await.is_empty());
    }
    let now = act(&c.tia, &path, "approve").await.ok();
    assert_eq!(now["status"], "published");
    assert_eq!(titles(&c.leo, "").await, ["Question"]);
    act(&c.tia, &path, "approve").await.problem(409, "conflict");
}

#[tokio::test]
async fn the_queue_is_the_moderators_oldest_first_and_ones_own_for_others() {
    let c = Course::approving().await;
    for (who, title) in [(&c.mia, "One"), (&c.leo, "Two"), (&c.mia, "Three")] {
        post(who, title).await;
        c.world.later(1).await;
    }
    assert_eq!(
        titles(&c.tia, "?status=pending&page_size=1").await,
        ["One", "Two", "Three"]
    );
    assert_eq!(
        titles(&c.mia, "?status=pending&page_size=1").await,
        ["One", "Three"]
    );
    assert!(titles(&c.ben, "?status=pending").await.is_empty());
    c.ben
        .get(&format!("{HOME}/posts?status=secret"))
        .await
        .problem(400, "bad_query");
}

#[tokio::test]
async fn a_rejected_post_goes_back_with_notes_is_mended_and_approved() {
    let c = Course::approving().await;
    let path = post(&c.mia, "Question").await;
    let reject = format!("{path}/reject");
    c.tia
        .post(&reject, json!({"notes": " "}))
        .await
        .refuses("notes", "required");
    c.tia
        .post(&reject, json!({}))
        .await
        .refuses("notes", "required");
    let back = c
        .tia
        .post(&reject, json!({"notes": "Show the code."}))
        .await
        .ok();
    assert_eq!(back["status"], "draft");
    let own = c.mia.get(&path).await.ok();
    assert_eq!(own["rejection"]["notes"], "Show the code.");
    assert_eq!(own["rejection"]["by"], "tia");
    assert_eq!(titles(&c.mia, "?status=draft").await, ["Question"]);
    assert!(titles(&c.tia, "?status=pending").await.is_empty());
    c.leo.get(&path).await.problem(404, "not_found");
    c.tia.get(&path).await.problem(404, "not_found");
    c.mia
        .patch(&path, json!({"body": "Here is the code."}))
        .await
        .ok();
    let again = act(&c.mia, &path, "submit").await.ok();
    assert_eq!(again["status"], "pending");
    let out = act(&c.tia, &path, "approve").await.ok();
    assert_eq!(
        (&out["status"], &out["rejection"]),
        (&json!("published"), &json!(null))
    );
    assert_eq!(c.leo.get(&path).await.ok()["body"], "Here is the code.");
}

#[tokio::test]
async fn moderators_and_owners_do_not_wait() {
    let c = Course::approving().await;
    let role = json!({"role": "moderator"});
    c.tia.put(&format!("{HOME}/members/leo"), role).await.ok();
    for who in [&c.tia, &c.leo, &c.sue, &c.head] {
        let path = post(who, "Announcement").await;
        assert_eq!(c.ben.get(&path).await.ok()["status"], "published");
    }
}

#[tokio::test]
async fn new_words_wait_again_and_the_thread_stays() {
    let c = Course::approving().await;
    let path = post(&c.mia, "Question").await;
    act(&c.tia, &path, "approve").await.ok();
    let below = reply(&c.tia, &path, "Answer").await;
    let now = c
        .mia
        .patch(&path, json!({"body": "Other words"}))
        .await
        .ok();
    assert_eq!(now["status"], "pending");
    c.leo.get(&path).await.problem(404, "not_found");
    assert!(titles(&c.leo, "").await.is_empty());
    assert_eq!(c.leo.get(HOME).await.ok()["counts"]["posts"], 0);
    act(&c.tia, &path, "approve").await.ok();
    assert_eq!(titles(&c.leo, "").await, ["Question"]);
    let seen = c.leo.get(&path).await.ok();
    assert_eq!(
        (&seen["body"], &seen["counts"]["replies"]),
        (&json!("Other words"), &json!(1))
    );
    let thread = c.leo.all(&format!("{path}/replies")).await;
    assert_eq!(thread[0]["id"], super::id(&below));
    assert_eq!(c.leo.get(HOME).await.ok()["counts"]["posts"], 1);
}

#[tokio::test]
async fn an_author_withdraws_what_waits_and_it_can_be_edited_meanwhile() {
    let c = Course::approving().await;
    let path = post(&c.mia, "Question").await;
    let edited = c.mia.patch(&path, json!({"title": "Better"})).await.ok();
    assert_eq!(edited["status"], "pending");
    assert_eq!(titles(&c.tia, "?status=pending").await, ["Better"]);
    c.mia.delete(&path).await.gone();
    assert!(titles(&c.tia, "?status=pending").await.is_empty());
    act(&c.tia, &path, "approve")
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn decisions_are_in_the_trail() {
    let c = Course::approving().await;
    for (title, decision) in [("One", "approve"), ("Two", "reject")] {
        let path = post(&c.mia, title).await;
        c.sue
            .post(
                &format!("{path}/{decision}"),
                if decision == "reject" {
                    json!({"notes": "No."})
                } else {
                    json!({})
                },
            )
            .await
            .ok();
    }
    let trail = c.head.all("/v1/audit").await;
    for act in ["post.approved", "post.rejected"] {
        let entry = trail.iter().find(|entry| entry["act"] == act);
        assert_eq!(entry.expect(act)["actor"], "sue");
    }
}
