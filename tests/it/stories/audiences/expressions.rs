//! Every kind of expression, their unions and their differences.

use it::World;
use serde_json::json;

use super::{families, mailed, publish, reaches};

#[tokio::test]
async fn all_are_everybody_but_the_publisher() {
    let (world, head) = families().await;
    let others = ["ben", "leo", "mia", "office", "pat", "tom", "uma"];
    reaches(&world, &head, "To all", json!("all"), &others).await;
    let office = world.actor("school", "office");
    let others = ["ben", "head", "leo", "mia", "pat", "tom", "uma"];
    publish(&office, "From the office", &json!("all")).await;
    world.settle().await;
    assert_eq!(mailed(&world, "From the office"), others);
}

#[tokio::test]
async fn roles_are_named_by_role_or_by_a_plain_word() {
    let (world, head) = families().await;
    for (at, (audience, expected)) in [
        ("role:student", &["ben", "leo", "mia"][..]),
        ("students", &["ben", "leo", "mia"]),
        ("teachers", &["tom"]),
        ("parents", &["pat", "uma"]),
        ("staff", &["office"]),
        ("role:admin", &[]),
        ("role:astronaut", &[]),
    ]
    .into_iter()
    .enumerate()
    {
        reaches(
            &world,
            &head,
            &format!("Role {at}"),
            json!(audience),
            expected,
        )
        .await;
    }
}

#[tokio::test]
async fn groups_are_named_with_or_without_their_kind_and_people_with_or_without_their_role() {
    let (world, head) = families().await;
    for (at, (audience, expected)) in [
        ("class:5", &["ben", "mia", "tom"][..]),
        ("group:5", &["ben", "mia", "tom"]),
        ("course:rust", &["mia", "uma"]),
        ("group:rust", &["mia", "uma"]),
        ("user:mia", &["mia"]),
        ("student:mia", &["mia"]),
        ("teacher:tom", &["tom"]),
        ("parent:uma", &["uma"]),
    ]
    .into_iter()
    .enumerate()
    {
        reaches(
            &world,
            &head,
            &format!("Group {at}"),
            json!(audience),
            expected,
        )
        .await;
    }
}

