//! Broken rows: what is told of them, and what becomes of the others.

use it::World;
use serde_json::json;

use super::{counts, import, path, report};

const BROKEN: &str = "id,name,email,phone,roles,groups,guardian_of,locale,time_zone
mia,Mia,mia@school.example,,student,class:5,,,
,Nobody,,,,,,,
b d,Bad,,,,,,,
ben,,nowhere,12,Nö,planet:5,ben,?,Mars/Olympus
mia,Mia again,,,,,,,
cem,Cem
pat,Pat,,,parent,,mia;ghost,,
sue,Sue,,,staff,course:5,,,
uma,Uma,,,parent,,mia,,
";

#[tokio::test]
async fn broken_rows_are_reported_one_by_one_and_nothing_is_imported() {
    let (world, head) = World::school().await;
    let done = import(&world, &head, "", BROKEN).await;
    assert_eq!(done["status"], "rejected", "{done}");
    assert_eq!(counts(&done), [0, 0, 0, 7], "{done}");
    let rows = head.all(&path(&done, "/rows?page_size=2")).await;
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let errors = row["errors"].as_array().expect("errors");
            let mut words: Vec<String> = errors
                .iter()
                .map(|error| {
                    format!(
                        "{}:{}",
                        error["field"].as_str().expect("a field"),
                        error["code"].as_str().expect("a code")
                    )
                })
                .collect();
            words.sort_unstable();
            (row["line"].as_u64().expect("a line"), words.join(" "))
        })
        .collect();
    let expected = [
        (3, "id:required"),
        (4, "id:bad_id"),
        (
            5,
            "email:invalid groups:unknown_kind guardian_of:invalid locale:unknown_locale name:required phone:invalid roles:unknown_role time_zone:unknown_time_zone",
        ),
        (6, "id:duplicate"),
        (7, ":wrong_field_count"),
        (8, "guardian_of:unknown_user"),
        (9, "groups:other_kind"),
    ];
    assert_eq!(told, expected.map(|(line, words)| (line, words.to_owned())));
    assert_eq!(report(&head, &done, "?status=created").await, []);
    assert_eq!(
        head.all("/v1/users").await.len(),
        1,
        "only the head is there"
    );
    assert!(head.all("/v1/groups").await.is_empty());
}

#[tokio::test]
async fn told_to_skip_broken_rows_the_sound_ones_come_in() {
    let (world, head) = World::school().await;
    let done = import(&world, &head, "?on_invalid=skip", BROKEN).await;
    assert_eq!(
        (&done["status"], counts(&done)),
        (&json!("completed"), [2, 0, 0, 7]),
        "{done}"
    );
    assert_eq!(done["progress"]["percent_applied"], 100.0);
    let rows = report(&head, &done, "?page_size=3").await;
    let told: Vec<_> = rows
        .iter()
        .map(|(line, status, _)| (*line, status.as_str()))
        .collect();
    let invalid = |line| (line, "invalid");
    let expected = [
        (2, "created"),
        invalid(3),
        invalid(4),
        invalid(5),
        invalid(6),
        invalid(7),
        invalid(8),
        invalid(9),
        (10, "created"),
    ];
    assert_eq!(told, expected);
    assert_eq!(
        head.get("/v1/users/mia").await.ok()["name"],
        "Mia",
        "the first row with an id has it"
    );
    assert_eq!(
        head.get("/v1/users/uma").await.ok()["children"],
        json!(["mia"])
    );
    for id in ["pat", "sue", "ben", "cem"] {
        head.get(&format!("/v1/users/{id}"))
            .await
            .problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_guardian_may_stand_before_the_child_or_name_one_of_the_directory() {
    let (world, head) = World::school().await;
    world.add(&head, "old", &["student"]).await;
    let file = "id,name,roles,guardian_of\npat,Pat,parent,mia;old\nmia,Mia,student,\n";
    let done = import(&world, &head, "", file).await;
    assert_eq!(
        (&done["status"], counts(&done)),
        (&json!("completed"), [2, 0, 0, 0]),
        "{done}"
    );
    assert_eq!(
        head.get("/v1/users/pat").await.ok()["children"],
        json!(["mia", "old"])
    );
    assert_eq!(
        head.get("/v1/users/old").await.ok()["guardians"],
        json!(["pat"])
    );
}

#[tokio::test]
async fn an_import_gives_no_privileges_that_who_made_it_may_not_give() {
    let (world, head) = World::school().await;
    let office = world.add(&head, "office", &["staff"]).await;
    let file = "id,name,roles\neve,Eve,admin\nhead,Head,student\nmia,Mia,student\n";
    let done = import(&world, &office, "?on_invalid=skip", file).await;
    assert_eq!(counts(&done), [1, 0, 0, 2], "{done}");
    let rows = office.all(&path(&done, "/rows?status=invalid")).await;
    assert!(
        rows.iter()
            .all(|row| row["errors"][0]["code"] == "forbidden_role"),
        "{rows:?}"
    );
    let own = import(&world, &head, "?on_invalid=skip", file).await;
    let rows = head.all(&path(&own, "/rows?status=invalid")).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["id"], &rows[0]["errors"][0]["code"]),
        (&json!("head"), &json!("own_role"))
    );
    assert_eq!(
        head.get("/v1/users/eve").await.ok()["roles"],
        json!(["admin"])
    );
    let mia = world.actor("school", "mia");
    mia.get("/v1/directory/imports")
        .await
        .problem(403, "forbidden");
    mia.get(&path(&done, "/rows"))
        .await
        .problem(403, "forbidden");
}
