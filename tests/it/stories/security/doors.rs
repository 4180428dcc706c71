//! Who has no good credential, or one that has ended, reads the same 401
//! everywhere.

use it::World;
use reqwest::Method;

/// A path with something in place of its parameters.
fn filled(path: &str) -> String {
    let part = |part: &str| match part.starts_with('{') {
        true => "1".to_owned(),
        false => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_route_answers_401_to_a_bad_credential_and_to_none() {
    let (world, _head) = World::school().await;
    let bad = world.bearer("eyJhbGciOiJub25lIn0.e30.");
    let nobody = world.anonymous();
    let mut tried = 0;
    for route in &world.parts().plan().http.routes {
        if !route.authorized {
            continue;
        }
        tried += 1;
        let verb: Method = route.method.parse().expect("a method");
        for who in [&bad, &nobody, &bad.with("idempotency-key", "one")] {
            let path = filled(&route.path);
            let answer = who.raw(verb.clone(), &path, "application/json", "{}").await;
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{route:?}");
            assert_eq!(answer.header("cache-control"), "no-store", "{route:?}");
            let problem = answer.problem(401, "unauthorized");
            assert_eq!(problem["instance"], path);
        }
    }
    assert!(tried > 60, "{tried} routes");
}

#[tokio::test]
async fn a_credential_that_ended_opens_nothing_although_it_is_remembered() {
    let (world, _head) = World::school().await;
    let head = world.actor_for("school", "head", 40);
    world.later(45).await;
    // Within the leeway; from now on the gateway remembers it for a minute.
    head.get("/v1/users/me").await.ok();
    world.later(30).await;
    let answer = head.get("/v1/users/me").await;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    answer.problem(401, "unauthorized");
}
