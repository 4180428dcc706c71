//! The built-in rules and their examples, and what rules refuse.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::*;
use crate::channel::Channel;
use crate::directory::User;
use crate::ids::UserId;
use crate::problem::FieldError;
use crate::template::{Catalogue, Rendered, Renderer};
use crate::time::Timestamp;

fn example(kind: &str) -> Event {
    let path = format!(
        "{}/../../events/types/{kind}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    match read(&text).unwrap() {
        Incoming::Event(_, event) => event,
        Incoming::Taken(_) => panic!("{path} is a task"),
    }
}

fn automation(rule: AutomationInput) -> Automation {
    Automation {
        id: "test".parse().unwrap(),
        origin: AutomationOrigin::Own,
        updated_by: None,
        updated_at: None,
        version: 1,
        rule,
    }
}

fn names() -> Catalogue {
    catalogue(Vec::new(), &[])
}

fn person(id: &UserId) -> User {
    let at = "2026-03-01T12:00:00Z";
    serde_json::from_value(json!({
        "id": id, "name": "Jan Novak", "locale": "en-GB", "time_zone": "Europe/London",
        "roles": ["student"], "created_at": at, "updated_at": at, "version": 1,
    }))
    .unwrap()
}

/// What a rule says about an event.
fn said(rule: &AutomationInput, event: &Event) -> Result<Vec<Notice>, String> {
    let ready = check(rule, &names(), &BTreeMap::new()).unwrap();
    let values = values_of(rule, &ready, event)?;
    let people = people_of(rule, &values)?.into_values();
    let people: HashMap<UserId, User> = people.map(|id| (id.clone(), person(&id))).collect();
    let tenant = "school".parse().unwrap();
    let occasion = Occasion {
        tenant: &tenant,
        event,
        received_at: Timestamp::UNIX_EPOCH,
        test: false,
    };
    notices(
        &automation(rule.clone()),
        &ready,
        &names(),
        &occasion,
        &people,
    )
}

fn rule(value: Value) -> AutomationInput {
    let mut whole = json!({
        "name": "Test", "event": "thing.done",
        "data": [{"name": "who"}, {"name": "what"}],
        "targets": [{"name": "all", "audience": ["user:{{who}}"], "in_app": {"title": "{{ what }}", "body": "Done"}}],
    });
    for (name, value) in value.as_object().unwrap() {
        whole[name] = value.clone();
    }
    serde_json::from_value(whole).unwrap()
}

fn event(data: Value) -> Event {
    serde_json::from_value(json!({"event_id": "e1", "type": "thing.done", "data": data})).unwrap()
}

fn faults(rule: &AutomationInput) -> Vec<FieldError> {
    check(rule, &names(), &BTreeMap::new())
        .err()
        .unwrap_or_default()
}

