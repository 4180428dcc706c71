//! Tenants with their first administrator, and keys of services.

use it::World;

use super::{refused, well};

const HILL: [&str; 9] = [
    "tenant",
    "create",
    "hill",
    "--name",
    "Hill School",
    "--admin",
    "head",
    "--admin-name",
    "Harriet Head",
];

#[tokio::test]
async fn a_tenant_is_made_with_an_administrator_who_makes_the_rest() {
    let world = World::builder().start().await;
    let would = well(&world, &HILL).await;
    assert_eq!(would["applied"], false);
    assert_eq!(
        well(&world, &["tenant", "list"]).await,
        serde_json::json!([])
    );

    let applied = [&HILL[..], &["--apply"]].concat();
    assert_eq!(well(&world, &applied).await["applied"], true);
    let tenants = well(&world, &["tenant", "list"]).await;
    assert_eq!(tenants[0]["id"], "hill");
    let head = world.actor("hill", "head");
    let me = head.get("/v1/users/me").await.ok();
    assert_eq!(me["tenant"]["name"], "Hill School", "{me}");
    world.add(&head, "mia", &["student"]).await;

    let again = refused(&world, &applied).await;
    assert!(again.contains("already"), "{again}");
}

#[tokio::test]
async fn what_the_api_would_refuse_is_refused_by_name() {
    let world = World::builder().start().await;
    for (option, value) in [("--time-zone", "Mars/Olympus"), ("--locale", "klingon!")] {
        let said = refused(&world, &[&HILL[..], &[option, value, "--apply"]].concat()).await;
        assert!(said.starts_with(option), "{said}");
    }
    assert_eq!(
        well(&world, &["tenant", "list"]).await,
        serde_json::json!([])
    );
}

#[tokio::test]
async fn a_key_is_made_listed_and_revoked() {
    let (world, _) = World::school().await;
    let make = ["api-key", "create", "school", "svc_erp", "--role", "staff"];
    assert!(well(&world, &make).await.get("secret").is_none());
    let applied = [&make[..], &["--apply"]].concat();
    let old = well(&world, &applied).await;
    let new = well(&world, &[&applied[..], &["--days", "30"]].concat()).await;
    for key in [&old, &new] {
        let service = world.bearer(key["secret"].as_str().expect("a key"));
        service.get("/v1/templates").await.ok();
    }
    let hash = old["hash"].as_str().expect("a hash");
    let revoke = ["api-key", "revoke", "school", hash];
    assert_eq!(well(&world, &revoke).await["applied"], false);
    well(&world, &[&revoke[..], &["--apply"]].concat()).await;
    // The gateway remembers what the authorizer said for a minute.
    world.later(61).await;
    let service = world.bearer(old["secret"].as_str().expect("a key"));
    service
        .get("/v1/templates")
        .await
        .problem(401, "unauthorized");
    let service = world.bearer(new["secret"].as_str().expect("a key"));
    service.get("/v1/templates").await.ok();

    let listed = well(&world, &["api-key", "list", "school"]).await;
    let listed = listed.as_array().expect("a list");
    assert_eq!(listed.len(), 2);
    let of = |hash: &serde_json::Value| listed.iter().find(|key| key["hash"] == *hash);
    assert_eq!(of(&old["hash"]).expect("the old one")["disabled"], true);
    let kept = of(&new["hash"]).expect("the new one");
    assert_eq!(kept["disabled"], false);
    assert!(kept["expires_at"].is_string(), "{kept}");
    assert!(kept.get("secret").is_none(), "{kept}");
}

#[tokio::test]
async fn a_key_is_rotated_and_both_are_good_for_a_while() {
    let (world, _) = World::school().await;
    let make = ["api-key", "create", "school", "svc_erp", "--role", "staff"];
    let old = well(&world, &[&make[..], &["--days", "30", "--apply"]].concat()).await;
    let hash = old["hash"].as_str().expect("a hash");
    let rotate = ["api-key", "rotate", "school", hash, "--overlap", "2"];
    assert!(well(&world, &rotate).await.get("secret").is_none());
    let applied = [&rotate[..], &["--apply"]].concat();
    let new = well(&world, &applied).await;
    let old = world.bearer(old["secret"].as_str().expect("a key"));
    let new = world.bearer(new["secret"].as_str().expect("a key"));
    for service in [&old, &new] {
        let me = service.get("/v1/users/me").await.ok();
        assert_eq!(me["id"], "svc_erp", "{me}");
        service.get("/v1/templates").await.ok();
    }
    world.later(2 * 3_600 + 61).await;
    old.get("/v1/templates").await.problem(401, "unauthorized");
    new.get("/v1/templates").await.ok();
    // What has ended is not rotated again.
    let said = refused(&world, &applied).await;
    assert!(said.contains("no key"), "{said}");
    // Thirty days for the old one are thirty days for the new one.
    world.later(31 * 86_400).await;
    new.get("/v1/templates").await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_key_of_another_tenant_is_none() {
    let (world, _) = World::school().await;
    world.tenant("other").await;
    let make = ["api-key", "create", "other", "svc_erp", "--apply"];
    let key = well(&world, &make).await;
    let hash = key["hash"].as_str().expect("a hash");
    let said = refused(&world, &["api-key", "revoke", "school", hash, "--apply"]).await;
    assert!(said.contains("no key"), "{said}");
    let said = refused(&world, &["api-key", "rotate", "school", hash, "--apply"]).await;
    assert!(said.contains("no key"), "{said}");
    let said = refused(&world, &["api-key", "list", "nowhere"]).await;
    assert!(said.contains("no tenant"), "{said}");
}
