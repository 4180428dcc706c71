//! Answers to invitations, and the lists of them.

use std::collections::HashMap;

use domain::chat::contact::{Accepting, no_longer_open};
use domain::chat::invitation::{Invitation, InvitationStatus};
use domain::directory::{Standing, User};
use domain::ids::{InvitationId, TenantId, UserId};
use domain::{Caller, Problem, Timestamp};
use serde::Deserialize;

use crate::batches::pause;
use crate::error::StoreError;
use crate::invitations::{ATTEMPTS, Done, collided, open_range, settled};
use crate::table::{Range, parse};
use crate::{Rows, Store, keys};

/// Pages of a list that are read for one answer.
const ROUNDS: usize = 5;

/// Which invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Incoming,
    Outgoing,
}

#[derive(Deserialize)]
struct Listed {
    sk: InvitationId,
}

impl Store {
    /// The invitation, if the caller may know of it.
    pub async fn shown_invitation(
        &self,
        caller: &Caller,
        id: &InvitationId,
    ) -> Result<Invitation, Problem> {
        let found = self.invitation(&caller.tenant, id).await?;
        found
            .filter(|invitation| invitation.is_shown_to(&caller.user))
            .ok_or_else(Problem::not_found)
    }

    /// An invitation that is the caller's to answer, hidden or not.
    async fn got_invitation(
        &self,
        caller: &Caller,
        id: &InvitationId,
    ) -> Result<Invitation, Problem> {
        let found = self.invitation(&caller.tenant, id).await?;
        let invitation = found.ok_or_else(Problem::not_found)?;
        if invitation.to == caller.user {
            Ok(invitation)
        } else if invitation.from == caller.user {
            Err(Problem::forbidden("Only the invited person answers."))
        } else {
            Err(Problem::not_found())
        }
    }

    /// The invited person accepts; done twice, it is the same.
    pub async fn accept_invitation(
        &self,
        caller: &Caller,
        id: &InvitationId,
    ) -> Result<Done, Problem> {
        let tenant = &caller.tenant;
        for attempt in 0..ATTEMPTS {
            let invitation = self.got_invitation(caller, id).await?;
            let (contact, by, from) = tokio::try_join!(
                self.contact(tenant, &invitation.from, &invitation.to),
                self.user(tenant, &invitation.to),
                self.user(tenant, &invitation.from),
            )?;
            match contact.accept(&caller.user, id, self.now())? {
                Accepting::Already(_) if invitation.room.is_some() => {
                    return Ok(Done::found(invitation));
                }
                // It was accepted between the two readings.
                Accepting::Already(_) => {}
                Accepting::Now => {
                    let by = by.ok_or_else(Problem::not_found)?;
                    if !from.is_some_and(takes_part) {
                        return Err(no_longer_open());
                    }
                    if let Some(done) = self.agree(caller, &by, &contact, invitation).await? {
                        return Ok(done);
                    }
                }
            }
            pause(attempt).await;
        }
        Err(collided())
    }

    /// The invited person rejects; whoever made it has to wait before the next.
    pub async fn reject_invitation(
        &self,
        caller: &Caller,
        id: &InvitationId,
    ) -> Result<Invitation, Problem> {
        let tenant = &caller.tenant;
        let settings = self.chat_settings(tenant).await?;
        for attempt in 0..ATTEMPTS {
            let seen = self.got_invitation(caller, id).await?;
            let contact = self.contact(tenant, &seen.from, &seen.to).await?;
            contact.require_unblocked(&caller.user)?;
            let now = self.now();
            match seen.status_at(now) {
                InvitationStatus::Rejected => return Ok(seen),
                InvitationStatus::Accepted => {
                    return Err(Problem::conflict("It was accepted; block instead."));
                }
                InvitationStatus::Pending if !seen.hidden => {}
                _ => return Err(no_longer_open()),
            }
            let mut after = contact.clone();
            after.rejected(&seen.from, settings.cool_off_days, now);
            let rejected = answered(seen, InvitationStatus::Rejected, now);
            let transaction = self
                .transaction()
                .put_contact(tenant, &contact, &after)
                .close_invitation(tenant, &rejected);
            // An answer that came between the two readings is read next time.
            if contact.awaits(id, now)
                && let Some(rejected) = settled(transaction, rejected).await?
            {
                return Ok(rejected);
            }
            pause(attempt).await;
        }
        Err(collided())
    }

