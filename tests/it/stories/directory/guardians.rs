//! Who is whose guardian.

use it::World;
use serde_json::json;

#[tokio::test]
async fn a_guardianship_is_seen_from_both_sides_and_ends_on_both() {
    let (world, head) = World::school().await;
    for (id, role) in [
        ("mia", "student"),
        ("ben", "student"),
        ("pat", "parent"),
        ("uma", "parent"),
    ] {
        world.add(&head, id, &[role]).await;
    }
    for (child, guardian) in [
        ("mia", "pat"),
        ("ben", "pat"),
        ("mia", "uma"),
        ("mia", "pat"),
    ] {
        let body = json!({"guardian": guardian});
        head.post(&format!("/v1/users/{child}/guardians"), body)
            .await
            .ok();
    }
    assert_eq!(
        head.get("/v1/users/mia").await.ok()["guardians"],
        json!(["pat", "uma"])
    );
    assert_eq!(
        head.get("/v1/users/pat").await.ok()["children"],
        json!(["ben", "mia"])
    );
    let guardians = head.all("/v1/users/mia/guardians").await;
    assert_eq!(
        guardians.iter().map(|one| &one["name"]).collect::<Vec<_>>(),
        ["Name of pat", "Name of uma"]
    );

    head.delete("/v1/users/mia/guardians/pat").await.gone();
    head.delete("/v1/users/mia/guardians/pat")
        .await
        .problem(404, "not_found");
    assert_eq!(
        head.get("/v1/users/mia").await.ok()["guardians"],
        json!(["uma"])
    );
    assert_eq!(
        head.get("/v1/users/pat").await.ok()["children"],
        json!(["ben"])
    );
}

#[tokio::test]
async fn nobody_is_their_own_guardian_or_that_of_somebody_unknown() {
    let (world, head) = World::school().await;
    world.add(&head, "mia", &["student"]).await;
    let of_mia = "/v1/users/mia/guardians";
    head.post(of_mia, json!({"guardian": "mia"}))
        .await
        .refuses("guardian", "invalid");
    head.post(of_mia, json!({"guardian": "nobody"}))
        .await
        .refuses("guardian", "unknown_user");
    head.post("/v1/users/nobody/guardians", json!({"guardian": "mia"}))
        .await
        .problem(404, "not_found");
    assert_eq!(head.get("/v1/users/mia").await.ok()["guardians"], json!([]));
}
