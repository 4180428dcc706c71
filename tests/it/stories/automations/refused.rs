//! Bad events and bad rules: clear answers, nothing half done.

use serde_json::{Value, json};

use super::{
    bus_late, by_queue, example, hillside, late_rule, only_dead_letter, outcome, put_events, text,
    told,
};

#[tokio::test]
async fn malformed_events_go_to_the_dead_letters_with_a_reason() {
    let (world, head) = hillside().await;
    world.expects_dead_letters();
    let good = example("grade.posted");
    let with = |name: &str, value: Value| {
        let mut event = good.clone();
        event[name] = value;
        event
    };
    let bad = [
        ("not json".to_owned(), "not JSON"),
        ("{}".to_owned(), "tenant is missing"),
        (
            with("event_id", json!("with blanks")).to_string(),
            "event_id",
        ),
        (with("event_id", Value::Null).to_string(), "event_id"),
        (with("type", json!("grade posted")).to_string(), "type"),
        (with("data", json!([1])).to_string(), "data"),
        (with("more", json!(1)).to_string(), "no such field"),
        (
            with("tenant", json!("nobodys")).to_string(),
            "no such tenant",
        ),
        (
            with("data", json!({"text": "x".repeat(300_000)})).to_string(),
            "256 KiB",
        ),
        ("x".repeat(1_000_000), "256 KiB"),
    ];
    let mut expected = bad.len();
    for (body, _) in &bad {
        world
            .sqs()
            .send(
                "ApplyEventQueue",
                local::aws::sqs::NewMessage::text(body.clone()),
            )
            .expect("the queue takes it");
    }
    for detail in [
        json!({"tenant": "hillside", "data": {}}),
        json!({"event_id": "e", "data": {}}),
        json!({}),
    ] {
        let answer = put_events(&world, "grade.posted", &detail.to_string()).await;
        assert_eq!(answer["FailedEntryCount"], 0, "{answer}");
        expected += 1;
    }
    by_queue(&world, &good);
    world.settle().await;
    let dead = world.dead_letters("ApplyEvent").expect("the queue");
    assert_eq!(dead.len(), expected);
    for message in &dead {
        let reason = message
            .attributes
            .get("reason")
            .and_then(|reason| reason.string_value.clone());
        let reason = reason.expect("a reason");
        if let Some((_, wanted)) = bad.iter().find(|(body, _)| *body == message.body) {
            assert!(reason.contains(wanted), "{reason}, not {wanted}");
        }
        assert!(
            !reason.contains("with blanks"),
            "a reason holds no value: {reason}"
        );
    }
    assert_eq!(
        told(&world.actor("hillside", "10"), "grade.posted")
            .await
            .len(),
        1,
        "its mates go on"
    );
    assert_eq!(head.all("/v1/sends").await.len(), 2);
    // An event of a megabyte does not even get onto the bus.
    let large =
        json!({"tenant": "hillside", "event_id": "e", "data": {"text": "x".repeat(1_000_000)}});
    let answer = put_events(&world, "grade.posted", &large.to_string()).await;
    assert!(
        answer["message"].is_string() || answer["Message"].is_string(),
        "{answer}"
    );
}

