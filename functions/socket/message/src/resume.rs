//! What a client missed while it had no socket.

use domain::feed::{FeedCursor, FeedItem};
use domain::frames::{Event, RESUMED_BYTES};
use domain::{Caller, Problem};

use crate::Message;

/// Items in one answer.
const ITEMS: u32 = 100;

impl Message {
    pub(crate) async fn resume(
        &self,
        who: &Caller,
        id: Option<String>,
        since: &str,
    ) -> Result<Event, Problem> {
        let cursor: FeedCursor = since.parse()?;
        let (tenant, user) = (&who.tenant, &who.user);
        let mut found = self.store.feed_since(tenant, user, &cursor, ITEMS).await?;
        let fit = fitting(&found.items);
        if fit < found.items.len() {
            found.items.truncate(fit);
            found.more = true;
            if let Some(last) = found.items.last() {
                found.cursor = cursor.behind(last.notification.id.clone());
            }
        }
        let unread_count = self
            .store
            .unread_now(tenant, user, Some(&found.state))
            .await?;
        Ok(Event::Resumed {
            id,
            items: found.items,
            cursor: found.cursor.to_string(),
            unread_count,
            more: found.more,
        })
    }
}

/// How many items fit into one frame; at least one, or a client would never
/// get past it.
fn fitting(items: &[FeedItem]) -> usize {
    let mut bytes = 0;
    let fit = items.iter().take_while(|item| {
        bytes += serde_json::to_vec(item).map_or(0, |json| json.len() + 1);
        bytes <= RESUMED_BYTES
    });
    fit.count().max(1).min(items.len())
}
