//! Who may ask whom to chat, and how long things take: data of the tenant.
//! What no rule allows is refused.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::caller::Role;
use crate::directory::{Membership, Standing, User};
use crate::time::Timestamp;

/// Rules that a tenant may have.
pub const MAX_RULES: usize = 100;
/// A month: whoever may edit for longer can change what was agreed on.
pub const MAX_EDIT_MINUTES: u32 = 43_200;
/// The word for everybody, whatever their roles.
const ANYBODY: &str = "all";

/// One side of a rule: everybody, or those with a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    All,
    Role(Role),
}

impl Side {
    fn has(&self, user: &User) -> bool {
        match self {
            Side::All => true,
            Side::Role(role) => user.roles.contains(role),
        }
    }
}

impl Serialize for Side {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Side::All => out.serialize_str(ANYBODY),
            Side::Role(role) => role.serialize(out),
        }
    }
}

impl<'de> Deserialize<'de> for Side {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        if text == ANYBODY {
            return Ok(Side::All);
        }
        Role::parse(&text)
            .map(Side::Role)
            .map_err(serde::de::Error::custom)
    }
}

/// How the two people must be related.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    #[default]
    Any,
    /// One of the two is the guardian of the other.
    OwnChild,
    /// Both belong to a group, and both memberships hold.
    SharedGroup,
}

/// People with one role may invite people with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteRule {
    /// Who invites: a role, or `all`.
    #[schema(value_type = String)]
    pub from: Side,
    /// Who is invited: a role, or `all`.
    #[schema(value_type = String)]
    pub to: Side,
    #[serde(default)]
    pub relation: Relation,
}

/// How a tenant wants people to talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ChatSettings {
    /// Who may invite whom; whatever no rule allows is refused.
    pub invite_rules: Vec<InviteRule>,
    /// Minutes in which authors may edit and delete their messages; 0 is never.
    pub edit_minutes: u32,
    /// Days after which an unanswered invitation expires.
    pub invitation_days: u32,
    /// Days for which somebody who was rejected may not invite again.
    pub cool_off_days: u32,
    /// Whether people see who is online and when somebody last was.
    pub presence: bool,
}

impl Default for ChatSettings {
    fn default() -> Self {
        Self {
            invite_rules: usual_rules(),
            edit_minutes: 15,
            invitation_days: 14,
            cool_off_days: 7,
            presence: true,
        }
    }
}

/// The rules of a school, from which a tenant starts.
fn usual_rules() -> Vec<InviteRule> {
    use Relation::{Any, OwnChild};
    let side = |word: &str| Role::parse(word).map_or(Side::All, Side::Role);
    let rule = |from: &str, to: &str, relation| InviteRule {
        from: side(from),
        to: side(to),
        relation,
    };
    let everybody = |from: &str| InviteRule {
        from: side(from),
        to: Side::All,
        relation: Any,
    };
    vec![
        everybody("admin"),
        everybody("staff"),
        rule("teacher", "student", Any),
        rule("student", "teacher", Any),
        rule("instructor", "student", Any),
        rule("student", "instructor", Any),
        rule("teacher", "parent", Any),
        rule("parent", "teacher", Any),
        rule("parent", "student", OwnChild),
        rule("student", "parent", OwnChild),
    ]
}

impl ChatSettings {
    /// Whether somebody may ask somebody else to chat. `shares_group` is asked
    /// only where a rule depends on it: see [`ChatSettings::asks_for_groups`].
    pub fn may_invite(&self, from: &User, to: &User, shares_group: bool) -> bool {
        let related = |relation| match relation {
            Relation::Any => true,
            Relation::OwnChild => is_kin(from, to),
            Relation::SharedGroup => shares_group,
        };
        take_part(from, to) && self.matching(from, to).any(|rule| related(rule.relation))
    }

    /// Whether it takes their groups to tell.
    pub fn asks_for_groups(&self, from: &User, to: &User) -> bool {
        !self.may_invite(from, to, false) && self.may_invite(from, to, true)
    }

    fn matching(&self, from: &User, to: &User) -> impl Iterator<Item = &InviteRule> {
        self.invite_rules
            .iter()
            .filter(move |rule| rule.from.has(from) && rule.to.has(to))
    }
}

fn take_part(from: &User, to: &User) -> bool {
    from.id != to.id && from.status == Standing::Active && to.status == Standing::Active
}

