//! A rule tried on a sample event: who would get what, and nothing is sent.

use serde_json::json;

use super::{bus_late, example, hillside, late_rule, text};

#[tokio::test]
async fn a_try_shows_who_would_get_what_and_sends_nothing() {
    let (world, head) = hillside().await;
    let event = json!({"data": example("grade.posted")["data"]});
    let body = json!({"event": event});
    let tried = head
        .post("/v1/automations/grade.posted/try", body)
        .await
        .ok();
    let rule = &tried["rules"][0];
    assert_eq!(rule["applies"], true, "{tried}");
    let guardians = &rule["targets"][1];
    assert_eq!(guardians["audience"], json!(["guardians-of:student:10"]));
    assert_eq!(
        (&guardians["people"], &guardians["complete"]),
        (&json!(2), &json!(true))
    );
    let sample = &guardians["samples"][0];
    assert_eq!(sample["name"], "Anna Novak");
    assert_eq!(
        sample["messages"]["in_app"]["title"],
        "Jan Novak: grade in Mathematics"
    );
    assert_eq!(guardians["channels"]["in_app"]["reached"], 2);
    world.settle().await;
    assert!(head.all("/v1/sends").await.is_empty());
    assert!(world.actor("hillside", "20").feed().await.is_empty());
}

#[tokio::test]
async fn a_rule_that_is_not_saved_can_be_tried() {
    let (_world, head) = hillside().await;
    let body = json!({"rule": late_rule(), "event": {"data": bus_late("x", "7")["data"]}});
    let tried = head.post("/v1/automations/try", body).await.ok();
    let families = &tried["rules"][0]["targets"][1];
    assert_eq!(families["people"], 3, "{tried}");
    assert_eq!(families["channels"]["email"]["reached"], 3);
    assert_eq!(families["priority"], 3);
    assert!(head.all("/v1/automations?event=bus.late").await.is_empty());
    let mut broken = late_rule();
    broken["targets"][0]["in_app"]["body"] = json!("{{ nobody }}");
    let body = json!({"rule": broken, "event": {"data": {}}});
    head.post("/v1/automations/try", body)
        .await
        .refuses("targets[0].in_app.body", "unknown_variable");
}

#[tokio::test]
async fn a_try_tells_why_nothing_would_be_said() {
    let (_world, head) = hillside().await;
    let grade = "/v1/automations/grade.posted/try";
    let data = example("grade.posted")["data"].clone();
    let with = |name: &str, value: serde_json::Value| {
        let mut data = data.clone();
        data[name] = value;
        json!({"event": {"data": data}})
    };
    for (body, reason) in [
        (
            with("grade_subject", json!(null)),
            "the event has no `grade_subject`",
        ),
        (
            with("student_id", json!("nobody")),
            "nobody in the directory",
        ),
        (
            with("link", json!("javascript:alert(1)")),
            "redirect_url is neither",
        ),
        (
            json!({"event": {"type": "grade.changed", "data": data}}),
            "It listens to grade.posted",
        ),
    ] {
        let tried = head.post(grade, body).await.ok();
        let rule = &tried["rules"][0];
        assert_eq!(rule["applies"], false, "{tried}");
        assert!(text(rule, "reason").contains(reason), "{tried}");
    }
    let unknown = json!({"event": {"data": {"assignment_id": "a", "assignment_title": "A", "class_id": "99"}}});
    let tried = head
        .post("/v1/automations/assignment.created/try", unknown)
        .await
        .ok();
    assert_eq!(tried["rules"][0]["reason"], "It reaches nobody.");
    assert_eq!(
        tried["rules"][0]["targets"][0]["unknown"],
        json!(["students-of:class:99"])
    );
    head.patch("/v1/automations/grade.posted", json!({"enabled": false}))
        .await
        .ok();
    let tried = head
        .post(grade, json!({"event": {"data": data}}))
        .await
        .ok();
    assert_eq!(tried["rules"][0]["reason"], "It is switched off.");
    assert_eq!(
        tried["rules"][0]["targets"][0]["people"], 1,
        "and what it would say is shown"
    );
    let all = json!({"event": {"type": "grade.posted", "data": data}});
    assert_eq!(
        head.post("/v1/automations/try", all).await.ok()["rules"]
            .as_array()
            .expect("rules")
            .len(),
        1
    );
    head.post("/v1/automations/try", json!({"event": {"data": {}}}))
        .await
        .refuses("event.type", "required");
}
