//! The ladder that everybody climbs into a community, one refusal a step.

use crate::caller::Caller;
use crate::community::{Community, Member, MemberRole};
use crate::directory::{Group, Membership, Standing};
use crate::problem::{Code, Problem};
use crate::time::Timestamp;

/// What has to be known to tell where somebody stands with a community, all of
/// it as it is now.
#[derive(Debug, Clone, Default)]
pub struct Standpoint {
    pub community: Option<Community>,
    pub group: Option<Group>,
    /// Their enrolment in the community's course.
    pub enrolment: Option<Membership>,
    pub member: Option<Member>,
}

/// That somebody is in, and as what.
#[derive(Debug, Clone)]
pub struct Access {
    pub community: Community,
    /// What they may do. Staff moderate without being members, and
    /// administrators own.
    pub role: MemberRole,
    /// Their own membership; staff may have none.
    pub member: Option<Member>,
}

/// That somebody is enrolled, member or not.
#[derive(Debug, Clone)]
pub struct Enrolled {
    pub community: Community,
    pub enrolment: Option<Membership>,
    pub member: Option<Member>,
}

impl Standpoint {
    /// The steps before membership: known 404, enrolled 403, still enrolled 403.
    /// Staff of the organisation need no enrolment.
    pub fn enrolled(self, caller: &Caller, now: Timestamp) -> Result<Enrolled, Problem> {
        let community = self.community.filter(|community| !community.closing);
        let enrolled = Enrolled {
            community: community.ok_or_else(Problem::not_found)?,
            enrolment: self.enrolment,
            member: self.member,
        };
        if caller.is_staff() {
            return Ok(enrolled);
        }
        let Some(enrolment) = &enrolled.enrolment else {
            return Err(Problem::new(Code::NotEnrolled)
                .detail("You are not enrolled in the course of this community."));
        };
        let open = self
            .group
            .is_some_and(|group| group.status == Standing::Active);
        if !open || !enrolment.holds(now) {
            return Err(Problem::new(Code::EnrolmentEnded)
                .detail("Your enrolment in the course is suspended or has ended."));
        }
        Ok(enrolled)
    }

    /// The whole ladder up to membership.
    pub fn access(self, caller: &Caller, now: Timestamp) -> Result<Access, Problem> {
        let Enrolled {
            community, member, ..
        } = self.enrolled(caller, now)?;
        let own = member.as_ref().map(|member| member.role);
        let role = own.max(by_office(caller)).ok_or_else(|| {
            Problem::new(Code::NotMember).detail("You are enrolled; join the community first.")
        })?;
        Ok(Access {
            community,
            role,
            member,
        })
    }
}

/// What somebody may do in every community of the organisation.
fn by_office(caller: &Caller) -> Option<MemberRole> {
    if caller.is_admin() {
        Some(MemberRole::Owner)
    } else if caller.is_staff() {
        Some(MemberRole::Moderator)
    } else {
        None
    }
}

impl Access {
    pub fn is_moderator(&self) -> bool {
        self.role >= MemberRole::Moderator
    }

    /// The last step: 403 unless the caller moderates the community.
    pub fn require_moderator(&self) -> Result<(), Problem> {
        self.require(
            MemberRole::Moderator,
            "Only moderators of the community may do this.",
        )
    }

    /// The last step: 403 unless the caller owns the community.
    pub fn require_owner(&self) -> Result<(), Problem> {
        self.require(
            MemberRole::Owner,
            "Only owners of the community and administrators may do this.",
        )
    }

    /// 403 while the community's room is closed.
    pub fn require_live_chat(&self) -> Result<(), Problem> {
        if self.community.settings.live_chat {
            Ok(())
        } else {
            Err(Problem::new(Code::NotAllowed).detail("This community has no live chat."))
        }
    }