#[tokio::test]
async fn the_guardians_of_one_person_and_the_students_of_a_group_are_named_too() {
    let (world, head) = families().await;
    for (at, (audience, expected)) in [
        (json!("guardians-of:student:mia"), &["pat"][..]),
        (json!("guardians-of:user:leo"), &["uma"]),
        (
            json!(["guardians-of:user:mia", "guardians-of:user:ben", "parents"]),
            &["pat", "uma"],
        ),
        (
            json!({"include": ["parents"], "except": ["guardians-of:student:leo"]}),
            &["pat"],
        ),
        (json!("students-of:class:5"), &["ben", "mia"]),
        (
            json!({"include": ["class:5"], "except": ["students-of:class:5"]}),
            &["tom"],
        ),
        (
            json!(["students-of:group:5", "class:5"]),
            &["ben", "mia", "tom"],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        reaches(&world, &head, &format!("Kin {at}"), audience, expected).await;
    }
    for unknown in [
        "guardians-of:user:nobody",
        "guardians-of:student:tom",
        "students-of:course:5",
    ] {
        let body = json!({"title": "T", "body": "B", "audience": unknown});
        head.post("/v1/announcements", body)
            .await
            .refuses("audience[0]", "unknown_audience");
    }
}

#[tokio::test]
async fn a_guardian_of_two_children_in_the_class_is_reached_once() {
    let (world, head) = families().await;
    reaches(
        &world,
        &head,
        "Trip",
        json!("guardians-of:class:5"),
        &["pat"],
    )
    .await;
    reaches(
        &world,
        &head,
        "Both",
        json!(["guardians-of:class:5", "guardians-of:group:6"]),
        &["pat", "uma"],
    )
    .await;
    reaches(
        &world,
        &head,
        "Twice",
        json!(["guardians-of:class:5", "guardians-of:group:5", "parents"]),
        &["pat", "uma"],
    )
    .await;
    // Mia's guardian, of the course too; Uma takes part in it but has no child there.
    reaches(
        &world,
        &head,
        "Course",
        json!("guardians-of:course:rust"),
        &["pat"],
    )
    .await;
    reaches(
        &world,
        &head,
        "Class and home",
        json!(["class:5", "guardians-of:class:5"]),
        &["ben", "mia", "pat", "tom"],
    )
    .await;
}

#[tokio::test]
async fn bare_addresses_and_numbers_are_reached_without_being_in_the_directory() {
    let (world, head) = families().await;
    let audience = json!([
        "visitor@other.example",
        "email:Guest@other.example",
        "phone:+447700900123",
        "+447700900124"
    ]);
    publish(&head, "Open day", &audience).await;
    world.settle().await;
    assert_eq!(mailed(&world, "Open day"), ["guest", "visitor"]);
    for number in ["+447700900123", "+447700900124"] {
        assert_eq!(world.texts_to(number).len(), 1, "{number}");
    }
    let log = head.all("/v1/communication-logs").await;
    assert_eq!(log.len(), 4, "{log:?}");
}

#[tokio::test]
async fn a_union_reaches_nobody_twice() {
    let (world, head) = families().await;
    let audience = json!([
        "student:mia",
        "user:mia",
        "class:5",
        "class:5",
        "group:5",
        "course:rust",
        "role:student",
        "mia@school.example",
        "email:MIA@school.example",
        "visitor@other.example",
        "visitor@other.example",
        "guardians-of:class:5",
        "parent:pat",
    ]);
    publish(&head, "Once", &audience).await;
    world.settle().await;
    assert_eq!(
        mailed(&world, "Once"),
        ["ben", "leo", "mia", "pat", "tom", "uma", "visitor"]
    );
    for id in ["ben", "leo", "mia", "pat", "tom", "uma"] {
        let feed = world.actor("school", id).all("/v1/notifications").await;
        assert_eq!(feed.len(), 1, "{id}");
        let person = head.get(&format!("/v1/users/{id}")).await.ok();
        let texts = world.texts_to(person["phone"].as_str().expect("a number"));
        assert_eq!(texts.len(), 1, "{id}");
    }
}

#[tokio::test]
async fn exceptions_are_taken_away_whatever_found_them() {
    let (world, head) = families().await;
    for (at, (include, except, expected)) in [
        (
            json!(["all"]),
            json!(["role:student"]),
            &["office", "pat", "tom", "uma"][..],
        ),
        (
            json!(["all"]),
            json!(["class:5", "guardians-of:class:5"]),
            &["leo", "office", "uma"],
        ),
        (json!(["class:5"]), json!(["user:ben"]), &["mia", "tom"]),
        (
            json!(["class:5", "user:leo"]),
            json!(["student:leo", "tom@school.example"]),
            &["ben", "mia"],
        ),
        (
            json!(["guardians-of:class:5", "guardians-of:class:6"]),
            json!(["user:pat"]),
            &["uma"],
        ),
        (
            json!(["user:mia", "mia@school.example"]),
            json!(["email:mia@school.example"]),
            &[],
        ),
        (json!(["students"]), json!(["all"]), &[]),
    ]
    .into_iter()
    .enumerate()
    {
        let audience = json!({"include": include, "except": except});
        reaches(&world, &head, &format!("Except {at}"), audience, expected).await;
    }
    let strangers =
        json!({"include": ["a@other.example", "b@other.example"], "except": ["a@other.example"]});
    publish(&head, "Strangers", &strangers).await;
    world.settle().await;
    assert_eq!(mailed(&world, "Strangers"), ["b"]);
}

#[tokio::test]
async fn an_audience_of_many_pages_and_chunks_reaches_each_person_once() {
    let (world, head) = World::school().await;
    let mut file = String::from("id,name,email,roles,groups\n");
    for at in 0..1_100 {
        file.push_str(&format!(
            "s{at},Student {at},s{at}@school.example,student,class:c{}\n",
            at % 7
        ));
    }
    head.raw(
        reqwest::Method::POST,
        "/v1/directory/imports",
        "text/csv",
        file,
    )
    .await
    .accepted();
    world.settle().await;
    let audience = json!({"include": ["class:c0", "students", "all"], "except": ["class:c6"]});
    let body =
        json!({"title": "Many", "body": "Hello.", "audience": audience, "channels": ["email"]});
    let made = head.post("/v1/announcements", body).await.created();
    let path = format!("/v1/announcements/{}", made["id"].as_str().expect("an id"));
    head.post(&format!("{path}/publish"), json!({}))
        .await
        .accepted();
    world.settle().await;
    let mut expected: Vec<String> = (0..1_100)
        .filter(|at| at % 7 != 6)
        .map(|at| format!("s{at}"))
        .collect();
    expected.sort_unstable();
    assert_eq!(mailed(&world, "Many"), expected);
    let figures = head.get(&format!("{path}/statistics")).await.ok();
    assert_eq!(figures["audience"], expected.len(), "{figures}");
    assert_eq!(
        figures["by_channel"]["in_app"]["delivered"],
        expected.len(),
        "{figures}"
    );
}
