//! What a client missed: items made since its cursor, less a minute, and items
//! written since then although their send is older.

use domain::feed::{FeedCursor, FeedItem, LATE_SECONDS, ReadState, floor};
use domain::ids::{TenantId, UserId};
use domain::time::plus_seconds;

use super::{ITEMS_END, entry, expired, sort_key};
use crate::error::StoreError;
use crate::table::{Range, number};
use crate::{Store, keys};

/// Queries for one answer.
const ROUNDS: u32 = 8;
/// Items looked at by one query.
const LOOK: u32 = 250;

/// A part of what a client missed, oldest first.
#[derive(Debug)]
pub struct FeedSince {
    pub items: Vec<FeedItem>,
    /// Where to go on: at once if there is more, later if not.
    pub cursor: FeedCursor,
    pub more: bool,
    pub state: ReadState,
}

impl Store {
    /// What a person's feed got since a cursor. The reads are consistent: a
    /// client relies on the answer to have missed nothing.
    pub async fn feed_since(
        &self,
        tenant: &TenantId,
        user: &UserId,
        cursor: &FeedCursor,
        size: u32,
    ) -> Result<FeedSince, StoreError> {
        let now = self.now();
        let state = self.read_state(tenant, user).await?;
        let missed = cursor.from();
        let oldest = self.feed_floor(tenant).await?;
        let first = floor(missed);
        let mut range = Range {
            from: Some(floor(plus_seconds(missed, -LATE_SECONDS)).to_string()),
            to: Some(ITEMS_END.to_owned()),
            after: cursor.last.as_ref().map(ToString::to_string),
            limit: Some(LOOK),
            consistent: true,
            ..Range::of(keys::feed(tenant, user))
        };
        if range.after < range.from {
            range.after = None;
        }
        let mut items: Vec<FeedItem> = Vec::new();
        for _ in 0..ROUNDS {
            let (found, last) = self.page(&range).await?;
            for item in found {
                let Some(id) = sort_key(&item) else { continue };
                let late = number(&item, "w").is_some_and(|written| written >= missed.as_second());
                if (id < first && !late) || id < oldest || state.hides(&id) || expired(&item, now) {
                    continue;
                }
                if items.len() >= size as usize {
                    let last = items.last().map(|item| item.notification.id.clone());
                    let cursor = last.map_or_else(|| cursor.clone(), |last| cursor.behind(last));
                    return Ok(FeedSince {
                        items,
                        cursor,
                        more: true,
                        state,
                    });
                }
                items.push(entry(item, &state)?);
            }
            match last.as_ref().and_then(sort_key) {
                Some(last) => range.after = Some(last.to_string()),
                None => {
                    return Ok(FeedSince {
                        items,
                        cursor: FeedCursor::now(now),
                        more: false,
                        state,
                    });
                }
            }
        }
        let last = range.after.and_then(|last| last.parse().ok());
        let cursor = last.map_or_else(|| cursor.clone(), |last| cursor.behind(last));
        Ok(FeedSince {
            items,
            cursor,
            more: true,
            state,
        })
    }
}
