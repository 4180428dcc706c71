//! APR-4: figures, from counters.

use serde_json::{Value, json};

use super::{School, approve, ask, custom, module, reject, school, tier};

/// The school with an administrator and a student whose credentials last for
/// as long as decisions take.
async fn patient() -> School {
    let mut s = school().await;
    s.head = s.world.actor_for("school", "head", 30 * 86_400);
    s.leo = s.world.actor_for("school", "leo", 30 * 86_400);
    s
}

async fn figures(s: &School, query: &str) -> Value {
    let path = format!("/v1/approvals/statistics{query}");
    s.head.get(&path).await.ok()
}

#[tokio::test]
async fn figures_tell_how_many_wait_how_it_went_and_how_long_it_took() {
    let s = patient().await;
    let none = figures(&s, "").await;
    assert_eq!(
        (
            &none["pending"],
            &none["approval_rate"],
            &none["average_hours_to_decision"]
        ),
        (&json!(0), &json!(0.0), &json!(0.0))
    );
    let (one, two) = (
        ask(&s.mia, module("ecg")).await,
        ask(&s.mia, module("mri")).await,
    );
    let (three, four) = (
        ask(&s.leo, tier("gold")).await,
        ask(&s.leo, custom("x")).await,
    );
    ask(&s.leo, custom("waits")).await;
    s.world.later(3600).await;
    approve(&s.head, &one).await.ok();
    s.world.later(3600).await;
    approve(&s.head, &two).await.ok();
    s.world.later(3600 * 2).await;
    reject(&s.head, &three, "No.").await.ok();
    s.leo
        .post(&format!("{four}/withdraw"), json!({}))
        .await
        .ok();
    let now = figures(&s, "").await;
    assert_eq!(
        (
            &now["pending"],
            &now["approved"],
            &now["rejected"],
            &now["withdrawn"]
        ),
        (&json!(1), &json!(2), &json!(1), &json!(1))
    );
    assert_eq!(now["approval_rate"], 66.67);
    // One, two and four hours; what was withdrawn was not decided.
    assert_eq!(now["average_hours_to_decision"], 2.33);
    let of = |kind: &str| {
        let rows = now["by_type"].as_array().expect("rows").iter();
        let mut found = rows.filter(|row| row["type"] == kind);
        found.next().unwrap_or_else(|| panic!("{kind}")).clone()
    };
    assert_eq!(
        (
            &of("module_access")["approval_rate"],
            &of("module_access")["average_hours_to_decision"]
        ),
        (&json!(100.0), &json!(1.5))
    );
    assert_eq!(
        (
            &of("tier_upgrade")["rejected"],
            &of("tier_upgrade")["approval_rate"]
        ),
        (&json!(1), &json!(0.0))
    );
    assert_eq!(
        (&of("custom")["pending"], &of("custom")["withdrawn"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(of("staff_account")["approved"], 0);
    s.world.settle().await;
}

#[tokio::test]
async fn a_period_is_of_decisions_and_what_waits_is_of_now() {
    let s = patient().await;
    let (one, two) = (
        ask(&s.mia, custom("One")).await,
        ask(&s.mia, custom("Two")).await,
    );
    ask(&s.mia, custom("Three")).await;
    approve(&s.head, &one).await.ok();
    let day = |world: &it::World| world.now().strftime("%Y-%m-%d").to_string();
    let first = day(&s.world);
    s.world.later(3 * 86_400).await;
    reject(&s.head, &two, "No.").await.ok();
    let second = day(&s.world);
    for (query, approved, rejected) in [
        (String::new(), 1, 1),
        (format!("?from={first}&to={first}"), 1, 0),
        (format!("?from={second}"), 0, 1),
        (format!("?from={first}&to={second}"), 1, 1),
        ("?from=2001-01-01&to=2001-12-31".to_owned(), 0, 0),
    ] {
        let figures = figures(&s, &query).await;
        assert_eq!(
            (
                &figures["approved"],
                &figures["rejected"],
                &figures["pending"]
            ),
            (&json!(approved), &json!(rejected), &json!(1)),
            "{query}"
        );
    }
    for wrong in [
        "from=2026-02-30",
        "from=2026-03-02&to=2026-03-01",
        "from=2020-01-01&to=2026-01-01",
        "days=5",
    ] {
        let path = format!("/v1/approvals/statistics?{wrong}");
        s.head.get(&path).await.problem(400, "bad_query");
    }
    s.world.settle().await;
}
