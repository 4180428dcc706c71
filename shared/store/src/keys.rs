//! Every key of the table, one function each. The tenant comes first in every
//! partition key; `SYS#…` holds what the sweeper must find across tenants.

use domain::ids::{
    AnnouncementId, AuditId, ConnectionId, DeliveryId, GroupId, NotificationId, OutboxId, SendId,
    TemplateId, TenantId, UserId,
};
use domain::{Caller, Channel, Timestamp, digest};

use crate::table::Keys;

mod addresses;
mod approvals;
mod automations;
mod chat;
mod communities;
mod contacts;
mod imports;
mod messages;
mod preferences;
mod privacy;
mod reminders;

pub use addresses::*;
pub use approvals::*;
pub use automations::*;
pub use chat::*;
pub use communities::*;
pub use contacts::*;
pub use imports::*;
pub use messages::*;
pub use preferences::*;
pub use privacy::*;
pub use reminders::*;

/// Partitions that the communication log of one day is spread over.
pub const LOG_SHARDS: u32 = 4;
/// Items that one counter is spread over.
pub const COUNTER_SHARDS: u32 = 10;
/// Sort key of a person's read state: behind every `ntf_…`, so that the
/// newest-first query of a feed returns it first.
pub const FEED_STATE: &str = "~STATE";

fn t(tenant: &TenantId, rest: impl std::fmt::Display) -> String {
    format!("T#{tenant}#{rest}")
}

// Tenants and people.

pub fn tenant(tenant: &TenantId) -> Keys {
    Keys::new(t(tenant, "TENANT"), "SETTINGS")
}

/// Counts everybody a tenant ever had, to allot audience shards.
pub fn people_counter(tenant: &TenantId) -> Keys {
    Keys::new(t(tenant, "TENANT"), "PEOPLE")
}

/// The list of tenants, for the scheduled functions.
pub fn tenant_entry(tenant: &TenantId) -> Keys {
    Keys::new("SYS#TENANTS", tenant.as_str())
}

pub fn user(tenant: &TenantId, user: &UserId) -> Keys {
    Keys::new(t(tenant, format_args!("USER#{user}")), "PROFILE")
}

/// The people of a tenant in the order of their ids, by index.
pub fn user_list(tenant: &TenantId) -> String {
    t(tenant, "USERS")
}

/// A person's membership, seen from the person.
pub fn membership(tenant: &TenantId, user: &UserId, group: &GroupId) -> Keys {
    Keys::new(
        t(tenant, format_args!("USER#{user}")),
        format!("GROUP#{group}"),
    )
}

pub fn group(tenant: &TenantId, group: &GroupId) -> Keys {
    Keys::new(groups(tenant), group.as_str())
}

pub fn groups(tenant: &TenantId) -> String {
    t(tenant, "GROUPS")
}

/// A membership that does not count at present: suspended, or of somebody who
/// is. Each membership has a row either here or in its audience partition.
pub fn resting(tenant: &TenantId, group: &GroupId, user: &UserId) -> Keys {
    Keys::new(resting_members(tenant, group), user.as_str())
}

pub fn resting_members(tenant: &TenantId, group: &GroupId) -> String {
    t(tenant, format_args!("RESTING#{group}"))
}

// Audiences: tiny rows, one partition for each set and shard.

pub fn audience_all(tenant: &TenantId, shard: u32) -> String {
    t(tenant, format_args!("AUD#all#{shard:02}"))
}

pub fn audience_role(tenant: &TenantId, role: &str, shard: u32) -> String {
    t(tenant, format_args!("AUD#role:{role}#{shard:02}"))
}

pub fn audience_group(tenant: &TenantId, group: &GroupId, shard: u32) -> String {
    t(tenant, format_args!("AUD#group:{group}#{shard:02}"))
}

// Sends.

pub fn send(tenant: &TenantId, send: &SendId) -> Keys {
    Keys::new(sends(tenant), send.as_str())
}

/// Sends that are being delivered, by index.
pub fn running_sends(tenant: &TenantId) -> String {
    t(tenant, "RUNNING")
}

