//! People: the profile, the audience rows that list them, and the index by
//! e-mail address and number, always changed together.

use std::collections::BTreeSet;

use domain::audit::AuditEntry;
use domain::automation::Event;
use domain::directory::{Standing, User};
use domain::ids::{TenantId, UserId};
use domain::privacy::{Email, Phone};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::memberships::placed;
use crate::outbox::OutboxRow;
use crate::publications::tasks_of;
use crate::table::{Item, Keys, Range, item, parse, s};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Rows, Store, keys};

/// Memberships that move with a person's standing in one transaction.
const MOVED_AT_ONCE: usize = 20;

/// A row of an audience partition: as small as it can be, because a page of a
/// megabyte should hold ten thousand of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AudienceRow {
    /// Epoch second at which the person was added.
    pub a: i64,
    /// Epoch second from which on the membership no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<i64>,
    /// Role in the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r: Option<String>,
}

/// An entry of the index by address or number.
#[derive(Debug, Serialize, Deserialize)]
struct AddressEntry {
    user: UserId,
}

/// Attribute of a profile that tells which import wrote it last, and how.
pub(crate) const STAMP: &str = "last_import";

/// The profile's item with its place in the tenant's list of people.
pub(crate) fn profile(
    tenant: &TenantId,
    user: &User,
    stamp: Option<&str>,
) -> Result<Item, StoreError> {
    let mut profile = item(&keys::user(tenant, &user.id), user)?;
    if user.erased_at.is_none() {
        profile.insert("gsi1pk".to_owned(), s(keys::user_list(tenant)));
        profile.insert("gsi1sk".to_owned(), s(user.id.as_str()));
    }
    if let Some(stamp) = stamp {
        profile.insert(STAMP.to_owned(), s(stamp));
    }
    Ok(profile)
}

/// The audience partitions that list a person by tenant and role; none while
/// the person is suspended.
pub(crate) fn audience_rows(tenant: &TenantId, user: &User) -> BTreeSet<String> {
    if user.status == Standing::Suspended {
        return BTreeSet::new();
    }
    let roles = user
        .roles
        .iter()
        .map(|role| keys::audience_role(tenant, role.as_str(), user.shard));
    roles
        .chain([keys::audience_all(tenant, user.shard)])
        .collect()
}

/// The entries by which a person is found from an address or a number.
pub(crate) fn address_entries(tenant: &TenantId, user: &User) -> Vec<Keys> {
    let email = user.email.as_ref();
    let email = email.map(|email| keys::email_entry(tenant, email.reveal(), &user.id));
    let phone = user.phone.as_ref();
    let phone = phone.map(|phone| keys::phone_entry(tenant, phone.reveal(), &user.id));
    email.into_iter().chain(phone).collect()
}

fn entry_of(user: &User) -> AddressEntry {
    AddressEntry {
        user: user.id.clone(),
    }
}

/// Adds the writes that make a new person.
pub(crate) fn added(
    transaction: Transaction,
    tenant: &TenantId,
    user: &User,
) -> Result<Transaction, StoreError> {
    added_by(transaction, tenant, user, None)
}

/// As [`added`], with the stamp of the import that makes the person.
pub(crate) fn added_by(
    transaction: Transaction,
    tenant: &TenantId,
    user: &User,
    stamp: Option<&str>,
) -> Result<Transaction, StoreError> {
    let new = Expression::new("attribute_not_exists(#pk)");
    let mut transaction = transaction.put(profile(tenant, user, stamp)?, Some(new));
    let row = AudienceRow {
        a: user.created_at.as_second(),
        x: None,
        r: None,
    };
    for partition in audience_rows(tenant, user) {
        transaction = transaction.set(&Keys::new(partition, user.id.as_str()), &row);
    }
    for keys in address_entries(tenant, user) {
        transaction = transaction.set(&keys, &entry_of(user));
    }
    Ok(transaction)
}

/// Adds the writes that turn `before` into `after`; the profile is held to the
/// version of `before`.
pub(crate) fn changed(
    mut transaction: Transaction,
    tenant: &TenantId,
    before: &User,
    after: &User,
    stamp: Option<&str>,
) -> Result<Transaction, StoreError> {
    transaction = transaction.put(
        profile(tenant, after, stamp)?,
        Some(crate::tenants::version_is(before.version)),
    );
    let (old, new) = (audience_rows(tenant, before), audience_rows(tenant, after));
    let row = AudienceRow {
        a: after.updated_at.as_second(),
        x: None,
        r: None,
    };
    for partition in new.difference(&old) {
        transaction = transaction.set(&Keys::new(partition, after.id.as_str()), &row);
    }
    for partition in old.difference(&new) {
        transaction = transaction.delete(&Keys::new(partition, after.id.as_str()), None);
    }
    let (old, new) = (
        address_entries(tenant, before),
        address_entries(tenant, after),
    );
    for keys in old.iter().filter(|keys| !new.contains(keys)) {
        transaction = transaction.delete(keys, None);
    }
    for keys in new.iter().filter(|keys| !old.contains(keys)) {
        transaction = transaction.set(keys, &entry_of(after));
    }
    Ok(transaction)
}

/// What a change of a person brings with it.
#[derive(Debug)]
pub struct Follows {
    pub audit: Vec<AuditEntry>,
    pub event: Option<Event>,
    /// Whether a test key was shown: the event does not leave.
    pub test: bool,
}

/// Of those who were erased only the id is left, so that nobody else gets it.
fn is_there(user: &User) -> bool {
    user.erased_at.is_none()
}

impl Store {
    pub async fn user(&self, tenant: &TenantId, user: &UserId) -> Result<Option<User>, StoreError> {
        let found = self.stored_user(tenant, user).await?;
        Ok(found.filter(is_there))
    }