    /// Whoever made it takes it back.
    pub async fn withdraw_invitation(
        &self,
        caller: &Caller,
        id: &InvitationId,
    ) -> Result<(), Problem> {
        let tenant = &caller.tenant;
        for attempt in 0..ATTEMPTS {
            let seen = self.shown_invitation(caller, id).await?;
            if seen.from != caller.user {
                let detail = "Only the person who made it takes it back; reject it instead.";
                return Err(Problem::forbidden(detail));
            }
            let contact = self.contact(tenant, &seen.from, &seen.to).await?;
            let now = self.now();
            match seen.status_at(now) {
                InvitationStatus::Withdrawn => return Ok(()),
                InvitationStatus::Expired => return Err(no_longer_open()),
                InvitationStatus::Accepted | InvitationStatus::Rejected => {
                    return Err(Problem::conflict("It has been answered."));
                }
                InvitationStatus::Pending => {}
            }
            let mut after = contact.clone();
            after.withdrawn(&seen.from, seen.created_at);
            let withdrawn = answered(seen, InvitationStatus::Withdrawn, now);
            let transaction = self
                .transaction()
                .put_contact(tenant, &contact, &after)
                .close_invitation(tenant, &withdrawn);
            if contact.awaits(id, now) && settled(transaction, ()).await?.is_some() {
                return Ok(());
            }
            pause(attempt).await;
        }
        Err(collided())
    }

    /// One's invitations, newest first. Work is bounded: a page may be short,
    /// or empty, and still have a next one.
    pub async fn invitations(
        &self,
        caller: &Caller,
        direction: Direction,
        status: Option<InvitationStatus>,
        after: Option<&InvitationId>,
        limit: u32,
    ) -> Result<Rows<Invitation>, StoreError> {
        let (tenant, user) = (&caller.tenant, &caller.user);
        let waiting = status == Some(InvitationStatus::Pending);
        let list = match direction {
            Direction::Incoming if waiting => open_range(tenant, user),
            Direction::Incoming => Range::of(keys::invitations_got(tenant, user)),
            Direction::Outgoing => Range::of(keys::invitations_made(tenant, user)),
        };
        let mut range = Range {
            newest_first: true,
            consistent: true,
            limit: Some(limit),
            after: after.map(ToString::to_string),
            ..list
        };
        let mut found = Vec::new();
        for _ in 0..ROUNDS {
            let rows: Rows<Listed> = self.rows(&range).await?;
            let ids: Vec<InvitationId> = rows.items.into_iter().map(|listed| listed.sk).collect();
            let now = self.now();
            let wanted = |one: &Invitation| {
                one.is_shown_to(user) && status.is_none_or(|status| one.status_at(now) == status)
            };
            let page = self.invitations_by_id(tenant, &ids).await?;
            for invitation in page.into_iter().filter(wanted) {
                let last = invitation.id.to_string();
                found.push(invitation);
                if found.len() >= limit as usize {
                    let more = (rows.more.is_some()
                        || ids.last().map(ToString::to_string) != Some(last.clone()))
                    .then_some(last);
                    return Ok(Rows { items: found, more });
                }
            }
            range.after = rows.more;
            if range.after.is_none() {
                break;
            }
        }
        Ok(Rows {
            items: found,
            more: range.after,
        })
    }

    /// Invitations in the order of the ids; unknown ones are left out.
    async fn invitations_by_id(
        &self,
        tenant: &TenantId,
        ids: &[InvitationId],
    ) -> Result<Vec<Invitation>, StoreError> {
        let keys = ids.iter().map(|id| keys::invitation(tenant, id));
        let found = self.batch_get_consistent(keys.collect()).await?;
        let mut by_id = HashMap::with_capacity(found.len());
        for item in found {
            let invitation: Invitation = parse(item)?;
            by_id.insert(invitation.id.clone(), invitation);
        }
        Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
    }

    /// The names of some people; whoever is gone is absent.
    pub async fn names(
        &self,
        tenant: &TenantId,
        people: &[UserId],
    ) -> Result<HashMap<UserId, String>, StoreError> {
        let people = self.users(tenant, people).await?;
        Ok(people
            .into_iter()
            .map(|user| (user.id, user.name))
            .collect())
    }
}

fn takes_part(user: User) -> bool {
    user.status == Standing::Active
}

fn answered(seen: Invitation, status: InvitationStatus, now: Timestamp) -> Invitation {
    Invitation {
        status,
        answered_at: Some(now),
        ..seen
    }
}
