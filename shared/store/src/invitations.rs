//! Invitations to chat: the row of each, its place in the lists of both people,
//! and the contact between the two, always changed together.

use domain::chat::contact::{Bond, Contact, Invited, no_longer_open};
use domain::chat::invitation::{self, Invitation, InvitationStatus, MOST_OPEN, PER_DAY};
use domain::chat::policy::ChatSettings;
use domain::directory::User;
use domain::ids::{InvitationId, TenantId, UserId};
use domain::send::Send;
use domain::time::plus_seconds;
use domain::{Caller, Code, Problem, Timestamp};
use serde::{Deserialize, Serialize};

use crate::batches::pause;
use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::sends::Start;
use crate::table::{Keys, Range, n, number};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Store, keys};

/// Attempts at a change that lost a race for the contact.
pub(crate) const ATTEMPTS: u32 = 8;
const DAY: i64 = 86_400;
/// An invitation is kept for this long after it would have expired.
const KEPT: i64 = 90 * DAY;
/// When an invitee with too many open invitations is worth another attempt.
const CROWDED: u32 = 3_600;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    pub id: InvitationId,
    pub to: UserId,
    pub message: Option<String>,
}

/// An invitation after something was done to it.
#[derive(Debug)]
pub struct Done {
    pub invitation: Invitation,
    /// Made just now, not found or answered.
    pub created: bool,
    /// What is to be put on its queue.
    pub outbox: Option<OutboxRow>,
}

impl Done {
    pub(crate) fn found(invitation: Invitation) -> Self {
        Self {
            invitation,
            created: false,
            outbox: None,
        }
    }
}

/// Something that the table forgets by itself.
#[derive(Serialize)]
struct Until<'a, T> {
    #[serde(flatten)]
    entity: &'a T,
    ttl: i64,
}

/// An invitation's place in a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Epoch second.
    pub expires: i64,
}

impl Transaction {
    fn set_until(self, keys: &Keys, entity: &impl Serialize, invitation: &Invitation) -> Self {
        let ttl = plus_seconds(invitation.expires_at, KEPT).as_second();
        self.set(keys, &Until { entity, ttl })
    }

    /// Puts an invitation as it is now.
    fn put_invitation(self, tenant: &TenantId, invitation: &Invitation) -> Self {
        let keys = keys::invitation(tenant, &invitation.id);
        self.set_until(&keys, invitation, invitation)
    }

    /// Lists a new invitation with whoever made it, and with whoever gets it.
    fn list_invitation(self, tenant: &TenantId, invitation: &Invitation) -> Self {
        let Invitation { id, from, to, .. } = invitation;
        let entry = Entry {
            expires: invitation.expires_at.as_second(),
        };
        let made = keys::invitation_made(tenant, from, id);
        let listed = self.set_until(&made, &entry, invitation);
        if invitation.hidden {
            return listed;
        }
        let open = keys::invitation_open(tenant, to, id);
        listed
            .show_invitation(tenant, invitation)
            .set_until(&open, &entry, invitation)
    }

    /// The invited person sees it.
    fn show_invitation(self, tenant: &TenantId, invitation: &Invitation) -> Self {
        let entry = Entry {
            expires: invitation.expires_at.as_second(),
        };
        let got = keys::invitation_got(tenant, &invitation.to, &invitation.id);
        self.set_until(&got, &entry, invitation)
    }

    /// It no longer waits for an answer.
    pub(crate) fn close_invitation(self, tenant: &TenantId, invitation: &Invitation) -> Self {
        let open = keys::invitation_open(tenant, &invitation.to, &invitation.id);
        self.put_invitation(tenant, invitation).delete(&open, None)
    }

    /// The invited person no longer sees it.
    pub(crate) fn hide_invitation(self, tenant: &TenantId, invitation: &Invitation) -> Self {
        let got = keys::invitation_got(tenant, &invitation.to, &invitation.id);
        self.close_invitation(tenant, invitation).delete(&got, None)
    }
}

impl Store {
    pub async fn invitation(
        &self,
        tenant: &TenantId,
        invitation: &InvitationId,
    ) -> Result<Option<Invitation>, StoreError> {
        self.read(&keys::invitation(tenant, invitation)).await
    }

