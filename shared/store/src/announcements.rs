//! Announcements: drafts in the order they were made, published ones by index
//! in the order they came out, and who has read them.

use aws_sdk_dynamodb::types::Select;
use domain::Page;
use domain::Timestamp;
use domain::announcement::{Announcement, AnnouncementStatus};
use domain::audit::AuditEntry;
use domain::ids::{AnnouncementId, TenantId, UserId};
use domain::send::{Send, SendStatus};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::sends::Start;
use crate::table::{Item, Range, item, n, parse, s};
use crate::tenants::version_is;
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Rows, Store, keys};

/// Queries of one request; a page that is not full by then is answered short.
const ROUNDS: usize = 10;
/// Announcements examined by one query.
const EXAMINED: u32 = 100;
/// Days for which it is kept who read what.
const READ_DAYS: i64 = 396;

#[derive(Debug, Serialize, Deserialize)]
struct ReadRow {
    #[serde(rename = "sk")]
    user: UserId,
    read_at: Timestamp,
    ttl: i64,
}

/// The item; while it is published, with its place in the order of publication.
fn stored(tenant: &TenantId, announcement: &Announcement) -> Result<Item, StoreError> {
    let mut stored = item(&keys::announcement(tenant, &announcement.id), announcement)?;
    if let (AnnouncementStatus::Published, Some(at)) =
        (announcement.status, announcement.published_at)
    {
        stored.insert("gsi1pk".to_owned(), s(keys::published(tenant)));
        let place = keys::published_place(at, Some(&announcement.id));
        stored.insert("gsi1sk".to_owned(), s(place));
    }
    Ok(stored)
}

/// An item and where it lies in the list that was asked for.
struct Examined {
    announcement: Announcement,
    position: String,
}

impl Transaction {
    /// Puts an announcement in its place and into the order of publication.
    pub(crate) fn announcement(
        self,
        tenant: &TenantId,
        announcement: &Announcement,
        condition: Expression,
    ) -> Result<Self, StoreError> {
        Ok(self.put(stored(tenant, announcement)?, Some(condition)))
    }
}

impl Store {
    pub async fn announcement(
        &self,
        tenant: &TenantId,
        id: &AnnouncementId,
    ) -> Result<Option<Announcement>, StoreError> {
        self.read(&keys::announcement(tenant, id)).await
    }

