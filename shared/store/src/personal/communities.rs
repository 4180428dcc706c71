//! Communities: having joined, posts, reactions and views. What somebody wrote
//! and reacted to is found by the places of all posts.

use std::collections::BTreeSet;

use domain::community::Member;
use domain::community::post::Post;
use domain::community::reaction::Reaction;
use domain::ids::{CommunityId, PostId};
use domain::operation::Page;
use serde_json::json;

use super::{PAGE, Place, Section, Subject, record};
use crate::error::StoreError;
use crate::post_changes::Told;
use crate::posts::Place as PostPlace;
use crate::table::{Range, parse, text};
use crate::transaction::Refused;
use crate::{Rows, Store, keys};

pub(super) const SECTION: Section = Section {
    name: "communities",
    export: Some(|store, subject, cursor| Box::pin(export(store, subject, cursor))),
    erase: Some(|store, subject, cursor| Box::pin(erase(store, subject, cursor))),
};

/// Attempts at a post that others change.
const ATTEMPTS: usize = 8;

/// What one community has of somebody, in part.
struct Found {
    community: CommunityId,
    /// On the first page of each community.
    member: Option<Member>,
    posts: Vec<Post>,
    reactions: Vec<(PostId, Reaction)>,
    /// Every post that was looked at.
    looked_at: Vec<PostId>,
}

async fn found(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<(Option<Found>, Option<String>), StoreError> {
    let (tenant, user) = (&subject.tenant, subject.id());
    let place = Place::read(cursor);
    let mut left = store.community_ids(tenant).await?.into_iter();
    let mut left = left
        .by_ref()
        .skip_while(|id| id.as_str() < place.part.as_str());
    let Some(community) = left.next() else {
        return Ok((None, None));
    };
    let after = place.after.filter(|_| community.as_str() == place.part);
    let member = match after {
        None => store.community_member(tenant, &community, user).await?,
        Some(_) => None,
    };
    let rows: Rows<PostPlace> = store
        .rows(&Range {
            after,
            limit: Some(PAGE),
            consistent: true,
            ..Range::of(keys::post_places(tenant, &community))
        })
        .await?;
    let ids: Vec<PostId> = rows.items.iter().map(|place| place.post.clone()).collect();
    let own = rows.items.iter().filter(|place| place.author == *user);
    let mut wanted: Vec<_> = own.map(|place| keys::post(tenant, &place.post)).collect();
    wanted.extend(ids.iter().map(|id| keys::post_reaction(tenant, id, user)));
    let (mut posts, mut reactions) = (Vec::new(), Vec::new());
    for item in store.batch_get_consistent(wanted).await? {
        if text(&item, "sk").as_deref() == Some("POST") {
            posts.push(parse(item)?);
            continue;
        }
        let pk = text(&item, "pk").unwrap_or_default();
        let post = ids.iter().find(|id| keys::post_partition(tenant, id) == pk);
        if let Some(post) = post {
            reactions.push((post.clone(), parse(item)?));
        }
    }
    let next = match rows.more {
        Some(more) => Some(Place::at(community.as_str(), Some(&more))),
        None => left.next().map(|next| Place::at(next.as_str(), None)),
    };
    let found = Found {
        community,
        member,
        posts,
        reactions,
        looked_at: ids,
    };
    Ok((Some(found), next))
}

async fn export(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let (found, next) = found(store, subject, cursor).await?;
    let mut records = Vec::new();
    let Some(found) = found else {
        return Ok(Page { records, next });
    };
    if let Some(member) = &found.member {
        let joined = json!({
            "community": found.community, "role": member.role, "joined_at": member.joined_at,
        });
        records.push((format!("{}#member", found.community), joined));
    }
    let days = store.kept(&subject.tenant).await?.rest.post_days;
    let now = store.now();
    for post in found.posts {
        let over =
            days.is_some_and(|days| domain::retention::has_expired(post.created_at, days, now));
        if !over {
            records.push((format!("{}#{}", found.community, post.id), record(&post)?));
        }
    }
    for (post, reaction) in found.reactions {
        if !reaction.kinds.is_empty() {
            let reacted = json!({ "post": post, "kinds": reaction.kinds });
            records.push((format!("{}#{post}#reactions", found.community), reacted));
        }
    }
    Ok(Page { records, next })
}

async fn erase(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let (tenant, user) = (&subject.tenant, subject.id());
    let (found, next) = found(store, subject, cursor).await?;
    let Some(found) = found else {
        return Ok(Page::default());
    };
    if let Some(member) = &found.member {
        store
            .forget_member(tenant, &found.community, member)
            .await?;
    }
    for (post, reaction) in &found.reactions {
        let kinds: BTreeSet<_> = reaction.kinds.iter().copied().collect();
        for kind in kinds {
            store.take_reaction_back(tenant, post, user, kind).await?;
        }
    }
    for post in &found.posts {
        store.erase_post(subject, post).await?;
    }
    let mut rest = vec![keys::community_removed(tenant, &found.community, user)];
    for post in &found.looked_at {
        rest.push(keys::post_view(tenant, post, user));
        rest.push(keys::post_reaction(tenant, post, user));
    }
    let mut seen = std::collections::HashSet::new();
    rest.retain(|keys| seen.insert(keys.clone()));
    store.batch_delete(&rest).await?;
    Ok(Page {
        records: Vec::new(),
        next,
    })
}

impl Store {
    /// Removes a post, or leaves a tombstone where others stand below it.
    async fn erase_post(&self, subject: &Subject, seen: &Post) -> Result<(), StoreError> {
        let tenant = &subject.tenant;
        let mut post = seen.clone();
        for _ in 0..ATTEMPTS {
            let told = Told::default();
            match self.remove_post(tenant, &post, &told).await {
                Ok(()) => return Ok(()),
                Err(Refused::Store(error)) => return Err(error),
                Err(refused) if refused.at(1) && post.deleted => return Ok(()),
                Err(refused) if refused.at(1) => {
                    let after = post.tombstone(self.now());
                    match self.change_post(tenant, &post, &after, &told).await {
                        Ok(()) => return Ok(()),
                        Err(Refused::Conditions(_)) => {}
                        Err(Refused::Store(error)) => return Err(error),
                    }
                }
                Err(Refused::Conditions(_)) => {}
            }
            match self.read(&keys::post(tenant, &post.id)).await? {
                Some(now) => post = now,
                None => return Ok(()),
            }
        }
        Err(StoreError::Unavailable("a post kept changing".to_owned()))
    }

    /// All communities of a tenant, also those that are being deleted.
    pub(super) async fn community_ids(
        &self,
        tenant: &domain::ids::TenantId,
    ) -> Result<Vec<CommunityId>, StoreError> {
        let range = Range {
            attributes: Some("sk"),
            ..Range::of(keys::communities(tenant))
        };
        let mut range = range;
        let mut ids = Vec::new();
        loop {
            let (items, last) = self.page(&range).await?;
            let found = items
                .iter()
                .filter_map(|item| text(item, "sk")?.parse().ok());
            ids.extend(found);
            match last.and_then(|keys| text(&keys, "sk")) {
                Some(more) => range.after = Some(more),
                None => return Ok(ids),
            }
        }
    }
}
