use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;

fn rules(value: Value) -> PreferenceRules {
    serde_json::from_value(value).unwrap()
}

fn own(value: Value) -> Preferences {
    serde_json::from_value(value).unwrap()
}

fn roles(names: &[&str]) -> BTreeSet<Role> {
    names
        .iter()
        .map(|name| Role::parse(name).unwrap())
        .collect()
}

fn mail(category: &str, priority: Priority) -> Matter<'_> {
    Matter {
        category,
        channel: Channel::Email,
        priority,
    }
}

/// Each step of the order is taken away in turn, and the next one decides.
#[test]
fn the_order_is_lock_mandatory_category_channel_role_tenant() {
    use DecidedBy::{
        CategoryChoice, ChannelChoice, Default as Nobody, Mandatory, RoleDefault, TenantDefault,
        TenantLock, Urgent,
    };
    let mut said = json!({
        "locks": [{"category": "grades", "channel": "email", "allowed": false}],
        "mandatory": ["grades"],
        "role_defaults": {"parent": {"*": {"email": false}}},
        "defaults": {"grades": {"email": false}},
    });
    let mut mine = json!({"categories": {"grades": {"email": false}}, "channels": {"email": true}});
    let mut held = roles(&["parent"]);
    let look = |said: &Value, mine: &Value, held: &BTreeSet<Role>, priority| {
        let decision = decide(
            &rules(said.clone()),
            held,
            Some(&own(mine.clone())),
            mail("grades", priority),
        );
        (decision.allowed, decision.by)
    };
    assert_eq!(
        look(&said, &mine, &held, Priority::Urgent),
        (false, TenantLock)
    );
    said["locks"] = json!([]);
    assert_eq!(look(&said, &mine, &held, Priority::Low), (true, Mandatory));
    said["mandatory"] = json!([]);
    assert_eq!(look(&said, &mine, &held, Priority::Urgent), (true, Urgent));
    assert_eq!(
        look(&said, &mine, &held, Priority::High),
        (false, CategoryChoice)
    );
    mine["categories"] = json!({});
    assert_eq!(
        look(&said, &mine, &held, Priority::High),
        (true, ChannelChoice)
    );
    mine["channels"] = json!({});
    assert_eq!(
        look(&said, &mine, &held, Priority::High),
        (false, RoleDefault)
    );
    held = roles(&["student"]);
    assert_eq!(
        look(&said, &mine, &held, Priority::High),
        (false, TenantDefault)
    );
    said["defaults"] = json!({});
    assert_eq!(look(&said, &mine, &held, Priority::High), (true, Nobody));
}

#[test]
fn one_role_that_says_yes_is_enough_and_a_category_goes_before_all_others() {
    let rules = rules(json!({"role_defaults": {
        "parent": {"*": {"email": false}},
        "teacher": {"*": {"email": false}, "grades": {"email": true}},
    }}));
    let both = roles(&["parent", "teacher"]);
    let grades = decide(&rules, &both, None, mail("grades", Priority::Low));
    assert!(grades.allowed);
    let events = decide(&rules, &both, None, mail("events", Priority::Low));
    assert_eq!((events.allowed, events.by), (false, DecidedBy::RoleDefault));
}

#[test]
fn security_is_mandatory_everywhere_and_a_push_goes_with_the_feed() {
    let mine = own(json!({"channels": {"email": false, "in_app": false}}));
    let rules = PreferenceRules::default();
    let nobody = BTreeSet::new();
    let security = decide(
        &rules,
        &nobody,
        Some(&mine),
        mail("security", Priority::Low),
    );
    assert_eq!(
        (security.allowed, security.by),
        (true, DecidedBy::Mandatory)
    );
    let matter = Matter {
        channel: Channel::Live,
        ..mail("events", Priority::Low)
    };
    assert!(!decide(&rules, &nobody, Some(&mine), matter).allowed);
}

#[test]
fn changes_make_choices_and_take_them_back() {
    let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let change = |value: Value| serde_json::from_value::<Changes>(value).unwrap();
    let rules = PreferenceRules::default();
    let none = Preferences::default();
    let made = change(json!({"channels": {"email": false}, "popups": "all",
        "categories": {"grades": {"email": true, "sms": false}}}));
    let made = made.apply(&rules, &none, now).unwrap();
    assert_eq!((made.version, made.popups), (1, Popups::All));
    let same = change(json!({"channels": {"email": false}}));
    assert_eq!(same.apply(&rules, &made, now).unwrap(), made);
    let back =
        change(json!({"channels": {"email": null}, "categories": {"grades": {"email": null}}}));
    let back = back.apply(&rules, &made, now).unwrap();
    assert!(back.channels.is_empty());
    assert_eq!(
        back.categories["grades"],
        Choices::from([(Channel::Sms, false)])
    );
    let all = change(json!({"categories": {"grades": null}}));
    assert!(all.apply(&rules, &back, now).unwrap().categories.is_empty());
}

#[test]
fn what_is_locked_or_unknown_is_refused_by_field() {
    let rules = rules(json!({"mandatory": ["safety"],
        "locks": [{"channel": "sms", "allowed": false}, {"category": "grades", "channel": "email", "allowed": true}]}));
    let refused = |value: Value| {
        let changes: Changes = serde_json::from_value(value).unwrap();
        let faults = changes
            .apply(&rules, &Preferences::default(), Timestamp::UNIX_EPOCH)
            .unwrap_err();
        let named = faults.into_iter().map(|fault| (fault.field, fault.code));
        named.collect::<Vec<_>>()
    };
    let locked = |field: &str| vec![(field.to_owned(), "locked".to_owned())];
    assert_eq!(
        refused(json!({"channels": {"sms": true}})),
        locked("channels.sms")
    );
    let grades = json!({"categories": {"grades": {"email": false}}});
    assert_eq!(refused(grades), locked("categories.grades"));
    let safety = json!({"categories": {"safety": {"in_app": false}}});
    assert_eq!(refused(safety), locked("categories.safety"));
    let live = json!({"channels": {"live": false}});
    assert_eq!(refused(live)[0].1, "invalid");
    let word = json!({"categories": {"no word": {"email": false}}});
    assert_eq!(refused(word)[0].1, "invalid");
}

#[test]
fn rules_are_checked_by_field() {
    let input: RulesInput = serde_json::from_value(json!({
        "locks": [{"channel": "email", "allowed": true}, {"channel": "email", "allowed": false}],
        "mandatory": ["not a word"],
        "defaults": {"*": {"live": true}},
    }))
    .unwrap();
    let faults = input.apply(&PreferenceRules::default()).unwrap_err();
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["locks[1]", "mandatory", "defaults.*"]);
}
