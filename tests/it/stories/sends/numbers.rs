//! SND-2: a bare number is the person who has it.

use serde_json::json;

use super::{deliveries, pupils, send, sms_template};

#[tokio::test]
async fn a_number_that_somebody_has_is_that_person_once() {
    let (world, head) = crate::sends::school().await;
    // p0 has +447700900000, written by an import.
    pupils(&world, &head, 2).await;
    let body =
        json!({"id": "mia", "name": "Mia", "phone": "+44 7700 901111", "roles": ["student"]});
    world.add_as(&head, body).await;
    let template = sms_template(&head, "Hello {{ student_name }}").await;
    let recipients = [
        "+447700901111",
        "student:mia",
        "phone:+44 7700 900000",
        "role:student",
    ];
    let first = send(&head, &template, &recipients).await;
    let mut backwards = recipients;
    backwards.reverse();
    let second = send(&head, &template, &backwards).await;
    world.settle().await;
    for (number, name) in [("+447700901111", "Mia"), ("+447700900000", "Name of p0")] {
        let texts = world.texts_to(number);
        assert_eq!(texts.len(), 2, "{number}");
        let hello = format!("Hello {name}");
        assert!(
            texts
                .iter()
                .all(|text| text.sms().is_some_and(|text| text.body == hello)),
            "{texts:?}"
        );
    }
    for send in [first, second] {
        assert_eq!(deliveries(&head, &send).await.len(), 3);
        world.assert_consistent(&head, &send).await;
    }
}

#[tokio::test]
async fn a_number_is_known_as_long_as_somebody_has_it() {
    let (world, head) = crate::sends::school().await;
    let body = json!({"id": "mia", "name": "Mia", "phone": "+447700901111", "roles": ["student"]});
    world.add_as(&head, body).await;
    head.patch("/v1/users/mia", json!({"phone": "+447700902222"}))
        .await
        .ok();
    let template = sms_template(&head, "Hello").await;
    let both = send(&head, &template, &["+447700901111", "+447700902222"]).await;
    world.settle().await;
    let whose = |rows: &[serde_json::Value]| {
        let mut found: Vec<(String, bool)> = rows
            .iter()
            .map(|row| (row["recipient"].to_string(), row["user_id"] == "mia"))
            .collect();
        found.sort();
        found
    };
    let rows = deliveries(&head, &both).await;
    let old = ("\"+447700901111\"".to_owned(), false);
    let new = ("\"+447700902222\"".to_owned(), true);
    assert_eq!(whose(&rows), [old.clone(), new]);

    head.delete("/v1/users/mia").await.gone();
    let after = send(&head, &template, &["+447700901111", "+447700902222"]).await;
    world.settle().await;
    let nobody = ("\"+447700902222\"".to_owned(), false);
    assert_eq!(whose(&deliveries(&head, &after).await), [old, nobody]);
}

#[tokio::test]
async fn a_number_that_is_left_out_leaves_out_its_person() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 3).await;
    let template = sms_template(&head, "Hello").await;
    let body = json!({"recipients": ["role:student"], "except": ["+447700900001"]});
    let send = super::send_with(&head, &template, body).await;
    world.settle().await;
    assert!(world.texts_to("+447700900001").is_empty());
    assert_eq!(deliveries(&head, &send).await.len(), 2);
}
