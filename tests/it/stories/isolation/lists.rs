//! Every list, with everything that another tenant has in it.

use it::World;

use super::theirs::{MARK, zoo};

/// The routes that list something.
pub(super) fn lists(world: &World) -> Vec<String> {
    let routes = world.plan().http.routes.iter();
    let reads = routes
        .filter(|route| route.method == "GET" && route.authorized && !route.path.contains('{'));
    reads.map(|route| route.path.clone()).collect()
}

#[tokio::test]
async fn lists_and_statistics_show_nothing_of_another_tenant() {
    let world = World::builder().start().await;
    let (head, ids) = zoo(&world).await;
    let rival = world.tenant("rival").await;
    let mut marked = 0;
    for path in lists(&world) {
        marked += usize::from(head.get(&path).await.text.to_lowercase().contains(MARK));
        for query in [
            "",
            "?page_size=100",
            "?q=zebra",
            "?tenant=zoo",
            "?tenant_id=zoo",
            "?user_id=zebra-1",
            "?user=zebra-1",
            "?recipient=zebra",
            "?group=zebra-5",
            "?role=student",
            "?send=",
            "?actor=zebra-0",
        ] {
            let query = if query == "?send=" {
                format!("?send={}", ids["/v1/sends"])
            } else {
                query.to_owned()
            };
            let answer = rival.get(&format!("{path}{query}")).await;
            assert!(
                [200, 400].contains(&answer.status),
                "{path}{query} answered {}",
                answer.text
            );
            let text = answer.text.to_lowercase();
            // A complaint may repeat what was asked for, and no more.
            let tells = answer.status == 200 && text.contains(MARK);
            let shows_id = ids
                .values()
                .filter(|id| id.len() > 20)
                .any(|id| text.contains(&id.to_lowercase()));
            assert!(!tells && !shows_id, "{path}{query} shows {}", answer.text);
        }
    }
    assert!(marked >= 8, "the mark is in {marked} lists only");
    for path in [
        "/v1/communication-logs/statistics",
        "/v1/announcements/statistics",
    ] {
        let text = rival.get(path).await.ok()["overall"].to_string();
        let figures = text
            .split(|c: char| !c.is_ascii_digit())
            .filter(|digits| !digits.is_empty());
        assert!(
            figures.flat_map(str::chars).all(|digit| digit == '0'),
            "{path}: {text}"
        );
    }
}
