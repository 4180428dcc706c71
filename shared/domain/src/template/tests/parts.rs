//! What parts a template has, and where its links lead.

use super::*;

#[test]
fn a_text_part_is_made_from_the_html() {
    let html = "<h1>Report</h1><p>Dear&nbsp;{{ parent_name }},<br>see <a href=\"{{ link }}\">the report</a> &amp; enjoy.</p>\
                <ul>{% for g in grades %}<li>{{ g.subject }}: {{ g.marks }}</li>{% endfor %}</ul><p>Bye</p>";
    let text = checked(&mail("s", html)).unwrap().text.unwrap();
    assert_eq!(
        text,
        "Report\n\nDear {{ parent_name }},\nsee the report ({{ link }}) & enjoy.\n{% for g in grades %}\n- {{ g.subject }}: {{ g.marks }}{% endfor %}\n\nBye"
    );
}

#[test]
fn a_link_that_says_another_host_is_warned_about() {
    let checked = checked(&mail(
        "s",
        "<a href=\"https://evil.example.com/\">www.school.org</a>",
    ))
    .unwrap();
    assert_eq!(checked.warnings[0].code, "link_text_mismatch");
    assert!(
        self::checked(&mail(
            "s",
            "<a href=\"https://school.org/x\">school.org</a>"
        ))
        .unwrap()
        .warnings
        .is_empty()
    );
}

#[test]
fn hosts_on_the_list_are_allowed() {
    let parts = sms("See https://school.org/x.");
    assert_eq!(code(&parts).0, "bad_link");
    assert_eq!(code(&sms("See www.school.org")).0, "bad_link");
    let catalogue = Catalogue::standard().with_link_hosts(&["school.org".to_owned()]);
    assert!(check(&parts, &catalogue).is_ok());
    assert!(check(&sms("See https://m.school.org/x"), &catalogue).is_ok());
    assert!(check(&sms("See https://evilschool.org/x"), &catalogue).is_err());
}

#[test]
fn hidden_addresses_are_seen_through() {
    for html in [
        "<a href=\"https&#58;//bit.ly/x\">x</a>",
        "<a href=\"//evil.org/x\">x</a>",
        "<a href=\"/relative\">x</a>",
        "<a href=\"https:bit.ly\">x</a>",
        "<img src=\"http://example.org/a.png\">",
    ] {
        assert_eq!(code(&mail("s", html)).0, "bad_link", "{html}");
    }
}

#[test]
fn parts_must_fit_the_channel() {
    assert_eq!(
        code(&TemplateParts {
            subject: Some("x"),
            ..sms("x")
        })
        .0,
        "not_for_channel"
    );
    assert_eq!(
        code(&TemplateParts {
            subject: Some("x"),
            ..NOTHING
        })
        .0,
        "required"
    );
    assert_eq!(
        code(&TemplateParts {
            channel: Channel::Live,
            ..NOTHING
        })
        .0,
        "bad_channel"
    );
}
