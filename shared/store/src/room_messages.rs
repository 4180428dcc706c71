//! What is said in rooms. A message, an edit or a deletion takes the next place
//! of its room, in one transaction that nobody else's can come between.

use std::time::Duration;

use domain::chat::message::checked_text;
use domain::chat::{Entry, EntryKind, Message, NewMessage, Receipt, Room};
use domain::directory::Tenant;
use domain::ids::{RoomId, TenantId, UserId};
use domain::retention;
use domain::retry::full_jitter;
use domain::tasks::{Envelope, RoomChange, Task};
use domain::{Caller, Code, Problem};

use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::room_drafts::{ClientMessage, Draft, advanced, first_words, other_words};
use crate::rooms::{Entered, Side, marked, tells, value};
use crate::table::{Until, n};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Store, keys};

/// Attempts at the next place of a room, which others want too.
const ATTEMPTS: u32 = 40;
/// Longest wait for another attempt: whoever was faster is done by then.
const WAIT: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(160));

/// Who pushes what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Whoever writes it, at once; the queue gets what somebody must be
    /// notified of.
    Here,
    /// The queue.
    Queued,
}

/// What a change of a room came to.
#[derive(Debug)]
pub struct Posted {
    pub room: Room,
    pub entry: Entry,
    /// The message that was written or changed.
    pub target: Entry,
    /// Written just now, and not before under the same name.
    pub fresh: bool,
    /// What is to be put on its queue.
    pub outbox: Option<OutboxRow>,
}

impl Posted {
    /// The message as its author sees it.
    pub fn message_for(&self, reader: &UserId) -> Option<Message> {
        self.target.message_for(&self.room.id, reader)
    }
}

impl Store {
    /// Writes a message, once for each `client_msg_id` of its author.
    pub async fn post_message(
        &self,
        caller: &Caller,
        room: &RoomId,
        new: &NewMessage,
        delivery: Delivery,
    ) -> Result<Posted, Problem> {
        let tenant = &caller.tenant;
        let name = keys::client_message(tenant, room, &caller.user, &new.client_msg_id);
        let answered = new.reply_to.map(|seq| keys::room_entry(tenant, room, seq));
        let oldest = self.oldest_entry(tenant).await?;
        for attempt in 0..ATTEMPTS {
            let also = answered.iter().cloned().chain([name.clone()]).collect();
            let entered = self.enter_room_with(caller, room, also).await?;
            let hidden_from = entered.hidden_from(&caller.user)?;
            if let Some(known) = entered.found::<ClientMessage>(&name)? {
                return self.posted_before(tenant, entered.room, &known, new).await;
            }
            if let Some(keys) = &answered {
                let answered: Option<Entry> = entered.found(keys)?;
                let answered = answered.filter(|entry| entry.created_at > oldest);
                let seen = answered.and_then(|entry| entry.message_for(room, &caller.user));
                seen.ok_or_else(|| {
                    Problem::invalid("reply_to", "unknown", "There is no such message here.")
                })?;
            }
            let draft = first_words(caller, new, &entered.room, hidden_from, self.now());
            if let Some(posted) = self.write(caller, entered, draft, delivery).await? {
                return Ok(posted);
            }
            pause(attempt).await;
        }
        Err(crowded())
    }

    async fn posted_before(
        &self,
        tenant: &TenantId,
        room: Room,
        known: &ClientMessage,
        new: &NewMessage,
    ) -> Result<Posted, Problem> {
        if known.fingerprint != new.fingerprint() {
            let detail = "This `client_msg_id` was used for another message.";
            return Err(Problem::conflict(detail));
        }
        let keys = keys::room_entry(tenant, &room.id, known.seq);
        let entry: Entry = self.read(&keys).await?.ok_or_else(Problem::not_found)?;
        Ok(Posted {
            room,
            target: entry.clone(),
            entry,
            fresh: false,
            outbox: None,
        })
    }

    /// Gives an own message another text.
    pub async fn edit_message(
        &self,
        caller: &Caller,
        room: &RoomId,
        seq: u64,
        text: &str,
        delivery: Delivery,
    ) -> Result<Posted, Problem> {
        let text = checked_text(text)?;
        self.change_message(caller, room, seq, Some(&text), delivery)
            .await
    }

    /// Deletes a message; a tombstone stays.
    pub async fn delete_message(
        &self,
        caller: &Caller,
        room: &RoomId,
        seq: u64,
        delivery: Delivery,
    ) -> Result<Posted, Problem> {
        self.change_message(caller, room, seq, None, delivery).await
    }

    async fn change_message(
        &self,
        caller: &Caller,
        room: &RoomId,
        seq: u64,
        text: Option<&str>,
        delivery: Delivery,
    ) -> Result<Posted, Problem> {
        let tenant = &caller.tenant;
        let place = keys::room_entry(tenant, room, seq);
        let settings = keys::tenant(tenant);
        let oldest = self.oldest_entry(tenant).await?;
        for attempt in 0..ATTEMPTS {
            let also = vec![place.clone(), settings.clone()];
            let entered = self.enter_room_with(caller, room, also).await?;
            let hidden_from = entered.hidden_from(&caller.user)?;
            let target: Option<Entry> = entered.found(&place)?;
            let target = target.filter(|target| target.created_at > oldest);
            let target = target.ok_or_else(Problem::not_found)?;
            let shown = target.message_for(room, &caller.user);
            let shown = shown.ok_or_else(Problem::not_found)?;
            let now = self.now();
            if !(text.is_none() && entered.moderates()) {
                let tenant: Option<Tenant> = entered.found(&settings)?;
                let minutes = tenant.map_or(0, |tenant| tenant.chat.edit_minutes);
                target.require_own(&caller.user, minutes, now)?;
            }
            if shown.deleted && text.is_some() {
                return Err(Problem::new(Code::Gone).detail("This message is deleted."));
            }
            if shown.deleted || text == Some(&shown.text) {
                return Ok(unchanged(entered.room, target));
            }
            let draft = other_words(caller, target, text, &entered.room, hidden_from, now);
            if let Some(posted) = self.write(caller, entered, draft, delivery).await? {
                return Ok(posted);
            }
            pause(attempt).await;
        }
        Err(crowded())
    }