    /// Somebody invites somebody. When the other has invited them too, that is
    /// accepted instead.
    pub async fn invite(&self, caller: &Caller, new: &NewInvitation) -> Result<Done, Problem> {
        let tenant = &caller.tenant;
        let (settings, from, to) = tokio::try_join!(
            self.chat_settings(tenant),
            self.user(tenant, &caller.user),
            self.user(tenant, &new.to),
        )?;
        let from = from.ok_or_else(not_a_person)?;
        let to = to.ok_or_else(Problem::not_found)?;
        let mut counted = false;
        for attempt in 0..ATTEMPTS {
            let now = self.now();
            let contact = self.contact(tenant, &from.id, &to.id).await?;
            match contact.invite(&from.id, &new.id, now)? {
                Invited::Same => {
                    let same = self.invitation(tenant, &new.id).await?;
                    return same.map(Done::found).ok_or_else(Problem::not_found);
                }
                Invited::Crossing { invitation, hidden } => {
                    if hidden {
                        self.require_allowed(tenant, &settings, &from, &to).await?;
                    }
                    let crossing = self.invitation(tenant, &invitation).await?;
                    let crossing = crossing.ok_or_else(no_longer_open)?;
                    if let Some(done) = self.agree(caller, &from, &contact, crossing).await? {
                        return Ok(done);
                    }
                }
                Invited::New { hidden } => {
                    self.require_allowed(tenant, &settings, &from, &to).await?;
                    let bound = self.room_for_one_more(tenant, &to.id, now).await?;
                    if !std::mem::replace(&mut counted, true) {
                        self.count_invitation(tenant, &from.id).await?;
                    }
                    let invitation = invitation_of(new, &from.id, &settings, hidden, now);
                    let made = self.make(caller, &from, &contact, invitation, bound);
                    if let Some(done) = made.await? {
                        return Ok(done);
                    }
                }
            }
            pause(attempt).await;
        }
        Err(collided())
    }

    async fn require_allowed(
        &self,
        tenant: &TenantId,
        settings: &ChatSettings,
        from: &User,
        to: &User,
    ) -> Result<(), Problem> {
        if self.may_invite(tenant, settings, from, to).await? {
            return Ok(());
        }
        Err(Problem::new(Code::NotAllowed)
            .detail("The rules of your organisation do not let you invite this person."))
    }

    /// How often the person may have been invited when this one is made, if each
    /// that comes meanwhile takes a free place; 429 while too many wait.
    async fn room_for_one_more(
        &self,
        tenant: &TenantId,
        to: &UserId,
        now: Timestamp,
    ) -> Result<i64, Problem> {
        let count = self.get(&keys::invitations_count(tenant, to)).await?;
        let open: Vec<Entry> = self.all(open_range(tenant, to)).await?;
        let waiting = open.iter().filter(|entry| entry.expires > now.as_second());
        let free = MOST_OPEN.saturating_sub(waiting.count());
        if free == 0 {
            return Err(Problem::new(Code::RateLimited)
                .detail("This person has too many invitations waiting.")
                .retry_after(CROWDED));
        }
        let before = count.and_then(|row| number(&row, "n")).unwrap_or(0);
        Ok(before + i64::try_from(free).unwrap_or(0))
    }

    /// 429 after so many a day.
    async fn count_invitation(&self, tenant: &TenantId, from: &UserId) -> Result<(), Problem> {
        let scope = format!("invite:{from}");
        if self.count_act(tenant, &scope, DAY).await? <= PER_DAY {
            return Ok(());
        }
        let left = DAY - self.now().as_second().rem_euclid(DAY);
        Err(Problem::new(Code::RateLimited)
            .detail(format!("You may invite {PER_DAY} people a day."))
            .retry_after(u32::try_from(left).unwrap_or(u32::MAX)))
    }

