//! An invitation to chat.

use serde::{Deserialize, Serialize};

use crate::audience::{Audience, Expression};
use crate::caller::Caller;
use crate::channel::Channel;
use crate::directory::User;
use crate::ids::{InvitationId, RoomId, SendId, UserId};
use crate::notification::{Level, Reference};
use crate::send::{Content, Origin, Send};
use crate::time::Timestamp;

/// Preference category of what chat tells people.
pub const CATEGORY: &str = "chat";
/// Bytes of the words that come with an invitation.
pub const MAX_WORDS: usize = 500;
/// Invitations that one person makes in a day.
pub const PER_DAY: u32 = 20;
/// Invitations that one person has waiting for an answer.
pub const MOST_OPEN: usize = 50;

/// Where an invitation stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum InvitationStatus {
    Pending,
    Accepted,
    Rejected,
    /// Taken back by the person who made it.
    Withdrawn,
    /// Not answered in time.
    Expired,
}

/// One person asks another to chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub from: UserId,
    pub to: UserId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Never `expired`: see [`Invitation::status_at`].
    pub status: InvitationStatus,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// The invited person has blocked the other and is never shown it.
    #[serde(default)]
    pub hidden: bool,
}

impl Invitation {
    /// Where it stands at `now`.
    pub fn status_at(&self, now: Timestamp) -> InvitationStatus {
        if self.status == InvitationStatus::Pending && self.expires_at <= now {
            InvitationStatus::Expired
        } else {
            self.status
        }
    }

    /// Whether `user` may know of it: whoever made it, and whoever it invites
    /// unless it is hidden.
    pub fn is_shown_to(&self, user: &UserId) -> bool {
        self.from == *user || (self.to == *user && !self.hidden)
    }
}

/// Tells the invited person. Its id is made of the invitation's.
pub fn invited(caller: &Caller, inviter: &User, invitation: &Invitation, now: Timestamp) -> Send {
    let mut send = notice(caller, &invitation.to, now);
    send.id = SendId::of(invitation.id.bare());
    send.kind = "chat.invited".to_owned();
    send.content.title = format!("{} would like to chat with you", inviter.name);
    send.content.body = invitation.message.clone().unwrap_or_default();
    send.reference = reference("invitation", invitation.id.as_str());
    send.redirect_url = Some(format!("/chat/invitations/{}", invitation.id));
    send
}

/// Tells whoever made the invitation that it was accepted.
pub fn accepted(
    caller: &Caller,
    by: &User,
    invitation: &Invitation,
    room: &RoomId,
    now: Timestamp,
) -> Send {
    let other = if invitation.from == by.id {
        &invitation.to
    } else {
        &invitation.from
    };
    let mut send = notice(caller, other, now);
    send.kind = "chat.accepted".to_owned();
    send.level = Level::Success;
    send.content.title = format!("{} is now in contact with you", by.name);
    send.reference = reference("room", room.as_str());
    send.redirect_url = Some(format!("/chat/{room}"));
    send
}

pub(crate) fn reference(kind: &str, id: &str) -> Option<Reference> {
    Some(Reference {
        kind: kind.to_owned(),
        id: id.to_owned(),
    })
}

/// A notification to one person, in the feed and live.
pub(crate) fn notice(caller: &Caller, to: &UserId, now: Timestamp) -> Send {
    let audience = Audience {
        include: vec![Expression::User {
            role: None,
            id: to.clone(),
        }],
        except: Vec::new(),
    };
    Send {
        channels: vec![Channel::InApp, Channel::Live],
        content: Content::default(),
        category: CATEGORY.to_owned(),
        ..Send::new(caller, Origin::Notification, audience, now)
    }
}
