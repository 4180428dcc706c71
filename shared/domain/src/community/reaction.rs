//! Reactions to posts: one of each kind for each person.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::UserId;

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReactionKind {
    Like,
    Love,
    Celebrate,
    Insightful,
    Laugh,
    Sad,
}

impl ReactionKind {
    pub const ALL: [Self; 6] = [
        Self::Like,
        Self::Love,
        Self::Celebrate,
        Self::Insightful,
        Self::Laugh,
        Self::Sad,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Love => "love",
            Self::Celebrate => "celebrate",
            Self::Insightful => "insightful",
            Self::Laugh => "laugh",
            Self::Sad => "sad",
        }
    }
}

/// The kinds in which somebody reacted to a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reaction {
    pub user: UserId,
    #[serde(default)]
    pub kinds: BTreeSet<ReactionKind>,
}

/// How often a post was seen, answered and reacted to, from counters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PostCounts {
    /// People who opened it.
    pub views: u64,
    /// Direct replies that are to be seen.
    pub replies: u64,
    /// By kind; kinds that nobody chose are left out.
    pub reactions: BTreeMap<ReactionKind, u64>,
}
