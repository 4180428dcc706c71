//! Keys of what becomes of people's data: operations, exports, erasures.

use domain::ids::{PrivacyId, TenantId, UserId};

use super::t;
use crate::table::Keys;

/// An export or an erasure.
pub fn operation(tenant: &TenantId, operation: &PrivacyId) -> Keys {
    Keys::new(operations(tenant), operation.as_str())
}

pub fn operations(tenant: &TenantId) -> String {
    t(tenant, "PRIVACY")
}

/// The operations about one person, by index.
pub fn operations_about(tenant: &TenantId, user: &UserId) -> String {
    t(tenant, format_args!("PRIVACY#{user}"))
}

/// One record of an export, by its section and its own key there.
pub fn export_record(
    tenant: &TenantId,
    operation: &PrivacyId,
    section: &str,
    record: &str,
) -> Keys {
    Keys::new(
        export_records(tenant, operation),
        format!("{section}#{record}"),
    )
}

pub fn export_records(tenant: &TenantId, operation: &PrivacyId) -> String {
    t(tenant, format_args!("PRIVACY#{operation}#RECORDS"))
}

/// What has to be known of a person until everything about them is found.
pub fn erasing(tenant: &TenantId, user: &UserId) -> Keys {
    Keys::new(t(tenant, format_args!("ERASING#{user}")), "FACTS")
}

/// Somebody who was erased of late, whom sends made before may still name;
/// beside those who have chosen something about the feed.
pub fn erased_of_late(tenant: &TenantId, user: &UserId) -> Keys {
    Keys::new(super::feed_exceptions(tenant), format!("~{user}"))
}

/// What the marks of suppressed addresses are made with.
pub fn suppression_key(tenant: &TenantId) -> Keys {
    Keys::new(t(tenant, "TENANT"), "SUPPRESSIONKEY")
}
