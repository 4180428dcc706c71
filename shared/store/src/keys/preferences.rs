//! Keys of what people choose.

use domain::ids::{SendId, TenantId, UserId};

use super::t;
use crate::table::Keys;

/// In the place of a category: the choice for a whole channel.
pub const WHOLE_CHANNEL: &str = "*";

/// All that a person has chosen, beside the profile.
pub fn preferences(tenant: &TenantId, user: &UserId) -> Keys {
    Keys::new(t(tenant, format_args!("USER#{user}")), "PREFERENCES")
}

/// A person's choice about the feed for a category; listed, because feeds are
/// written without reading their people one by one.
pub fn feed_choice(tenant: &TenantId, category: &str, user: &UserId) -> Keys {
    Keys::new(feed_choices(tenant, category), user.as_str())
}

pub fn feed_choices(tenant: &TenantId, category: &str) -> String {
    t(tenant, format_args!("FEEDCHOICE#{category}"))
}

/// That a send is not in a person's feed because of what was chosen.
pub fn feed_skip(tenant: &TenantId, send: &SendId, user: &UserId) -> Keys {
    Keys::new(t(tenant, format_args!("FEEDSKIP#{send}")), user.as_str())
}