fn is_kin(one: &User, other: &User) -> bool {
    one.children.contains(&other.id) || one.guardians.contains(&other.id)
}

/// Whether two people belong to a group together at `now`.
pub fn share_group(one: &[Membership], other: &[Membership], now: Timestamp) -> bool {
    one.iter().filter(|mine| mine.holds(now)).any(|mine| {
        other
            .iter()
            .any(|theirs| theirs.group == mine.group && theirs.holds(now))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str, roles: &[&str]) -> User {
        let value = serde_json::json!({
            "id": id, "name": id, "locale": "en", "time_zone": "Europe/London", "roles": roles,
            "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z", "version": 1,
        });
        serde_json::from_value(value).unwrap()
    }

    fn may(from: &[&str], to: &[&str]) -> bool {
        ChatSettings::default().may_invite(&user("a", from), &user("b", to), false)
    }

    #[test]
    fn the_matrix_of_a_school_refuses_by_default() {
        let allowed = [
            ("teacher", "student"),
            ("student", "teacher"),
            ("instructor", "student"),
            ("student", "instructor"),
            ("teacher", "parent"),
            ("parent", "teacher"),
        ];
        let roles = ["student", "teacher", "instructor", "parent", "patient"];
        for from in roles {
            for to in roles {
                assert_eq!(
                    may(&[from], &[to]),
                    allowed.contains(&(from, to)),
                    "{from} → {to}"
                );
            }
            for office in ["staff", "admin"] {
                assert!(may(&[office], &[from]), "{office} → {from}");
                assert!(!may(&[from], &[office]), "{from} → {office}");
            }
        }
        assert!(!may(&[], &["student"]), "without roles");
        assert!(may(&["staff"], &["admin"]) && may(&["admin"], &[]));
        assert!(
            may(&["student"], &["admin", "teacher"]),
            "one role suffices"
        );
    }

    #[test]
    fn parents_and_children_find_only_each_other() {
        let settings = ChatSettings::default();
        let (mut mother, mut child) = (user("m", &["parent"]), user("c", &["student"]));
        mother.children.insert(child.id.clone());
        child.guardians.insert(mother.id.clone());
        let other = user("o", &["student"]);
        assert!(settings.may_invite(&mother, &child, false));
        assert!(settings.may_invite(&child, &mother, false));
        assert!(!settings.may_invite(&mother, &other, true));
        assert!(!settings.may_invite(&other, &mother, true));
    }

    #[test]
    fn nobody_invites_themselves_or_takes_part_while_suspended() {
        let settings = ChatSettings::default();
        let (office, mut mia) = (user("o", &["staff"]), user("m", &["student"]));
        assert!(!settings.may_invite(&office, &office, true));
        mia.status = Standing::Suspended;
        assert!(!settings.may_invite(&office, &mia, true));
        assert!(!settings.may_invite(&mia, &office, true));
    }

    #[test]
    fn a_tenants_own_rules_may_ask_for_a_shared_group() {
        let rules = r#"{"invite_rules":[{"from":"student","to":"all","relation":"shared_group"}]}"#;
        let settings: ChatSettings = serde_json::from_str(rules).unwrap();
        let (mia, ben) = (user("m", &["student"]), user("b", &["student"]));
        assert!(settings.asks_for_groups(&mia, &ben));
        assert!(settings.may_invite(&mia, &ben, true));
        assert!(!settings.may_invite(&mia, &ben, false));
        assert!(!settings.may_invite(&user("t", &["teacher"]), &mia, true));
        assert_eq!(settings.edit_minutes, 15, "what is absent is as usual");
        let written = serde_json::to_string(&settings.invite_rules).unwrap();
        assert!(written.contains(r#""to":"all""#), "{written}");
    }

    #[test]
    fn a_group_is_shared_while_both_memberships_hold() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let membership = |user: &str, group: &str, end: Option<&str>| Membership {
            group: group.parse().unwrap(),
            user: user.parse().unwrap(),
            role: Role::parse("student").unwrap(),
            status: Standing::Active,
            expires_at: end.map(|end| end.parse().unwrap()),
            created_at: now,
        };
        let mine = [membership("m", "5", None), membership("m", "6", None)];
        let over = Some("2026-03-01T11:00:00Z");
        assert!(share_group(&mine, &[membership("b", "6", None)], now));
        assert!(!share_group(&mine, &[membership("b", "6", over)], now));
        assert!(!share_group(&mine, &[membership("b", "7", None)], now));
    }
}
