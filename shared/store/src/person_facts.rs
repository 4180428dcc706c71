//! What has to be known of a person to tell which audiences have them in.

use domain::Timestamp;
use domain::caller::Caller;
use domain::directory::{Membership, Standing, User};
use domain::ids::{TenantId, UserId};
use domain::visibility::PersonFacts;
use futures::future::try_join_all;

use crate::audience::is_student;
use crate::error::StoreError;
use crate::table::Range;
use crate::{Store, keys};

impl Store {
    /// The caller as the directory knows them now. A caller whom it does not
    /// know, such as a service, has the roles of its credential and no groups.
    pub async fn person_facts(
        &self,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<PersonFacts, StoreError> {
        let known = self.user(&caller.tenant, &caller.user).await?;
        match known.filter(|user| user.status == Standing::Active) {
            Some(user) => self.facts_of_person(&caller.tenant, user, now).await,
            None => Ok(PersonFacts {
                user: Some(caller.user.clone()),
                roles: caller.roles.clone(),
                ..PersonFacts::default()
            }),
        }
    }

    /// A person of the directory as of now.
    pub async fn facts_of_person(
        &self,
        tenant: &TenantId,
        user: User,
        now: Timestamp,
    ) -> Result<PersonFacts, StoreError> {
        let own = self.standing_memberships(tenant, &user.id, now).await?;
        let children = user
            .children
            .iter()
            .map(|child| self.standing_memberships(tenant, child, now));
        let childrens = try_join_all(children).await?;
        Ok(PersonFacts {
            user: Some(user.id),
            roles: user.roles,
            children: user.children,
            email: user.email.map(|email| email.reveal().to_owned()),
            phone: user.phone.map(|phone| phone.reveal().to_owned()),
            groups: own.into_iter().map(|m| (m.group, m.role)).collect(),
            childrens_groups: childrens
                .into_iter()
                .flatten()
                .filter(|m| is_student(Some(m.role.as_str())))
                .map(|m| m.group)
                .collect(),
        })
    }

    /// A person's memberships that hold at `now`.
    async fn standing_memberships(
        &self,
        tenant: &TenantId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Vec<Membership>, StoreError> {
        let range = Range {
            prefix: Some("GROUP#".to_owned()),
            ..Range::of(keys::user(tenant, user).pk)
        };
        let mut found: Vec<Membership> = self.all(range).await?;
        found.retain(|membership| membership.holds(now));
        Ok(found)
    }
}
