//! Posts of communities: found by id, listed by place.

use std::collections::{BTreeMap, HashMap};

use domain::Timestamp;
use domain::community::post::Post;
use domain::community::reaction::{PostCounts, Reaction, ReactionKind};
use domain::ids::{CommunityId, PostId, TenantId, UserId};
use domain::retention;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::table::{Filter, Item, Keys, Range, number, parse, s, text};
use crate::{Rows, Store, keys};

/// Pages of places that one listing reads at most.
const PAGES: usize = 10;

/// Where a post stands in the lists of its community.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Place {
    pub post: PostId,
    pub author: UserId,
}

/// One of the lists of a community.
#[derive(Debug, Clone, Copy)]
pub enum PostList<'a> {
    /// What is published, without replies: the pinned first, then the newest.
    Published,
    /// What waits for approval, the oldest first; of one author or of all.
    Pending(Option<&'a UserId>),
    /// An author's drafts, the newest first.
    Drafts(&'a UserId),
    /// Everything below a post in the order of reading.
    Thread(&'a Post),
}

impl PostList<'_> {
    fn range(&self, tenant: &TenantId, community: &CommunityId) -> Range {
        let (prefix, newest_first) = match self {
            Self::Published => (keys::PUBLISHED.to_owned(), true),
            Self::Pending(_) => (keys::PENDING.to_owned(), false),
            Self::Drafts(author) => (keys::post_drafts(author), true),
            Self::Thread(post) => (keys::post_thread(post), false),
        };
        let mut range = Range {
            prefix: Some(prefix),
            newest_first,
            consistent: true,
            ..Range::of(keys::post_places(tenant, community))
        };
        if let Self::Pending(Some(author)) = self {
            range.filter = Some(Filter {
                expression: "#author = :author".to_owned(),
                names: HashMap::from([("#author".to_owned(), "author".to_owned())]),
                values: HashMap::from([(":author".to_owned(), s(author.as_str()))]),
            });
        }
        range
    }
}

/// A post with its counters and the caller's own reactions.
#[derive(Debug, Clone)]
pub struct Counted {
    pub post: Post,
    pub counts: PostCounts,
    pub mine: Vec<ReactionKind>,
}

impl Store {
    pub async fn post(&self, tenant: &TenantId, post: &PostId) -> Result<Option<Post>, StoreError> {
        let found: Option<Post> = self.read(&keys::post(tenant, post)).await?;
        let oldest = self.oldest_post(tenant).await?;
        Ok(found.filter(|post| is_kept(post, oldest)))
    }

    /// Posts written up to then are no longer there, whether or not the table
    /// has deleted them.
    async fn oldest_post(&self, tenant: &TenantId) -> Result<Option<Timestamp>, StoreError> {
        let days = self.kept(tenant).await?.rest.post_days;
        Ok(days.map(|days| retention::floor(days, self.now())))
    }

    /// One page of a list. Work is bounded: a page may be short and still have
    /// a next one.
    pub async fn list_posts(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
        list: PostList<'_>,
        reader: &UserId,
        (after, limit): (Option<&str>, u32),
    ) -> Result<Rows<Counted>, StoreError> {
        let mut range = list.range(tenant, community);
        range.after = after.map(ToOwned::to_owned);
        range.limit = Some(limit);
        let mut places: Vec<Item> = Vec::new();
        for _ in 0..PAGES {
            let (items, last) = self.page(&range).await?;
            places.extend(items);
            range.after = last.and_then(|keys| text(&keys, "sk"));
            if places.len() >= limit as usize || range.after.is_none() {
                break;
            }
        }
        if places.len() > limit as usize {
            places.truncate(limit as usize);
            range.after = places.last().and_then(|place| text(place, "sk"));
        }
        let places = places
            .into_iter()
            .map(parse::<Place>)
            .collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<PostId> = places.into_iter().map(|place| place.post).collect();
        Ok(Rows {
            items: self.counted_posts(tenant, &ids, reader).await?,
            more: range.after,
        })
    }

    /// Posts by id, in the order of the ids; those that are gone are left out.
    async fn counted_posts(
        &self,
        tenant: &TenantId,
        ids: &[PostId],
        reader: &UserId,
    ) -> Result<Vec<Counted>, StoreError> {
        let wanted = ids.iter().flat_map(|id| {
            let [counts, mine] = facts(tenant, id, reader);
            [keys::post(tenant, id), counts, mine]
        });
        let found = by_keys(self.batch_get_consistent(wanted.collect()).await?);
        let oldest = self.oldest_post(tenant).await?;
        let mut posts = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(item) = found.get(&keys::post(tenant, id)) else {
                continue;
            };
            let post: Post = parse(item.clone())?;
            if is_kept(&post, oldest) {
                posts.push(counted(post, tenant, reader, &found)?);
            }
        }
        Ok(posts)
    }

    /// A post that was read, with its counters and the reader's reactions, and
    /// whether the reader's view of it is counted.
    pub async fn count_of_post(
        &self,
        tenant: &TenantId,
        post: Post,
        reader: &UserId,
    ) -> Result<(Counted, bool), StoreError> {
        let view = keys::post_view(tenant, &post.id, reader);
        let mut wanted = facts(tenant, &post.id, reader).to_vec();
        wanted.push(view.clone());
        let found = by_keys(self.batch_get_consistent(wanted).await?);
        let seen = found.contains_key(&view);
        Ok((counted(post, tenant, reader, &found)?, seen))
    }

    /// Who reacted to a post and how, in the order of people's ids.
    pub async fn reactions(
        &self,
        tenant: &TenantId,
        post: &PostId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Rows<Reaction>, StoreError> {
        let range = Range {
            prefix: Some(keys::REACTION.to_owned()),
            after: after.map(ToOwned::to_owned),
            limit: Some(limit),
            consistent: true,
            ..Range::of(keys::post_partition(tenant, post))
        };
        let mut rows = self.rows::<Reaction>(&range).await?;
        rows.items.retain(|reaction| !reaction.kinds.is_empty());
        Ok(rows)
    }
}

fn is_kept(post: &Post, oldest: Option<Timestamp>) -> bool {
    oldest.is_none_or(|oldest| post.created_at > oldest)
}

fn facts(tenant: &TenantId, post: &PostId, reader: &UserId) -> [Keys; 2] {
    [
        keys::post_counts(tenant, post),
        keys::post_reaction(tenant, post, reader),
    ]
}

fn by_keys(items: Vec<Item>) -> HashMap<Keys, Item> {
    let keyed = items.into_iter().filter_map(|item| {
        let keys = Keys::new(text(&item, "pk")?, text(&item, "sk")?);
        Some((keys, item))
    });
    keyed.collect()
}

fn counted(
    post: Post,
    tenant: &TenantId,
    reader: &UserId,
    found: &HashMap<Keys, Item>,
) -> Result<Counted, StoreError> {
    let [counts, mine] = facts(tenant, &post.id, reader);
    let mine = match found.get(&mine) {
        Some(item) => parse::<Reaction>(item.clone())?.kinds,
        None => Default::default(),
    };
    Ok(Counted {
        counts: found.get(&counts).map(counters).unwrap_or_default(),
        mine: mine.into_iter().collect(),
        post,
    })
}

fn counters(item: &Item) -> PostCounts {
    let count = |name: &str| {
        let stored = number(item, name).unwrap_or(0);
        u64::try_from(stored).unwrap_or(0)
    };
    let reactions: BTreeMap<_, _> = ReactionKind::ALL
        .into_iter()
        .map(|kind| (kind, count(kind.as_str())))
        .filter(|(_, times)| *times > 0)
        .collect();
    PostCounts {
        views: count("views"),
        replies: count("replies"),
        reactions,
    }
}
