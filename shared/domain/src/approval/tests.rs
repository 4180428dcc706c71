use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::caller::{Caller, Credential, Role};
use crate::directory::{Standing, User};
use crate::problem::{Code, Problem};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn person(id: &str, attributes: &[(&str, &str)]) -> User {
    let now = at("2026-03-01T12:00:00Z");
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    User {
        id: id.parse().unwrap(),
        name: "Mia".to_owned(),
        email: None,
        phone: None,
        locale: "en".to_owned(),
        time_zone: "Europe/London".to_owned(),
        roles: [Role::parse("student").unwrap()].into(),
        attributes: attributes.iter().map(pair).collect(),
        status: Standing::Active,
        guardians: Default::default(),
        children: Default::default(),
        created_at: now,
        updated_at: now,
        version: 1,
        shard: 0,
        session_epoch: 0,
    }
}

fn caller(user: &str, roles: &[&str]) -> Caller {
    Caller {
        tenant: "school".parse().unwrap(),
        user: user.parse().unwrap(),
        roles: roles
            .iter()
            .map(|role| Role::parse(role).unwrap())
            .collect(),
        credential: Credential::Token,
        expires_at: 0,
    }
}

fn ask(asker: &User, kind: ApprovalType, details: serde_json::Value) -> Result<Approval, Problem> {
    let new = NewRequest {
        kind,
        title: (kind == ApprovalType::Custom).then(|| "A day off".to_owned()),
        reason: None,
        details: details.as_object().unwrap().clone(),
    };
    let now = at("2026-03-01T12:00:00Z");
    let caller = caller(asker.id.as_str(), &[]);
    new.read(&caller, asker, None, "apr_1".parse().unwrap(), now)
}

fn faults(refused: Result<Approval, Problem>) -> Vec<(String, String)> {
    let errors = refused.unwrap_err().errors.into_iter();
    errors.map(|error| (error.field, error.code)).collect()
}

