//! LOG-3: figures from counters, and true.

use serde_json::{Value, json};

use super::{announce, school};

fn figures(count: &Value) -> (u64, u64, f64) {
    let number = |field: &str| count[field].as_u64().expect("a number");
    (
        number("total_sent"),
        number("total_failed"),
        count["success_rate"].as_f64().expect("a rate"),
    )
}

#[tokio::test]
async fn statistics_equal_the_mailbox_and_the_log_by_channel_and_by_day() {
    let (world, head) = school().await;
    let first_day = world.now().to_string()[..10].to_owned();
    let empty = head.get("/v1/communication-logs/statistics").await.ok();
    assert_eq!(figures(&empty["overall"]), (0, 0, 0.0));
    announce(&world, &head, "First", "students").await;
    world.later(86_400).await;
    let head = world.actor("school", "head");
    let second_day = world.now().to_string()[..10].to_owned();
    announce(&world, &head, "Second", "students").await;
    announce(&world, &head, "Third", "user:mia").await;

    let all = head.get("/v1/communication-logs/statistics").await.ok();
    // E-mail: mia and ben, then both again, then mia; one bounced, and then
    // was left out. Texts: the same without the bounce.
    assert_eq!(figures(&all["by_channel"]["email"]), (5, 1, 83.33), "{all}");
    assert_eq!(figures(&all["by_channel"]["sms"]), (5, 0, 100.0), "{all}");
    assert_eq!(figures(&all["overall"]), (10, 1, 90.91), "{all}");
    assert_eq!(
        world.mailbox().list(&Default::default()).len(),
        11,
        "sent and failed are what the provider took"
    );
    let daily = all["daily"].as_array().expect("days");
    assert_eq!(daily.len(), 30);
    let day = |date: &str| {
        let found = daily.iter().find(|day| day["date"] == date);
        figures(found.expect("the day is there"))
    };
    assert_eq!(day(&first_day), (4, 1, 80.0));
    assert_eq!(day(&second_day), (6, 0, 100.0));
    assert_eq!(
        daily.last().map(|day| &day["date"]),
        Some(&json!(second_day))
    );
    let sums = daily
        .iter()
        .map(figures)
        .fold((0, 0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
    assert_eq!(sums, (10, 1));

    let one = head
        .get(&format!(
            "/v1/communication-logs/statistics?from={first_day}&to={first_day}"
        ))
        .await
        .ok();
    assert_eq!(
        (
            figures(&one["overall"]),
            one["daily"].as_array().map(Vec::len)
        ),
        ((4, 1, 80.0), Some(1))
    );
    let log = head.all("/v1/communication-logs?page_size=100").await;
    let counted = |wanted: &[&str]| {
        log.iter()
            .filter(|row| wanted.iter().any(|status| row["status"] == *status))
            .count()
    };
    assert_eq!(
        (
            counted(&["sent", "delivered"]),
            counted(&["bounced", "failed"])
        ),
        (10, 1)
    );
    for query in [
        "?from=2026-02-01&to=2026-01-01",
        "?from=2020-01-01",
        "?from=x",
        "?channel=email",
    ] {
        head.get(&format!("/v1/communication-logs/statistics{query}"))
            .await
            .problem(400, "bad_query");
    }
}

#[tokio::test]
async fn statistics_cost_the_same_however_much_went_out() {
    let (world, head) = school().await;
    let mut cost = Vec::new();
    for round in 0..2 {
        for at in 0..=round * 8 {
            announce(&world, &head, &format!("{round} {at}"), "students").await;
        }
        head.get("/v1/communication-logs/statistics").await.ok();
        world.meter().reset();
        head.get("/v1/communication-logs/statistics").await.ok();
        let usages = world.meter().snapshot();
        let calls: u64 = usages.values().map(|usage| usage.calls).sum();
        cost.push(calls);
    }
    assert_eq!(cost[0], cost[1], "calls for one announcement and for ten");
}
