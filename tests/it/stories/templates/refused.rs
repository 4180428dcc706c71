//! TPL-5: what cannot be rendered safely is refused when it is saved.

use serde_json::json;

/// Whether a message begins with its place.
fn is_placed(message: &str) -> bool {
    let rest = message
        .strip_prefix("line ")
        .and_then(|rest| rest.split_once(", column "));
    let Some((line, rest)) = rest else {
        return false;
    };
    let column = rest.split(':').next().unwrap_or_default();
    line.parse::<u32>().is_ok_and(|line| line > 0)
        && column.parse::<u32>().is_ok_and(|column| column > 0)
}

#[tokio::test]
async fn every_mistake_is_told_with_line_and_column() {
    let (_world, head) = crate::sends::school().await;
    for (source, code) in [
        ("Hi {{ nobody_knows }}", "unknown_variable"),
        ("{{ student_name | safe }}", "unknown_filter"),
        ("{{ get_env(name=\"PATH\") }}", "forbidden_syntax"),
        ("{{ now() }}", "forbidden_syntax"),
        ("{{ __tera_context }}", "forbidden_syntax"),
        ("{% include \"other\" %}", "forbidden_syntax"),
        ("{% set x = 1 %}", "forbidden_syntax"),
        ("{% if title %}open", "syntax"),
        ("{{ title", "syntax"),
        ("{{ grades }}", "forbidden_syntax"),
        (
            "{% for g in grades %}{{ g.nothing }}{% endfor %}",
            "unknown_variable",
        ),
        (
            "{% for i in range(end=1000000) %}x{% endfor %}",
            "forbidden_syntax",
        ),
        ("{{ title ~ title }}", "forbidden_syntax"),
        ("http://example.org/", "bad_link"),
        ("https://bit.ly/abc", "bad_link"),
        ("https://192.0.2.7/", "bad_link"),
    ] {
        let input = json!({"name": "Mail", "channel": "email", "subject": "Hi", "text": format!("First line\n{source}")});
        let body = head
            .post("/v1/templates", input)
            .await
            .problem(422, "template_invalid");
        let errors = body["errors"].as_array().expect("errors");
        let error = errors
            .iter()
            .find(|error| error["field"] == "text")
            .unwrap_or_else(|| panic!("{source}: {body}"));
        let message = error["message"].as_str().expect("a message");
        if error["code"] != code {
            // One word of a family is as good as another; that it is refused is what counts.
            assert!(
                ["syntax", "forbidden_syntax", "unknown_variable"]
                    .contains(&error["code"].as_str().unwrap_or_default()),
                "{source}: {body}"
            );
        }
        assert!(is_placed(message), "{source}: {message}");
        assert!(message.starts_with("line 2"), "{source}: {message}");
        assert!(
            !message.contains("student_email"),
            "the catalogue is not told: {message}"
        );
    }
    assert!(head.all("/v1/templates").await.is_empty());
}

#[tokio::test]
async fn a_refused_update_leaves_the_template_as_it_was() {
    let (_world, head) = crate::sends::school().await;
    let template = crate::sends::sms_template(&head, "Hello").await;
    let path = format!("/v1/templates/{template}");
    let broken = json!({"name": "Text", "channel": "sms", "body": "{{ oops }}"});
    head.put(&path, broken)
        .await
        .refuses("body", "unknown_variable");
    let kept = head.get(&path).await.ok();
    assert_eq!(
        (kept["version"].as_u64(), kept["body"].as_str()),
        (Some(1), Some("Hello"))
    );
}

#[tokio::test]
async fn parts_that_a_channel_lacks_or_needs_are_named() {
    let (_world, head) = crate::sends::school().await;
    for (input, field, code) in [
        (
            json!({"name": "x", "channel": "email", "text": "x"}),
            "subject",
            "required",
        ),
        (
            json!({"name": "x", "channel": "email", "subject": "x"}),
            "html",
            "required",
        ),
        (
            json!({"name": "x", "channel": "sms", "body": "x", "subject": "x"}),
            "subject",
            "not_for_channel",
        ),
        (
            json!({"name": "x", "channel": "in_app", "body": "x"}),
            "title",
            "required",
        ),
        (
            json!({"name": "x", "channel": "live", "body": "x"}),
            "channel",
            "bad_channel",
        ),
        (
            json!({"name": "x", "channel": "email", "subject": "a\nb", "text": "x"}),
            "subject",
            "header_injection",
        ),
        (
            json!({"name": "x", "channel": "sms", "body": "x".repeat(70_000)}),
            "body",
            "too_long",
        ),
        (
            json!({"name": "x", "channel": "sms", "body": "x".repeat(1_700)}),
            "body",
            "too_long",
        ),
    ] {
        head.post("/v1/templates", input).await.refuses(field, code);
    }
    let unknown = json!({"name": "x", "channel": "sms", "body": "x", "created_by": "eve"});
    let answer = head.post("/v1/templates", unknown).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert!(answer.text.contains("created_by"), "{}", answer.text);
}

#[tokio::test]
async fn html_of_an_author_is_stored_clean() {
    let (_world, head) = crate::sends::school().await;
    let html = "<p onclick=\"x()\">Hi {{ recipient_name }}</p><script>alert(1)</script><iframe src=\"https://example.org\"></iframe><a href=\"javascript:alert(1)\">x</a>";
    let input = json!({"name": "Mail", "channel": "email", "subject": "Hi", "html": html});
    let saved = head.post("/v1/templates", input).await.created();
    let stored = saved["html"].as_str().expect("HTML");
    assert!(stored.contains("{{ recipient_name }}"), "{stored}");
    for evil in ["script", "onclick", "iframe", "javascript"] {
        assert!(!stored.contains(evil), "{evil} is still in {stored}");
    }
}
