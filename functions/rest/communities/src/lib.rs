//! Woken by the HTTP API: communities of courses, their members, posts, replies
//! and reactions. A request that fails has changed nothing; repeated under the same
//! `Idempotency-Key`, a post is made once.

mod body;
mod manage;
mod members;
mod moderate;
mod notify;
mod opening;
mod posts;
mod reactions;
mod roles;
mod write;

use axum::extract::FromRef;
use domain::community::{Access, Post};
use domain::cursor::CursorKey;
use domain::ids::PostId;
use domain::{Caller, Problem};
use lambda::{Env, EnvError, Function, rest};
use queue::{Queue, Routes};
use store::Store;

/// A lost race between two people.
const CHANGED: &str = "It has changed meanwhile; read it again.";

/// What the handlers share.
#[derive(Debug, Clone)]
struct Communities {
    store: Store,
    queue: Queue,
    cursors: CursorKey,
}

impl FromRef<Communities> for Store {
    fn from_ref(all: &Communities) -> Self {
        all.store.clone()
    }
}

impl FromRef<Communities> for CursorKey {
    fn from_ref(all: &Communities) -> Self {
        all.cursors.clone()
    }
}

/// Reads `TABLE_NAME`, `SECRET`, which signs cursors, and `QUEUE_PLAN_SEND`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let queues = Routes {
        plan_send: Some(settings.required("QUEUE_PLAN_SEND")),
        ..Routes::default()
    };
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let communities = Communities {
        store: store.clone(),
        queue: Queue::new(env.aws(), queues),
        cursors: CursorKey::new(secrets),
    };
    let router = router().with_state(communities);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Communities:
    manage::list_communities,
    opening::create_community,
    manage::get_community,
    manage::update_community,
    manage::delete_community,
    members::join_community,
    members::leave_community,
    members::list_members,
    roles::set_member,
    roles::remove_member,
    posts::list_posts,
    write::create_post,
    posts::get_post,
    write::update_post,
    moderate::delete_post,
    posts::list_replies,
    write::submit_post,
    moderate::approve_post,
    moderate::reject_post,
    moderate::pin_post,
    moderate::unpin_post,
    reactions::list_reactions,
    reactions::react,
    reactions::take_all_back,
    reactions::take_back,
}

/// A post and the caller's place in its community, or the step of the ladder
/// that is missing. What the caller may not see does not exist.
async fn found(store: &Store, caller: &Caller, id: &PostId) -> Result<(Post, Access), Problem> {
    let post = store.post(&caller.tenant, id).await?;
    let post = post.ok_or_else(Problem::not_found)?;
    let access = store.community_access(caller, &post.community).await?;
    post.require_visible(&access, caller)?;
    Ok((post, access))
}
