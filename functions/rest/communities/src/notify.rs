//! Who is told of what happens to a post.

use domain::community::{Access, Post, PostStatus, notices};
use domain::ids::UserId;
use domain::send::Send;
use domain::{Caller, Problem, Timestamp};
use store::Store;
use store::post_changes::Told;
use store::sends::Start;

/// What a step of a post tells people, to be written with the step. `before` is
/// none for a new post.
pub(crate) async fn told(
    store: &Store,
    caller: &Caller,
    access: &Access,
    before: Option<&Post>,
    after: &Post,
    now: Timestamp,
) -> Result<Told, Problem> {
    let mut sends = Vec::new();
    let was = before.map(|post| post.status);
    if after.status == PostStatus::Pending && was != Some(PostStatus::Pending) {
        sends.extend(waits(store, caller, access, after, now).await?);
    }
    let comes_out = after.is_out() && before.is_none_or(|post| post.published_at.is_none());
    if comes_out {
        sends.extend(answers(store, caller, access, after, now).await?);
    }
    Ok(telling(caller, sends, now))
}

/// What a moderator's decision tells the author, and what follows from it.
pub(crate) async fn decided(
    store: &Store,
    caller: &Caller,
    access: &Access,
    (before, after): (&Post, &Post),
    now: Timestamp,
) -> Result<Told, Problem> {
    let decision = if after.is_out() {
        notices::approved(caller, after, now)
    } else {
        notices::rejected(caller, after, now)
    };
    let mut sends = Vec::new();
    if reaches(store, caller, access, &after.author).await? {
        sends.extend(decision);
    }
    if after.is_out() && before.published_at.is_none() {
        sends.extend(answers(store, caller, access, after, now).await?);
    }
    Ok(telling(caller, sends, now))
}

fn telling(caller: &Caller, sends: Vec<Send>, now: Timestamp) -> Told {
    let started = sends.into_iter().map(|send| {
        let start = Start::of(&caller.tenant, &send, now);
        (send, start)
    });
    Told {
        audit: None,
        sends: started.collect(),
    }
}

/// The moderators are told of what waits for them.
async fn waits(
    store: &Store,
    caller: &Caller,
    access: &Access,
    post: &Post,
    now: Timestamp,
) -> Result<Option<Send>, Problem> {
    let moderators = store
        .community_moderators(&caller.tenant, &access.community.id)
        .await?;
    let by = name(store, caller, &post.author).await?;
    Ok(notices::pending(caller, (post, &by), &moderators, now))
}

/// Whoever wrote what this replies to is told of it.
async fn answers(
    store: &Store,
    caller: &Caller,
    access: &Access,
    reply: &Post,
    now: Timestamp,
) -> Result<Option<Send>, Problem> {
    let Some(parent) = reply.parent() else {
        return Ok(None);
    };
    let Some(parent) = store.post(&caller.tenant, parent).await? else {
        return Ok(None);
    };
    if parent.author == reply.author || !reaches(store, caller, access, &parent.author).await? {
        return Ok(None);
    }
    let by = name(store, caller, &reply.author).await?;
    Ok(notices::replied(caller, (reply, &by), &parent, now))
}

/// Whether somebody can still get into the community; who cannot is not told
/// what happens in it.
async fn reaches(
    store: &Store,
    caller: &Caller,
    access: &Access,
    user: &UserId,
) -> Result<bool, Problem> {
    let reachable = store
        .reachable_in(&caller.tenant, &access.community.id, vec![user.clone()])
        .await?;
    Ok(!reachable.is_empty())
}

async fn name(store: &Store, caller: &Caller, user: &UserId) -> Result<String, Problem> {
    let known = store.user(&caller.tenant, user).await?;
    Ok(known.map_or_else(|| user.to_string(), |user| user.name))
}
