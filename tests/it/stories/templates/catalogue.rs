//! TPL-4: what templates may name.

use std::collections::BTreeSet;

use serde_json::json;

use crate::sends::{save, send_with};

#[tokio::test]
async fn the_catalogue_has_every_category_and_a_sample_for_each_variable() {
    let (_world, head) = crate::sends::school().await;
    let all = head.get("/v1/template-variables").await.ok();
    let items = all["items"].as_array().expect("items");
    let names: BTreeSet<&str> = items
        .iter()
        .filter_map(|item| item["name"].as_str())
        .collect();
    for name in [
        "student_name",
        "student_email",
        "student_roll",
        "teacher_subject",
        "parent_phone",
        "school_address",
        "assignment_title",
        "due_date",
        "grade_marks",
        "grade_total_marks",
        "current_date",
        "academic_year",
    ] {
        assert!(names.contains(name), "{name} is missing");
    }
    assert!(
        items
            .iter()
            .all(|item| !item["sample"].is_null() && item["description"] != ""),
        "{items:?}"
    );
    for category in [
        "student",
        "teacher",
        "parent",
        "school",
        "assignment",
        "grade",
        "general",
    ] {
        let some = head
            .get(&format!("/v1/template-variables?category={category}"))
            .await
            .ok();
        let some = some["items"].as_array().expect("items");
        assert!(
            !some.is_empty() && some.iter().all(|item| item["category"] == category),
            "{category}"
        );
    }
    head.get("/v1/template-variables?category=weather")
        .await
        .problem(400, "bad_query");
}

#[tokio::test]
async fn a_tenant_adds_a_variable_that_is_filled_from_attributes() {
    let (world, head) = crate::sends::school().await;
    let body = json!({"id": "mia", "name": "Mia", "email": "mia@school.example", "roles": ["student"], "attributes": {"bus_line": "7"}});
    world.add_as(&head, body).await;
    let input = json!({"name": "Bus", "channel": "email", "subject": "Bus {{ bus_line }}", "text": "Bus {{ bus_line }}"});
    head.post("/v1/templates", input.clone())
        .await
        .refuses("subject", "unknown_variable");
    let variable = json!({"name": "bus_line", "category": "student", "description": "The bus that takes the student home", "sample": "3"});
    head.post("/v1/template-variables", variable.clone())
        .await
        .created();
    head.post("/v1/template-variables", variable.clone())
        .await
        .problem(409, "conflict");
    head.post("/v1/template-variables", json!({"name": "student_name"}))
        .await
        .problem(409, "conflict");
    head.post("/v1/template-variables", json!({"name": "Bus Line"}))
        .await
        .problem(422, "invalid");
    let template = save(&head, input.clone()).await;
    let shown = head
        .post(&format!("/v1/templates/{template}/preview"), json!({}))
        .await
        .ok();
    assert_eq!(shown["subject"], "Bus 3");
    let sent = send_with(&head, &template, json!({"recipients": ["user:mia"]})).await;
    let given = json!({"recipients": ["user:mia"], "variables": {"bus_line": "9"}});
    let other_line = send_with(&head, &template, given).await;
    world.settle().await;
    let subjects: BTreeSet<String> = world
        .emails_to("mia@school.example")
        .iter()
        .filter_map(|item| Some(item.email()?.subject.clone()))
        .collect();
    assert_eq!(
        subjects,
        BTreeSet::from(["Bus 7".to_owned(), "Bus 9".to_owned()])
    );
    world.assert_consistent(&head, &sent).await;
    world.assert_consistent(&head, &other_line).await;

    // It is this tenant's alone.
    let other = world.tenant("other").await;
    other
        .post("/v1/templates", input.clone())
        .await
        .refuses("subject", "unknown_variable");
    other
        .delete("/v1/template-variables/bus_line")
        .await
        .problem(404, "not_found");
    // Removed, it keeps working where it is saved and is refused anew.
    head.delete("/v1/template-variables/bus_line").await.gone();
    head.post("/v1/templates", input)
        .await
        .refuses("subject", "unknown_variable");
    head.post(&format!("/v1/templates/{template}/preview"), json!({}))
        .await
        .ok();
    let tom = world.add(&head, "tom", &["teacher"]).await;
    tom.post("/v1/template-variables", variable)
        .await
        .problem(403, "forbidden");
}

#[tokio::test]
async fn a_template_declares_variables_for_itself() {
    let (world, head) = crate::sends::school().await;
    world.add(&head, "mia", &["student"]).await;
    let input = json!({
        "name": "Menu", "channel": "sms",
        "body": "{% for dish in dishes %}{{ dish.name }} {{ dish.price }};{% endfor %} {{ greeting }}",
        "variables": [
            {"name": "dishes", "kind": "list", "max": 3, "fields": [{"name": "name"}, {"name": "price", "kind": "number"}]},
            {"name": "greeting", "default": "Enjoy"},
        ],
    });
    let template = save(&head, input).await;
    let dishes = json!([{"name": "Soup", "price": 2}, {"name": "Pie", "price": 3.5}]);
    let sent = send_with(
        &head,
        &template,
        json!({"recipients": ["user:mia"], "variables": {"dishes": dishes}}),
    )
    .await;
    world.settle().await;
    let number = head.get("/v1/users/mia").await.ok()["phone"]
        .as_str()
        .expect("a number")
        .to_owned();
    assert_eq!(
        world.texts_to(&number)[0].sms().expect("a text").body,
        "Soup 2;Pie 3.5; Enjoy"
    );
    world.assert_consistent(&head, &sent).await;
    let path = format!("/v1/templates/{template}/send");
    let many: Vec<_> = (0..4)
        .map(|_| json!({"name": "Soup", "price": 2}))
        .collect();
    let body = json!({"recipients": ["user:mia"], "variables": {"dishes": many}});
    head.post(&path, body)
        .await
        .refuses("variables.dishes", "bad_value");
}
