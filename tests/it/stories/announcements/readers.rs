//! ANN-3: what I may see, and that I have read it.

use serde_json::json;

use super::{publish, school, titles};

#[tokio::test]
async fn everybody_sees_what_is_for_them_also_when_they_joined_later() {
    let (world, head) = school().await;
    for (title, audience) in [
        ("All", json!("all")),
        ("Five", json!("class:5")),
        ("Homes of five", json!("guardians-of:class:5")),
        ("Teachers", json!("teachers")),
        ("Mia", json!("user:mia")),
        (
            "All but five",
            json!({"include": ["all"], "except": ["class:5"]}),
        ),
    ] {
        world.later(1).await;
        publish(&world, &head, json!({"title": title, "audience": audience})).await;
    }
    for (id, expected) in [
        ("mia", &["Mia", "Five", "All"][..]),
        ("leo", &["All but five", "All"]),
        ("pat", &["All but five", "Homes of five", "All"]),
        ("tom", &["Teachers", "Five", "All"]),
        ("head", &["All but five", "All"]),
    ] {
        for size in [1, 2, 20] {
            let mine = world
                .actor("school", id)
                .all(&format!("/v1/announcements/mine?page_size={size}"))
                .await;
            assert_eq!(titles(&mine), expected, "{id} by {size}");
        }
    }
    head.post(
        "/v1/groups/5/members",
        json!({"user": "leo", "role": "student"}),
    )
    .await
    .created();
    let mine = world
        .actor("school", "leo")
        .all("/v1/announcements/mine")
        .await;
    assert_eq!(titles(&mine), ["Five", "All"]);
    head.delete("/v1/groups/5/members/leo").await.gone();
    head.delete("/v1/users/mia/guardians/pat").await.gone();
    let mine = world
        .actor("school", "pat")
        .all("/v1/announcements/mine")
        .await;
    assert_eq!(
        titles(&mine),
        ["All but five", "All"],
        "the child is no longer theirs"
    );
}

#[tokio::test]
async fn readers_get_the_words_and_nothing_of_how_it_was_sent() {
    let (world, head) = school().await;
    let mia = world.actor("school", "mia");
    let path = publish(
        &world,
        &head,
        json!({"audience": "class:5", "channels": ["email"]}),
    )
    .await;
    for item in [
        mia.get(&path).await.ok(),
        mia.all("/v1/announcements/mine").await.remove(0),
    ] {
        assert_eq!(
            (&item["title"], &item["body"]),
            (&json!("Snow"), &json!("School is closed."))
        );
        for hidden in [
            "audience",
            "channels",
            "send_id",
            "version",
            "class_ids",
            "published_by",
        ] {
            assert!(item.get(hidden).is_none(), "{hidden} of {item}");
        }
    }
    world
        .actor("school", "leo")
        .get(&path)
        .await
        .problem(404, "not_found");
    world
        .actor("school", "leo")
        .post(&format!("{path}/read"), json!({}))
        .await
        .problem(404, "not_found");

    assert_eq!(mia.all("/v1/announcements/mine").await[0]["read"], false);
    mia.post(&format!("{path}/read"), json!({})).await.gone();
    mia.post(&format!("{path}/read"), json!({})).await.gone();
    assert_eq!(mia.all("/v1/announcements/mine").await[0]["read"], true);
    assert_eq!(
        world
            .actor("school", "ben")
            .all("/v1/announcements/mine")
            .await[0]["read"],
        false
    );
}
