//! Counting, profiles, and what holds for every template and every value.

use proptest::prelude::*;
use serde_json::json;

use super::parse::parse;
use super::render::Prepared;
use super::sms::{Encoding, segments};
use super::tests::{NOTHING, html_of, sms};
use super::{Catalogue, PersonFacts, TemplateParts, check, person_variables, sanitize_html};
use crate::directory::{Tenant, User};

#[test]
fn message_parts_are_counted_as_networks_do() {
    let count = |text: &str| (segments(text).encoding, segments(text).segments);
    assert_eq!(count(""), (Encoding::Gsm7, 0));
    assert_eq!(count(&"a".repeat(160)), (Encoding::Gsm7, 1));
    assert_eq!(count(&"a".repeat(161)), (Encoding::Gsm7, 2));
    assert_eq!(count(&"a".repeat(306)), (Encoding::Gsm7, 2));
    assert_eq!(count(&"a".repeat(307)), (Encoding::Gsm7, 3));
    assert_eq!(count(&"€".repeat(80)), (Encoding::Gsm7, 1));
    assert_eq!(count(&"€".repeat(81)), (Encoding::Gsm7, 2));
    // A pair is not torn apart: 153 septets hold 76 of them.
    assert_eq!(count(&"€".repeat(153)), (Encoding::Gsm7, 3));
    assert_eq!(count(&"ж".repeat(70)), (Encoding::Ucs2, 1));
    assert_eq!(count(&"ж".repeat(71)), (Encoding::Ucs2, 2));
    assert_eq!(count(&"ж".repeat(135)), (Encoding::Ucs2, 3));
    assert_eq!(count(&"😀".repeat(35)), (Encoding::Ucs2, 1));
    assert_eq!(count(&"😀".repeat(67)), (Encoding::Ucs2, 3));
}

#[test]
fn a_profile_fills_the_variables_of_its_roles() {
    let user: User = serde_json::from_value(json!({
        "id": "10", "name": "Asha Devi Verma", "email": "asha@example.org", "locale": "en-GB", "time_zone": "Asia/Kolkata",
        "roles": ["student"], "attributes": {"roll": "17", "locker": "B4", "link": "javascript:x"},
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "version": 1
    }))
    .unwrap();
    let tenant: Tenant = serde_json::from_value(json!({
        "id": "north", "name": "Northfield", "sender_name": "Northfield", "address": "1 Field Lane", "academic_year": "2026–27",
        "locale": "en-GB", "time_zone": "Europe/London", "notification_days": 30,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "version": 1
    }))
    .unwrap();
    let found = person_variables(&PersonFacts::of(
        &user,
        &tenant,
        "2026-08-31T20:00:00Z".parse().unwrap(),
    ));
    assert_eq!(found["student_name"], "Asha Devi Verma");
    assert_eq!(found["student_last_name"], "Verma");
    assert_eq!(found["student_roll"], "17");
    assert_eq!(found["locker"], "B4");
    assert_eq!(found["current_date"], "2026-09-01");
    assert_eq!(found["school_name"], "Northfield");
    assert!(
        !found.contains_key("teacher_name")
            && !found.contains_key("link")
            && !found.contains_key("student_phone")
    );
}

#[test]
fn every_standard_variable_has_a_fitting_sample() {
    let catalogue = Catalogue::standard();
    for variable in catalogue.list(None) {
        assert!(
            super::values::fitted(variable, &variable.sample).is_ok(),
            "{}",
            variable.name
        );
    }
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
        assert!(catalogue.get(name).is_some(), "{name}");
    }
}

/// Sources made of the language's own pieces, so that many are accepted.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("Dear "),
        Just("{{ student_name }}"),
        Just("{{ title | upper }}"),
        Just("{{ grade_marks }}"),
        Just("{{- message -}}"),
        Just("{% if title %}"),
        Just("{% if grade_marks >= 3.5 and not reason %}"),
        Just("{% elif status == \"x\" %}"),
        Just("{% else %}"),
        Just("{% endif %}"),
        Just("{% for g in grades %}"),
        Just("{{ g.subject | lower | title }}"),
        Just("{{ loop.index }}"),
        Just("{{ g.marks }}"),
        Just("{% endfor %}"),
        Just("{{ due_date | date(format='%Y') }}"),
        Just("{{ reason | default(value=\"-\") | truncate(length=3) }}"),
        Just("<p>"),
        Just("</p>"),
        Just("<table>"),
        Just("<tr>"),
        Just("<td>"),
        Just("</td>"),
        Just("</tr>"),
        Just("</table>"),
        Just("<a href=\"{{ link }}\">"),
        Just("</a>"),
        Just("\n"),
        Just("{"),
        Just("}}"),
        Just("%}"),
        Just("\""),
        Just("<"),
        Just("é€"),
    ];
    proptest::collection::vec(piece, 0..25).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_parser_never_panics(source in any::<String>()) {
        let _ = parse(&source);
        let _ = sanitize_html(&source);
    }

    #[test]
    fn the_parser_never_panics_on_near_templates(source in "[{}%#a-c \"'|.()=<>!,0-9é\n-]{0,60}") {
        let _ = parse(&source);
        let _ = sanitize_html(&source);
    }

    #[test]
    fn what_is_accepted_renders(source in pieces()) {
        let catalogue = Catalogue::standard();
        let mail = TemplateParts { subject: Some("s"), html: Some(&source), text: Some(&source), ..NOTHING };
        for parts in [mail, sms(&source)] {
            if let Ok(checked) = check(&parts, &catalogue) {
                let prepared = Prepared::of_checked(&checked);
                prop_assert!(prepared.is_ok(), "{source}");
                let rendered = prepared.unwrap().render(&catalogue.samples());
                prop_assert!(rendered.is_ok(), "{source}: {rendered:?}");
            }
        }
    }

    #[test]
    fn data_never_becomes_markup(value in "[<>\"'&a-z=/]{0,40}") {
        let out = html_of("<p title=\"{{ title }}\">{{ title }}</p>", json!({ "title": value }));
        prop_assert_eq!(out.matches('<').count(), 2);
        prop_assert_eq!(out.matches('"').count(), 2);
    }
}
