//! Frames about being in a room.

use domain::chat::{Item, Receipt};
use domain::frames::{Event, RESUMED_BYTES};
use domain::ids::{RoomId, UserId};
use domain::{Caller, Problem};

use crate::{Message, Reply, Sender};

/// Changes in one answer.
const ITEMS: u32 = 100;
/// People that one frame asks for.
const PEOPLE: usize = 100;
/// Frames about typing that are passed on in so many seconds.
const TYPING: u32 = 2;
const TYPING_SECONDS: i64 = 3;

impl Message {
    /// Takes part first and reads then, so that nothing falls in between.
    pub(crate) async fn sync(
        &self,
        sender: &Sender,
        id: Option<String>,
        room: &RoomId,
        after_seq: Option<u64>,
    ) -> Result<Reply, Problem> {
        let Sender {
            caller,
            socket,
            connected_at,
        } = sender;
        let (store, tenant) = (&self.store, &caller.tenant);
        let entered = store.enter_room(caller, room).await?;
        store
            .take_seat(caller, &entered, socket, *connected_at)
            .await?;
        let synced = store.room_since(tenant, room, &caller.user, after_seq, ITEMS);
        let mut synced = synced.await?;
        let participants = store.room_members(caller, &entered).await?;
        let fit = fitting(&synced.items, after_seq.is_some());
        if fit.len() < synced.items.len() {
            synced.more = after_seq.is_some();
            synced.items = fit.to_vec();
            let last = synced.items.last().map(|item| item.seq);
            synced.through_seq = last.unwrap_or(synced.through_seq);
        }
        let pushes = store.pushes_of_arrival(caller, &entered).await?;
        Ok(Reply {
            answer: Some(Event::RoomSynced {
                id,
                room: room.clone(),
                items: synced.items,
                through_seq: synced.through_seq,
                more: synced.more,
                participants,
                unread: entered.mark.unread(&entered.room),
            }),
            pushes,
            ..Reply::default()
        })
    }

    pub(crate) async fn leave(
        &self,
        sender: &Sender,
        id: Option<String>,
        room: RoomId,
    ) -> Result<Reply, Problem> {
        let Sender {
            caller,
            socket,
            connected_at,
        } = sender;
        self.store
            .leave_seat(&caller.tenant, &caller.user, socket, *connected_at, &room)
            .await?;
        Ok(Reply::answer(Event::RoomLeft { id, room }))
    }

    pub(crate) async fn read(
        &self,
        sender: &Sender,
        id: Option<String>,
        room: RoomId,
        seq: u64,
    ) -> Result<Reply, Problem> {
        let (store, caller) = (&self.store, &sender.caller);
        let moved = store.mark_room_read(caller, &room, seq).await?;
        let mut pushes = Vec::new();
        if let Some(receipt) = &moved {
            pushes = store.pushes_of_read(&caller.tenant, &room, receipt).await?;
            for push in &mut pushes {
                push.to.retain(|other| other.connection != sender.socket);
            }
        }
        // Having read as far before is answered as well.
        let receipt = moved.unwrap_or_else(|| Receipt {
            user: caller.user.clone(),
            seq,
            at: store.now(),
        });
        Ok(Reply {
            answer: Some(Event::MessageRead { id, room, receipt }),
            pushes,
            ..Reply::default()
        })
    }

    /// Passed on at most twice in three seconds; a frame too many is dropped, as
    /// the next one says the same.
    pub(crate) async fn typing(
        &self,
        sender: &Sender,
        room: &RoomId,
        typing: bool,
    ) -> Result<Reply, Problem> {
        let (store, caller) = (&self.store, &sender.caller);
        let entered = store.enter_room(caller, room).await?;
        let scope = format!("typing:{}:{room}", caller.user);
        let acts = store.count_act(&caller.tenant, &scope, TYPING_SECONDS);
        if acts.await? > TYPING {
            return Ok(Reply::default());
        }
        Ok(Reply {
            pushes: store.pushes_of_typing(caller, &entered, typing).await?,
            ..Reply::default()
        })
    }

    pub(crate) async fn presence(
        &self,
        caller: &Caller,
        id: Option<String>,
        users: &[UserId],
    ) -> Result<Reply, Problem> {
        if users.len() > PEOPLE {
            let message = format!("Ask for at most {PEOPLE} people at once.");
            return Err(Problem::invalid("users", "too_many", message));
        }
        let users = self.store.presence_for(caller, users).await?;
        Ok(Reply::answer(Event::Presence { id, users }))
    }
}

/// The changes that fit into one frame: the first of them behind a place, or
/// the last of the newest. At least one, or a client would never get past it.
fn fitting(items: &[Item], from_the_first: bool) -> &[Item] {
    let mut bytes = 0;
    let mut fits = |item: &&Item| {
        bytes += serde_json::to_vec(item).map_or(0, |json| json.len() + 1);
        bytes <= RESUMED_BYTES
    };
    let most = items.len();
    if from_the_first {
        let fit = items.iter().take_while(&mut fits).count();
        &items[..fit.max(1).min(most)]
    } else {
        let fit = items.iter().rev().take_while(&mut fits).count();
        &items[most - fit.max(1).min(most)..]
    }
}
