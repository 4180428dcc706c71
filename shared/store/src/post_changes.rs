//! What happens to posts: each change moves the post between its community's
//! lists and changes the counters with it, or does not happen.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::AuditEntry;
use domain::community::post::Post;
use domain::community::reaction::ReactionKind;
use domain::ids::{PostId, TenantId, UserId};
use domain::retention;
use domain::send::Send;
use serde::Serialize;

use crate::communities::is_open;
use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::posts::Place;
use crate::sends::Start;
use crate::table::s;
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Store, keys};

/// Who and what else is told of a change, in its transaction.
#[derive(Debug, Default)]
pub struct Told {
    pub audit: Option<AuditEntry>,
    pub sends: Vec<(Send, Start)>,
}

impl Told {
    /// The tasks of those sends that begin at once.
    pub fn tasks(&self) -> impl Iterator<Item = &OutboxRow> {
        self.sends.iter().filter_map(|(_, start)| start.task())
    }
}

/// A row that goes when its post goes, where posts go at all.
#[derive(Serialize)]
struct Kept<'a, T> {
    #[serde(flatten)]
    entity: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<i64>,
}

impl<'a, T> Kept<'a, T> {
    fn new(entity: &'a T, post: &Post, days: Option<u32>) -> Self {
        Self {
            entity,
            ttl: days.map(|days| retention::until(post.created_at, days)),
        }
    }
}

/// Whether members see it as a post.
fn is_seen(post: &Post) -> i64 {
    i64::from(post.is_out() && !post.deleted)
}

/// Whether it has ever been to be seen, so that others may stand below it.
fn is_rooted(post: &Post) -> i64 {
    i64::from(post.published_at.is_some())
}

/// The condition that a post can be replied and reacted to.
fn takes_part() -> Expression {
    Expression::new("#status = :published AND #deleted = :no")
        .value(":published", s("published"))
        .value(":no", AttributeValue::Bool(false))
}

impl Transaction {
    /// Counts a change where it is counted: at the parent or in the community.
    fn weighed(self, tenant: &TenantId, post: &Post, seen: i64, rooted: i64) -> Self {
        match post.parent() {
            Some(parent) => self.tally(
                &keys::post_counts(tenant, parent),
                &[("replies", seen), ("below", rooted)],
                None,
            ),
            None => self.tally(
                &keys::community_counts(tenant, &post.community),
                &[("posts", seen)],
                None,
            ),
        }
    }

    fn at_its_place(self, tenant: &TenantId, post: &Post, days: Option<u32>) -> Self {
        let place = Place {
            post: post.id.clone(),
            author: post.author.clone(),
        };
        let until = Kept::new(&place, post, days);
        self.set(&keys::post_place(tenant, post), &until)
    }

    fn telling(mut self, tenant: &TenantId, told: &Told) -> Self {
        for (send, start) in &told.sends {
            self = self.send(tenant, send, start);
        }
        match &told.audit {
            Some(audit) => self.audit(tenant, audit),
            None => self,
        }
    }
}

impl Store {
    /// Makes a post, once. Positions of the refusal: 0, there is one with its
    /// id; 1, the community is being deleted; 2, what it replies to is not to be
    /// seen any more.
    pub async fn create_post(
        &self,
        tenant: &TenantId,
        post: &Post,
        told: &Told,
    ) -> Result<(), Refused> {
        let days = self.kept(tenant).await?.rest.post_days;
        let mut made = self
            .transaction()
            .create(&keys::post(tenant, &post.id), &Kept::new(post, post, days))
            .check(&keys::community(tenant, &post.community), is_open());
        if let Some(parent) = post.parent() {
            made = made.check(&keys::post(tenant, parent), takes_part());
        }
        made.at_its_place(tenant, post, days)
            .weighed(tenant, post, is_seen(post), is_rooted(post))
            .telling(tenant, told)
            .commit()
            .await
    }

    /// Puts a changed post in place of the one that was read. Positions of the
    /// refusal: 0, it has changed meanwhile; 1, what it replies to is not to be
    /// seen any more.
    pub async fn change_post(
        &self,
        tenant: &TenantId,
        before: &Post,
        after: &Post,
        told: &Told,
    ) -> Result<(), Refused> {
        let days = self.kept(tenant).await?.rest.post_days;
        let mut changed = self.transaction().replace(
            &keys::post(tenant, &after.id),
            &Kept::new(after, after, days),
            before.version,
        );
        let comes_out = after.is_out() && !after.deleted && !before.is_out();
        if let Some(parent) = after.parent().filter(|_| comes_out) {
            changed = changed.check(&keys::post(tenant, parent), takes_part());
        }
        let (from, to) = (
            keys::post_place(tenant, before),
            keys::post_place(tenant, after),
        );
        if from != to {
            changed = changed
                .delete(&from, None)
                .at_its_place(tenant, after, days);
        }
        let seen = is_seen(after) - is_seen(before);
        let rooted = is_rooted(after) - is_rooted(before);
        changed
            .weighed(tenant, after, seen, rooted)
            .telling(tenant, told)
            .commit()
            .await
    }

