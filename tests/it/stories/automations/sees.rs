//! What people see of automatic notifications.

use serde_json::json;

use super::{by_queue, demonstration, example, hillside, outcome, told};

#[tokio::test]
async fn each_guardian_hears_of_a_grade_with_the_name_of_the_child() {
    let (world, head) = hillside().await;
    by_queue(&world, &example("grade.posted"));
    let mut ewa = example("grade.posted");
    ewa["event_id"] = json!("grade-of-ewa");
    ewa["data"]["student_id"] = json!("11");
    by_queue(&world, &ewa);
    world.settle().await;
    for guardian in ["20", "21"] {
        let guardian = world.actor("hillside", guardian);
        let mut titles: Vec<String> = told(&guardian, "grade.posted")
            .await
            .iter()
            .map(|item| super::text(item, "title"))
            .collect();
        titles.sort();
        assert_eq!(
            titles,
            [
                "Ewa Novak: grade in Mathematics",
                "Jan Novak: grade in Mathematics"
            ]
        );
    }
    let pupil = world.actor("hillside", "10");
    let mine = told(&pupil, "grade.posted").await;
    assert_eq!(mine.len(), 1);
    assert_eq!(mine[0]["title"], "Your grade in Mathematics");
    assert_eq!(mine[0]["level"], "success");
    assert_eq!(mine[0]["actor"], "3");
    assert_eq!(mine[0]["reference"], json!({"kind": "grade", "id": "g-90"}));
    assert_eq!(
        mine[0]["redirect_url"],
        "https://hillside.example/grades/g-90"
    );
    let other = world.actor("hillside", "22");
    assert!(told(&other, "grade.posted").await.is_empty());
    drop(head);
}

#[tokio::test]
async fn a_pupil_without_guardians_hears_alone_and_that_is_told() {
    let (world, head) = hillside().await;
    world
        .add_as(
            &head,
            json!({"id": "99", "name": "Lone Pupil", "roles": ["student"]}),
        )
        .await;
    let mut grade = example("grade.posted");
    grade["data"]["student_id"] = json!("99");
    by_queue(&world, &grade);
    world.settle().await;
    assert_eq!(
        told(&world.actor("hillside", "99"), "grade.posted")
            .await
            .len(),
        1
    );
    let outcome = outcome(&head, &grade).await;
    let targets = &outcome["rules"][0]["targets"];
    assert_eq!(
        (&targets[0]["people"], &targets[1]["people"]),
        (&json!(1), &json!(0)),
        "{outcome}"
    );
}

#[tokio::test]
async fn what_is_urgent_pops_up_and_goes_live_with_its_button() {
    let world = demonstration().await;
    let mut socket = world.actor("mercy", "coord-1").live().await;
    by_queue(&world, &example("rtt.breach_risk"));
    world.settle().await;
    let frame = socket.next_of("notification.created").await;
    let item = &frame["notification"];
    assert_eq!(item["popup"], true, "{frame}");
    assert_eq!(item["priority"], 4);
    assert_eq!(item["title"], "Walter Brown: 6 days to breach");
    assert_eq!(item["actions"][0]["label"], "Open the pathway");
    let trainee = world.actor("mercy", "trainee-1");
    for kind in ["approval.approved", "approval.rejected"] {
        by_queue(&world, &example(kind));
        world.settle().await;
        let popup = told(&trainee, kind).await[0]["popup"]
            .as_bool()
            .unwrap_or(false);
        assert_eq!(popup, kind == "approval.approved", "{kind}");
    }
}

#[tokio::test]
async fn a_condition_that_does_not_hold_tells_nobody_and_says_so() {
    let world = demonstration().await;
    let director = world.actor("mercy", "director");
    let mut risk = example("rtt.breach_risk");
    risk["data"]["days_left"] = json!(14);
    by_queue(&world, &risk);
    let strange =
        json!({"tenant": "mercy", "event_id": "strange", "type": "nobody.listens", "data": {}});
    by_queue(&world, &strange);
    world.settle().await;
    for event in [&risk, &strange] {
        let outcome = outcome(&director, event).await;
        assert_eq!(outcome["status"], "applied");
        assert_eq!(outcome["rules"], json!([]));
        assert!(outcome["note"].is_string(), "{outcome}");
    }
    assert!(
        told(&world.actor("mercy", "coord-1"), "rtt.breach_risk")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn an_e_mail_speaks_to_its_reader() {
    let world = demonstration().await;
    by_queue(&world, &example("approval.submitted"));
    world.settle().await;
    let mail = world.emails_to("h.marsh@mercy.example").remove(0);
    let mail = mail.email().expect("an e-mail");
    assert_eq!(
        mail.subject,
        "Please decide: Access to the simulation module"
    );
    let html = mail.html.clone().unwrap_or_default();
    for part in [
        "Dear Dr Helen Marsh",
        "Lena Fischer asks for",
        "I start on Monday.",
        "https://mercy.example/approvals/ap-1",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}
