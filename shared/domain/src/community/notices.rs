//! What communities notify of, each as a send.

use crate::announcement::excerpt;
use crate::audience::{Audience, Expression, MAX_EXPRESSIONS};
use crate::caller::Caller;
use crate::channel::Channel;
use crate::community::{CATEGORY, Post};
use crate::ids::UserId;
use crate::notification::{Level, Reference};
use crate::send::{Content, Origin, Send};
use crate::time::Timestamp;

/// Characters of a post that a feed shows.
const EXCERPT: usize = 200;

/// Tells the author of a post that somebody replied; nobody is told of a reply
/// of their own.
pub fn replied(
    caller: &Caller,
    (reply, by): (&Post, &str),
    parent: &Post,
    now: Timestamp,
) -> Option<Send> {
    if parent.author == reply.author || parent.deleted {
        return None;
    }
    let send = send(caller, std::slice::from_ref(&parent.author), reply, now);
    Some(Send {
        actor: reply.author.clone(),
        kind: "post.replied".to_owned(),
        content: Content {
            title: format!("{by} replied to “{}”", parent.label()),
            body: excerpt(&reply.body, EXCERPT),
            ..Content::default()
        },
        ..send
    })
}

/// Tells an author that their post is out; none for one's own.
pub fn approved(caller: &Caller, post: &Post, now: Timestamp) -> Option<Send> {
    if post.author == caller.user {
        return None;
    }
    let send = send(caller, std::slice::from_ref(&post.author), post, now);
    Some(Send {
        kind: "post.approved".to_owned(),
        level: Level::Success,
        content: Content {
            title: format!("“{}” was approved", post.label()),
            body: String::new(),
            ..Content::default()
        },
        ..send
    })
}

/// Tells an author why their post came back; none for one's own.
pub fn rejected(caller: &Caller, post: &Post, now: Timestamp) -> Option<Send> {
    if post.author == caller.user {
        return None;
    }
    let notes = post.rejection.as_ref().map(|rejection| &rejection.notes);
    let send = send(caller, std::slice::from_ref(&post.author), post, now);
    Some(Send {
        kind: "post.rejected".to_owned(),
        level: Level::Warning,
        content: Content {
            title: format!("“{}” was not approved", post.label()),
            body: notes.map(|notes| excerpt(notes, 1_000)).unwrap_or_default(),
            ..Content::default()
        },
        ..send
    })
}

/// Tells the moderators that a post waits for them.
pub fn pending(
    caller: &Caller,
    (post, by): (&Post, &str),
    moderators: &[UserId],
    now: Timestamp,
) -> Option<Send> {
    if moderators.is_empty() {
        return None;
    }
    Some(Send {
        kind: "post.pending".to_owned(),
        content: Content {
            title: format!("{by} waits for approval of “{}”", post.label()),
            body: excerpt(&post.body, EXCERPT),
            ..Content::default()
        },
        skip_actor: true,
        ..send(caller, moderators, post, now)
    })
}

fn send(caller: &Caller, people: &[UserId], post: &Post, now: Timestamp) -> Send {
    let people = people.iter().take(MAX_EXPRESSIONS).cloned();
    let audience = Audience {
        include: people
            .map(|id| Expression::User { role: None, id })
            .collect(),
        except: Vec::new(),
    };
    Send {
        channels: vec![Channel::InApp, Channel::Live],
        category: CATEGORY.to_owned(),
        reference: Some(Reference {
            kind: "post".to_owned(),
            id: post.id.to_string(),
        }),
        redirect_url: Some(format!("/communities/{}/posts/{}", post.community, post.id)),
        ..Send::new(caller, Origin::Automation, audience, now)
    }
}
