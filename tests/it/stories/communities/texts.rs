//! C6: what people write stays text, and shows what it says.

use serde_json::json;

use super::{Course, HOME, post};

#[tokio::test]
async fn markup_links_and_emoji_are_kept_as_they_came() {
    let c = Course::open().await;
    let title = "<script>alert(1)</script>";
    let body = format!(
        "javascript:alert(1) <img src=x onerror=alert(1)>\n\t{{{{ person.email }}}} Z\u{351}\u{36b} {}",
        "🎉".repeat(500)
    );
    let made = c
        .mia
        .post(
            &format!("{HOME}/posts"),
            json!({"title": title, "body": body}),
        )
        .await
        .created();
    let path = super::path(&made);
    let answer = c.leo.get(&path).await;
    assert_eq!(answer.header("content-type"), "application/json");
    let seen = answer.ok();
    assert_eq!(
        (&seen["title"], &seen["body"]),
        (&json!(title), &json!(body))
    );
    // A notification that quotes it says the same.
    super::reply(&c.leo, &path, "{{ person.email }}").await;
    c.world.settle().await;
    let item = c.mia.all("/v1/notifications").await.remove(0);
    assert_eq!(item["title"], format!("Name of leo replied to “{title}”"));
    assert_eq!(item["body"], "{{ person.email }}");
}

#[tokio::test]
async fn what_hides_or_turns_around_is_refused() {
    let c = Course::open().await;
    let path = post(&c.mia, "First").await;
    let posts = format!("{HOME}/posts");
    for bad in [
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{0}b",
        "a\u{1b}[31mb",
        "a\u{2028}b",
    ] {
        let in_title = json!({"title": bad, "body": "Words."});
        c.mia
            .post(&posts, in_title)
            .await
            .refuses("title", "forbidden_character");
        let in_body = json!({"title": "T", "body": bad});
        c.mia
            .post(&posts, in_body)
            .await
            .refuses("body", "forbidden_character");
        c.mia
            .patch(&path, json!({"body": bad}))
            .await
            .refuses("body", "forbidden_character");
    }
    for (field, body, code) in [
        ("title", json!({"body": "Words."}), "required"),
        (
            "title",
            json!({"title": "a\nb", "body": "Words."}),
            "forbidden_character",
        ),
        (
            "title",
            json!({"title": "x".repeat(201), "body": "Words."}),
            "too_long",
        ),
        ("body", json!({"title": "T", "body": " \n "}), "required"),
        (
            "body",
            json!({"title": "T", "body": "é".repeat(5_001)}),
            "too_long",
        ),
        ("body", json!({"title": "T"}), "required"),
    ] {
        c.mia.post(&posts, body).await.refuses(field, code);
    }
    assert_eq!(super::titles(&c.leo, "").await, ["First"]);
    assert_eq!(c.leo.get(&path).await.ok()["version"], 1);
}

#[tokio::test]
async fn the_longest_body_is_taken() {
    let c = Course::open().await;
    let body = json!({"title": "é".repeat(200), "body": "é".repeat(5_000)});
    c.mia.post(&format!("{HOME}/posts"), body).await.created();
}