#[test]
fn every_fault_of_the_details_is_named() {
    use ApprovalType::{Custom, ModuleAccess, StaffAccount, TierUpgrade};
    let mia = person("mia", &[(TIER, "silver"), (MODULES, "ecg, mri")]);
    let of = |kind, details| {
        let mut found = faults(ask(&mia, kind, details));
        found.sort();
        let found = found.into_iter();
        found
            .map(|(field, code)| format!("{field} {code}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(
            TierUpgrade,
            json!({"from": "gold", "to": "silver", "price": {"amount": "1,5"}, "x": 1})
        ),
        [
            "details.from not_current",
            "details.price.amount invalid",
            "details.price.currency required",
            "details.to held",
            "details.x unknown_field",
        ]
    );
    assert_eq!(
        of(ModuleAccess, json!({"module": "ecg"})),
        ["details.module held"]
    );
    assert_eq!(
        of(ModuleAccess, json!({"module": 5})),
        ["details.module wrong_type"]
    );
    assert_eq!(of(ModuleAccess, json!({})), ["details.module required"]);
    assert_eq!(
        of(StaffAccount, json!({"email": "x", "roles": []})),
        [
            "details.email invalid",
            "details.name required",
            "details.roles required"
        ]
    );
    assert_eq!(
        of(Custom, json!({"a b": "x", "ok": 1})),
        ["details invalid", "details.ok wrong_type"]
    );
}

#[test]
fn a_request_is_kept_as_it_is_answered() {
    let mia = person("mia", &[(TIER, "silver")]);
    let details = json!({"to": "gold", "price": {"amount": "49.00", "currency": "GBP"}});
    let kept = ask(&mia, ApprovalType::TierUpgrade, details).unwrap();
    assert_eq!(kept.title, "Upgrade from silver to gold");
    let text = serde_json::to_value(&kept).unwrap();
    assert_eq!(text["type"], "tier_upgrade");
    assert_eq!(text["details"]["from"], "silver");
    assert_eq!(serde_json::from_value::<Approval>(text).unwrap(), kept);
}

#[test]
fn it_is_decided_once_and_never_by_whoever_asked() {
    let mia = person("mia", &[]);
    let asked = ask(&mia, ApprovalType::Custom, json!({})).unwrap();
    let code = |who: &Caller, approves| {
        require_may_decide(&asked, who, approves).map_err(|problem| problem.code)
    };
    assert_eq!(code(&caller("head", &["admin"]), true), Ok(()));
    assert_eq!(
        code(&caller("mia", &["admin"]), true),
        Err(Code::OwnRequest)
    );
    assert_eq!(code(&caller("mia", &[]), false), Err(Code::OwnRequest));
    assert_eq!(code(&caller("leo", &["staff"]), false), Err(Code::NotFound));
    let (by, now) = ("head".parse().unwrap(), at("2026-03-01T15:00:00Z"));
    let done = asked
        .decide(Decision::Approve(Some(" ")), &by, now)
        .unwrap();
    assert_eq!(
        (done.status, done.comment.as_ref()),
        (ApprovalStatus::Approved, None)
    );
    assert_eq!(done.waited(), 3 * 3600);
    for again in [
        done.decide(Decision::Reject("No"), &by, now),
        done.decide(Decision::Approve(None), &by, now),
        done.withdraw(now),
    ] {
        assert_eq!(again.unwrap_err().code, Code::Conflict);
    }
    let silent = asked.decide(Decision::Reject(" "), &by, now);
    assert_eq!(silent.unwrap_err().errors[0].field, "reason");
}

#[test]
fn approving_changes_the_person_as_they_are_now() {
    let mia = person("mia", &[(TIER, "silver"), (MODULES, "ecg")]);
    let now = at("2026-03-01T12:00:00Z");
    let tenant = serde_json::from_value(json!({
        "id": "school", "name": "School", "sender_name": "School", "locale": "en-GB",
        "time_zone": "Europe/London", "notification_days": 30,
        "created_at": now, "updated_at": now, "version": 1,
    }));
    let tenant = tenant.unwrap();
    let upgrade = ask(&mia, ApprovalType::TierUpgrade, json!({"to": "gold"})).unwrap();
    let changed = |approval: &Approval, person: Option<User>| approval.change(&tenant, person, now);
    let Ok(Change::Person(_, after)) = changed(&upgrade, Some(mia.clone())) else {
        panic!("nothing changed")
    };
    assert_eq!(
        (after.attributes[TIER].as_str(), after.version),
        ("gold", 2)
    );
    let module = ask(&mia, ApprovalType::ModuleAccess, json!({"module": "mri"})).unwrap();
    let Ok(Change::Person(_, after)) = changed(&module, Some(mia.clone())) else {
        panic!("nothing changed")
    };
    assert_eq!(after.attributes[MODULES], "ecg, mri");
    // By now they have it, another tier, or are gone.
    assert!(matches!(
        changed(&module, Some(*after)),
        Ok(Change::Nothing(_))
    ));
    let platinum = person("mia", &[(TIER, "platinum")]);
    assert_eq!(
        changed(&upgrade, Some(platinum)).unwrap_err().code,
        Code::Conflict
    );
    assert_eq!(changed(&upgrade, None).unwrap_err().code, Code::Conflict);
    let long = "m".repeat(62);
    let full: Vec<String> = (0..8).map(|n| format!("{long}{n:02}")).collect();
    let full = person("mia", &[(TIER, "silver"), (MODULES, &full.join(","))]);
    assert_eq!(
        changed(&module, Some(full)).unwrap_err().code,
        Code::Conflict
    );
}

#[test]
fn figures_are_of_what_was_decided() {
    let figures = Figures {
        pending: 4,
        approved: 2,
        rejected: 1,
        withdrawn: 5,
        waited: 10_000,
    };
    assert_eq!(figures.approval_rate(), 66.67);
    assert_eq!(figures.average_hours(), 0.93);
    let none = Figures::default();
    assert_eq!((none.approval_rate(), none.average_hours()), (0.0, 0.0));
}

#[test]
fn administrators_decide_where_nothing_else_is_said() {
    let mut approvers = Approvers::default();
    let facts = |roles: &[&str]| crate::visibility::PersonFacts {
        roles: roles
            .iter()
            .map(|role| Role::parse(role).unwrap())
            .collect(),
        ..Default::default()
    };
    assert_eq!(approvers.decided_by(&facts(&["admin"])).len(), 4);
    assert!(approvers.decided_by(&facts(&["staff"])).is_empty());
    let said = |list: &[&str]| Some(list.iter().map(|text| (*text).to_owned()).collect());
    let changes = BTreeMap::from([(ApprovalType::Custom, said(&["role:staff"]))]);
    assert!(approvers.apply("approvers", &changes).is_empty());
    assert_eq!(
        approvers.decided_by(&facts(&["staff"])),
        [ApprovalType::Custom]
    );
    assert_eq!(approvers.decided_by(&facts(&["admin"])).len(), 3);
    let wrong = BTreeMap::from([(ApprovalType::Custom, said(&["a@b.example", "nobody"]))]);
    let errors = approvers.apply("approvers", &wrong);
    assert_eq!(errors[1].field, "approvers.custom[1]");
    let back = BTreeMap::from([(ApprovalType::Custom, None)]);
    assert!(approvers.apply("approvers", &back).is_empty());
    assert_eq!(approvers, Approvers::default());
}