    pub async fn create_announcement(
        &self,
        tenant: &TenantId,
        announcement: &Announcement,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let absent = Expression::new("attribute_not_exists(#pk)");
        self.transaction()
            .announcement(tenant, announcement, absent)?
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Puts a changed announcement in place of the version that was read.
    pub async fn update_announcement(
        &self,
        tenant: &TenantId,
        announcement: &Announcement,
        seen: u64,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        self.transaction()
            .announcement(tenant, announcement, version_is(seen))?
            .audit(tenant, audit)
            .commit()
            .await
    }

    pub async fn delete_announcement(
        &self,
        tenant: &TenantId,
        announcement: &Announcement,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let keys = keys::announcement(tenant, &announcement.id);
        self.transaction()
            .delete(&keys, Some(version_is(announcement.version)))
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Publishes: the announcement, its send and the trail change together, and
    /// only from the version that was read, so that it is sent once however
    /// many publish at the same time.
    pub async fn publish_announcement(
        &self,
        tenant: &TenantId,
        published: &Announcement,
        seen: u64,
        (send, start): (&Send, &Start),
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        self.transaction()
            .announcement(tenant, published, version_is(seen))?
            .send(tenant, send, start)
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Takes an announcement back and stops what has not left yet of its send.
    pub async fn unpublish_announcement(
        &self,
        tenant: &TenantId,
        unpublished: &Announcement,
        seen: u64,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let send = match &unpublished.send {
            Some(send) => self.send(tenant, send).await?,
            None => None,
        };
        let mut transaction = self
            .transaction()
            .announcement(tenant, unpublished, version_is(seen))?
            .audit(tenant, audit);
        if let Some(send) = send.filter(|send| !send.status.is_final()) {
            let stop = Expression::new("SET #status = :cancelled ADD #version :one")
                .value(":cancelled", s(SendStatus::Cancelled.as_str()))
                .value(":one", n(1));
            let stands = Expression::new("#status = :seen").value(":seen", s(send.status.as_str()));
            transaction = transaction.update(&keys::send(tenant, &send.id), stop, Some(stands));
            if let (SendStatus::Scheduled, Some(at)) = (send.status, send.send_at) {
                transaction = transaction.delete(&keys::due(at, tenant, &send.id), None);
            }
        }
        transaction.commit().await
    }

    /// Announcements as they were made, newest first, that pass a test.
    pub async fn list_announcements(
        &self,
        tenant: &TenantId,
        after: Option<&str>,
        limit: u32,
        keep: impl Fn(&Announcement) -> bool,
    ) -> Result<Page<Announcement>, StoreError> {
        let range = Range {
            newest_first: true,
            after: after.map(ToOwned::to_owned),
            limit: Some(EXAMINED),
            ..Range::of(keys::announcement(tenant, &AnnouncementId::of("any")).pk)
        };
        self.examine(tenant, range, limit, keep).await
    }

    /// Published announcements, latest first, that pass a test.
    pub async fn published_announcements(
        &self,
        tenant: &TenantId,
        (from, to): (Timestamp, Timestamp),
        after: Option<&str>,
        limit: u32,
        keep: impl Fn(&Announcement) -> bool,
    ) -> Result<Page<Announcement>, StoreError> {
        let range = Range {
            index: true,
            newest_first: true,
            from: Some(keys::published_place(from, None)),
            to: Some(format!("{}~", keys::published_place(to, None))),
            after: after.map(ToOwned::to_owned),
            limit: Some(EXAMINED),
            ..Range::of(keys::published(tenant))
        };
        self.examine(tenant, range, limit, keep).await
    }

    /// Walks a list until a page is full. The cursor is the last one examined.
    async fn examine(
        &self,
        tenant: &TenantId,
        mut range: Range,
        limit: u32,
        keep: impl Fn(&Announcement) -> bool,
    ) -> Result<Page<Announcement>, StoreError> {
        let mut kept = Vec::new();
        for _ in 0..ROUNDS {
            if range.index {
                let id = range.after.as_deref().and_then(keys::published_id);
                range.after_keys = id.map(|id| keys::announcement(tenant, &id));
            }
            let rows: Rows<Announcement> = self.rows(&range).await?;
            let last = rows.items.len();
            for (at, announcement) in rows.items.into_iter().enumerate() {
                let examined = Examined::new(announcement, range.index);
                if keep(&examined.announcement) {
                    kept.push(examined.announcement);
                }
                if kept.len() == limit as usize {
                    let more = at + 1 < last || rows.more.is_some();
                    return Ok(Page::new(kept, more.then_some(examined.position), limit));
                }
            }
            range.after = rows.more;
            if range.after.is_none() {
                break;
            }
        }
        Ok(Page::new(kept, range.after, limit))
    }

    /// Notes that a person has read an announcement; the first time counts.
    pub async fn mark_announcement_read(
        &self,
        tenant: &TenantId,
        id: &AnnouncementId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = ReadRow {
            user: user.clone(),
            read_at: now,
            ttl: now.as_second() + READ_DAYS * 86_400,
        };
        let marked = self
            .transaction()
            .create(&keys::announcement_read(tenant, id, user), &row)
            .commit()
            .await;
        match marked {
            Ok(()) | Err(Refused::Conditions(_)) => Ok(()),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// Which of some announcements a person has read.
    pub async fn announcements_read_by(
        &self,
        tenant: &TenantId,
        ids: &[AnnouncementId],
        user: &UserId,
    ) -> Result<std::collections::HashSet<AnnouncementId>, StoreError> {
        let partitions: std::collections::HashMap<String, &AnnouncementId> = ids
            .iter()
            .map(|id| (keys::announcement_read(tenant, id, user).pk, id))
            .collect();
        let wanted = ids
            .iter()
            .map(|id| keys::announcement_read(tenant, id, user))
            .collect();
        let found = self.batch_get(wanted).await?;
        let read = found.iter().filter_map(|item| {
            let pk = crate::table::text(item, "pk")?;
            partitions.get(&pk).map(|id| (*id).clone())
        });
        Ok(read.collect())
    }

    /// How many people have read an announcement.
    pub async fn announcement_readers(
        &self,
        tenant: &TenantId,
        id: &AnnouncementId,
    ) -> Result<u64, StoreError> {
        let partition = keys::announcement_read(tenant, id, &UserId::new(self.now())).pk;
        let mut readers = 0;
        let mut after = None;
        loop {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", s(&partition))
                .select(Select::Count)
                .set_exclusive_start_key(after)
                .send()
                .await?;
            readers += u64::try_from(page.count).unwrap_or(0);
            after = page.last_evaluated_key.filter(|key| !key.is_empty());
            if after.is_none() {
                return Ok(readers);
            }
        }
    }

    /// Several sends by id, in no order.
    pub async fn sends_by_id(
        &self,
        tenant: &TenantId,
        ids: &[domain::ids::SendId],
    ) -> Result<Vec<Send>, StoreError> {
        let unique: std::collections::BTreeSet<_> = ids.iter().collect();
        let wanted = unique.into_iter().map(|id| keys::send(tenant, id));
        let found = self.batch_get(wanted.collect()).await?;
        found.into_iter().map(parse).collect()
    }
}

impl Examined {
    fn new(announcement: Announcement, by_publication: bool) -> Self {
        let position = match announcement.published_at.filter(|_| by_publication) {
            Some(at) => keys::published_place(at, Some(&announcement.id)),
            None => announcement.id.to_string(),
        };
        Self {
            announcement,
            position,
        }
    }
}
