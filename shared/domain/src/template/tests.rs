//! The template language from end to end: check, clean, render.

mod parts;

use serde_json::{Map, Value, json};

use super::failure::{RenderCode, RenderError};
use super::render::{Prepared, Rendered};
use super::values::check_values;
use super::{Catalogue, Checked, TemplateParts, VariableInput, check, sanitize_html};
use crate::channel::Channel;
use crate::problem::FieldError;

pub(super) const NOTHING: TemplateParts<'static> = TemplateParts {
    channel: Channel::Email,
    subject: None,
    html: None,
    text: None,
    title: None,
    body: None,
    variables: &[],
};

fn mail<'a>(subject: &'a str, html: &'a str) -> TemplateParts<'a> {
    TemplateParts {
        subject: Some(subject),
        html: Some(html),
        ..NOTHING
    }
}

pub(super) fn sms(body: &str) -> TemplateParts<'_> {
    TemplateParts {
        channel: Channel::Sms,
        body: Some(body),
        ..NOTHING
    }
}

fn checked(parts: &TemplateParts<'_>) -> Result<Checked, Vec<FieldError>> {
    check(parts, &Catalogue::standard())
}

fn code(parts: &TemplateParts<'_>) -> (String, String) {
    let error = checked(parts).unwrap_err().remove(0);
    (error.code, error.message)
}

