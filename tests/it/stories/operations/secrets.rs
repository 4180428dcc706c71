//! A deployment that signs with a new secret still knows what the old one signed.

use it::World;

use super::{operate, refused, well};

const OLD: &str = "the-secret-of-last-year-which-was-long";
const NEW: &str = "the-secret-of-this-year-which-is-longer";

#[tokio::test]
async fn cursors_and_seals_outlive_the_secret_that_made_them() {
    let (mut world, head) = World::school().await;
    world.deploy_again(&[("Secret", OLD)]).await;
    for id in ["mia", "ben", "ann"] {
        world.add(&head, id, &["student"]).await;
    }
    world.later(61).await;
    let page = head.get("/v1/users?page_size=2").await.ok();
    let next = page["page"]["after"].as_str().expect("a cursor");
    let next = format!("/v1/users?page_size=2&after={next}");

    let rotated = [("Secret", NEW), ("PreviousSecrets", OLD)];
    world.deploy_again(&rotated).await;
    let head = world.actor("school", "head");
    head.get(&next).await.ok();
    world.add(&head, "zoe", &["student"]).await;
    world.later(61).await;
    let secrets = format!("{NEW},{OLD}");
    let verify = ["audit", "verify", "school", "--secrets", &secrets];
    let told = well(&world, &verify).await;
    assert_eq!(told[0]["trail"]["seals"], 2, "{told}");
    // Without the old one its seal can be neither proved nor disproved.
    let verify = ["audit", "verify", "school", "--secrets", NEW];
    let (told, all_well) = operate(&world, &verify).await.expect("an answer");
    assert!(!all_well);
    let flaws = told[0]["trail"]["flaws"].as_array().expect("flaws");
    assert_eq!(flaws.len(), 1, "{told}");
    assert_eq!(flaws[0]["flaw"], "secret_unknown", "{told}");

    // A secret that is not kept has ended.
    world.deploy_again(&[("PreviousSecrets", "")]).await;
    let head = world.actor("school", "head");
    head.get(&next).await.problem(400, "bad_cursor");
}

#[tokio::test]
async fn the_local_stack_has_no_secret_to_rotate() {
    let (world, _) = World::school().await;
    let said = refused(&world, &["secret", "rotate", "--apply"]).await;
    assert!(said.contains("--stack"), "{said}");
}
