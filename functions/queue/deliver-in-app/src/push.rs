//! Pushing what was written. The items are in the feeds already, so whatever
//! fails here is fetched by the client: nothing of it fails the chunk.

use std::collections::HashMap;

use domain::frames::Event;
use domain::ids::{ConnectionId, TenantId, UserId};
use domain::notification::Notification;
use futures::StreamExt;
use live::Post;
use store::StoreError;
use store::connections::Connection;

use crate::Worker;
use crate::chunk::Letters;

/// People whose unread count is asked for at once.
const COUNTS: usize = 16;

impl Worker {
    pub(crate) async fn push(&self, tenant: &TenantId, letters: &Letters) {
        if let Err(error) = self.try_push(tenant, letters).await {
            tracing::warn!(%tenant, %error, "not pushed");
        }
    }

    async fn try_push(&self, tenant: &TenantId, letters: &Letters) -> Result<(), StoreError> {
        let users: Vec<UserId> = letters.iter().map(|(user, _)| user.clone()).collect();
        let open = self.store.connections_of_users(tenant, &users).await?;
        let mut sockets: HashMap<&UserId, Vec<&ConnectionId>> = HashMap::new();
        for connection in &open {
            sockets
                .entry(&connection.user)
                .or_default()
                .push(&connection.connection);
        }
        let mut people = Vec::with_capacity(sockets.len());
        for (user, notification) in letters {
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
