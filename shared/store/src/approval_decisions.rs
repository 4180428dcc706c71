//! What ends a request. A decision, the change of the directory that follows
//! from it, its counters, its trail and the events that tell of it are one
//! transaction, so that of any number who decide at once one has decided.

use domain::approval::{Approval, ApprovalStatus, Change, approved, rejected};
use domain::audit::AuditEntry;
use domain::automation::Event;
use domain::directory::User;
use domain::ids::{TenantId, UserId};
use domain::time::plus_seconds;
use domain::{Caller, Role, Timestamp};

use crate::outbox::OutboxRow;
use crate::publications::tasks_of;
use crate::table::n;
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Store, keys};

/// Seconds for which an address is held for the account that is made for it;
/// afterwards the directory itself tells that it is taken.
const CLAIMED: i64 = 60;

/// Why a request that could be approved was not.
#[derive(Debug)]
pub enum Undecided {
    /// Somebody else has decided, or it was withdrawn.
    Decided,
    /// The person has changed since they were read: read them again.
    Moved,
    /// The id or the address of the new account is taken.
    Taken,
    Store(crate::StoreError),
}

impl From<crate::StoreError> for Undecided {
    fn from(error: crate::StoreError) -> Self {
        Self::Store(error)
    }
}

impl Store {
    /// Approves a request and does what it asks for. `after` is `before` as it
    /// is approved by the caller.
    pub async fn approve(
        &self,
        caller: &Caller,
        before: &Approval,
        after: &Approval,
        change: Change,
    ) -> Result<Vec<OutboxRow>, Undecided> {
        let (tenant, now) = (&caller.tenant, self.now());
        let change = self.placed(tenant, change).await?;
        let events = approved(after, &change, &caller.user, now);
        let transaction = self.ended(tenant, before, after);
        let transaction = transaction.directory(tenant, &change, now)?;
        let transaction = trail(transaction, caller, after, &change, now);
        let (transaction, tasks) = telling(transaction, tenant, after.test, &events, now);
        match transaction.commit().await {
            Ok(()) => Ok(tasks),
            Err(Refused::Store(error)) => Err(error.into()),
            Err(refused) if refused.at(0) => Err(Undecided::Decided),
            Err(_) if matches!(change, Change::NewPerson(_)) => Err(Undecided::Taken),
            Err(_) => Err(Undecided::Moved),
        }
    }

    /// Rejects a request. Position 0 of the refusal: it was decided meanwhile.
    pub async fn reject(
        &self,
        caller: &Caller,
        before: &Approval,
        after: &Approval,
    ) -> Result<Vec<OutboxRow>, Refused> {
        let (tenant, now) = (&caller.tenant, self.now());
        let event = rejected(after, &caller.user, now);
        let audit = AuditEntry::new(caller, "approval.rejected", after.id.as_str(), now);
        let transaction = self.ended(tenant, before, after).audit(tenant, &audit);
        let (transaction, tasks) = telling(transaction, tenant, after.test, &[event], now);
        transaction.commit().await?;
        Ok(tasks)
    }

    /// Takes a request back. Position 0 of the refusal: it was decided meanwhile.
    pub async fn withdraw(
        &self,
        caller: &Caller,
        before: &Approval,
        after: &Approval,
    ) -> Result<(), Refused> {
        let now = self.now();
        let audit = AuditEntry::new(caller, "approval.withdrawn", after.id.as_str(), now);
        self.ended(&caller.tenant, before, after)
            .audit(&caller.tenant, &audit)
            .commit()
            .await
    }

    /// The writes that move a request out of those that wait; position 0 is the
    /// request itself.
    pub(crate) fn ended(&self, tenant: &TenantId, before: &Approval, after: &Approval) -> Transaction {
        let from = keys::approval_place(tenant, ApprovalStatus::Pending, &after.id);
        let to = keys::approval_place(tenant, after.status, &after.id);
        self.transaction()
            .replace(&keys::approval(tenant, &after.id), after, before.version)
            .delete(&from, None)
            .list_approval(&to, &after.id)
            .decided(tenant, after)
    }

    /// A new person's audience shard is allotted here; nobody else may have the
    /// address.
    async fn placed(&self, tenant: &TenantId, change: Change) -> Result<Change, Undecided> {
        let Change::NewPerson(mut user) = change else {
            return Ok(change);
        };
        if let Some(email) = &user.email
            && !self.users_by_email(tenant, email).await?.is_empty()
        {
            return Err(Undecided::Taken);
        }
        user.shard = self.allot_people(tenant, 1).await?;
        Ok(Change::NewPerson(user))
    }
}

impl Transaction {
    /// Changes the directory, every person held to what was read of them.
    fn directory(
        self,
        tenant: &TenantId,
        change: &Change,
        now: Timestamp,
    ) -> Result<Self, crate::StoreError> {
        match change {
            Change::Nothing(user) => {
                let same = crate::tenants::version_is(user.version);
                Ok(self.check(&keys::user(tenant, &user.id), same))
            }
            Change::Person(before, after) => {
                crate::users::changed(self, tenant, before, after, None)
            }
            Change::NewPerson(user) => {
                let transaction = crate::users::added(self, tenant, user)?;
                let Some(email) = &user.email else {
                    return Ok(transaction);
                };
                let claim = Expression::new("SET #ttl = :until")
                    .value(":until", n(plus_seconds(now, CLAIMED).as_second()));
                let free = Expression::new("attribute_not_exists(#ttl) OR #ttl < :now")
                    .value(":now", n(now.as_second()));
                Ok(transaction.update(&keys::account_claim(tenant, email), claim, Some(free)))
            }
        }
    }
}

/// The decision, and the act on the directory that follows from it.
fn trail(
    transaction: Transaction,
    caller: &Caller,
    approval: &Approval,
    change: &Change,
    now: Timestamp,
) -> Transaction {
    let entry = |act: &str, subject: &UserId| {
        AuditEntry::new(caller, act, subject.as_str(), now).detail(approval.id.as_str())
    };
    let follows = match change {
        Change::NewPerson(user) => Some(entry("user.created", &user.id)),
        Change::Person(before, after) if before.roles != after.roles => {
            let detail = format!("{} → {} ({})", roles(before), roles(after), approval.id);
            Some(entry("user.role_changed", &after.id).detail(detail))
        }
        Change::Person(_, after) => Some(entry("user.updated", &after.id)),
        Change::Nothing(_) => None,
    };
    let decided = AuditEntry::new(caller, "approval.approved", approval.id.as_str(), now);
    let transaction = transaction.audit(&caller.tenant, &decided.detail(approval.kind().as_str()));
    match follows {
        Some(follows) => transaction.audit(&caller.tenant, &follows),
        None => transaction,
    }
}

fn roles(user: &User) -> String {
    let roles: Vec<&str> = user.roles.iter().map(Role::as_str).collect();
    roles.join(" ")
}

/// Adds events with the tasks that carry them on.
fn telling(
    mut transaction: Transaction,
    tenant: &TenantId,
    test: bool,
    events: &[Event],
    now: Timestamp,
) -> (Transaction, Vec<OutboxRow>) {
    let mut all = Vec::new();
    for event in events {
        let tasks = tasks_of(tenant, test, event, now);
        transaction = transaction.raise(tenant, test, event, &tasks, now);
        all.extend(tasks);
    }
    (transaction, all)
}
