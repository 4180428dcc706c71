//! Every route that takes an id, with an id of another tenant.

use it::{Actor, Answer, World};
use reqwest::Method;
use serde_json::{Value, json};

use super::theirs::{Ids, seen, template, zoo};

/// Routes whose id is itself the credential.
const OPEN: [&str; 1] = ["/v1/unsubscribe/"];

/// A body that the route takes, so that the id alone decides.
fn body(method: &str, path: &str) -> (&'static str, String) {
    let announcement = json!({"title": "T", "body": "B", "audience": "all"});
    let json = match (method, path) {
        ("PUT", "/v1/directory/imports/{id}/parts/{number}") => {
            return ("text/csv", "id,name\nx,X\n".to_owned());
        }
        ("PUT", "/v1/users/{id}") => json!({"name": "X"}),
        ("POST", "/v1/users/{id}/guardians") => json!({"guardian": "head"}),
        ("POST", "/v1/users/{id}/erase") => json!({"confirm": "zebra-1"}),
        ("PUT", "/v1/groups/{id}") => json!({"kind": "class", "name": "X"}),
        ("POST", "/v1/groups/{id}/members") => json!({"user": "head", "role": "student"}),
        ("PUT", "/v1/groups/{id}/members/{user}") => json!({"role": "student"}),
        ("PUT", "/v1/automations/{id}") => json!({"name": "X", "event": "zebra.seen", "targets": [
            {"name": "X", "audience": ["all"], "in_app": {"title": "X", "body": "X"}},
        ]}),
        ("PATCH", "/v1/automations/{id}") => json!({"enabled": false}),
        ("POST", "/v1/automations/{id}/try") => json!({"event": {"data": {}}}),
        ("PUT", "/v1/announcements/{id}") => announcement,
        ("PUT", "/v1/templates/{id}") => template(),
        ("POST", "/v1/templates/{id}/send") => json!({"recipients": ["all"]}),
        ("POST", "/v1/messages/{id}/reply") => json!({"body": "B"}),
        ("PUT", "/v1/communities/{id}/members/{user}") => json!({"role": "member"}),
        ("POST", "/v1/communities/{id}/posts") => json!({"title": "T", "body": "B"}),
        ("POST", "/v1/approvals/{id}/reject") => json!({"reason": "R"}),
        ("POST", "/v1/posts/{id}/reject") => json!({"notes": "N"}),
        ("PUT", "/v1/posts/{id}/reactions") => json!({"kind": "like"}),
        ("POST", "/v1/chat/rooms/{id}/messages") => json!({"text": "X"}),
        ("PATCH", "/v1/chat/rooms/{id}/messages/{seq}") => json!({"text": "X"}),
        ("POST", "/v1/chat/rooms/{id}/read") => json!({"seq": 1}),
        ("PATCH", "/v1/sends/{id}") => json!({"send_at": "2030-01-01T00:00:00Z"}),
        _ => json!({}),
    };
    ("application/json", json.to_string())
}

/// Routes with an id, as `(method, path)`.
fn routes(world: &World) -> Vec<(String, String)> {
    let routes = world.plan().http.routes.iter();
    let with_id = routes.filter(|route| route.authorized && route.path.contains('{'));
    with_id
        .filter(|route| !OPEN.iter().any(|open| route.path.starts_with(open)))
        .map(|route| (route.method.clone(), route.path.clone()))
        .collect()
}

/// An id of the same form that nobody has.
fn unknown(id: &str) -> String {
    match id.char_indices().last() {
        Some((at, last)) if id.contains('_') && id.len() > 20 => {
            format!("{}{}", &id[..at], if last == '0' { '1' } else { '0' })
        }
        _ => format!("{id}x"),
    }
}

