//! Keys that are made of addresses and numbers: by their fingerprints only.

use domain::Channel;
use domain::digest;
use domain::ids::{SendId, TenantId, UserId};

use super::t;
use crate::table::Keys;

/// One of the people with an e-mail address.
pub fn email_entry(tenant: &TenantId, email: &str, user: &UserId) -> Keys {
    Keys::new(email_entries(tenant, email), user.as_str())
}

/// Everybody with an e-mail address.
pub fn email_entries(tenant: &TenantId, email: &str) -> String {
    let mark = digest::fingerprint(&["email", email], 26);
    t(tenant, format_args!("EMAIL#{mark}"))
}

/// One of the people with a number.
pub fn phone_entry(tenant: &TenantId, phone: &str, user: &UserId) -> Keys {
    Keys::new(phone_entries(tenant, phone), user.as_str())
}

/// Everybody with a number.
pub fn phone_entries(tenant: &TenantId, phone: &str) -> String {
    let mark = digest::fingerprint(&["phone", phone], 26);
    t(tenant, format_args!("PHONE#{mark}"))
}

/// Whose delivery an address is reached by, in a send that reaches each once.
pub fn address_owner(tenant: &TenantId, send: &SendId, channel: Channel, address: &str) -> Keys {
    let mark = digest::fingerprint(&["owner", address], 26);
    Keys::new(
        t(tenant, format_args!("OWNER#{send}#{channel}#{mark}")),
        "OWNER",
    )
}

/// The texts that went to a number of late.
pub fn recent_texts(tenant: &TenantId, phone: &str) -> Keys {
    let mark = digest::fingerprint(&["texts", phone], 26);
    Keys::new(t(tenant, format_args!("TEXTS#{mark}")), "RECENT")
}