/// All sends of a tenant, in the order of time.
pub fn sends(tenant: &TenantId) -> String {
    t(tenant, "SENDS")
}

/// One chunk of a send.
pub fn ledger(tenant: &TenantId, send: &SendId, chunk: &str) -> Keys {
    Keys::new(t(tenant, format_args!("LEDGER#{send}")), chunk)
}

/// A send that waits for its time, found by the sweeper.
pub fn due(at: Timestamp, tenant: &TenantId, send: &SendId) -> Keys {
    Keys::new(
        "SYS#DUE",
        format!("{}#{tenant}#{send}", at.strftime("%Y-%m-%dT%H:%M:%SZ")),
    )
}

/// What the sweeper found out about its deployment; it belongs to no tenant.
pub fn findings() -> Keys {
    Keys::new("SYS#HEALTH", "FINDINGS")
}

/// How often deliveries of a queue message began and had no outcome.
pub fn begun(message: &str) -> Keys {
    Keys::new(format!("SYS#BEGUN#{message}"), "COUNT")
}

pub fn outbox(shard: u32, id: &OutboxId) -> Keys {
    Keys::new(outbox_shard(shard), id.as_str())
}

pub const OUTBOX_SHARDS: u32 = 4;

pub fn outbox_shard(shard: u32) -> String {
    format!("SYS#OUTBOX#{shard}")
}

// Feed.

pub fn feed(tenant: &TenantId, user: &UserId) -> String {
    t(tenant, format_args!("FEED#{user}"))
}

pub fn notification(tenant: &TenantId, user: &UserId, notification: &NotificationId) -> Keys {
    Keys::new(feed(tenant, user), notification.as_str())
}

pub fn feed_state(tenant: &TenantId, user: &UserId) -> Keys {
    Keys::new(feed(tenant, user), FEED_STATE)
}

// Live connections: one row a connection, found by tenant and by connection.

/// The open connections of a tenant.
pub fn connection(tenant: &TenantId, user: &UserId, connection: &ConnectionId) -> Keys {
    Keys::new(connections(tenant), format!("{user}#{connection}"))
}

pub fn connections(tenant: &TenantId) -> String {
    t(tenant, "CONNECTIONS")
}

/// Whose a connection is.
pub fn connection_owner(connection: &ConnectionId) -> Keys {
    Keys::new(format!("SYS#CONNECTION#{connection}"), "OWNER")
}

// Communication log.

/// The partition of a day and shard; `day` is `YYYY-MM-DD`.
pub fn log_day(tenant: &TenantId, day: &str, shard: u32) -> String {
    t(tenant, format_args!("LOG#{day}#{shard}"))
}

/// A delivery's row; its day is that of the send's id, its shard is read from
/// its own id, so that the row is found from the id alone.
pub fn log(tenant: &TenantId, delivery: &DeliveryId) -> Keys {
    let day = delivery
        .instant()
        .map(domain::time::day)
        .unwrap_or_default();
    let shard = delivery.bare().bytes().map(u32::from).sum::<u32>() % LOG_SHARDS;
    Keys::new(log_day(tenant, &day, shard), delivery.as_str())
}

/// A recipient's rows, by index.
pub fn log_recipient(tenant: &TenantId, address: &str) -> String {
    t(
        tenant,
        format_args!("LOGTO#{}", digest::fingerprint(&["to", address], 26)),
    )
}

/// One shard of the counters of a day and channel.
pub fn statistics(tenant: &TenantId, day: &str, channel: Channel, shard: u32) -> Keys {
    Keys::new(
        statistics_month(tenant, day),
        format!("{day}#{channel}#{shard}"),
    )
}

/// All counters of the month of a day.
pub fn statistics_month(tenant: &TenantId, day: &str) -> String {
    t(
        tenant,
        format_args!("STATS#{}", day.get(..7).unwrap_or(day)),
    )
}

// Suppression.