#[test]
fn every_built_in_rule_tells_of_its_example() {
    for given in builtin() {
        let event = example(given.id.as_str());
        assert_eq!(event.r#type, given.rule.event);
        assert!(given.rule.when.matches(&event.data), "{}", given.id);
        let wrong = faults(&given.rule);
        assert!(wrong.is_empty(), "{}: {wrong:?}", given.id);
        let said = said(&given.rule, &event).unwrap_or_else(|why| panic!("{}: {why}", given.id));
        assert!(!said.is_empty(), "{}", given.id);
        for notice in said {
            assert!(!notice.audience.include.is_empty(), "{}", given.id);
        }
    }
}

#[test]
fn a_grade_names_the_child_to_the_guardians() {
    let given = builtin()
        .iter()
        .find(|rule| rule.id.as_str() == "grade.posted")
        .unwrap();
    let said = said(&given.rule, &example("grade.posted")).unwrap();
    let [student, guardians] = said.as_slice() else {
        panic!("{said:?}")
    };
    assert_eq!(student.audience.include[0].to_string(), "student:10");
    assert_eq!(
        guardians.audience.include[0].to_string(),
        "guardians-of:student:10"
    );
    let prepared = Renderer::prepare(&guardians.templates[&Channel::InApp]).unwrap();
    let Rendered::InApp { title, body } = prepared.render(&guardians.variables).unwrap() else {
        panic!()
    };
    assert_eq!(title, "Jan Novak: grade in Mathematics");
    assert!(
        body.starts_with("Jan reached 44 of 50 in Mid-term."),
        "{body}"
    );
}

#[test]
fn the_same_event_makes_the_same_sends() {
    let (rule, event) = (rule(json!({})), event(json!({"who": "10", "what": "A"})));
    let tenant = "school".parse().unwrap();
    let occasion = Occasion {
        tenant: &tenant,
        event: &event,
        received_at: "2026-03-01T12:00:00Z".parse().unwrap(),
        test: false,
    };
    let made = || {
        let notice = said(&rule, &event).unwrap().remove(0);
        let audience = notice.audience.clone();
        notice.send(&automation(rule.clone()), &occasion, audience)
    };
    assert_eq!(made().id, made().id);
    assert_eq!(made().content.templates, made().content.templates);
    assert_eq!(made().id.instant(), Some(occasion.received_at));
    assert_eq!(made().channels, [Channel::InApp, Channel::Live]);
    let other = Occasion {
        test: true,
        ..occasion
    };
    let notice = said(&rule, &event).unwrap().remove(0);
    let test = notice.send(&automation(rule.clone()), &other, notice.audience.clone());
    assert!(test.test && test.id != made().id);
}

#[test]
fn what_an_event_lacks_or_what_does_not_fit_is_told_without_values() {
    let lead = rule(json!({"redirect_url": "{{what}}"}));
    let list = rule(json!({"data": [{"name": "who", "kind": "list"}, {"name": "what"}]}));
    for (rule, data, expected) in [
        (rule(json!({})), json!({"who": "10"}), "no `what`"),
        (
            rule(json!({})),
            json!({"who": "10", "what": null}),
            "no `what`",
        ),
        (
            rule(json!({})),
            json!({"who": "10", "what": {"secret": 1}}),
            "`what` does not fit",
        ),
        (
            rule(json!({})),
            json!({"who": "secret, all", "what": "A"}),
            "`who` makes no audience",
        ),
        (
            rule(json!({})),
            json!({"who": "10", "what": "secret\r\nBcc: x"}),
            "in_app.title",
        ),
        (
            lead,
            json!({"who": "10", "what": "javascript:secret"}),
            "redirect_url",
        ),
        (
            list,
            json!({"who": [{"secret": 1}], "what": "A"}),
            "`who` does not fit",
        ),
    ] {
        let why = said(&rule, &event(data)).unwrap_err();
        assert!(why.contains(expected), "{why}");
        assert!(!why.contains("secret"), "{why}");
    }
}

#[test]
fn values_come_from_paths_and_lists_name_several() {
    let rule = rule(json!({
        "data": [
            {"name": "who", "kind": "list", "from": "people.id"},
            {"name": "what", "from": "thing.name"},
            {"name": "more", "default": "", "from": "thing.more"},
        ],
        "redirect_url": "/things/{{what}}",
        "actions": [{"label": "More", "url": "{{more}}"}],
    }));
    let data =
        json!({"people": [{"id": "10"}, {"id": "11"}, {"id": "10"}], "thing": {"name": "a b"}});
    let said = said(&rule, &event(data)).unwrap().remove(0);
    let texts: Vec<String> = said
        .audience
        .include
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(texts, ["user:10", "user:11"]);
    assert_eq!(said.redirect_url.as_deref(), Some("/things/a+b"));
    assert!(said.actions.is_empty(), "a link to nothing is none");
}

#[test]
fn bad_rules_are_refused_by_field_and_place() {
    let target = |more: Value| {
        let mut target = json!({"name": "all", "audience": ["user:{{who}}"], "in_app": {"title": "T", "body": "B"}});
        for (name, value) in more.as_object().unwrap() {
            target[name] = value.clone();
        }
        json!({"targets": [target]})
    };
    for (broken, field, code) in [
        (
            target(json!({"in_app": {"title": "T", "body": "Hi\n{{ nobody }}"}})),
            "targets[0].in_app.body",
            "unknown_variable",
        ),
        (
            target(json!({"in_app": {"title": "T", "body": "{{ child_name }}"}})),
            "targets[0].in_app.body",
            "unknown_variable",
        ),
        (
            target(json!({"in_app": {"subject": "T"}})),
            "targets[0].in_app.title",
            "required",
        ),
        (
            target(json!({"email": {"subject": "T"}})),
            "targets[0].email.html",
            "required",
        ),
        (
            target(json!({"sms": {"body": "http://bit.ly/x"}})),
            "targets[0].sms.body",
            "bad_link",
        ),
        (
            target(json!({"audience": ["planet:{{who}}"]})),
            "targets[0].audience[0]",
            "unknown_audience",
        ),
        (
            target(json!({"audience": ["class:{{what}}:{{who}}"]})),
            "targets[0].audience[0]",
            "unknown_audience",
        ),
        (
            target(json!({"audience": ["user:{{whom}}"]})),
            "targets[0].audience[0]",
            "unknown_variable",
        ),
        (
            target(json!({"except": ["user:{{who"]})),
            "targets[0].except[0]",
            "syntax",
        ),
        (
            target(json!({"when": {"x": "open"}})),
            "targets[0].when.x",
            "bad_pattern",
        ),
        (
            target(json!({"redirect_url": "javascript:{{who}}"})),
            "targets[0].redirect_url",
            "bad_link",
        ),
        (
            target(json!({"email": {"template": "tpl_01ARZ3NDEKTSV4RRFFQ69G5FAV"}})),
            "targets[0].email.template",
            "unknown_template",
        ),
        (
            json!({"when": {"x": [{"between": [1, 2]}]}}),
            "when.x",
            "bad_pattern",
        ),
        (
            json!({"data": [{"name": "who"}, {"name": "what"}, {"name": "who"}]}),
            "data[2].name",
            "duplicate",
        ),
        (
            json!({"data": [{"name": "who"}, {"name": "what"}, {"name": "Big"}]}),
            "data[2].name",
            "invalid",
        ),
        (
            json!({"people": {"child": "student_id"}}),
            "people.child",
            "unknown_variable",
        ),
        (
            json!({"reference": {"kind": "announcement", "id": "{{who}}"}}),
            "reference.kind",
            "reserved",
        ),
        (json!({"actor": "not an id"}), "actor", "invalid"),
    ] {
        let found = faults(&rule(broken.clone()));
        let named = found
            .iter()
            .any(|fault| fault.field == field && fault.code == code);
        assert!(named, "{broken}: {found:?}");
    }
    let placed = faults(&rule(target(
        json!({"in_app": {"title": "T", "body": "Hi\n{{ nobody }}"}}),
    )));
    assert!(
        placed[0].message.starts_with("line 2, column 4"),
        "{placed:?}"
    );
}