#[tokio::test]
async fn the_api_takes_all_events_or_none() {
    let (world, head) = hillside().await;
    let good = super::of_api(&example("grade.posted"));
    let with = |name: &str, value: Value| {
        let mut event = good.clone();
        event[name] = value;
        event
    };
    for (bad, field, code) in [
        (
            with("event_id", json!("a b")),
            "events[1].event_id",
            "invalid",
        ),
        (with("type", json!("a b")), "events[1].type", "invalid"),
        (with("data", json!("x")), "events[1].data", "wrong_type"),
        (
            with("tenant", json!("lumen")),
            "events[1].tenant",
            "unknown_field",
        ),
        (
            with("time", json!("yesterday")),
            "events[1].time",
            "invalid",
        ),
    ] {
        let body = json!({"events": [good, bad]});
        head.post("/v1/events", body).await.refuses(field, code);
    }
    head.post("/v1/events", json!({"events": []}))
        .await
        .refuses("events", "length");
    head.post("/v1/events", json!({"events": vec![good.clone(); 11]}))
        .await
        .refuses("events", "length");
    let large = with("data", json!({"text": "x".repeat(1_000_000)}));
    head.post("/v1/events", json!({"events": [large]}))
        .await
        .problem(413, "too_large");
    world.settle().await;
    assert!(head.all("/v1/sends").await.is_empty());
    let path = format!("/v1/events/{}", text(&good, "event_id"));
    head.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn an_event_that_lacks_what_a_rule_needs_skips_it_and_others_go_on() {
    let (world, head) = hillside().await;
    let mut simple = late_rule();
    simple["name"] = json!("Bus, briefly");
    simple["data"] = json!([{"name": "pupils", "kind": "list"}]);
    simple
        .as_object_mut()
        .expect("an object")
        .remove("reference");
    simple
        .as_object_mut()
        .expect("an object")
        .remove("redirect_url");
    simple["targets"] = json!([{"name": "pupils", "audience": ["user:{{pupils}}"], "in_app": {"title": "Bus late", "body": "Somewhat."}}]);
    head.post("/v1/automations", late_rule()).await.created();
    head.post("/v1/automations", simple).await.created();
    let mut event = bus_late("late-1", "7");
    event["data"]
        .as_object_mut()
        .expect("an object")
        .remove("route");
    by_queue(&world, &event);
    world.settle().await;
    let told = told(&world.actor("hillside", "10"), "bus.late").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["title"], "Bus late");
    let outcome = outcome(&head, &event).await;
    let skipped = outcome["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .find(|rule| rule["name"] == "School bus late");
    let skipped = skipped.expect("the rule");
    assert_eq!(
        (&skipped["result"], &skipped["reason"]),
        (&json!("skipped"), &json!("the event has no `route`"))
    );
    assert_eq!(
        skipped["targets"],
        json!([]),
        "none of its targets was told"
    );
}

#[tokio::test]
async fn people_who_are_not_there_are_told_of_and_the_others_hear() {
    let (world, head) = hillside().await;
    head.post("/v1/automations", late_rule()).await.created();
    let mut event = bus_late("late-1", "7");
    event["data"]["pupils"] = json!(["12", "ghost"]);
    by_queue(&world, &event);
    let mut nobody = bus_late("late-2", "7");
    nobody["data"]["pupils"] = json!(["ghost"]);
    by_queue(&world, &nobody);
    world.settle().await;
    assert_eq!(
        told(&world.actor("hillside", "12"), "bus.late").await.len(),
        1
    );
    assert_eq!(
        told(&world.actor("hillside", "22"), "bus.late").await.len(),
        1
    );
    let found = outcome(&head, &event).await;
    assert_eq!(
        found["rules"][0]["targets"][0]["unknown"],
        json!(["user:ghost"])
    );
    let found = outcome(&head, &nobody).await;
    assert_eq!(found["rules"][0]["result"], "nobody", "{found}");
}

#[tokio::test]
async fn bad_rules_are_refused_with_field_line_and_column() {
    let (_world, head) = hillside().await;
    let with = |path: &str, value: Value| {
        let mut rule = late_rule();
        *rule.pointer_mut(path).expect("a place") = value;
        rule
    };
    for (rule, field, code) in [
        (
            with("/targets/0/in_app/body", json!("Hi\n{{ nobody }}")),
            "targets[0].in_app.body",
            "unknown_variable",
        ),
        (
            with("/targets/1/email/html", json!("<p>{% include \"x\" %}</p>")),
            "targets[1].email.html",
            "forbidden_syntax",
        ),
        (
            with("/targets/0/audience/0", json!("planet:{{pupils}}")),
            "targets[0].audience[0]",
            "unknown_audience",
        ),
        (
            with("/targets/0/audience/0", json!("user:{{who}}")),
            "targets[0].audience[0]",
            "unknown_variable",
        ),
        (
            with("/when", json!({"minutes": [{"more": 5}]})),
            "when.minutes",
            "bad_pattern",
        ),
        (
            with("/redirect_url", json!("javascript:alert(1)")),
            "redirect_url",
            "bad_link",
        ),
        (
            with("/reference/kind", json!("announcement")),
            "reference.kind",
            "reserved",
        ),
        (with("/targets", json!([])), "targets", "length"),
        (with("/event", json!("bus late")), "event", "invalid"),
        (with("/priority", json!("very")), "priority", "invalid"),
    ] {
        let refused = head
            .post("/v1/automations", rule)
            .await
            .refuses(field, code);
        if field.ends_with("in_app.body") {
            let message = text(&refused["errors"][0], "message");
            assert!(message.starts_with("line 2, column 4"), "{message}");
        }
    }
    head.post("/v1/automations", json!({"name": "x", "surprise": 1}))
        .await
        .refuses("surprise", "unknown_field");
    assert!(head.all("/v1/automations?event=bus.late").await.is_empty());
    let builtin = head.get("/v1/automations/grade.posted").await.ok();
    assert_eq!(builtin["origin"], "built_in");
}

#[tokio::test]
async fn an_event_of_a_tenant_that_is_not_there_is_set_aside() {
    let (world, _head) = hillside().await;
    world.expects_dead_letters();
    let mut event = example("grade.posted");
    event["tenant"] = json!("nobodys");
    by_queue(&world, &event);
    world.settle().await;
    assert_eq!(only_dead_letter(&world), "there is no such tenant");
}