    /// The entry of a person as it is stored, also of one who was erased.
    pub async fn stored_user(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Option<User>, StoreError> {
        self.read(&keys::user(tenant, user)).await
    }

    /// People by id, in no order; unknown ids are absent.
    pub async fn users(&self, tenant: &TenantId, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let unique: BTreeSet<&UserId> = ids.iter().collect();
        let found = self
            .batch_get(
                unique
                    .into_iter()
                    .map(|id| keys::user(tenant, id))
                    .collect(),
            )
            .await?;
        let people = found.into_iter().map(parse::<User>);
        let there = people.filter(|user| user.as_ref().map_or(true, is_there));
        there.collect()
    }

    /// One page of a tenant's people in the order of their ids.
    pub async fn list_users(
        &self,
        tenant: &TenantId,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Rows<User>, StoreError> {
        let range = Range {
            index: true,
            after: after.map(ToString::to_string),
            after_keys: after.map(|user| keys::user(tenant, user)),
            limit: Some(limit),
            ..Range::of(keys::user_list(tenant))
        };
        self.rows(&range).await
    }

    /// Everybody with an e-mail address; children may share their parent's.
    pub async fn users_by_email(
        &self,
        tenant: &TenantId,
        email: &Email,
    ) -> Result<Vec<User>, StoreError> {
        let entries = keys::email_entries(tenant, email.reveal());
        self.users_behind(tenant, entries).await
    }

    /// Everybody with a telephone number.
    pub async fn users_by_phone(
        &self,
        tenant: &TenantId,
        phone: &Phone,
    ) -> Result<Vec<User>, StoreError> {
        let entries = keys::phone_entries(tenant, phone.reveal());
        self.users_behind(tenant, entries).await
    }

    async fn users_behind(
        &self,
        tenant: &TenantId,
        entries: String,
    ) -> Result<Vec<User>, StoreError> {
        let entries: Vec<AddressEntry> = self.all(Range::of(entries)).await?;
        let ids: Vec<UserId> = entries.into_iter().map(|entry| entry.user).collect();
        self.users(tenant, &ids).await
    }

    /// A new person; the audience shard is allotted here. Position 0 of the
    /// refusal is the profile: somebody has the id.
    pub async fn create_user(
        &self,
        tenant: &TenantId,
        user: &User,
        audit: &AuditEntry,
    ) -> Result<User, Refused> {
        let mut user = user.clone();
        user.shard = self.allot_people(tenant, 1).await?;
        let transaction = added(self.transaction(), tenant, &user)?;
        crate::audit::entry(transaction, tenant, audit)
            .commit()
            .await?;
        Ok(user)
    }

    /// Position 0 of the refusal is the profile: it has changed meanwhile. When
    /// the person's standing changes, their memberships begin or cease to count.
    pub async fn update_user(
        &self,
        tenant: &TenantId,
        before: &User,
        after: &User,
        follows: &Follows,
    ) -> Result<Vec<OutboxRow>, Refused> {
        let mut transaction = changed(self.transaction(), tenant, before, after, None)?;
        for audit in &follows.audit {
            transaction = transaction.audit(tenant, audit);
        }
        let mut tasks = Vec::new();
        if let Some(event) = &follows.event {
            let (test, now) = (follows.test, after.updated_at);
            tasks = tasks_of(tenant, test, event, now);
            transaction = transaction.raise(tenant, test, event, &tasks, now);
        }
        if before.status == after.status {
            transaction.commit().await?;
            return Ok(tasks);
        }
        let memberships = self.memberships_of(tenant, &after.id).await?;
        let (now, later) = memberships.split_at(memberships.len().min(MOVED_AT_ONCE));
        for membership in now {
            transaction = placed(transaction, tenant, after, membership)?;
        }
        transaction.commit().await?;
        for some in later.chunks(MOVED_AT_ONCE) {
            let mut transaction = self.transaction();
            for membership in some {
                transaction = placed(transaction, tenant, after, membership)?;
            }
            transaction.commit().await?;
        }
        Ok(tasks)
    }

    /// Takes a person out of the directory with everything that lists them.
    /// Position 0 of the refusal is the profile: it has changed meanwhile.
    pub async fn remove_user(
        &self,
        tenant: &TenantId,
        user: &User,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        self.remove_memberships_of(tenant, user).await?;
        let relations = user.guardians.iter().map(|other| (other, &user.id));
        let relations = relations.chain(user.children.iter().map(|other| (&user.id, other)));
        let mut user = user.clone();
        for (guardian, child) in relations
            .map(|(a, b)| (a.clone(), b.clone()))
            .collect::<Vec<_>>()
        {
            let pair = self
                .unlink_guardian(tenant, &guardian, &child, None)
                .await?;
            if let Some(mine) = pair.into_iter().find(|person| person.id == user.id) {
                user = mine;
            }
        }
        let chosen = self.preferences(tenant, &user.id).await?;
        let same = crate::tenants::version_is(user.version);
        let mut transaction = self
            .transaction()
            .delete(&keys::user(tenant, &user.id), Some(same));
        for partition in audience_rows(tenant, &user) {
            transaction = transaction.delete(&Keys::new(partition, user.id.as_str()), None);
        }
        for keys in address_entries(tenant, &user) {
            transaction = transaction.delete(&keys, None);
        }
        crate::preferences::forgotten(transaction, tenant, &user.id, &chosen)
            .audit(tenant, audit)
            .commit()
            .await?;
        // A membership made while this ran; none can be made from now on,
        // because it is held to the profile.
        self.remove_memberships_of(tenant, &user).await?;
        Ok(())
    }
}
