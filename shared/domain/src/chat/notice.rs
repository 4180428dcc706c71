//! The notification of a message to somebody who is not there.

use crate::caller::{Caller, Credential};
use crate::chat::invitation::{notice, reference};
use crate::chat::{Entry, Preview};
use crate::directory::User;
use crate::ids::{RoomId, TenantId, UserId};
use crate::send::Send;
use crate::time::Timestamp;

/// Tells `to` that `author` has written in their room.
pub fn written(
    tenant: &TenantId,
    author: &User,
    to: &UserId,
    room: &RoomId,
    entry: &Entry,
    now: Timestamp,
) -> Send {
    let caller = Caller {
        tenant: tenant.clone(),
        user: author.id.clone(),
        roles: author.roles.clone(),
        credential: Credential::Token,
        expires_at: 0,
    };
    let mut send = notice(&caller, to, now);
    send.kind = "chat.message".to_owned();
    send.content.title = author.name.clone();
    send.content.body = Preview::shortened(&entry.text);
    send.reference = reference("room", room.as_str());
    send.redirect_url = Some(format!("/chat/{room}"));
    send
}
