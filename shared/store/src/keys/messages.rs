//! Keys of mail-like messages and of the folders that list them.

use domain::ids::{MessageId, TenantId, ThreadId, UserId};

use super::t;
use crate::table::Keys;

/// What a message says, once for all who have it.
pub fn message_text(tenant: &TenantId, message: &MessageId) -> Keys {
    Keys::new(message_facts(tenant, message), "TEXT")
}

/// Sort keys of those who have read a message begin with this.
pub const RECEIPT: &str = "READ#";

/// That a person has read a message.
pub fn message_receipt(tenant: &TenantId, message: &MessageId, user: &UserId) -> Keys {
    Keys::new(message_facts(tenant, message), format!("{RECEIPT}{user}"))
}

/// A message and who has read it.
pub fn message_facts(tenant: &TenantId, message: &MessageId) -> String {
    t(tenant, format_args!("MESSAGE#{message}"))
}

/// A message's place in a person's inbox.
pub fn inbox_entry(tenant: &TenantId, user: &UserId, message: &MessageId) -> Keys {
    Keys::new(inbox(tenant, user), message.as_str())
}

pub fn inbox(tenant: &TenantId, user: &UserId) -> String {
    t(tenant, format_args!("INBOX#{user}"))
}

/// What is unread in a person's inbox, by index.
pub fn inbox_unread(tenant: &TenantId, user: &UserId) -> String {
    t(tenant, format_args!("UNREAD#{user}"))
}

/// A message's place among what a person has sent.
pub fn sent_entry(tenant: &TenantId, user: &UserId, message: &MessageId) -> Keys {
    Keys::new(sent(tenant, user), message.as_str())
}

pub fn sent(tenant: &TenantId, user: &UserId) -> String {
    t(tenant, format_args!("SENT#{user}"))
}

/// A message's place in its thread.
pub fn thread_entry(tenant: &TenantId, thread: &ThreadId, message: &MessageId) -> Keys {
    Keys::new(message_thread(tenant, thread), message.as_str())
}

pub fn message_thread(tenant: &TenantId, thread: &ThreadId) -> String {
    t(tenant, format_args!("THREAD#{thread}"))
}
