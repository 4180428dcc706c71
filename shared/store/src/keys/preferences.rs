//! Keys of what people choose.

use domain::ids::{SendId, TenantId, UserId};

use super::t;
use crate::table::Keys;

/// All that a person has chosen, beside the profile.
pub fn preferences(tenant: &TenantId, user: &UserId) -> Keys {
    Keys::new(t(tenant, format_args!("USER#{user}")), "PREFERENCES")
}

/// A person's choices about the feed; listed, because feeds are written without
/// reading their people one by one.
pub fn feed_choice(tenant: &TenantId, user: &UserId) -> Keys {
    Keys::new(feed_exceptions(tenant), user.as_str())
}

/// Everybody whose feed is not written like all others: whoever has chosen
/// something about it, and who was erased of late. One query finds all.
pub fn feed_exceptions(tenant: &TenantId) -> String {
    t(tenant, "FEEDEXCEPTIONS")
}

/// That a send is not in a person's feed because of what was chosen.
pub fn feed_skip(tenant: &TenantId, send: &SendId, user: &UserId) -> Keys {
    Keys::new(t(tenant, format_args!("FEEDSKIP#{send}")), user.as_str())
}
