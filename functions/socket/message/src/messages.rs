//! Frames that say something in a room.

use domain::Problem;
use domain::chat::{NewMessage, RoomKind};
use domain::frames::Event;
use domain::ids::RoomId;
use store::room_messages::{Delivery, Posted, live_task};
use store::room_pushes::Push;

use crate::{Message, Notice, Reply, Sender};

impl Message {
    pub(crate) async fn send(
        &self,
        sender: &Sender,
        id: Option<String>,
        room: &RoomId,
        new: &NewMessage,
    ) -> Result<Reply, Problem> {
        let caller = &sender.caller;
        let posted = self.store.post_message(caller, room, new, Delivery::Here);
        let posted = posted.await?;
        let answer = Event::MessageSent {
            id,
            room: room.clone(),
            client_msg_id: new.client_msg_id.clone(),
            seq: posted.entry.seq,
            at: posted.entry.created_at,
        };
        // Also for one that was written before: whoever wrote it may have died
        // before the others were told, and they drop what they have.
        let pushes = self.pushes(sender, &posted).await;
        Ok(Reply {
            answer: Some(answer),
            pushes,
            notice: notice(sender, posted),
            close: false,
        })
    }

    /// An edit, or without a text a deletion.
    pub(crate) async fn change(
        &self,
        sender: &Sender,
        id: Option<String>,
        room: &RoomId,
        seq: u64,
        text: Option<&str>,
    ) -> Result<Reply, Problem> {
        let (store, caller) = (&self.store, &sender.caller);
        let posted = match text {
            Some(text) => {
                let edited = store.edit_message(caller, room, seq, text, Delivery::Here);
                edited.await?
            }
            None => {
                store
                    .delete_message(caller, room, seq, Delivery::Here)
                    .await?
            }
        };
        let pushes = match posted.fresh {
            true => self.pushes(sender, &posted).await,
            false => Vec::new(),
        };
        Ok(Reply {
            answer: changed(id, room, &posted, sender),
            pushes,
            ..Reply::default()
        })
    }

    /// What is stored is told at the next sync, if it cannot be told now.
    async fn pushes(&self, sender: &Sender, posted: &Posted) -> Vec<Push> {
        let (tenant, room) = (&sender.caller.tenant, &posted.room.id);
        let change = (&posted.entry, &posted.target);
        let except = Some(&sender.socket);
        let pushes = self.store.pushes_of_entry(tenant, room, change, except);
        pushes.await.unwrap_or_else(|error| {
            tracing::warn!(%tenant, %room, %error, "not pushed");
            Vec::new()
        })
    }
}

/// The message as it is now, to its author or moderator.
fn changed(id: Option<String>, room: &RoomId, posted: &Posted, sender: &Sender) -> Option<Event> {
    let message = posted.message_for(&sender.caller.user)?;
    let (room, seq, message) = (room.clone(), posted.entry.seq, Box::new(message));
    Some(match message.deleted {
        true => Event::MessageDeleted {
            id,
            room,
            seq,
            message,
        },
        false => Event::MessageUpdated {
            id,
            room,
            seq,
            message,
        },
    })
}

/// Who is to be notified of a message.
fn notice(sender: &Sender, posted: Posted) -> Option<Notice> {
    if let Some(row) = posted.outbox {
        return Some(Notice::Sure(row));
    }
    let RoomKind::Direct(pair) = &posted.room.kind else {
        return None;
    };
    let caller = &sender.caller;
    let heard = posted.fresh && posted.entry.hidden_from.is_none();
    heard.then(|| {
        let task = live_task(&caller.tenant, &posted.room.id, posted.entry.seq);
        Notice::IfUnheard(pair.other(&caller.user).clone(), task)
    })
}