    /// Deletes a post below which nothing stands. Positions of the refusal: 0,
    /// it has changed meanwhile; 1, something stands below it.
    pub async fn remove_post(
        &self,
        tenant: &TenantId,
        post: &Post,
        told: &Told,
    ) -> Result<(), Refused> {
        let alone = Expression::new("attribute_not_exists(#below) OR #below = :none")
            .value(":none", crate::n(0));
        self.transaction()
            .delete(
                &keys::post(tenant, &post.id),
                Some(crate::tenants::version_is(post.version)),
            )
            .delete(&keys::post_counts(tenant, &post.id), Some(alone))
            .delete(&keys::post_place(tenant, post), None)
            .weighed(tenant, post, -is_seen(post), -is_rooted(post))
            .telling(tenant, told)
            .commit()
            .await?;
        // Views and reactions are found by nobody any more; what stays of them
        // after a failure here goes with the community.
        let rest = keys::post_partition(tenant, &post.id);
        if let Err(error) = self.clear_partition(&rest).await {
            tracing::warn!(post = %post.id, %error, "left views and reactions of a deleted post");
        }
        Ok(())
    }

    /// Counts that a person opened a post; false when it was counted before.
    pub async fn record_view(
        &self,
        tenant: &TenantId,
        post: &PostId,
        user: &UserId,
    ) -> Result<bool, StoreError> {
        let seen = self
            .transaction()
            .create(
                &keys::post_view(tenant, post, user),
                &serde_json::json!({ "at": self.now() }),
            )
            .check(&keys::post(tenant, post), takes_part())
            .tally(&keys::post_counts(tenant, post), &[("views", 1)], None)
            .commit()
            .await;
        happened(seen)
    }

    /// Adds a reaction; false when the person has reacted so already. Position 1
    /// of the refusal: the post is not to be seen any more.
    pub async fn react(
        &self,
        tenant: &TenantId,
        post: &PostId,
        user: &UserId,
        kind: ReactionKind,
    ) -> Result<bool, Refused> {
        let change = Expression::new("ADD #kinds :kinds SET #user = :user")
            .value(":kinds", AttributeValue::Ss(vec![kind.as_str().to_owned()]))
            .value(":user", s(user.as_str()));
        let anew = Expression::new("attribute_not_exists(#kinds) OR NOT contains(#kinds, :kind)")
            .value(":kind", s(kind.as_str()));
        let reacted = self
            .transaction()
            .update(&keys::post_reaction(tenant, post, user), change, Some(anew))
            .check(&keys::post(tenant, post), takes_part())
            .tally(
                &keys::post_counts(tenant, post),
                &[(kind.as_str(), 1)],
                None,
            )
            .commit()
            .await;
        match reacted {
            Err(refused) if refused.at(1) => Err(refused),
            other => Ok(happened(other)?),
        }
    }

    /// Takes a reaction back; false when there is none of the kind.
    pub async fn take_reaction_back(
        &self,
        tenant: &TenantId,
        post: &PostId,
        user: &UserId,
        kind: ReactionKind,
    ) -> Result<bool, StoreError> {
        let change = Expression::new("DELETE #kinds :kinds")
            .value(":kinds", AttributeValue::Ss(vec![kind.as_str().to_owned()]));
        let there = Expression::new("contains(#kinds, :kind)").value(":kind", s(kind.as_str()));
        let taken = self
            .transaction()
            .update(
                &keys::post_reaction(tenant, post, user),
                change,
                Some(there),
            )
            .tally(
                &keys::post_counts(tenant, post),
                &[(kind.as_str(), -1)],
                None,
            )
            .commit()
            .await;
        happened(taken)
    }
}

fn happened(done: Result<(), Refused>) -> Result<bool, StoreError> {
    match done {
        Ok(()) => Ok(true),
        Err(Refused::Conditions(_)) => Ok(false),
        Err(Refused::Store(error)) => Err(error),
    }
}
