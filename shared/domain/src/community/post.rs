//! Posts and the replies below them: from draft to published, and how they end.

use serde::{Deserialize, Serialize};

use crate::announcement::excerpt;
use crate::caller::Caller;
use crate::community::Access;
use crate::ids::{CommunityId, PostId, UserId};
use crate::people::line;
use crate::problem::{Code, Problem};
use crate::text;
use crate::time::Timestamp;

/// Characters of a title.
pub const MAX_TITLE: usize = 200;
/// Bytes of a body.
pub const MAX_BODY: usize = 10_000;
/// Bytes of a moderator's notes.
pub const MAX_NOTES: usize = 2_000;
/// Replies stand this deep below a post at most.
pub const MAX_DEPTH: usize = 5;

/// Where a post stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostStatus {
    /// Its author's alone: not submitted yet, or rejected.
    Draft,
    /// Waits for a moderator.
    Pending,
    /// For all members.
    Published,
}

/// Why a post went back to its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rejection {
    pub notes: String,
    pub by: UserId,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A post, or a reply to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    pub id: PostId,
    pub community: CommunityId,
    pub author: UserId,
    /// Replies may have none.
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub body: String,
    pub status: PostStatus,
    /// What is left of a post that had replies: neither title nor body.
    #[serde(default)]
    pub deleted: bool,
    /// What it replies to, from the post at the top down to its parent.
    #[serde(default)]
    pub ancestors: Vec<PostId>,
    pub created_at: Timestamp,
    /// When its words changed after it was first published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Timestamp>,
    /// When it was first to be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    pub version: u64,
}

/// Title and body as they came.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    pub title: &'a str,
    pub body: &'a str,
}

impl Words<'_> {
    /// Trimmed and checked; only replies go without a title.
    fn checked(self, is_reply: bool) -> Result<(String, String), Problem> {
        let title = line(self.title, MAX_TITLE)
            .map_err(|complaint| Problem::new(Code::Invalid).errors(vec![complaint.at("title")]))?;
        if title.is_empty() && !is_reply {
            return Err(Problem::invalid("title", "required", "A post has a title."));
        }
        Ok((title, text::check("body", self.body, MAX_BODY)?))
    }
}

