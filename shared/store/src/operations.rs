//! Privacy operations: what is to be done about one person's data, how far it
//! is, and the records that an export has found.

use domain::audit::AuditEntry;
use domain::directory::User;
use domain::ids::{PrivacyId, TenantId, UserId};
use domain::operation::{Kind, Operation, Page, pseudonym};
use domain::privacy::{Email, Phone};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::preferences::FeedException;
use crate::table::{Item, Range, item, n, s};
use crate::transaction::{Expression, Refused, Transaction};
use crate::users::changed;
use crate::{Rows, Store, keys};

/// Days for which deliveries ask whether somebody was erased of late: longer
/// than any task lives.
const OF_LATE_DAYS: i64 = 30;

/// What has to be known of a person until everything about them is found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Erasing {
    pub user: UserId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The operation that goes through it.
    pub operation: PrivacyId,
}

/// One thing that an export has found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportRecord {
    pub section: String,
    pub record: Value,
    #[serde(default)]
    ttl: i64,
}

fn operation_item(tenant: &TenantId, operation: &Operation) -> Result<Item, StoreError> {
    let mut found = item(&keys::operation(tenant, &operation.id), operation)?;
    let about = keys::operations_about(tenant, &operation.user);
    found.insert("gsi1pk".to_owned(), s(about));
    found.insert("gsi1sk".to_owned(), s(operation.id.as_str()));
    Ok(found)
}

impl Transaction {
    fn new_operation(
        self,
        tenant: &TenantId,
        operation: &Operation,
        outbox: &OutboxRow,
        audit: &AuditEntry,
    ) -> Result<Self, StoreError> {
        let new = Expression::new("attribute_not_exists(#pk)");
        Ok(self
            .put(operation_item(tenant, operation)?, Some(new))
            .outbox(outbox)
            .audit(tenant, audit))
    }
}

impl Store {
    pub async fn create_export(
        &self,
        tenant: &TenantId,
        operation: &Operation,
        outbox: &OutboxRow,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        self.transaction()
            .new_operation(tenant, operation, outbox, audit)?
            .commit()
            .await
    }

    /// Begins an erasure: from this write on nothing reaches the person, their
    /// sessions have ended, and their profile says nothing. Position 0 of the
    /// refusal: the profile has changed meanwhile.
    pub async fn create_erasure(
        &self,
        tenant: &TenantId,
        operation: &Operation,
        person: &User,
        outbox: &OutboxRow,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let now = self.now();
        let after = person.erased(pseudonym(tenant, &person.id), now);
        let facts = Erasing {
            user: person.id.clone(),
            name: person.name.clone(),
            email: person.email.clone(),
            phone: person.phone.clone(),
            operation: operation.id.clone(),
        };
        let ttl = self.days_from_now(OF_LATE_DAYS);
        let of_late = FeedException::erased(&person.id, ttl);
        changed(self.transaction(), tenant, person, &after, None)?
            .set(&keys::erasing(tenant, &person.id), &facts)
            .set(&keys::erased_of_late(tenant, &person.id), &of_late)
            .new_operation(tenant, operation, outbox, audit)?
            .commit()
            .await
    }

    /// Takes up an erasure that a fault had ended. Position 0 of the refusal:
    /// somebody else has taken it up.
    pub async fn resume_erasure(
        &self,
        tenant: &TenantId,
        operation: &Operation,
        seen: &Erasing,
        outbox: &OutboxRow,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let take = Expression::new("SET #operation = :new").value(":new", s(operation.id.as_str()));
        let same = Expression::new("#operation = :seen").value(":seen", s(seen.operation.as_str()));
        self.transaction()
            .update(&keys::erasing(tenant, &seen.user), take, Some(same))
            .new_operation(tenant, operation, outbox, audit)?
            .commit()
            .await
    }

