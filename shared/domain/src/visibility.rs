//! Who may see what was published to an audience, and who may publish to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::audience::{Audience, Expression};
use crate::caller::{Caller, Role};
use crate::ids::{GroupId, UserId};
use crate::problem::Problem;

/// What has to be known of a person to tell whether an audience has them in it,
/// as of now.
#[derive(Debug, Clone, Default)]
pub struct PersonFacts {
    pub user: Option<UserId>,
    pub roles: BTreeSet<Role>,
    /// Clear addresses, compared only.
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Groups whose membership holds, with the role in them.
    pub groups: BTreeMap<GroupId, Role>,
    /// Whose guardian they are.
    pub children: BTreeSet<UserId>,
    /// Groups in which a child of theirs is a student.
    pub childrens_groups: BTreeSet<GroupId>,
}

impl PersonFacts {
    /// Groups that this person teaches.
    pub fn teaches(&self) -> BTreeSet<GroupId> {
        let taught = self.groups.iter().filter(|(_, role)| teaches(role));
        taught.map(|(group, _)| group.clone()).collect()
    }
}

/// Whether a role inside a group is that of somebody taught, not teaching.
pub fn is_taught(role: &str) -> bool {
    !matches!(
        role,
        "teacher" | "instructor" | "staff" | "admin" | "parent"
    )
}

fn teaches(role: &Role) -> bool {
    matches!(role.as_str(), "teacher" | "instructor")
}

/// Whether a person is in an audience as it is now, also when they joined
/// after it was reached.
pub fn visible(audience: &Audience, person: &PersonFacts) -> bool {
    let within = |expressions: &[Expression]| expressions.iter().any(|e| finds(e, person));
    within(&audience.include) && !within(&audience.except)
}

fn finds(expression: &Expression, person: &PersonFacts) -> bool {
    match expression {
        Expression::All => true,
        Expression::Role(role) => person.roles.contains(role),
        Expression::Group { id, .. } => person.groups.contains_key(id),
        Expression::GuardiansOf { id, .. } => person.childrens_groups.contains(id),
        Expression::GuardiansOfUser { id, .. } => person.children.contains(id),
        Expression::StudentsOf { id, .. } => person
            .groups
            .get(id)
            .is_some_and(|role| is_taught(role.as_str())),
        Expression::User { id, role } => {
            person.user.as_ref() == Some(id)
                && role.as_ref().is_none_or(|role| person.roles.contains(role))
        }
        Expression::Email(email) => person.email.as_deref() == Some(email.reveal()),
        Expression::Phone(phone) => person.phone.as_deref() == Some(phone.reveal()),
    }
}

/// 403 unless the caller may publish to an audience: staff and administrators
/// to anybody, teachers to the groups they teach and to the guardians of these.
pub fn may_publish(
    caller: &Caller,
    teaches: &BTreeSet<GroupId>,
    audience: &Audience,
) -> Result<(), Problem> {
    caller.require_author()?;
    if caller.is_staff() {
        return Ok(());
    }
    let own = audience.include.iter().all(|expression| match expression {
        Expression::Group { id, .. }
        | Expression::StudentsOf { id, .. }
        | Expression::GuardiansOf { id, .. } => teaches.contains(id),
        _ => false,
    });
    if own {
        Ok(())
    } else {
        Err(Problem::forbidden(
            "Teachers publish to the groups they teach and to the guardians of these.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audience::AudienceInput;
    use crate::caller::Credential;

    fn audience(include: &[&str], except: &[&str]) -> Audience {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        AudienceInput::Difference(crate::audience::AudienceDifference {
            include: texts(include),
            except: texts(except),
        })
        .parse("audience")
        .unwrap()
    }

    fn person(roles: &[&str], groups: &[(&str, &str)], childrens: &[&str]) -> PersonFacts {
        PersonFacts {
            user: Some("10".parse().unwrap()),
            roles: roles
                .iter()
                .map(|role| Role::parse(role).unwrap())
                .collect(),
            groups: groups
                .iter()
                .map(|(group, role)| (group.parse().unwrap(), Role::parse(role).unwrap()))
                .collect(),
            childrens_groups: childrens
                .iter()
                .map(|group| group.parse().unwrap())
                .collect(),
            ..PersonFacts::default()
        }
    }

    fn caller(role: &str) -> Caller {
        Caller {
            tenant: "school".parse().unwrap(),
            user: "10".parse().unwrap(),
            roles: [Role::parse(role).unwrap()].into(),
            credential: Credential::Token,
            expires_at: 0,
        }
    }

    #[test]
    fn one_expression_suffices_and_one_exception_takes_away() {
        let student = person(&["student"], &[("5", "student")], &[]);
        let parent = person(&["parent"], &[], &["5"]);
        assert!(visible(&audience(&["all"], &[]), &student));
        assert!(visible(&audience(&["teachers", "class:5"], &[]), &student));
        assert!(!visible(&audience(&["class:6"], &[]), &student));
        assert!(visible(&audience(&["guardians-of:class:5"], &[]), &parent));
        assert!(!visible(
            &audience(&["guardians-of:class:5"], &[]),
            &student
        ));
        assert!(!visible(&audience(&["all"], &["students"]), &student));
        assert!(visible(&audience(&["student:10"], &[]), &student));
        assert!(!visible(&audience(&["teacher:10"], &[]), &student));
        let mother = PersonFacts {
            children: ["7".parse().unwrap()].into(),
            ..person(&["parent"], &[("5", "teacher")], &[])
        };
        assert!(visible(
            &audience(&["guardians-of:student:7"], &[]),
            &mother
        ));
        assert!(!visible(&audience(&["guardians-of:user:8"], &[]), &mother));
        assert!(visible(&audience(&["students-of:class:5"], &[]), &student));
        assert!(!visible(&audience(&["students-of:class:5"], &[]), &mother));
    }

    #[test]
    fn a_teacher_publishes_only_to_groups_they_teach() {
        let facts = person(&["teacher"], &[("5", "teacher"), ("6", "student")], &[]);
        let taught = facts.teaches();
        let may = |include: &[&str]| {
            may_publish(&caller("teacher"), &taught, &audience(include, &[])).is_ok()
        };
        assert!(may(&["class:5", "guardians-of:class:5"]));
        for refused in [
            &["all"][..],
            &["class:6"],
            &["class:5", "staff"],
            &["user:3"],
        ] {
            assert!(!may(refused), "{refused:?}");
        }
        let everybody = audience(&["all"], &[]);
        assert!(may_publish(&caller("staff"), &BTreeSet::new(), &everybody).is_ok());
        assert!(may_publish(&caller("admin"), &BTreeSet::new(), &everybody).is_ok());
        for role in ["student", "parent", "coordinator"] {
            let own = audience(&["class:5"], &[]);
            assert!(may_publish(&caller(role), &taught, &own).is_err(), "{role}");
        }
    }
}
