//! Cursors are good for their own tenant, person and question.

use it::World;

use super::lists::lists;
use super::theirs::zoo;

#[tokio::test]
async fn a_cursor_of_another_tenant_or_person_is_refused_by_every_list() {
    let world = World::builder().start().await;
    let (head, _) = zoo(&world).await;
    // The same user id in the other tenant, and another administrator in this.
    let rival = world.tenant("rival").await;
    let other = world.add(&head, "zebra-9", &["admin"]).await;
    let mut paged = Vec::new();
    for path in lists(&world) {
        let first = head.get(&format!("{path}?page_size=1")).await;
        let Some(after) = first.body["page"]["after"].as_str() else {
            continue;
        };
        paged.push(path.clone());
        let next = format!("{path}?page_size=1&after={after}");
        assert_eq!(head.get(&next).await.status, 200, "{next}");
        for who in [&rival, &other] {
            who.get(&next).await.problem(400, "bad_cursor");
        }
        for elsewhere in lists(&world).iter().filter(|elsewhere| **elsewhere != path) {
            let answer = head.get(&format!("{elsewhere}?after={after}")).await;
            let refused =
                [Some("bad_cursor"), Some("bad_query")].contains(&answer.body["code"].as_str());
            // What is not paged looks at no cursor.
            let plain = head.get(elsewhere).await.body;
            let ignored = answer.status == 200 && answer.body["items"] == plain["items"];
            assert!(
                refused || ignored,
                "{elsewhere} with a cursor of {path}: {}",
                answer.text
            );
        }
    }
    for known in ["/v1/users", "/v1/audit", "/v1/communication-logs"] {
        assert!(
            paged.iter().any(|path| path == known),
            "{known} is not among {paged:?}"
        );
    }
}
