//! Notifications of messages to people who have no socket open: one for each run
//! of unread messages.

use domain::chat::contact::Reach;
use domain::chat::notice::written;
use domain::chat::{Entry, EntryKind, Participant, RoomKind};
use domain::ids::{RoomId, TenantId, UserId};

use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::sends::Start;
use crate::table::n;
use crate::transaction::{Expression, Refused};
use crate::{Store, keys};

impl Store {
    /// Makes the notification of a message for the other one of a direct room,
    /// if they are away and were not notified since they last read. Answers what
    /// is to be put on its queue.
    pub async fn notify_of_message(
        &self,
        tenant: &TenantId,
        room: &RoomId,
        entry: &Entry,
    ) -> Result<Option<OutboxRow>, StoreError> {
        let Some(RoomKind::Direct(pair)) = self.room_kind(tenant, room).await? else {
            return Ok(None);
        };
        let to = pair.other(&entry.author);
        let shown = entry.kind == EntryKind::Message && entry.hidden_from.is_none();
        if !shown || entry.deleted || !self.connections_of(tenant, to).await?.is_empty() {
            return Ok(None);
        }
        let contact = self.contact(tenant, &entry.author, to).await?;
        if !matches!(contact.reach(&entry.author), Ok(Reach::Other)) {
            return Ok(None);
        }
        self.notify_once(tenant, room, to, entry).await
    }

    async fn notify_once(
        &self,
        tenant: &TenantId,
        room: &RoomId,
        to: &UserId,
        entry: &Entry,
    ) -> Result<Option<OutboxRow>, StoreError> {
        let place = keys::participant(tenant, to, room);
        let (own, author) = tokio::try_join!(
            self.read::<Participant>(&place),
            self.user(tenant, &entry.author)
        )?;
        let (Some(own), Some(author)) = (own, author) else {
            return Ok(None);
        };
        let run = own.mark.run();
        if own.mark.read_seq >= entry.seq || own.mark.notified >= run {
            return Ok(None);
        }
        let now = self.now();
        let send = written(tenant, &author, to, room, entry, now);
        let start = Start::of(tenant, &send, now);
        let change = Expression::new("SET #notified = :run").value(":run", n(run));
        let first = Expression::new("#notified < :run");
        let made = self
            .transaction()
            .update(&place, change, Some(first))
            .send(tenant, &send, &start);
        match (made.commit().await, start) {
            (Ok(()), Start::Now(row)) => Ok(Some(row)),
            (Ok(()), Start::At(_)) | (Err(Refused::Conditions(_)), _) => Ok(None),
            (Err(Refused::Store(error)), _) => Err(error),
        }
    }
}
