//! A12: the identity provider changes its keys, or is not there.

use it::{Actor, World};
use local::issuer::Algorithm;

const PATH: &str = "/v1/notifications/unread-count";
const HOUR: i64 = 3_600;

/// A token that outlives every wait of these stories.
fn head(world: &World) -> Actor {
    world.actor_for("school", "head", 100 * HOUR)
}

#[tokio::test]
async fn a_new_key_and_the_one_before_are_both_good() {
    let (world, _head) = World::school().await;
    let old = head(&world);
    old.get(PATH).await.ok();
    world.issuer().rotate().expect("new keys");
    world.later(61).await;
    let new = head(&world);
    assert_ne!(old.token(), new.token());
    new.get(PATH).await.ok();
    old.get(PATH).await.ok();
}

#[tokio::test]
async fn every_kind_of_key_is_taken() {
    let (world, _head) = World::school().await;
    let (tenant, user) = ("school".parse().unwrap(), "head".parse().unwrap());
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
        let token = world
            .issuer()
            .issue(&tenant, &user, &[], 600, world.now(), algorithm)
            .expect("a token");
        world.bearer(token).get(PATH).await.ok();
    }
}

#[tokio::test]
async fn a_withdrawn_key_opens_nothing_after_five_minutes() {
    let (world, _head) = World::school().await;
    let old = head(&world);
    old.get(PATH).await.ok();
    let kid = world
        .issuer()
        .signing_key(Algorithm::ES256)
        .expect("a key")
        .kid;
    world.issuer().rotate().expect("new keys");
    assert!(world.issuer().withdraw(&kid).expect("withdrawn"));
    world.later(5 * 60).await;
    old.get(PATH).await.problem(401, "unauthorized");
    head(&world).get(PATH).await.ok();
}

#[tokio::test]
async fn while_the_provider_is_down_people_come_in_for_a_day_and_then_nobody_does() {
    let (world, _head) = World::school().await;
    head(&world).get(PATH).await.ok();
    world.issuer().set_down(true);
    for _ in 0..2 {
        world.later(11 * HOUR).await;
        head(&world).get(PATH).await.ok();
        world
            .bearer("a.b.c")
            .get(PATH)
            .await
            .problem(401, "unauthorized");
    }
    world.later(3 * HOUR).await;
    let answer = reqwest::Client::new()
        .get(format!("{}{PATH}", world.url()))
        .bearer_auth(head(&world).token())
        .send()
        .await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 503, "neither yes nor no");
    assert!(answer.headers().contains_key("retry-after"));
    world.issuer().set_down(false);
    world.later(61).await;
    head(&world).get(PATH).await.ok();
}

#[tokio::test]
async fn made_up_keys_do_not_make_the_provider_busy() {
    let (world, _head) = World::school().await;
    head(&world).get(PATH).await.ok();
    let before = world.issuer().fetches();
    let header =
        |n: usize| format!("{{\"alg\":\"ES256\",\"kid\":\"made-up-{n}\",\"typ\":\"at+jwt\"}}");
    let key = world.issuer().signing_key(Algorithm::ES256).expect("a key");
    let claims = world.issuer().claims(
        &"school".parse().unwrap(),
        &"head".parse().unwrap(),
        600,
        world.now(),
    );
    for n in 0..20 {
        let token = world
            .issuer()
            .sign_as(&key.kid, &header(n), &claims.to_string())
            .expect("a token");
        world
            .bearer(token)
            .get(PATH)
            .await
            .problem(401, "unauthorized");
    }
    // The clock of the stack goes on, so a minute may end meanwhile.
    assert!(
        world.issuer().fetches() <= before + 2,
        "{} fetches",
        world.issuer().fetches() - before
    );
}