    /// Puts a change into its place; `None` if somebody else had it.
    async fn write(
        &self,
        caller: &Caller,
        entered: Entered,
        draft: Draft,
        delivery: Delivery,
    ) -> Result<Option<Posted>, Problem> {
        let tenant = &caller.tenant;
        let outbox = self.task(tenant, &entered, &draft, delivery).await?;
        let after = advanced(&entered.room, &draft);
        let days = self.kept(tenant).await?.rest.chat_days;
        let mut transaction = self.next_place(tenant, &after, &draft, days)?;
        if draft.entry.kind == EntryKind::Message {
            transaction = self.read_by_author(transaction, caller, &entered, &draft)?;
        }
        // A block or its end must not fall between the reading and the writing.
        if let Side::Direct(contact) = &entered.side {
            transaction = transaction.hold_contact(tenant, contact);
        }
        if let Some(row) = &outbox {
            transaction = transaction.outbox(row);
        }
        match transaction.commit().await {
            Ok(()) => {}
            Err(Refused::Conditions(_)) => return Ok(None),
            Err(Refused::Store(error)) => return Err(error.into()),
        }
        Ok(Some(Posted {
            room: after,
            target: draft.target.unwrap_or_else(|| draft.entry.clone()),
            entry: draft.entry,
            fresh: true,
            outbox,
        }))
    }

    fn next_place(
        &self,
        tenant: &TenantId,
        after: &Room,
        draft: &Draft,
        days: u32,
    ) -> Result<Transaction, StoreError> {
        let change = Expression::new(
            "SET #seq = :seq, #count = :count, #last = :last, #own_last = :own_last",
        )
        .value(":seq", n(after.seq))
        .value(":count", n(after.count))
        .value(":last", value(&after.last)?)
        .value(":own_last", value(&after.own_last)?);
        let unmoved = Expression::new("#seq = :seen").value(":seen", n(after.seq - 1));
        let (room, entry) = (&after.id, &draft.entry);
        let mut transaction = self
            .transaction()
            .update(&keys::room(tenant, room), change, Some(unmoved))
            .create(
                &keys::room_entry(tenant, room, entry.seq),
                &Until::new(entry, retention::until(entry.created_at, days)),
            );
        if let Some(target) = &draft.target {
            let end = retention::until(target.created_at, days);
            let keys = keys::room_entry(tenant, room, target.seq);
            transaction = transaction.set(&keys, &Until::new(target, end));
        }
        if let Some((name, row)) = &draft.named {
            let keys = keys::client_message(tenant, room, &entry.author, name);
            transaction = transaction.create(&keys, row);
        }
        Ok(transaction)
    }

    /// Whoever writes has read what was there before.
    fn read_by_author(
        &self,
        transaction: Transaction,
        caller: &Caller,
        entered: &Entered,
        draft: &Draft,
    ) -> Result<Transaction, StoreError> {
        let receipt = Receipt {
            user: caller.user.clone(),
            seq: draft.entry.seq,
            at: draft.entry.created_at,
        };
        let shown = tells(entered, &caller.user);
        let change = marked(&receipt, draft.entry.n, shown)?;
        let keys = entered.mark_keys(&caller.tenant, &caller.user);
        Ok(transaction.update(&keys, change, None))
    }

    /// What the queue is to do about a change, if anything.
    async fn task(
        &self,
        tenant: &TenantId,
        entered: &Entered,
        draft: &Draft,
        delivery: Delivery,
    ) -> Result<Option<OutboxRow>, StoreError> {
        let Draft { entry, .. } = draft;
        let wanted = match (delivery, &entered.side) {
            (Delivery::Queued, _) => true,
            (Delivery::Here, Side::Direct(contact))
                if entry.kind == EntryKind::Message && entry.hidden_from.is_none() =>
            {
                let other = contact.pair.other(&entry.author);
                self.connections_of(tenant, other).await?.is_empty()
            }
            (Delivery::Here, _) => false,
        };
        let task = || live_task(tenant, &entered.room.id, entry.seq);
        Ok(wanted.then(|| OutboxRow::new(task(), self.now())))
    }
}

/// The task that tells of one change in a room.
pub fn live_task(tenant: &TenantId, room: &RoomId, seq: u64) -> Envelope {
    let task = Task::DeliverLive {
        room: room.clone(),
        change: RoomChange::Entry(seq),
    };
    Envelope::new(tenant.clone(), task)
}

fn unchanged(room: Room, target: Entry) -> Posted {
    Posted {
        room,
        entry: target.clone(),
        target,
        fresh: false,
        outbox: None,
    }
}

/// Others want the next place as well.
async fn pause(attempt: u32) {
    let wait = full_jitter(attempt, WAIT.0, WAIT.1, rand::random::<f64>());
    tokio::time::sleep(wait).await;
}

fn crowded() -> Problem {
    Problem::new(Code::Unavailable)
        .detail("Too many people write in this room at once.")
        .retry_after(1)
}