impl Post {
    /// A new post, or a reply where there is a parent: a draft, published, or in
    /// the queue of the moderators.
    pub fn new(
        id: PostId,
        access: &Access,
        author: &UserId,
        parent: Option<&Post>,
        words: Words<'_>,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let ancestors = match parent {
            Some(parent) => parent.answered_in(access)?,
            None => Vec::new(),
        };
        let (title, body) = words.checked(parent.is_some())?;
        Ok(Self {
            id,
            community: access.community.id.clone(),
            author: author.clone(),
            title,
            body,
            status: PostStatus::Draft,
            deleted: false,
            ancestors,
            created_at: now,
            edited_at: None,
            submitted_at: None,
            published_at: None,
            pinned_at: None,
            rejection: None,
            version: 1,
        })
    }

    /// The ancestors of a reply to this post, if it can have one.
    fn answered_in(&self, access: &Access) -> Result<Vec<PostId>, Problem> {
        if self.community != access.community.id || !self.is_out() {
            let message = "There is no published post with this id in the community.";
            return Err(Problem::invalid("parent", "unknown_post", message));
        }
        if !access.community.settings.allow_replies {
            return Err(Problem::new(Code::NotAllowed).detail("This community takes no replies."));
        }
        self.require_present()?;
        let mut ancestors = self.ancestors.clone();
        ancestors.push(self.id.clone());
        if ancestors.len() > MAX_DEPTH {
            let message = format!("Replies go {MAX_DEPTH} deep; reply to the one above.");
            return Err(Problem::invalid("parent", "too_deep", message));
        }
        Ok(ancestors)
    }

    pub fn parent(&self) -> Option<&PostId> {
        self.ancestors.last()
    }

    /// Whether all members see it (or that it was there).
    pub fn is_out(&self) -> bool {
        self.status == PostStatus::Published
    }

    /// 404 unless the caller may see it: what is published is for all, what
    /// waits for its author and the moderators, a draft for its author.
    pub fn require_visible(&self, access: &Access, caller: &Caller) -> Result<(), Problem> {
        let own = self.author == caller.user;
        let visible = match self.status {
            PostStatus::Published => true,
            PostStatus::Pending => own || access.is_moderator(),
            PostStatus::Draft => own,
        };
        if visible && self.community == access.community.id {
            Ok(())
        } else {
            Err(Problem::not_found())
        }
    }

    /// 409 for what is left of a deleted post.
    pub fn require_present(&self) -> Result<(), Problem> {
        if self.deleted {
            Err(Problem::conflict("The post was deleted."))
        } else {
            Ok(())
        }
    }

    /// 403 unless the caller wrote it.
    pub fn require_author(&self, caller: &Caller) -> Result<(), Problem> {
        self.require_present()?;
        if self.author == caller.user {
            Ok(())
        } else {
            Err(Problem::forbidden("Only its author may do this."))
        }
    }

    /// 409 unless members can react to it.
    pub fn require_out(&self) -> Result<(), Problem> {
        self.require_present()?;
        if self.is_out() {
            Ok(())
        } else {
            Err(Problem::conflict("The post is not published."))
        }
    }

    /// Other words. Where posts are approved, what was approved with the old
    /// words waits again with the new ones.
    pub fn edit(
        &self,
        access: &Access,
        title: Option<&str>,
        body: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let words = Words {
            title: title.unwrap_or(&self.title),
            body: body.unwrap_or(&self.body),
        };
        let (title, body) = words.checked(self.parent().is_some())?;
        let edited = Self {
            title,
            body,
            edited_at: self.published_at.and(Some(now)),
            version: self.version + 1,
            ..self.clone()
        };
        if self.is_out() {
            Ok(edited.released(access, now))
        } else {
            Ok(edited)
        }
    }

    /// Hands a draft in: it is published, or waits for a moderator.
    pub fn submit(&self, access: &Access, now: Timestamp) -> Result<Self, Problem> {
        self.require_present()?;
        if self.status != PostStatus::Draft {
            return Err(Problem::conflict("Only a draft can be submitted."));
        }
        let next = Self {
            version: self.version + 1,
            ..self.clone()
        };
        Ok(next.released(access, now))
    }

    /// Where a post goes that its author is done with.
    pub fn released(self, access: &Access, now: Timestamp) -> Self {
        if access.community.settings.require_post_approval && !access.is_moderator() {
            Self {
                status: PostStatus::Pending,
                submitted_at: Some(now),
                ..self
            }
        } else {
            self.published(now)
        }
    }

    fn published(self, now: Timestamp) -> Self {
        Self {
            status: PostStatus::Published,
            published_at: self.published_at.or(Some(now)),
            rejection: None,
            ..self
        }
    }

    /// A moderator lets it through.
    pub fn approve(&self, now: Timestamp) -> Result<Self, Problem> {
        self.require_pending()?;
        let next = Self {
            version: self.version + 1,
            ..self.clone()
        };
        Ok(next.published(now))
    }

    /// A moderator gives it back to its author, with the reason.
    pub fn reject(&self, by: &UserId, notes: &str, now: Timestamp) -> Result<Self, Problem> {
        self.require_pending()?;
        Ok(Self {
            status: PostStatus::Draft,
            rejection: Some(Rejection {
                notes: text::check("notes", notes, MAX_NOTES)?,
                by: by.clone(),
                at: now,
            }),
            version: self.version + 1,
            ..self.clone()
        })
    }

    fn require_pending(&self) -> Result<(), Problem> {
        if self.status == PostStatus::Pending {
            Ok(())
        } else {
            Err(Problem::conflict("The post does not wait for approval."))
        }
    }

    /// Puts it above the others, or back among them. `None` when it is so already.
    pub fn pin(&self, pin: bool, now: Timestamp) -> Result<Option<Self>, Problem> {
        self.require_out()?;
        if self.parent().is_some() {
            return Err(Problem::conflict("Only posts are pinned, not replies."));
        }
        if self.pinned_at.is_some() == pin {
            return Ok(None);
        }
        Ok(Some(Self {
            pinned_at: pin.then_some(now),
            version: self.version + 1,
            ..self.clone()
        }))
    }

    /// What stays of a post below which others stand.
    pub fn tombstone(&self, now: Timestamp) -> Self {
        Self {
            title: String::new(),
            body: String::new(),
            deleted: true,
            pinned_at: None,
            rejection: None,
            version: self.version + 1,
            ..self.clone()
        }
        .published(now)
    }

    /// A few words that tell it from others.
    pub fn label(&self) -> String {
        if self.title.is_empty() {
            excerpt(&self.body.replace('\n', " "), 60)
        } else {
            self.title.clone()
        }
    }
}

#[cfg(test)]
mod tests;
