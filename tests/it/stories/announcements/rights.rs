//! ANN-5: who may announce what to whom.

use serde_json::json;

use super::{draft, publish, school, titles, written};

#[tokio::test]
async fn students_and_parents_announce_nothing() {
    let (world, head) = school().await;
    let path = publish(&world, &head, json!({})).await;
    for id in ["mia", "pat"] {
        let who = world.actor("school", id);
        who.get("/v1/announcements").await.problem(403, "forbidden");
        who.get("/v1/announcements/statistics")
            .await
            .problem(403, "forbidden");
        who.get(&format!("{path}/statistics"))
            .await
            .problem(403, "forbidden");
        who.post("/v1/announcements", written(json!({"audience": "class:5"})))
            .await
            .problem(403, "forbidden");
        who.put(&path, written(json!({})))
            .await
            .problem(403, "forbidden");
        who.delete(&path).await.problem(403, "forbidden");
        for act in ["publish", "unpublish"] {
            who.post(&format!("{path}/{act}"), json!({}))
                .await
                .problem(403, "forbidden");
        }
    }
    assert_eq!(head.get(&path).await.ok()["status"], "published");
}

#[tokio::test]
async fn teachers_announce_to_the_groups_they_teach_and_to_the_homes_of_these() {
    let (world, head) = school().await;
    head.post(
        "/v1/groups/6/members",
        json!({"user": "tom", "role": "student"}),
    )
    .await
    .created();
    let tom = world.actor("school", "tom");
    for refused in [
        json!("all"),
        json!("students"),
        json!("staff"),
        json!("class:6"),
        json!(["class:5", "class:6"]),
        json!("guardians-of:class:6"),
        json!("user:mia"),
        json!("someone@other.example"),
        json!("class:77"),
    ] {
        tom.post("/v1/announcements", written(json!({"audience": refused})))
            .await
            .problem(403, "forbidden");
    }
    let audience = json!(["class:5", "guardians-of:class:5"]);
    publish(&world, &tom, json!({"title": "Trip", "audience": audience})).await;
    for (id, expected) in [("mia", 1), ("ben", 1), ("pat", 1), ("tom", 0), ("leo", 0)] {
        assert_eq!(
            world
                .actor("school", id)
                .all("/v1/notifications")
                .await
                .len(),
            expected,
            "{id}"
        );
    }
    world.settle().await;
    assert_eq!(head.all("/v1/announcements").await.len(), 1);
}

#[tokio::test]
async fn teachers_run_their_own_announcements_only() {
    let (world, head) = school().await;
    let tom = world.actor("school", "tom");
    let own = draft(&tom, json!({"title": "Own", "audience": "class:5"})).await;
    let unseen = draft(&head, json!({"title": "Draft"})).await;
    let seen = publish(&world, &head, json!({"title": "Heads"})).await;
    assert_eq!(titles(&tom.all("/v1/announcements").await), ["Own"]);
    for (path, status, code) in [(&unseen, 404, "not_found"), (&seen, 403, "forbidden")] {
        tom.put(path, written(json!({"audience": "class:5"})))
            .await
            .problem(status, code);
        tom.delete(path).await.problem(status, code);
        tom.post(&format!("{path}/publish"), json!({}))
            .await
            .problem(status, code);
        tom.post(&format!("{path}/unpublish"), json!({}))
            .await
            .problem(status, code);
        tom.get(&format!("{path}/statistics"))
            .await
            .problem(status, code);
    }
    // Whoever no longer teaches a class no longer announces to it.
    head.delete("/v1/groups/5/members/tom").await.gone();
    tom.post(&format!("{own}/publish"), json!({}))
        .await
        .problem(403, "forbidden");
    head.post(&format!("{own}/publish"), json!({}))
        .await
        .accepted();
    world.settle().await;
    assert_eq!(
        world
            .actor("school", "mia")
            .all("/v1/notifications")
            .await
            .len(),
        2
    );
}
