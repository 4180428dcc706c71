//! Changes of rooms before they are written: what they say, and what the room
//! looks like after them.

use domain::chat::message::{REMEMBERED_DAYS, Shadow};
use domain::chat::{Entry, EntryKind, NewMessage, Preview, Room};
use domain::ids::UserId;
use domain::{Caller, Timestamp};
use serde::{Deserialize, Serialize};

/// What a client called a message.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ClientMessage {
    pub seq: u64,
    pub fingerprint: String,
    ttl: i64,
}

/// A change on its way into a room.
pub(crate) struct Draft {
    pub entry: Entry,
    /// The message that it changes, as it is to be.
    pub target: Option<Entry>,
    pub named: Option<(String, ClientMessage)>,
}

pub(crate) fn first_words(
    caller: &Caller,
    new: &NewMessage,
    room: &Room,
    hidden_from: Option<UserId>,
    now: Timestamp,
) -> Draft {
    let seq = room.seq + 1;
    let named = ClientMessage {
        seq,
        fingerprint: new.fingerprint(),
        ttl: now.as_second() + REMEMBERED_DAYS * 86_400,
    };
    Draft {
        entry: Entry {
            seq,
            kind: EntryKind::Message,
            // What is hidden does not count, or its reader would count it.
            n: room.count + u64::from(hidden_from.is_none()),
            author: caller.user.clone(),
            text: new.text.clone(),
            reply_to: new.reply_to,
            client_msg_id: Some(new.client_msg_id.clone()),
            created_at: now,
            edited_at: None,
            deleted: false,
            hidden_from,
            shadow: None,
        },
        target: None,
        named: Some((new.client_msg_id.clone(), named)),
    }
}

/// An edit, or without a text a deletion.
pub(crate) fn other_words(
    caller: &Caller,
    mut target: Entry,
    text: Option<&str>,
    room: &Room,
    blocker: Option<UserId>,
    now: Timestamp,
) -> Draft {
    let deleted = text.is_none();
    let words = text.unwrap_or_default().to_owned();
    if blocker.is_some() && target.hidden_from.is_none() {
        target.shadow = Some(Shadow {
            text: words,
            at: now,
            deleted,
        });
    } else {
        target.shadow = None;
        target.text = words;
        target.deleted = deleted;
        target.edited_at = (!deleted).then_some(now);
    }
    Draft {
        entry: Entry {
            seq: room.seq + 1,
            kind: match deleted {
                true => EntryKind::Deletion(target.seq),
                false => EntryKind::Edit(target.seq),
            },
            n: room.count,
            author: caller.user.clone(),
            text: String::new(),
            reply_to: None,
            client_msg_id: None,
            created_at: now,
            edited_at: None,
            deleted: false,
            hidden_from: blocker.or_else(|| target.hidden_from.clone()),
            shadow: None,
        },
        target: Some(target),
        named: None,
    }
}

/// A room after a change.
pub(crate) fn advanced(room: &Room, draft: &Draft) -> Room {
    let entry = &draft.entry;
    let target = draft.target.as_ref().unwrap_or(entry);
    let message = target.message_for(&room.id, &target.author);
    let preview = message.map(|message| Preview {
        seq: target.seq,
        author: target.author.clone(),
        text: Preview::shortened(&message.text),
        at: message.created_at,
        deleted: message.deleted,
    });
    let mut after = room.clone();
    after.seq = entry.seq;
    if entry.kind == EntryKind::Message {
        after.count = entry.n;
    }
    let Some(preview) = preview else {
        return after;
    };
    // A change of an older message leaves the last one as it is.
    if entry.hidden_from.is_some() {
        if room
            .last_for(&target.author)
            .is_none_or(|last| last.seq <= target.seq)
        {
            after.own_last.insert(target.author.clone(), preview);
        }
    } else if room.last.as_ref().is_none_or(|last| last.seq <= target.seq) {
        after.own_last.retain(|_, own| own.seq > preview.seq);
        after.last = Some(preview);
    }
    after
}
