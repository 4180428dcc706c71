//! B2: pages and cursors.

use it::Actor;
use serde_json::json;

use super::school;

const LISTS: [&str; 10] = [
    "/v1/notifications",
    "/v1/admin/notifications",
    "/v1/announcements",
    "/v1/announcements/mine",
    "/v1/users",
    "/v1/groups",
    "/v1/sends",
    "/v1/communication-logs",
    "/v1/audit",
    "/v1/privacy/operations",
];

#[tokio::test]
async fn a_page_size_is_from_one_to_a_hundred() {
    let (_world, head, _mia) = school().await;
    for list in LISTS {
        for size in ["0", "101", "-1", "1.5", "x", "", "99999999999999999999"] {
            let problem = head
                .get(&format!("{list}?page_size={size}"))
                .await
                .problem(400, "bad_query");
            assert!(
                problem["errors"]
                    .as_array()
                    .is_some_and(|errors| !errors.is_empty()),
                "{list} {size}: {problem}"
            );
        }
        for size in [1, 100] {
            let page = head.get(&format!("{list}?page_size={size}")).await.ok();
            assert_eq!(page["page"]["page_size"], size, "{list}");
            assert!(page["items"].is_array());
        }
        assert_eq!(head.get(list).await.ok()["page"]["page_size"], 20, "{list}");
        head.get(&format!("{list}?colour=red"))
            .await
            .problem(400, "bad_query");
    }
}

#[tokio::test]
async fn a_parameter_that_is_not_understood_is_named() {
    let (_world, head, _mia) = school().await;
    for (query, field, code) in [
        ("limit=3", "limit", "unknown_field"),
        ("page_size=x", "page_size", "wrong_type"),
        ("page_size=", "page_size", "wrong_type"),
        ("page_size=0", "page_size", "out_of_range"),
        ("page_size=99999999999", "page_size", "out_of_range"),
        ("page_size=1&page_size=2", "page_size", "duplicate_field"),
    ] {
        let problem = head.get(&format!("/v1/users?{query}")).await;
        let problem = problem.problem(400, "bad_query");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!(code)),
            "{query}: {problem}"
        );
    }
}

async fn cursor(who: &Actor, list: &str) -> String {
    let sign = if list.contains('?') { '&' } else { '?' };
    let page = who.get(&format!("{list}{sign}page_size=1")).await.ok();
    page["page"]["after"]
        .as_str()
        .unwrap_or_else(|| panic!("{list} has a second page: {page}"))
        .to_owned()
}

#[tokio::test]
async fn a_cursor_belongs_to_its_tenant_person_and_query() {
    let (world, head, mia) = school().await;
    let ann = world.add(&head, "ann", &["admin"]).await;
    let other = world.tenant("college").await;
    for who in [&head, &other] {
        for n in 0..3 {
            who.notify("all", &format!("n{n}")).await;
            world.later(1).await;
            world.settle().await;
            let body = json!({"title": format!("a{n}"), "body": "b", "audience": "all"});
            let made = who.post("/v1/announcements", body).await.created();
            let path = format!("/v1/announcements/{}/publish", made["id"].as_str().unwrap());
            who.post(&path, json!({})).await.accepted();
            who.post(
                "/v1/groups",
                json!({"kind": "class", "name": format!("c{n}")}),
            )
            .await
            .created();
            who.post("/v1/users/head/export", json!({}))
                .await
                .accepted();
        }
        world.settle().await;
    }
    for list in LISTS
        .iter()
        .filter(|list| !list.ends_with("communication-logs"))
    {
        let after = cursor(&head, list).await;
        head.get(&format!("{list}?page_size=1&after={after}"))
            .await
            .ok();
        head.get(&format!("{list}?page_size=2&after={after}"))
            .await
            .ok();
        for stranger in [&ann, &other] {
            stranger
                .get(&format!("{list}?after={after}"))
                .await
                .problem(400, "bad_cursor");
        }
        for at in [0, after.len() / 2, after.len() - 1] {
            let mut flipped = after.clone().into_bytes();
            flipped[at] = if flipped[at] == b'A' { b'B' } else { b'A' };
            let flipped = String::from_utf8(flipped).expect("ASCII");
            head.get(&format!("{list}?after={flipped}"))
                .await
                .problem(400, "bad_cursor");
        }
        for made_up in ["x", "%00", "AAAA", "🦀", &after[..after.len() / 2]] {
            head.get(&format!("{list}?after={made_up}"))
                .await
                .problem(400, "bad_cursor");
        }
        for foreign in LISTS.iter().filter(|other| other != &list) {
            head.get(&format!("{foreign}?after={after}"))
                .await
                .problem(400, "bad_cursor");
        }
    }
    let after = cursor(&mia, "/v1/notifications?type=custom").await;
    mia.get(&format!("/v1/notifications?type=custom&after={after}"))
        .await
        .ok();
    mia.get(&format!("/v1/notifications?type=other&after={after}"))
        .await
        .problem(400, "bad_cursor");
    mia.get(&format!("/v1/notifications?after={after}"))
        .await
        .problem(400, "bad_cursor");
}
