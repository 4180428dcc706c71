//! Pushing what was written. The items are in the feeds already, so whatever
//! fails here is fetched by the client: nothing of it fails the chunks.
//!
//! Who is connected is asked once for all chunks of an invocation, and after
//! all of them are written. Whoever connects before the question is pushed to;
//! whoever connects after it finds the items in the feed.

use std::collections::{BTreeMap, HashMap};

use domain::frames::Event;
use domain::ids::{ConnectionId, TenantId, UserId};
use domain::notification::Notification;
use futures::StreamExt;
use live::Post;
use store::StoreError;
use store::connections::Connection;

use crate::Worker;

/// People whose unread count is asked for at once.
const COUNTS: usize = 16;

/// What a chunk has written.
#[derive(Debug)]
pub(crate) enum Letters {
    Same(Vec<UserId>, Box<Notification>),
    Each(Vec<(UserId, Notification)>),
}

impl Letters {
    /// Each person and what is theirs.
    fn iter(&self) -> Box<dyn Iterator<Item = (&UserId, &Notification)> + Send + '_> {
        match self {
            Self::Same(users, one) => Box::new(users.iter().map(|user| (user, one.as_ref()))),
            Self::Each(each) => Box::new(each.iter().map(|(user, one)| (user, one))),
        }
    }

    /// The person, if there is only one.
    fn only(&self) -> Option<&UserId> {
        let mut all = self.iter();
        let (first, _) = all.next()?;
        all.next().is_none().then_some(first)
    }
}

impl Worker {
    /// Pushes what the chunks of an invocation have written.
    pub(crate) async fn push_written(&self, invocation: u64) {
        let mut tenants: BTreeMap<TenantId, Vec<Letters>> = BTreeMap::new();
        for (tenant, letters) in self.invocations.end(invocation) {
            tenants.entry(tenant).or_default().push(letters);
        }
        for (tenant, letters) in tenants {
            if let Err(error) = self.push(&tenant, &letters).await {
                tracing::warn!(%tenant, %error, "not pushed");
            }
        }
    }

    async fn push(&self, tenant: &TenantId, letters: &[Letters]) -> Result<(), StoreError> {
        let open = self.open(tenant, letters).await?;
        let mut sockets: HashMap<&UserId, Vec<&ConnectionId>> = HashMap::new();
        for connection in &open {
            sockets
                .entry(&connection.user)
                .or_default()
                .push(&connection.connection);
        }
        let mut people = Vec::with_capacity(sockets.len());
        for (user, notification) in letters.iter().flat_map(Letters::iter) {
            if let Some(sockets) = sockets.get(user) {
                people.push(self.posts(tenant, user, notification, sockets));
            }
        }
        let posts: Vec<Vec<Post>> = futures::stream::iter(people)
            .buffer_unordered(COUNTS)
            .collect()
            .await;
        let outcomes = self.live.push(posts.into_iter().flatten().collect()).await;
        tracing::info!(%tenant, sent = outcomes.sent, gone = outcomes.gone.len(), failed = outcomes.failed, "pushed");
        let now = self.store.now();
        let gone = open.iter().filter(|connection| {
            outcomes.gone.contains(&connection.connection) && connection.is_settled(now)
        });
        for gone in gone {
            self.forget(tenant, gone).await;
        }
        Ok(())
    }

    /// The open sockets of everybody concerned: one query for each person who is
    /// written to alone, else one walk over the tenant's open sockets.
    async fn open(
        &self,
        tenant: &TenantId,
        letters: &[Letters],
    ) -> Result<Vec<Connection>, StoreError> {
        let alone: Option<Vec<&UserId>> = letters.iter().map(Letters::only).collect();
        let Some(mut alone) = alone else {
            let everybody = letters.iter().flat_map(Letters::iter);
            let users: Vec<UserId> = everybody.map(|(user, _)| user.clone()).collect();
            return self.store.connections_of_users(tenant, &users).await;
        };
        alone.sort_unstable();
        alone.dedup();
        let asked = alone
            .into_iter()
            .map(|user| self.store.connections_of(tenant, user));
        let found = futures::future::try_join_all(asked).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The frames for one person's sockets.
    async fn posts(
        &self,
        tenant: &TenantId,
        user: &UserId,
        notification: &Notification,
        sockets: &[&ConnectionId],
    ) -> Vec<Post> {
        let unread_count = match self.store.unread_now(tenant, user, None).await {
            Ok(count) => count,
            Err(error) => {
                tracing::warn!(%tenant, %user, %error, "no unread count, not pushed");
                return Vec::new();
            }
        };
        let frame = Event::NotificationCreated {
            cursor: notification.id.to_string(),
            notification: Box::new(notification.clone()),
            unread_count,
        };
        Post::to_all(sockets.iter().copied(), &frame).unwrap_or_default()
    }

    async fn forget(&self, tenant: &TenantId, gone: &Connection) {
        if let Err(error) = self.store.remove_connection(tenant, gone).await {
            tracing::warn!(%tenant, %error, "a socket that is gone stays listed");
        }
    }
}
