//! Who am I.

use it::World;
use serde_json::json;

#[tokio::test]
async fn everybody_learns_who_they_are() {
    let (world, head) = World::school().await;
    let tom = world.add(&head, "tom", &["teacher", "parent"]).await;
    world.class(&head, "5", &[("tom", "teacher")]).await;
    let me = tom.get("/v1/users/me").await.ok();
    assert_eq!(
        (&me["id"], &me["roles"]),
        (&json!("tom"), &json!(["parent", "teacher"]))
    );
    assert_eq!(me["tenant"]["id"], "school");
    assert_eq!(me["tenant"]["name"], "Hill School");
    assert_eq!(me["profile"]["email"], "tom@school.example");
    let mine = me["memberships"].as_array().expect("memberships");
    assert_eq!(mine.len(), 1);
    assert_eq!(
        (&mine[0]["group"], &mine[0]["kind"], &mine[0]["role"]),
        (&json!("5"), &json!("class"), &json!("teacher"))
    );
    assert_eq!(tom.get("/v1/users/tom").await.ok(), me["profile"]);
    assert_eq!(
        tom.get("/v1/users/me/").await.ok(),
        me,
        "a slash at the end is accepted"
    );
    world
        .anonymous()
        .get("/v1/users/me")
        .await
        .problem(401, "unauthorized");
}
