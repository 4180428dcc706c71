//! A tenant switches rules off, puts its own in their place, and adds more.

use serde_json::{Value, json};

use super::{bus_late, by_queue, example, hillside, late_rule, outcome, text, told};

#[tokio::test]
async fn a_rule_that_is_switched_off_says_nothing_until_it_is_on_again() {
    let (world, head) = hillside().await;
    let pupil = world.actor("hillside", "10");
    let path = "/v1/automations/grade.posted";
    let off = head.patch(path, json!({"enabled": false})).await.ok();
    assert_eq!(
        (&off["enabled"], &off["origin"]),
        (&json!(false), &json!("built_in"))
    );
    by_queue(&world, &example("grade.posted"));
    world.settle().await;
    assert!(told(&pupil, "grade.posted").await.is_empty());
    head.patch(path, json!({"enabled": true})).await.ok();
    let mut again = example("grade.posted");
    again["event_id"] = json!("again");
    by_queue(&world, &again);
    world.settle().await;
    assert_eq!(told(&pupil, "grade.posted").await.len(), 1);
    let acts: Vec<String> = head
        .all("/v1/audit?act=automation.")
        .await
        .iter()
        .map(|entry| text(entry, "act"))
        .collect();
    assert_eq!(acts, ["automation.switched_on", "automation.switched_off"]);
}

#[tokio::test]
async fn a_rule_of_ones_own_stands_in_place_of_a_built_in_one_until_it_is_deleted() {
    let (world, head) = hillside().await;
    let path = "/v1/automations/grade.posted";
    let given = head.get(path).await.ok();
    let own = json!({
        "name": "Grades, briefly", "event": "grade.posted",
        "data": [{"name": "student_id"}, {"name": "grade_subject"}],
        "targets": [{"name": "pupil", "audience": ["student:{{student_id}}"], "in_app": {"title": "New grade", "body": "In {{ grade_subject }}."}}],
    });
    let put = head.put(path, own).await.ok();
    assert_eq!(
        (&put["origin"], &put["version"]),
        (&json!("override"), &json!(1))
    );
    by_queue(&world, &example("grade.posted"));
    world.settle().await;
    let pupil = world.actor("hillside", "10");
    assert_eq!(told(&pupil, "grade.posted").await[0]["title"], "New grade");
    assert!(
        told(&world.actor("hillside", "20"), "grade.posted")
            .await
            .is_empty()
    );
    head.delete(path).await.gone();
    assert_eq!(head.get(path).await.ok(), given);
    head.delete(path).await.problem(409, "conflict");
    let mut moved = given.clone();
    for field in ["id", "origin", "version"] {
        moved.as_object_mut().expect("an object").remove(field);
    }
    // What was read can be written, but not for another event.
    head.put(path, moved.clone()).await.ok();
    moved["event"] = json!("grade.changed");
    head.put(path, moved).await.refuses("event", "immutable");
}

#[tokio::test]
async fn a_rule_of_ones_own_is_applied_besides_the_built_in_ones() {
    let (world, head) = hillside().await;
    let made = head.post("/v1/automations", late_rule()).await.created();
    assert_eq!(made["origin"], "own");
    by_queue(&world, &bus_late("late-1", "7 north"));
    world.settle().await;
    for id in ["10", "12", "20", "21", "22"] {
        let told = told(&world.actor("hillside", id), "bus.late").await;
        assert_eq!(told.len(), 1, "{id}");
        assert_eq!(told[0]["title"], "Bus 7 north is late");
        assert_eq!(told[0]["redirect_url"], "/transport/7+north");
        assert_eq!(told[0]["priority"], 3);
    }
    let mail = world.emails_to("grace.okafor@families.example").remove(0);
    let html = mail.email().expect("an e-mail").html.clone();
    assert!(
        html.unwrap_or_default()
            .contains("Dear Grace Okafor, it is about 12 minutes late.")
    );
    let path = format!("/v1/automations/{}", text(&made, "id"));
    head.delete(&path).await.gone();
    head.get(&path).await.problem(404, "not_found");
    by_queue(&world, &bus_late("late-2", "8"));
    world.settle().await;
    assert_eq!(
        told(&world.actor("hillside", "10"), "bus.late").await.len(),
        1
    );
}

#[tokio::test]
async fn a_rule_can_use_a_saved_template() {
    let (world, head) = hillside().await;
    let template = json!({"name": "Late", "channel": "sms", "body": "Bus {{ route }} is late.", "variables": [{"name": "route"}]});
    let template = text(&head.post("/v1/templates", template).await.created(), "id");
    let mut rule = late_rule();
    rule["targets"] = json!([{"name": "families", "audience": ["guardians-of:user:{{pupils}}"], "sms": {"template": template}}]);
    head.post("/v1/automations", rule.clone()).await.created();
    by_queue(&world, &bus_late("late-1", "7"));
    world.settle().await;
    let texts = world.texts_to("+447700900022");
    assert_eq!(texts.len(), 1);
    // One that is deleted skips the rule, and the event says why.
    head.delete(&format!("/v1/templates/{template}"))
        .await
        .gone();
    by_queue(&world, &bus_late("late-2", "7"));
    world.settle().await;
    let outcome = outcome(&head, &bus_late("late-2", "7")).await;
    assert_eq!(outcome["rules"][0]["result"], "skipped", "{outcome}");
    assert!(text(&outcome["rules"][0], "reason").contains("targets[0].sms.template"));
    head.post("/v1/automations", rule)
        .await
        .refuses("targets[0].sms.template", "unknown_template");
}

#[tokio::test]
async fn the_list_shows_what_is_in_force_page_by_page() {
    let (_world, head) = hillside().await;
    head.patch("/v1/automations/chat.invited", json!({"enabled": false}))
        .await
        .ok();
    let made = head.post("/v1/automations", late_rule()).await.created();
    let rules = head.all("/v1/automations?page_size=7").await;
    assert_eq!(rules.len(), 28);
    let ids: Vec<String> = rules.iter().map(|rule| text(rule, "id")).collect();
    let mut sorted = ids.clone();
    sorted.sort();
    assert_eq!(ids, sorted);
    assert!(ids.contains(&text(&made, "id")));
    let off: Vec<&Value> = rules
        .iter()
        .filter(|rule| rule["enabled"] == false)
        .collect();
    assert_eq!(off.len(), 1);
    assert_eq!(off[0]["id"], "chat.invited");
    let late = head.all("/v1/automations?event=bus.late").await;
    assert_eq!(late.len(), 1);
}

#[tokio::test]
async fn the_same_request_makes_one_rule() {
    let (_world, head) = hillside().await;
    let keyed = head.with("Idempotency-Key", "late");
    let first = keyed.post("/v1/automations", late_rule()).await.created();
    let again = keyed.post("/v1/automations", late_rule()).await.created();
    assert_eq!(first["id"], again["id"]);
    assert_eq!(head.all("/v1/automations?event=bus.late").await.len(), 1);
}
