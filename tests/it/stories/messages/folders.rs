//! Inbox, sent, and what of them is asked for.

use serde_json::json;

use super::{path, school, subjects, texts, unread, write};

#[tokio::test]
async fn folders_are_newest_first_and_come_page_by_page() {
    let school = school().await;
    for number in 0..25 {
        write(&school, &school.tom, &["mia"], &format!("N{number}")).await;
    }
    let wanted: Vec<String> = (0..25).rev().map(|number| format!("N{number}")).collect();
    for query in ["?page_size=10", "?page_size=5", ""] {
        assert_eq!(subjects(&school.mia, query).await, wanted, "{query}");
    }
    assert_eq!(
        subjects(&school.tom, "?folder=sent&page_size=7").await,
        wanted
    );
    let page = school.mia.get("/v1/messages?page_size=25").await.ok();
    assert_eq!(page["items"].as_array().expect("items").len(), 25);
    assert!(page["page"]["after"].is_null());
    assert_eq!(unread(&school.mia).await, 25);
}

#[tokio::test]
async fn lists_show_the_beginning_of_a_text() {
    let school = school().await;
    let body = json!({"to": ["mia"], "subject": "Long", "body": "word ".repeat(1_000)});
    school.tom.post("/v1/messages", body).await.created();
    let items = school.mia.all("/v1/messages").await;
    let preview = items[0]["preview"].as_str().expect("a preview");
    assert_eq!(preview.chars().count(), 200);
    assert!(items[0]["body"].is_null());
}

#[tokio::test]
async fn an_inbox_is_narrowed_to_unread_urgent_sender_and_time() {
    let school = school().await;
    let first = write(&school, &school.tom, &["mia"], "First").await;
    write(&school, &school.ann, &["mia"], "Second").await;
    school.world.later(1).await;
    let body = json!({"to": ["mia"], "subject": "Third", "body": "B", "urgent": true});
    let third = school.tom.post("/v1/messages", body).await.created();
    school
        .mia
        .post(&format!("{}/read", path(&first)), json!({}))
        .await
        .gone();
    let mia = &school.mia;
    assert_eq!(subjects(mia, "?unread=true").await, ["Third", "Second"]);
    assert_eq!(
        subjects(mia, "?unread=true&page_size=1").await,
        ["Third", "Second"]
    );
    assert_eq!(subjects(mia, "?unread=false").await, ["First"]);
    assert_eq!(subjects(mia, "?urgent=true").await, ["Third"]);
    assert_eq!(subjects(mia, "?urgent=false").await, ["Second", "First"]);
    assert_eq!(subjects(mia, "?from=tom").await, ["Third", "First"]);
    assert_eq!(subjects(mia, "?from=tom&unread=true").await, ["Third"]);
    let at = third["created_at"].as_str().expect("a time");
    assert_eq!(subjects(mia, &format!("?since={at}")).await, ["Third"]);
    assert_eq!(
        subjects(mia, &format!("?until={at}")).await,
        ["Second", "First"]
    );
    assert!(
        subjects(mia, &format!("?since={at}&until={at}"))
            .await
            .is_empty()
    );
    assert_eq!(
        subjects(&school.tom, "?folder=sent&urgent=true").await,
        ["Third"]
    );
}

#[tokio::test]
async fn words_are_found_in_subject_and_text_of_ones_own_messages_only() {
    let school = school().await;
    for (from, to, subject, body) in [
        (&school.tom, "mia", "Museum trip", "Bring a Coat."),
        (&school.ann, "mia", "Maths", "The trip is not in the test."),
        (&school.tom, "leo", "Museum trip", "Bring a coat."),
        (&school.tom, "mia", "Straße", "Ärger"),
    ] {
        school.world.later(1).await;
        let body = json!({"to": [to], "subject": subject, "body": body});
        from.post("/v1/messages", body).await.created();
    }
    let mia = &school.mia;
    assert_eq!(subjects(mia, "?q=TRIP").await, ["Maths", "Museum trip"]);
    assert_eq!(subjects(mia, "?q=coat%20trip").await, ["Museum trip"]);
    assert_eq!(subjects(mia, "?q=%C3%A4rger").await, ["Straße"]);
    assert_eq!(subjects(mia, "?q=trip&from=ann").await, ["Maths"]);
    assert!(subjects(mia, "?q=nothing").await.is_empty());
    let sent = subjects(&school.tom, "?folder=sent&q=coat").await;
    assert_eq!(sent, ["Museum trip", "Museum trip"]);
}

#[tokio::test]
async fn a_search_through_many_messages_goes_on_from_page_to_page() {
    let school = school().await;
    for number in 0..60 {
        let word = if number % 20 == 0 { "needle" } else { "hay" };
        let body = json!({"to": ["mia"], "subject": format!("N{number}"), "body": word});
        school.tom.post("/v1/messages", body).await.created();
        school.world.later(1).await;
    }
    let found = school.mia.all("/v1/messages?q=needle&page_size=2").await;
    assert_eq!(texts(&found, "subject"), ["N40", "N20", "N0"]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let school = school().await;
    for query in [
        "folder=drafts",
        "folder=sent&unread=true",
        "folder=sent&from=tom",
        "unread=maybe",
        "since=yesterday",
        "page_size=0",
        "page_size=101",
        "color=red",
        &format!("q={}", "x".repeat(201)),
    ] {
        let answer = school.mia.get(&format!("/v1/messages?{query}")).await;
        answer.problem(400, "bad_query");
    }
    let inbox = school.mia.get("/v1/messages?after=abc").await;
    inbox.problem(400, "bad_cursor");
}

#[tokio::test]
async fn a_cursor_is_of_one_person_and_one_query() {
    let school = school().await;
    for subject in ["A", "B"] {
        write(&school, &school.tom, &["mia", "leo"], subject).await;
    }
    let page = school.mia.get("/v1/messages?page_size=1").await.ok();
    let after = page["page"]["after"].as_str().expect("a cursor");
    let same = format!("/v1/messages?page_size=1&after={after}");
    assert_eq!(school.mia.get(&same).await.ok()["items"][0]["subject"], "A");
    school.leo.get(&same).await.problem(400, "bad_cursor");
    for other in ["folder=sent", "urgent=true", "q=a"] {
        let other = format!("/v1/messages?{other}&after={after}");
        school.mia.get(&other).await.problem(400, "bad_cursor");
    }
}
