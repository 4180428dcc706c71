//! Feeds newest first. The first page and the read state come by one query,
//! because the state's sort key lies behind every item's.

use domain::Timestamp;
use domain::feed::{FeedItem, ReadState, UNREAD_CAP, floor};
use domain::ids::{NotificationId, TenantId, UserId};
use domain::notification::{Level, Priority};

use super::{ITEMS_END, entry, expired, from, sort_key, state::parse_state};
use crate::error::StoreError;
use crate::table::{Filter, Item, Range, n, s, text};
use crate::{Store, keys};

/// Queries for one page of a filtered feed; what lies further is the next page's.
const ROUNDS: u32 = 8;
/// Items looked at by one query of a filtered feed.
const FILTERED: u32 = 250;

/// What a page is narrowed to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedFilter {
    /// Only unread, or only read ones.
    pub unread: Option<bool>,
    pub priority: Option<Priority>,
    pub kind: Option<String>,
    pub level: Option<Level>,
    /// Made at or after.
    pub from: Option<Timestamp>,
    /// Made before.
    pub to: Option<Timestamp>,
    /// Words in title or body, in lower case.
    pub words: Option<String>,
}

/// Part of a feed.
#[derive(Debug)]
pub struct FeedPage {
    pub items: Vec<FeedItem>,
    /// Go on behind this one, while there may be more.
    pub more: Option<NotificationId>,
    pub state: ReadState,
    /// Known when the page reaches down to what is read.
    pub unread: Option<u32>,
}

impl Store {
    /// One page of a feed. `after` is the last item that was looked at.
    pub async fn feed_page(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &FeedFilter,
        after: Option<&NotificationId>,
        size: u32,
    ) -> Result<FeedPage, StoreError> {
        let oldest = self.feed_floor(tenant).await?;
        let plain = *filter == FeedFilter::default();
        let top = plain && after.is_none();
        let mut state = None;
        if after.is_some() || filter.to.is_some() {
            state = Some(self.read_state(tenant, user).await?);
        }
        let mut after = after.cloned();
        let mut items = Vec::new();
        for _ in 0..ROUNDS {
            let lower = lower_bound(filter, state.as_ref()).max(Some(oldest.clone()));
            if after.is_some() && after < lower {
                // Cleared since the page before.
                after = None;
                break;
            }
            let above = filter.to.map(|to| floor(to).to_string());
            let range = Range {
                from: Some(from(lower.as_ref())),
                to: above.or_else(|| state.is_some().then(|| ITEMS_END.to_owned())),
                after: after.as_ref().map(ToString::to_string),
                newest_first: true,
                // Two more than shown: the read state, and whether there is more.
                limit: Some(if plain { size + 2 } else { FILTERED }),
                filter: attribute_filter(filter),
                ..Range::of(keys::feed(tenant, user))
            };
            let (found, last) = self.page(&bounded(range)).await?;
            let mut found = found.into_iter().peekable();
            let seen = match state.take() {
                Some(state) => state,
                None => match found
                    .next_if(|item| text(item, "sk").as_deref() == Some(keys::FEED_STATE))
                {
                    Some(item) => parse_state(&item),
                    None => ReadState::default(),
                },
            };
            for item in found {
                let Some(id) = sort_key(&item) else { continue };
                if !shows(&item, &id, filter, &seen, self.now()) {
                    continue;
                }
                if items.len() >= size as usize {
                    let more = items
                        .last()
                        .map(|item: &FeedItem| item.notification.id.clone());
                    return Ok(FeedPage::new(items, more, seen, top));
                }
                items.push(entry(item, &seen)?);
            }
            after = last.as_ref().and_then(sort_key);
            if after.is_none() || items.len() >= size as usize {
                return Ok(FeedPage::new(items, after, seen, top));
            }
            state = Some(seen);
        }
        Ok(FeedPage::new(
            items,
            after,
            state.unwrap_or_default(),
            false,
        ))
    }
}

impl FeedPage {
    /// `top` tells that the items are all there are from the top of the feed.
    fn new(
        items: Vec<FeedItem>,
        more: Option<NotificationId>,
        state: ReadState,
        top: bool,
    ) -> Self {
        let reaches = more.is_none()
            || items
                .last()
                .is_some_and(|last| Some(&last.notification.id) <= state.read_up_to());
        let unread = items.iter().filter(|item| !item.read).count();
        let unread = u32::try_from(unread).unwrap_or(UNREAD_CAP).min(UNREAD_CAP);
        Self {
            items,
            more,
            state,
            unread: (top && reaches).then_some(unread),
        }
    }
}

/// Nothing below this can be on the page.
fn lower_bound(filter: &FeedFilter, state: Option<&ReadState>) -> Option<NotificationId> {
    let mark = state.and_then(|state| match filter.unread {
        Some(true) => state.read_up_to(),
        _ => state.cleared.as_ref(),
    });
    filter.from.map(floor).max(mark.cloned())
}

/// DynamoDB refuses a lower bound above the upper one.
fn bounded(mut range: Range) -> Range {
    if range.to.is_some() && range.from > range.to {
        range.from = range.to.clone();
    }
    range
}

/// What can be decided by the item alone; the read state passes it.
fn attribute_filter(filter: &FeedFilter) -> Option<Filter> {
    let mut made = Filter::default();
    let mut tests = Vec::new();
    let mut test = |attribute: &str, value| {
        tests.push(format!("#{attribute} = :{attribute}"));
        made.names
            .insert(format!("#{attribute}"), attribute.to_owned());
        made.values.insert(format!(":{attribute}"), value);
    };
    if let Some(priority) = filter.priority {
        test("priority", n(priority.number()));
    }
    if let Some(kind) = &filter.kind {
        test("type", s(kind));
    }
    if let Some(level) = filter.level {
        test("level", s(level.as_str()));
    }
    if tests.is_empty() {
        return None;
    }
    made.names
        .insert("#version".to_owned(), "version".to_owned());
    made.expression = format!("attribute_exists(#version) OR ({})", tests.join(" AND "));
    Some(made)
}

fn shows(
    item: &Item,
    id: &NotificationId,
    filter: &FeedFilter,
    state: &ReadState,
    now: Timestamp,
) -> bool {
    let worded = |words: &str| {
        ["title", "body"]
            .iter()
            .any(|part| text(item, part).is_some_and(|text| text.to_lowercase().contains(words)))
    };
    !state.hides(id)
        && !expired(item, now)
        && filter
            .unread
            .is_none_or(|unread| unread != state.has_read(id))
        && filter.to.is_none_or(|to| *id < floor(to))
        && filter.words.as_deref().is_none_or(worded)
}