fn values(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn render(parts: &TemplateParts<'_>, given: Value) -> Result<Rendered, RenderError> {
    let checked = check(parts, &Catalogue::standard()).unwrap();
    Prepared::of_checked(&checked)?.render(&values(given))
}

pub(super) fn html_of(html: &str, given: Value) -> String {
    match render(&mail("s", html), given).unwrap() {
        Rendered::Email {
            html: Some(html), ..
        } => html
            .split_once("<body>")
            .unwrap()
            .1
            .split_once("</body>")
            .unwrap()
            .0
            .to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_the_html_part_is_escaped() {
    let parts = TemplateParts {
        text: Some("Hi {{ student_name }}"),
        ..mail("For {{ student_name }}", "<p>Hi {{ student_name }}</p>")
    };
    let Rendered::Email {
        subject,
        html,
        text,
    } = render(&parts, json!({"student_name": "<b>\"O'Neil\" & co"})).unwrap()
    else {
        panic!()
    };
    assert_eq!(subject, "For <b>\"O'Neil\" & co");
    assert_eq!(text, "Hi <b>\"O'Neil\" & co");
    let html = html.unwrap();
    assert!(
        !html.contains("<b>") && html.contains("&lt;b&gt;"),
        "{html}"
    );
    assert!(html.contains("&amp; co"));
}

#[test]
fn conditions_loops_and_filters_work() {
    let html = "<table>{% for g in grades %}<tr><td>{{ loop.index }}</td><td>{{ g.subject | upper }}</td>\
                <td>{{ g.marks }}</td></tr>{% endfor %}</table>\
                {% if grade_marks >= 40 and grade_letter == \"A\" %}<p>Well done</p>{% elif grade_marks > 20 %}<p>Fair</p>\
                {% else %}<p>Talk to us</p>{% endif %}<p>{{ due_date | date(format=\"%d.%m.%Y\") }} {{ title | default(value=\"none\") }}</p>";
    let given = json!({"grades": [{"subject": "maths", "marks": 40.5}, {"subject": "art", "marks": 3}],
                       "grade_marks": 30, "grade_letter": "B", "due_date": "2026-09-08"});
    let out = html_of(html, given);
    assert!(
        out.contains("<td>1</td><td>MATHS</td><td>40.5</td>"),
        "{out}"
    );
    assert!(out.contains("<td>2</td><td>ART</td><td>3</td>"), "{out}");
    assert!(
        out.contains("<p>Fair</p>") && !out.contains("Well done"),
        "{out}"
    );
    assert!(out.contains("08.09.2026 none"), "{out}");
}

#[test]
fn dates_are_shown_in_the_recipients_zone() {
    let out = html_of(
        "<p>{{ session_start | date(format=\"%H:%M\") }}</p>",
        json!({"session_start": "2026-07-01T16:00:00Z", "time_zone": "Asia/Kolkata"}),
    );
    assert_eq!(out, "<p>21:30</p>");
}

#[test]
fn faults_name_line_and_column_and_nothing_else() {
    let (code, message) = code(&mail("s", "<p>Hi</p>\n<p>é {{ nobody_knows }}</p>"));
    assert_eq!(code, "unknown_variable");
    assert_eq!(
        message,
        "line 2, column 9: `nobody_knows` is not a declared variable."
    );
}

#[test]
fn each_kind_of_mistake_has_its_code() {
    for (source, wanted) in [
        ("{{ student_name | safe }}", "unknown_filter"),
        ("{{ get_env(name=\"X\") }}", "forbidden_syntax"),
        ("{% include \"x\" %}", "forbidden_syntax"),
        ("{% if title %}x", "syntax"),
        ("{{ title", "syntax"),
        ("{{ grades }}", "forbidden_syntax"),
        ("{% for g in title %}x{% endfor %}", "forbidden_syntax"),
        (
            "{% for g in grades %}{{ g.nothing }}{% endfor %}",
            "unknown_variable",
        ),
        ("{{ loop.index }}", "unknown_variable"),
        ("{% if title > 3 %}x{% endif %}", "forbidden_syntax"),
        ("https://bit.ly/abc", "bad_link"),
        ("https://user:pw@example.org/", "bad_link"),
        ("https://192.0.2.7/", "bad_link"),
        ("https://xn--pple-43d.com/", "bad_link"),
        ("https://аpple.com/", "bad_link"),
        ("http://example.org/", "bad_link"),
        ("ftp://example.org/", "bad_link"),
        ("https://{{ title }}/", "bad_link"),
        ("a\u{0}b", "forbidden_syntax"),
    ] {
        let parts = TemplateParts {
            text: Some(source),
            subject: Some("s"),
            ..NOTHING
        };
        assert_eq!(code(&parts).0, wanted, "{source}");
    }
}

#[test]
fn headers_cannot_be_injected() {
    for subject in [
        "a\r\nBcc: x@y",
        "a\nb",
        "a\u{0}",
        "a\u{2028}b",
        "a\u{202E}b",
    ] {
        assert_eq!(code(&mail(subject, "<p>x</p>")).0, "header_injection");
        let error =
            render(&mail("{{ title }}", "<p>x</p>"), json!({"title": subject})).unwrap_err();
        assert_eq!(error.code, RenderCode::InvalidHeader);
        assert!(error.is_permanent());
    }
}

#[test]
fn author_html_is_cleaned_and_tags_survive() {
    let dirty = "<p onclick=\"x()\" style=\"color:red;position:fixed;background:url(https://e.org/x)\">Hi {{ student_name }}</p><script>alert(1)</script>\
                 <iframe src=\"https://e.org\"></iframe><form action=\"/x\"><input></form><svg><animate/></svg><math></math>\
                 <a href=\"javascript:alert(1)\">x</a><a href=\"{{ link }}\" title=\"{{ title }}\">go</a><!-- secret -->\
                 <img src=\"data:text/html,x\" alt=\"i\"><ul>{% for i in items %}<li>{{ i.title }}</li>{% endfor %}</ul>";
    let clean = sanitize_html(dirty).unwrap();
    for bad in [
        "onclick", "script", "iframe", "form", "svg", "animate", "math", "data:", "secret",
        "position", "url(",
    ] {
        assert!(!clean.contains(bad), "{bad} in {clean}");
    }
    assert!(
        clean.contains("href=\"{{ link }}\" title=\"{{ title }}\""),
        "{clean}"
    );
    assert!(
        clean.contains("<ul>{% for i in items %}<li>{{ i.title }}</li>{% endfor %}</ul>"),
        "{clean}"
    );
    assert!(clean.contains("<p style=\"color:red"), "{clean}");
    assert_eq!(
        sanitize_html(&clean).unwrap(),
        clean,
        "cleaning twice changes nothing"
    );
}

#[test]
fn rows_of_tables_stay_inside_their_loops() {
    let html = "<table><tbody>{% for g in grades %}<tr><td>{{ g.subject }}</td></tr>{% endfor %}</tbody></table>";
    assert_eq!(sanitize_html(html).unwrap(), html);
}

#[test]
fn tags_may_not_stand_inside_html_tags() {
    for html in [
        "<p {{ title }}>x</p>",
        "<a href={{ link }}>x</a>",
        "<p style=\"color:{{ title }}\">x</p>",
        "<p onclick=\"{{ title }}\">x</p>",
        "<p {% if title %}title=\"x\"{% endif %}>x</p>",
        "<a href=\"{% if title %}{{ link }}{% endif %}\">x</a>",
        "<{{ title }}>x",
        "<script>{% if title %}</script><p>x</p>{% endif %}",
    ] {
        assert_eq!(code(&mail("s", html)).0, "forbidden_syntax", "{html}");
    }
}

#[test]
fn a_variable_that_leads_an_address_must_be_one() {
    let parts = mail("s", "<a href=\"{{ link }}\">{{ link }}</a>");
    for bad in [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "x",
        "//example.org",
    ] {
        let error = render(&parts, json!({"link": bad})).unwrap_err();
        assert_eq!(
            (error.code, error.variable.as_deref()),
            (RenderCode::BadLink, Some("link")),
            "{bad}"
        );
    }
    assert!(render(&parts, json!({"link": "https://example.org/?a=1&b=2"})).is_ok());
}

#[test]
fn a_missing_value_is_named() {
    let parts = mail(
        "{{ title }}",
        "<p>{{ student_name }} <a href=\"{{ link }}\">{{ message | upper }}</a></p>",
    );
    let all = json!({"title": "t", "student_name": "s", "link": "https://e.org", "message": "m"});
    assert!(render(&parts, all.clone()).is_ok());
    for name in ["title", "student_name", "link", "message"] {
        let mut given = all.clone();
        given.as_object_mut().unwrap().remove(name);
        let error = render(&parts, given).unwrap_err();
        assert_eq!(
            (error.code, error.variable.as_deref()),
            (RenderCode::MissingVariable, Some(name))
        );
        assert!(!error.message.contains("Available"));
    }
    let optional = mail(
        "s",
        "<p>{% if reason %}{{ reason }}{% endif %}{{ status | default(value=\"open\") }}</p>",
    );
    assert!(render(&optional, json!({})).is_ok());
    let rows = mail(
        "s",
        "{% for g in grades %}<p>{{ g.remarks }}</p>{% endfor %}",
    );
    let error = render(&rows, json!({"grades": [{"subject": "a"}]})).unwrap_err();
    assert_eq!(
        (error.code, error.variable.as_deref()),
        (RenderCode::MissingVariable, Some("g.remarks"))
    );
    let error = render(&rows, json!({})).unwrap_err();
    assert_eq!(
        (error.code, error.variable.as_deref()),
        (RenderCode::MissingVariable, Some("grades"))
    );
}

#[test]
fn a_declared_default_fills_in() {
    let declared: VariableInput =
        serde_json::from_value(json!({"name": "room", "default": "the hall"})).unwrap();
    let variables = [declared];
    let parts = TemplateParts {
        variables: &variables,
        ..sms("In {{ room }}")
    };
    let Rendered::Sms { body, .. } = render(&parts, json!({})).unwrap() else {
        panic!()
    };
    assert_eq!(body, "In the hall");
}

#[test]
fn results_are_bounded() {
    let long = "x".repeat(2_000);
    let error = render(&sms("{{ message }}"), json!({"message": long})).unwrap_err();
    assert_eq!(error.code, RenderCode::TooLong);
    let error = render(&mail("{{ message }}", "<p>x</p>"), json!({"message": long})).unwrap_err();
    assert_eq!(error.code, RenderCode::TooLong);
    let item = json!({"title": "x".repeat(30_000)});
    let rows = vec![item; 20];
    let error = render(
        &mail("s", "{% for i in items %}<p>{{ i.title }}</p>{% endfor %}"),
        json!({"items": rows}),
    )
    .unwrap_err();
    assert_eq!(error.code, RenderCode::TooLong);
    let rows = vec![json!({"title": "x"}); 201];
    let error = render(
        &mail("s", "{% for i in items %}<p>{{ i.title }}</p>{% endfor %}"),
        json!({"items": rows}),
    )
    .unwrap_err();
    assert_eq!(error.code, RenderCode::TooCostly);
}

#[test]
fn values_must_be_of_their_kind() {
    let error = render(&sms("{{ grade_marks }}"), json!({"grade_marks": "many"})).unwrap_err();
    assert_eq!(
        (error.code, error.variable.as_deref()),
        (RenderCode::BadValue, Some("grade_marks"))
    );
    let Rendered::Sms { body, .. } = render(
        &sms("{{ grade_marks }} {{ student_roll }}"),
        json!({"grade_marks": "44", "student_roll": 7}),
    )
    .unwrap() else {
        panic!()
    };
    assert_eq!(body, "44 7");
    let uses = checked(&sms("{{ grade_marks }}")).unwrap().uses;
    let given = values(json!({
        "grade_marks": "many", "nobody": 1, "student_roll": 2, "title": {"a": [1]},
        "student_name": "a\u{0}b", "teacher_name": 1e200, "school_name": null,
    }));
    let catalogue = Catalogue::standard();
    let mut errors = check_values(&given, &uses, &|name| catalogue.get(name));
    errors.sort_by(|one, other| one.field.cmp(&other.field));
    let found: Vec<_> = errors
        .iter()
        .map(|error| (error.field.as_str(), error.code.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("variables.grade_marks", "bad_value"),
            ("variables.nobody", "unknown_variable"),
            ("variables.student_name", "bad_value"),
            ("variables.teacher_name", "bad_value"),
            ("variables.title", "bad_value"),
        ]
    );
}
