//! Input that is well-formed and still must not get far.

use it::World;
use serde_json::{Value, json};

use crate::sends::{email_template, save, sms_template};

#[tokio::test]
async fn periods_that_hold_nothing_are_empty_or_refused() {
    let (_world, head) = World::school().await;
    for empty in [
        "/v1/audit?from=2999-01-01",
        "/v1/audit?to=1999-01-01",
        "/v1/audit?from=1998-01-01&to=1999-01-01",
        "/v1/admin/notifications?user_id=head&from=2999-01-01T00:00:00Z&to=2998-01-01T00:00:00Z",
    ] {
        let page = head.get(empty).await.ok();
        assert_eq!(page["items"], json!([]), "{empty}");
        assert_eq!(page["page"]["after"], Value::Null, "{empty}");
    }
    let totals = "/v1/announcements/statistics?from=2999-01-01&to=2999-01-02";
    assert_eq!(head.get(totals).await.ok()["announcements"], 0);
    let answer = head
        .get("/v1/audit?from=2026-02-02&to=2026-02-01")
        .await
        .problem(400, "bad_query");
    assert_eq!(answer["errors"][0]["code"], "out_of_order");
}

#[tokio::test]
async fn values_that_cannot_be_stored_are_refused_by_name() {
    let (_world, head) = World::school().await;
    let template = sms_template(&head, "{{ grade_marks }} of {{ student_roll }}").await;
    let path = format!("/v1/templates/{template}/send");
    for (name, value) in [
        ("grade_marks", json!(1e200)),
        ("grade_marks", json!("-1e200")),
        ("grade_marks", json!(1e-200)),
        ("student_roll", json!(1e200)),
        // Not used by this template, but known to every organisation.
        ("title", json!(1e200)),
        ("title", json!("a\u{0}b")),
        ("title", json!({"a": [[[[1]]]]})),
    ] {
        let body = json!({"recipients": ["user:head"], "variables": {name: value}});
        let field = format!("variables.{name}");
        head.post(&path, body).await.refuses(&field, "bad_value");
    }
}

#[tokio::test]
async fn variables_and_templates_are_kept_small() {
    let (_world, head) = World::school().await;
    for place in ["sample", "default"] {
        let mut variable = json!({"name": "motto"});
        variable[place] = json!("x".repeat(2_100));
        let answer = head.post("/v1/template-variables", variable).await;
        answer.refuses(place, "too_long");
    }
    let names: Vec<String> = (0..50).map(|number| format!("v{number}")).collect();
    let long = "x".repeat(2_000);
    let declared = names
        .iter()
        .map(|name| json!({"name": name, "sample": long, "default": long}))
        .collect::<Vec<_>>();
    let text: String = names
        .iter()
        .map(|name| format!("{{{{ {name} }}}} "))
        .collect();
    let template = json!({"name": "Long", "channel": "email", "subject": "s", "text": text, "variables": declared});
    let answer = head.post("/v1/templates", template).await;
    answer.refuses("", "too_long");
    let few = json!({"name": "Short", "channel": "email", "subject": "s", "text": "{{ v0 }}", "variables": declared[..2]});
    save(&head, few).await;
}

#[tokio::test]
async fn a_variable_whose_name_cannot_be_one_does_not_exist() {
    let (_world, head) = World::school().await;
    let long = "a".repeat(3_000);
    for name in ["Motto", "a%23b", "a%00", "%7E", "a%2Fb", long.as_str()] {
        head.delete(&format!("/v1/template-variables/{name}"))
            .await
            .problem(404, "not_found");
    }
    email_template(&head, "s", "t").await;
}

#[tokio::test]
async fn a_notification_of_ones_own_cannot_pass_for_an_announcements() {
    let (_world, head) = World::school().await;
    let body = json!({"audience": "all", "title": "x", "reference": {"kind": "announcement", "id": "ann_1"}});
    let answer = head.post("/v1/notifications", body).await;
    answer.refuses("reference.kind", "reserved");
}