/// An address that must not be written to, by its mark under the tenant's key.
pub fn suppression(tenant: &TenantId, channel: Channel, mark: &str) -> Keys {
    Keys::new(t(tenant, format_args!("SUP#{channel}#{mark}")), "STATE")
}

// Announcements and templates.

pub fn announcement(tenant: &TenantId, announcement: &AnnouncementId) -> Keys {
    Keys::new(t(tenant, "ANNOUNCEMENTS"), announcement.as_str())
}

/// What is published, by index.
pub fn published(tenant: &TenantId) -> String {
    t(tenant, "PUBLISHED")
}

/// Its place in the order of publication; without an announcement, the place
/// that all of an instant are behind.
pub fn published_place(at: Timestamp, announcement: Option<&AnnouncementId>) -> String {
    let id = announcement.map(ToString::to_string).unwrap_or_default();
    format!("{:014}#{id}", at.as_millisecond().max(0))
}

/// The announcement at a place.
pub fn published_id(place: &str) -> Option<AnnouncementId> {
    place.split_once('#')?.1.parse().ok()
}

/// That a person opened an announcement.
pub fn announcement_read(tenant: &TenantId, announcement: &AnnouncementId, user: &UserId) -> Keys {
    Keys::new(
        t(tenant, format_args!("READ#{announcement}")),
        user.as_str(),
    )
}

/// A template as it is now.
pub fn template(tenant: &TenantId, template: &TemplateId) -> Keys {
    Keys::new(t(tenant, "TEMPLATES"), template.as_str())
}

/// The templates of a channel, by index.
pub fn template_list(tenant: &TenantId, channel: Channel) -> String {
    t(tenant, format_args!("TEMPLATES#{channel}"))
}

/// One version of a template, which never changes.
pub fn template_version(tenant: &TenantId, template: &TemplateId, version: u32) -> Keys {
    Keys::new(
        t(tenant, format_args!("TPL#{template}")),
        format!("V#{version:06}"),
    )
}

/// A variable that the tenant added to the catalogue.
pub fn variable(tenant: &TenantId, name: &str) -> Keys {
    Keys::new(t(tenant, "VARIABLES"), name)
}

// Trails and keys.

pub fn audit(tenant: &TenantId, id: &AuditId) -> Keys {
    Keys::new(
        audit_month(tenant, id.instant().unwrap_or_default()),
        id.as_str(),
    )
}

pub fn audit_month(tenant: &TenantId, at: Timestamp) -> String {
    t(tenant, format_args!("AUDIT#{}", at.strftime("%Y-%m")))
}

/// The seals of a tenant's audit trail, by their number.
pub fn audit_seals(tenant: &TenantId) -> String {
    t(tenant, "AUDIT-SEALS")
}

pub fn audit_seal(tenant: &TenantId, number: u64) -> Keys {
    Keys::new(audit_seals(tenant), format!("{number:012}"))
}

/// A remembered request. A test key's requests are others than a live key's.
pub fn idempotency(caller: &Caller, key: &str) -> Keys {
    let credential = if caller.is_test() { "test" } else { "live" };
    let mark = digest::fingerprint(&["idempotency", credential, key], 51);
    Keys::new(
        t(&caller.tenant, format_args!("IDEM#{}#{mark}", caller.user)),
        "ANSWER",
    )
}

/// A person's own rate window.
pub fn window(tenant: &TenantId, scope: &str, window: i64) -> Keys {
    Keys::new(t(tenant, format_args!("RL#{scope}")), window.to_string())
}

// Credentials. They come before any tenant is known, and are found by hash only.

/// A single-use ticket for a socket.
pub fn ticket(hash: &str) -> Keys {
    Keys::new(format!("SYS#TICKET#{hash}"), "TICKET")
}

/// A service's key.
pub fn api_key(hash: &str) -> Keys {
    Keys::new(format!("SYS#APIKEY#{hash}"), "APIKEY")
}

/// A key in the list of its tenant's keys.
pub fn api_key_entry(tenant: &TenantId, hash: &str) -> Keys {
    Keys::new(t(tenant, "APIKEYS"), hash)
}
