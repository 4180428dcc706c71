//! Who has blocked whom. The row of the contact decides; the list is for
//! whoever blocks.

use domain::chat::contact::{self, Bond, Contact};
use domain::chat::invitation::{Invitation, InvitationStatus};
use domain::ids::{TenantId, UserId};
use domain::{Caller, Problem, Timestamp};
use serde::{Deserialize, Serialize};

use crate::batches::pause;
use crate::error::StoreError;
use crate::invitations::{ATTEMPTS, collided, settled};
use crate::table::Range;
use crate::transaction::Transaction;
use crate::{Rows, Store, keys};

/// Somebody whom one has blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub user: UserId,
    pub since: Timestamp,
}

impl Store {
    /// Blocks a person of the directory; done twice, it is the same. Tells
    /// whether it is new.
    pub async fn block(&self, caller: &Caller, other: &UserId) -> Result<(Block, bool), Problem> {
        let (tenant, by) = (&caller.tenant, &caller.user);
        let (me, them, presence) = tokio::try_join!(
            self.user(tenant, by),
            self.user(tenant, other),
            self.presence(tenant, std::slice::from_ref(by)),
        )?;
        me.ok_or_else(|| Problem::forbidden("Only people of the directory chat."))?;
        them.ok_or_else(Problem::not_found)?;
        for attempt in 0..ATTEMPTS {
            let contact = self.contact(tenant, by, other).await?;
            let block = |since| Block {
                user: other.clone(),
                since,
            };
            if let Some(before) = contact.blocks.get(by) {
                return Ok((block(before.since), false));
            }
            let now = self.now();
            let here = presence.first();
            let seen = here.and_then(|here| {
                if here.online {
                    Some(now)
                } else {
                    here.last_seen
                }
            });
            let mut after = contact.clone();
            after.block(by, contact::Block { since: now, seen });
            let transaction = self
                .transaction()
                .put_contact(tenant, &contact, &after)
                .set(&keys::block(tenant, by, other), &block(now));
            let transaction = self.end_pending(transaction, tenant, &contact, by).await?;
            if let Some(done) = settled(transaction, (block(now), true)).await? {
                return Ok(done);
            }
            pause(attempt).await;
        }
        Err(collided())
    }

    /// Takes the caller's pending invitation back, and hides one of the other.
    async fn end_pending(
        &self,
        transaction: Transaction,
        tenant: &TenantId,
        contact: &Contact,
        by: &UserId,
    ) -> Result<Transaction, StoreError> {
        let now = self.now();
        let Bond::Pending { invitation, .. } = &contact.bond else {
            return Ok(transaction);
        };
        let found = self.invitation(tenant, invitation).await?;
        let waits = |one: &Invitation| one.status_at(now) == InvitationStatus::Pending;
        let Some(seen) = found.filter(waits) else {
            return Ok(transaction);
        };
        Ok(if seen.from == *by {
            let withdrawn = Invitation {
                status: InvitationStatus::Withdrawn,
                answered_at: Some(now),
                ..seen
            };
            transaction.close_invitation(tenant, &withdrawn)
        } else {
            let hidden = Invitation {
                hidden: true,
                ..seen
            };
            transaction.hide_invitation(tenant, &hidden)
        })
    }

    /// Lifts a block. Whoever was in contact needs a new invitation. False if
    /// there was none.
    pub async fn unblock(&self, caller: &Caller, other: &UserId) -> Result<bool, Problem> {
        let (tenant, by) = (&caller.tenant, &caller.user);
        for attempt in 0..ATTEMPTS {
            let contact = self.contact(tenant, by, other).await?;
            if !contact.blocks(by) {
                return Ok(false);
            }
            let mut after = contact.clone();
            after.unblock(by);
            let transaction = self
                .transaction()
                .put_contact(tenant, &contact, &after)
                .delete(&keys::block(tenant, by, other), None);
            if settled(transaction, ()).await?.is_some() {
                return Ok(true);
            }
            pause(attempt).await;
        }
        Err(collided())
    }

    /// Whom somebody has blocked, in the order of their ids.
    pub async fn blocked_by(
        &self,
        tenant: &TenantId,
        by: &UserId,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Rows<Block>, StoreError> {
        self.rows(&Range {
            consistent: true,
            after: after.map(ToString::to_string),
            limit: Some(limit),
            ..Range::of(keys::blocks(tenant, by))
        })
        .await
    }
}