    /// What is known of a person who is being erased.
    pub async fn erasing(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Option<Erasing>, StoreError> {
        self.read(&keys::erasing(tenant, user)).await
    }

    pub async fn operation(
        &self,
        tenant: &TenantId,
        operation: &PrivacyId,
    ) -> Result<Option<Operation>, StoreError> {
        self.read(&keys::operation(tenant, operation)).await
    }

    /// Operations, newest first: all of them, or those about one person.
    pub async fn list_operations(
        &self,
        tenant: &TenantId,
        about: Option<&UserId>,
        after: Option<&PrivacyId>,
        limit: u32,
    ) -> Result<Rows<Operation>, StoreError> {
        let range = match about {
            Some(user) => Range {
                index: true,
                after_keys: after.map(|id| keys::operation(tenant, id)),
                ..Range::of(keys::operations_about(tenant, user))
            },
            None => Range::of(keys::operations(tenant)),
        };
        self.rows(&Range {
            newest_first: true,
            after: after.map(ToString::to_string),
            limit: Some(limit),
            ..range
        })
        .await
    }

    /// Keeps what a page of an export has found. Writing it again changes
    /// nothing.
    pub async fn put_records(
        &self,
        tenant: &TenantId,
        operation: &Operation,
        section: &str,
        page: &Page,
    ) -> Result<(), StoreError> {
        let end = operation.expires_at().unwrap_or(operation.created_at);
        let items = page.records.iter().map(|(key, record)| {
            let row = ExportRecord {
                section: section.to_owned(),
                record: record.clone(),
                ttl: end.as_second(),
            };
            item(
                &keys::export_record(tenant, &operation.id, section, key),
                &row,
            )
        });
        self.batch_put(items.collect::<Result<_, _>>()?).await
    }

    /// Moves an operation on from the step that was read, with the task of the
    /// next one. Position 0 of the refusal: another delivery was faster.
    pub async fn advance_operation(
        &self,
        tenant: &TenantId,
        seen: &Operation,
        after: &Operation,
        outbox: Option<&OutboxRow>,
        audit: Option<&AuditEntry>,
    ) -> Result<(), Refused> {
        let unmoved = Expression::new("#step = :seen AND #status IN (:queued, :running)")
            .value(":seen", n(seen.step))
            .value(":queued", s("queued"))
            .value(":running", s("running"));
        let mut transaction = self
            .transaction()
            .put(operation_item(tenant, after)?, Some(unmoved));
        if let Some(row) = outbox {
            transaction = transaction.outbox(row);
        }
        if let Some(audit) = audit {
            transaction = transaction.audit(tenant, audit);
        }
        transaction.commit().await
    }

    /// Ends an operation for a fault of the system, unless it has ended already.
    pub async fn fail_operation(
        &self,
        tenant: &TenantId,
        operation: &PrivacyId,
        reason: &str,
    ) -> Result<(), StoreError> {
        while let Some(found) = self.operation(tenant, operation).await? {
            if found.status.is_terminal() {
                break;
            }
            let failed = found.failed(reason, self.now());
            match self
                .advance_operation(tenant, &found, &failed, None, None)
                .await
            {
                Ok(()) => break,
                Err(Refused::Conditions(_)) => {}
                Err(Refused::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// A page of what an export has found, in the order of sections' names.
    pub async fn export_page(
        &self,
        tenant: &TenantId,
        operation: &PrivacyId,
        after: Option<String>,
        limit: u32,
    ) -> Result<Rows<ExportRecord>, StoreError> {
        self.rows(&Range {
            after,
            limit: Some(limit),
            consistent: true,
            ..Range::of(keys::export_records(tenant, operation))
        })
        .await
    }

    /// The exports of one person's data.
    pub(crate) async fn exports_about(
        &self,
        tenant: &TenantId,
        user: &UserId,
        after: Option<&PrivacyId>,
    ) -> Result<Rows<Operation>, StoreError> {
        let mut found = self.list_operations(tenant, Some(user), after, 100).await?;
        found.items.retain(|one| one.kind == Kind::Export);
        Ok(found)
    }
}