    fn require(&self, role: MemberRole, detail: &str) -> Result<(), Problem> {
        if self.role >= role {
            Ok(())
        } else {
            Err(Problem::forbidden(detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::{Credential, Role};
    use crate::community::Settings;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn caller(role: &str) -> Caller {
        Caller {
            tenant: "academy".parse().unwrap(),
            user: "mia".parse().unwrap(),
            roles: [Role::parse(role).unwrap()].into(),
            credential: Credential::Token,
            expires_at: 0,
        }
    }

    fn community() -> Community {
        let group = "7".parse().unwrap();
        Community::new(
            &caller("staff"),
            group,
            "Rust",
            "",
            Settings::default(),
            at(0),
        )
        .unwrap()
    }

    /// Everything that opens the door to `mia`.
    fn whole(role: Option<MemberRole>) -> Standpoint {
        Standpoint {
            community: Some(community()),
            group: Some(Group {
                id: "7".parse().unwrap(),
                kind: "course".to_owned(),
                name: "Rust".to_owned(),
                attributes: Default::default(),
                status: Standing::Active,
                created_at: at(0),
                updated_at: at(0),
                version: 1,
            }),
            enrolment: Some(Membership {
                group: "7".parse().unwrap(),
                user: "mia".parse().unwrap(),
                role: Role::parse("student").unwrap(),
                status: Standing::Active,
                expires_at: Some(at(100)),
                created_at: at(0),
            }),
            member: role.map(|role| Member {
                user: "mia".parse().unwrap(),
                role,
                joined_at: at(1),
            }),
        }
    }

    fn refusal(standpoint: Standpoint, who: &str, now: i64) -> Option<Code> {
        let access = standpoint.access(&caller(who), at(now));
        access.err().map(|problem| problem.code)
    }

    #[test]
    fn the_first_step_that_is_missing_is_the_one_that_is_told() {
        let with = |change: &dyn Fn(&mut Standpoint)| {
            let mut standpoint = whole(None);
            change(&mut standpoint);
            refusal(standpoint, "student", 10)
        };
        let suspended = |s: &mut Standpoint| {
            if let Some(enrolment) = &mut s.enrolment {
                enrolment.status = Standing::Suspended;
            }
        };
        assert_eq!(with(&|s| s.community = None), Some(Code::NotFound));
        let closing = |s: &mut Standpoint| {
            s.community = s.community.take().map(|c| c.close(&c.created_by, at(5)));
            s.enrolment = None;
        };
        assert_eq!(with(&closing), Some(Code::NotFound));
        assert_eq!(with(&|s| s.enrolment = None), Some(Code::NotEnrolled));
        assert_eq!(with(&suspended), Some(Code::EnrolmentEnded));
        assert_eq!(with(&|_| ()), Some(Code::NotMember));
        let member = || whole(Some(MemberRole::Member));
        assert_eq!(refusal(member(), "student", 10), None);
        let access = member().access(&caller("student"), at(10)).unwrap();
        let role = access.require_moderator().map_err(|problem| problem.code);
        assert_eq!(role, Err(Code::Forbidden));
    }

    #[test]
    fn an_enrolment_ends_at_its_instant_even_for_owners() {
        let owner = || whole(Some(MemberRole::Owner));
        assert_eq!(refusal(owner(), "teacher", 99), None);
        assert_eq!(refusal(owner(), "teacher", 100), Some(Code::EnrolmentEnded));
        let mut closed = owner();
        closed.group = closed.group.map(|group| Group {
            status: Standing::Suspended,
            ..group
        });
        assert_eq!(refusal(closed, "teacher", 10), Some(Code::EnrolmentEnded));
    }

    #[test]
    fn staff_moderate_and_administrators_own_without_enrolment() {
        let outside = || Standpoint {
            enrolment: None,
            ..whole(None)
        };
        let role = |who: &str| outside().access(&caller(who), at(10)).map(|a| a.role);
        assert_eq!(role("staff"), Ok(MemberRole::Moderator));
        assert_eq!(role("admin"), Ok(MemberRole::Owner));
        assert_eq!(refusal(outside(), "teacher", 10), Some(Code::NotEnrolled));
    }
}
