//! Whole files: good ones, and what a second look at them changes.

use it::World;
use serde_json::json;

use super::{counts, import, report, submit};

const SCHOOL: &str = "\u{feff}ID,name,email,phone,roles,groups,guardian_of,locale,attr.roll_number
mia,\"Moss, Mia\",mia@school.example,,student,class:5:student;course:rust,,de,7
ben,Ben Moss,,+44 20 7946 0958,student,class:5,,,8

pat,Pat Moss,pat@school.example,,parent,,mia;ben,,
tom,Tom Thorn,tom@school.example,,\"teacher, parent\",class:5:teacher,,,
";

#[tokio::test]
async fn a_good_file_makes_people_groups_memberships_and_guardianships() {
    let (world, head) = World::school().await;
    let done = import(&world, &head, "?name=September", SCHOOL).await;
    assert_eq!(
        (&done["status"], &done["name"]),
        (&json!("completed"), &json!("September")),
        "{done}"
    );
    assert_eq!(
        (counts(&done), &done["rows_total"]),
        ([4, 0, 0, 0], &json!(4))
    );
    assert_eq!(
        (
            &done["progress"]["percent_checked"],
            &done["progress"]["percent_applied"]
        ),
        (&json!(100.0), &json!(100.0))
    );
    assert!(done["finished_at"].as_str().is_some(), "{done}");
    let rows = report(&head, &done, "").await;
    let lines: Vec<_> = rows
        .iter()
        .map(|(line, status, id)| (*line, status.as_str(), id.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            (2, "created", "mia"),
            (3, "created", "ben"),
            (5, "created", "pat"),
            (6, "created", "tom")
        ]
    );

    let mia = head.get("/v1/users/mia").await.ok();
    assert_eq!(
        (&mia["name"], &mia["locale"]),
        (&json!("Moss, Mia"), &json!("de"))
    );
    assert_eq!(
        (&mia["guardians"], &mia["attributes"]),
        (&json!(["pat"]), &json!({"roll_number": "7"}))
    );
    let ben = head.get("/v1/users/ben").await.ok();
    assert_eq!(
        (&ben["phone"], &ben["locale"]),
        (&json!("+442079460958"), &json!("en-GB"))
    );
    assert_eq!(
        head.get("/v1/users/pat").await.ok()["children"],
        json!(["ben", "mia"])
    );
    let tom = head.get("/v1/users/tom").await.ok();
    assert_eq!(tom["roles"], json!(["parent", "teacher"]));
    assert_eq!(head.get("/v1/groups/5").await.ok()["kind"], "class");
    assert_eq!(head.get("/v1/groups/rust").await.ok()["kind"], "course");
    let members = head.all("/v1/groups/5/members").await;
    let places: Vec<_> = members
        .iter()
        .map(|one| (one["user"].as_str(), one["role"].as_str()))
        .collect();
    assert_eq!(
        places,
        [
            (Some("ben"), Some("student")),
            (Some("mia"), Some("student")),
            (Some("tom"), Some("teacher"))
        ]
    );
    // Who was imported may come in, and is in audiences.
    assert_eq!(
        world.actor("school", "mia").get("/v1/users/me").await.ok()["memberships"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let found = head.all("/v1/users?role=parent").await;
    assert_eq!(found.len(), 2);
}

#[tokio::test]
async fn a_name_that_runs_over_lines_is_refused_with_its_line() {
    // A line break in a name would break the mail headers that carry it.
    let (world, head) = World::school().await;
    let done = import(&world, &head, "", "id,name\nmia,\"Mia\nMoss\"\nben,Ben\n").await;
    assert_eq!(
        (&done["status"], counts(&done)),
        (&json!("rejected"), [0, 0, 0, 1]),
        "{done}"
    );
    assert_eq!(
        report(&head, &done, "").await,
        [(2, "invalid".to_owned(), "mia".to_owned())]
    );
}

#[tokio::test]
async fn the_same_file_again_changes_nothing_and_a_changed_one_changes_what_it_says() {
    let (world, head) = World::school().await;
    import(&world, &head, "", SCHOOL).await;
    let before = head.all("/v1/users").await;
    world.later(60).await;
    let again = import(&world, &head, "", SCHOOL).await;
    assert_eq!(
        (&again["status"], counts(&again)),
        (&json!("completed"), [0, 0, 4, 0]),
        "{again}"
    );
    assert_eq!(head.all("/v1/users").await, before);

    // No column for roles and groups: these stay. An empty e-mail goes.
    let some = "id,name,email,attr.house\nmia,Mia Moss,,Elm\nben,Ben Moss,,\nnew,New,new@school.example,Oak\n";
    let done = import(&world, &head, "", some).await;
    assert_eq!(counts(&done), [1, 1, 1, 0], "{done}");
    let statuses: Vec<_> = report(&head, &done, "")
        .await
        .into_iter()
        .map(|(_, status, _)| status)
        .collect();
    assert_eq!(statuses, ["updated", "unchanged", "created"]);
    assert_eq!(report(&head, &done, "?status=updated").await.len(), 1);
    let mia = head.get("/v1/users/mia").await.ok();
    assert_eq!(
        (&mia["name"], &mia["email"]),
        (&json!("Mia Moss"), &json!(null))
    );
    assert_eq!(
        (&mia["roles"], &mia["guardians"]),
        (&json!(["student"]), &json!(["pat"]))
    );
    assert_eq!(
        mia["attributes"],
        json!({"roll_number": "7", "house": "Elm"})
    );
    let ben = head.get("/v1/users/ben").await.ok();
    assert_eq!(ben["phone"], "+442079460958", "there was no column for it");
}

#[tokio::test]
async fn a_dry_run_tells_everything_and_changes_nothing() {
    let (world, head) = World::school().await;
    world.add(&head, "mia", &["student"]).await;
    let before = head.all("/v1/users").await;
    let done = import(&world, &head, "?dry_run=true", SCHOOL).await;
    assert_eq!(
        (&done["status"], &done["dry_run"]),
        (&json!("completed"), &json!(true)),
        "{done}"
    );
    assert_eq!(counts(&done), [3, 1, 0, 0], "{done}");
    let rows = report(&head, &done, "").await;
    assert_eq!((rows.len(), rows[0].1.as_str()), (4, "updated"));
    assert_eq!(head.all("/v1/users").await, before);
    assert!(head.all("/v1/groups").await.is_empty());
    let tried = head.all("/v1/audit?act=directory.import_tried").await;
    assert_eq!(tried.len(), 1);
}

#[tokio::test]
async fn a_header_that_is_not_understood_is_refused_at_once() {
    let (_world, head) = World::school().await;
    let answer = submit(&head, "", "id,nickname,id,attr.a b\nmia,Mia,x,y\n").await;
    for (field, code) in [
        ("nickname", "unknown_column"),
        ("id", "duplicate_column"),
        ("attr.a b", "unknown_column"),
        ("name", "required"),
    ] {
        answer.clone().refuses(field, code);
    }
    submit(&head, "", "").await.refuses("", "empty");
    submit(&head, "", "id,name\n").await.refuses("", "empty");
    submit(&head, "?on_invalid=ignore", "id,name\nmia,Mia\n")
        .await
        .problem(400, "bad_query");
    submit(
        &head,
        "",
        &format!("id,name\nmia,\"{}\n", "x".repeat(70_000)),
    )
    .await
    .refuses("line 2", "too_long");
    let large = format!("id,name\n{}", "mia,Mia\n".repeat(600_000));
    submit(&head, "", &large).await.problem(413, "too_large");
    let xml = head
        .raw(
            reqwest::Method::POST,
            "/v1/directory/imports",
            "text/xml",
            "<a/>",
        )
        .await;
    xml.problem(415, "unsupported_media_type");
    assert!(
        head.all("/v1/directory/imports").await.is_empty(),
        "nothing was begun"
    );
}