/// The path with ids in it: theirs, or such as nobody has. Of two ids, each is
/// tried with one of the caller's own beside it.
fn paths(route: &str, theirs: &Ids, own: &Ids) -> Vec<(String, String)> {
    let (collection, rest) = route.split_once("/{").expect("a parameter");
    let id = theirs
        .get(collection)
        .unwrap_or_else(|| panic!("{route}: name an id of {collection} in the zoo"));
    let of = |id: &str, second: &str| {
        let (_, more) = rest.split_once('}').expect("a parameter's end");
        let path = format!("{collection}/{id}{more}")
            .replace("{number}", "1")
            .replace("{seq}", "1");
        match path.split_once('{') {
            Some((before, after)) => {
                let (_, after) = after.split_once('}').expect("a parameter's end");
                format!("{before}{second}{after}")
            }
            None => path,
        }
    };
    let mut paths = vec![(of(id, "head"), of(&unknown(id), "head"))];
    if rest.contains("{user}") || rest.contains("{guardian}") {
        let user = &theirs["/v1/users"];
        paths.push((of(id, user), of(&unknown(id), &unknown(user))));
        paths.push((
            of(&own[collection], user),
            of(&own[collection], &unknown(user)),
        ));
    }
    paths
}

async fn call(who: &Actor, method: &str, route: &str, path: &str) -> Answer {
    let (content_type, body) = body(method, route);
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    match method {
        Method::GET => who.get(path).await,
        Method::DELETE => who.delete(path).await,
        method => who.raw(method, path, content_type, body).await,
    }
}

/// The answer without what differs from request to request.
fn comparable(answer: &Answer) -> (u16, String, Vec<String>) {
    let mut body = answer.body.clone();
    for name in ["request_id", "instance"] {
        if let Some(value) = body.get_mut(name) {
            *value = Value::Null;
        }
    }
    let text = if answer.body.is_null() {
        answer.text.clone()
    } else {
        body.to_string()
    };
    let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort_unstable();
    (answer.status, text, names)
}

#[tokio::test]
async fn an_id_of_another_tenant_is_answered_as_one_that_does_not_exist() {
    let world = World::builder().start().await;
    let (head, theirs) = zoo(&world).await;
    let rival = world.tenant("rival").await;
    world.class(&rival, "own", &[]).await;
    let community = json!({"group": "own", "name": "Own"});
    rival.post("/v1/communities", community).await.created();
    world.add(&rival, "me", &["student"]).await;
    let tom = world.add(&rival, "tom", &["teacher"]).await;
    let mia = world.actor("rival", "me");
    let own: Ids = [
        ("/v1/groups", "own".to_owned()),
        ("/v1/communities", "com_own".to_owned()),
        ("/v1/users", "me".to_owned()),
    ]
    .into();
    let before = seen(&world, &head).await;
    let routes = routes(&world);
    assert!(routes.len() > 35, "{routes:?}");
    for (method, route) in &routes {
        for (path, unknown) in paths(route, &theirs, &own) {
            for who in [&rival, &tom, &mia] {
                let answer = call(who, method, route, &path).await;
                let expected = call(who, method, route, &unknown).await;
                let what = format!("{method} {path} by {}: {}", who.id, answer.text);
                assert_eq!(comparable(&answer), comparable(&expected), "{what}");
                let refused = if who.id == "head" {
                    &[404][..]
                } else {
                    &[403, 404]
                };
                assert!(refused.contains(&answer.status), "{what}");
            }
            let answer = call(&world.anonymous(), method, route, &path).await;
            answer.problem(401, "unauthorized");
        }
    }
    world.settle().await;
    assert_eq!(seen(&world, &head).await, before, "nothing has changed");
}

#[tokio::test]
async fn people_without_a_role_get_at_nothing_of_others_in_their_own_tenant() {
    let world = World::builder().start().await;
    let (head, theirs) = zoo(&world).await;
    let before = seen(&world, &head).await;
    let eve = world.add(&head, "eve", &["student"]).await;
    let seen_by_all = ["/v1/announcements/{id}", "/v1/announcements/{id}/read"];
    for (method, route) in routes(&world) {
        let readable =
            seen_by_all.contains(&route.as_str()) && ["GET", "POST"].contains(&method.as_str());
        if readable {
            continue;
        }
        for (path, _) in paths(&route, &theirs, &theirs) {
            let answer = call(&eve, &method, &route, &path).await;
            // Marking what one does not have says no more than that it is done.
            assert!(
                [403, 404].contains(&answer.status),
                "{method} {path} answered {} {}",
                answer.status,
                answer.text
            );
        }
    }
    head.delete("/v1/users/eve").await.gone();
    world.settle().await;
    let after = seen(&world, &head).await;
    for (path, items) in before {
        if path != "/v1/audit" {
            assert_eq!(after[&path], items, "{path}");
        }
    }
}