    /// Writes a new invitation; `None` after a lost race.
    async fn make(
        &self,
        caller: &Caller,
        from: &User,
        contact: &Contact,
        invitation: Invitation,
        bound: i64,
    ) -> Result<Option<Done>, Problem> {
        let tenant = &caller.tenant;
        let after = Contact {
            bond: Bond::Pending {
                invitation: invitation.id.clone(),
                from: from.id.clone(),
                made_at: invitation.created_at,
                until: invitation.expires_at,
                hidden: invitation.hidden,
            },
            ..contact.clone()
        };
        let mut transaction = self
            .transaction()
            .put_contact(tenant, contact, &after)
            .put_invitation(tenant, &invitation)
            .list_invitation(tenant, &invitation);
        let mut outbox = None;
        if !invitation.hidden {
            let send = invitation::invited(caller, from, &invitation, invitation.created_at);
            (transaction, outbox) = self.told(transaction, tenant, &send);
            let one = Expression::new("ADD #n :one").value(":one", n(1));
            let free = Expression::new("attribute_not_exists(#n) OR #n < :bound");
            let free = free.value(":bound", n(bound));
            let count = keys::invitations_count(tenant, &invitation.to);
            transaction = transaction.update(&count, one, Some(free));
        }
        let done = Done {
            invitation,
            created: true,
            outbox,
        };
        settled(transaction, done).await
    }

    /// Adds a notification to a transaction.
    fn told(
        &self,
        transaction: Transaction,
        tenant: &TenantId,
        send: &Send,
    ) -> (Transaction, Option<OutboxRow>) {
        let start = Start::of(tenant, send, self.now());
        let transaction = transaction.send(tenant, send, &start);
        match start {
            Start::Now(row) => (transaction, Some(row)),
            Start::At(_) => (transaction, None),
        }
    }

    /// Puts two people in contact; `None` after a lost race.
    pub(crate) async fn agree(
        &self,
        caller: &Caller,
        by: &User,
        contact: &Contact,
        seen: Invitation,
    ) -> Result<Option<Done>, Problem> {
        let (tenant, now) = (&caller.tenant, self.now());
        let room = contact.pair.room(tenant);
        let mut after = contact.clone();
        after.accepted(&seen.id, &room);
        let shown = seen.hidden;
        let invitation = Invitation {
            hidden: false,
            status: InvitationStatus::Accepted,
            answered_at: Some(now),
            room: Some(room.clone()),
            ..seen
        };
        let send = invitation::accepted(caller, by, &invitation, &room, now);
        let mut transaction = self
            .transaction()
            .put_contact(tenant, contact, &after)
            .close_invitation(tenant, &invitation)
            .open_direct_room(tenant, &contact.pair, now);
        if shown {
            transaction = transaction.show_invitation(tenant, &invitation);
        }
        let (transaction, outbox) = self.told(transaction, tenant, &send);
        let done = Done {
            invitation,
            created: false,
            outbox,
        };
        settled(transaction, done).await
    }
}

fn invitation_of(
    new: &NewInvitation,
    from: &UserId,
    settings: &ChatSettings,
    hidden: bool,
    now: Timestamp,
) -> Invitation {
    Invitation {
        id: new.id.clone(),
        from: from.clone(),
        to: new.to.clone(),
        message: new.message.clone(),
        status: InvitationStatus::Pending,
        created_at: now,
        expires_at: plus_seconds(now, i64::from(settings.invitation_days) * DAY),
        answered_at: None,
        room: None,
        hidden,
    }
}

/// The invitations of a person that wait for an answer, and some that expired.
pub(crate) fn open_range(tenant: &TenantId, to: &UserId) -> Range {
    Range {
        prefix: Some(InvitationId::PREFIX.to_owned()),
        consistent: true,
        ..Range::of(keys::invitations_open(tenant, to))
    }
}

/// Commits what is done; `None` after a lost race.
pub(crate) async fn settled<T>(transaction: Transaction, done: T) -> Result<Option<T>, Problem> {
    match transaction.commit().await {
        Ok(()) => Ok(Some(done)),
        Err(Refused::Conditions(_)) => Ok(None),
        Err(Refused::Store(error)) => Err(error.into()),
    }
}

fn not_a_person() -> Problem {
    Problem::forbidden("Only people of the directory chat.")
}

pub(crate) fn collided() -> Problem {
    StoreError::Unavailable("a contact kept changing".to_owned()).into()
}
