//! LOG-2: filters and pages.

use serde_json::Value;

use super::{announce, school};

const LOG: &str = "/v1/communication-logs";

#[tokio::test]
async fn the_log_is_filtered_by_everything_at_once() {
    let (world, head) = school().await;
    let first = announce(&world, &head, "First", "students").await;
    let monday = world.now().to_string()[..10].to_owned();
    world.later(2 * 86_400).await;
    let head = world.actor("school", "head");
    let second = announce(&world, &head, "Second", "students").await;
    let wednesday = world.now().to_string()[..10].to_owned();
    let phone = head.get("/v1/users/mia").await.ok()["phone"]
        .as_str()
        .expect("a number")
        .to_owned();
    let digits = &phone[1..];
    for (query, expected) in [
        (String::new(), 16),
        ("?channel=email".to_owned(), 8),
        ("?channel=sms&status=sent".to_owned(), 4),
        ("?status=delivered".to_owned(), 4),
        ("?status=bounced".to_owned(), 1),
        ("?status=skipped".to_owned(), 7),
        (format!("?send={first}"), 8),
        (format!("?send={second}&channel=email&status=delivered"), 2),
        ("?send=snd_unknown".to_owned(), 0),
        ("?recipient=mia@school.example".to_owned(), 2),
        ("?recipient=MIA@school.example&channel=sms".to_owned(), 0),
        ("?recipient=mia".to_owned(), 2),
        ("?recipient=bo".to_owned(), 2),
        (format!("?recipient=%2B{digits}"), 2),
        (format!("?recipient=+{digits}"), 2),
        ("?recipient=%2B447*".to_owned(), 4),
        ("?recipient=nobody@school.example".to_owned(), 0),
        (format!("?from={wednesday}"), 8),
        (format!("?to={monday}"), 8),
        (
            format!("?from={monday}&to={monday}&recipient=mia@school.example"),
            1,
        ),
        ("?to=2020-01-01".to_owned(), 0),
    ] {
        let sign = if query.is_empty() { '?' } else { '&' };
        for size in [3, 100] {
            let rows = head
                .all(&format!("{LOG}{query}{sign}page_size={size}"))
                .await;
            assert_eq!(rows.len(), expected, "{query} by {size}: {rows:?}");
            let ids: Vec<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
            assert!(
                ids.windows(2).all(|pair| pair[0] > pair[1]),
                "{query} is newest first: {ids:?}"
            );
        }
    }
    head.get(&format!("{LOG}?channel=pigeon"))
        .await
        .problem(400, "bad_query");
    head.get(&format!("{LOG}?from=yesterday"))
        .await
        .problem(400, "bad_query");
    head.get(&format!("{LOG}?tenant=other"))
        .await
        .problem(400, "bad_query");
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_question_and_person_only() {
    let (world, head) = school().await;
    announce(&world, &head, "First", "students").await;
    let office = world.add(&head, "office", &["staff"]).await;
    let page = head
        .get(&format!("{LOG}?page_size=3&channel=email"))
        .await
        .ok();
    let after = page["page"]["after"].as_str().expect("a cursor").to_owned();
    let rest = head
        .get(&format!("{LOG}?page_size=3&channel=email&after={after}"))
        .await
        .ok();
    assert_eq!(
        (
            page["items"].as_array().map(Vec::len),
            rest["items"].as_array().map(Vec::len)
        ),
        (Some(3), Some(1))
    );
    assert_eq!(rest["page"]["after"], Value::Null);
    head.get(&format!("{LOG}?after={after}"))
        .await
        .problem(400, "bad_cursor");
    head.get(&format!("{LOG}?channel=sms&after={after}"))
        .await
        .problem(400, "bad_cursor");
    office
        .get(&format!("{LOG}?channel=email&after={after}"))
        .await
        .problem(400, "bad_cursor");
    head.get(&format!("/v1/users?after={after}"))
        .await
        .problem(400, "bad_cursor");
    for at in 0..after.len() {
        let mut bytes = after.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let bent = String::from_utf8(bytes).expect("text");
        head.get(&format!("{LOG}?channel=email&after={bent}"))
            .await
            .problem(400, "bad_cursor");
    }
    for nonsense in ["", "x", "%00", "a.b.c"] {
        head.get(&format!("{LOG}?channel=email&after={nonsense}"))
            .await
            .problem(400, "bad_cursor");
    }
}
