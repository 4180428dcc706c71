//! Keys of contacts: how two people stand to each other, invitations, blocks.

use domain::chat::contact::Pair;
use domain::ids::{InvitationId, TenantId, UserId};

use super::t;
use crate::table::Keys;

/// How two people stand to each other.
pub fn contact(tenant: &TenantId, pair: &Pair) -> Keys {
    let [first, second] = pair.users();
    Keys::new(
        t(tenant, format_args!("CONTACT#{first}#{second}")),
        "CONTACT",
    )
}

pub fn invitation(tenant: &TenantId, invitation: &InvitationId) -> Keys {
    Keys::new(
        t(tenant, format_args!("INVITATION#{invitation}")),
        "INVITATION",
    )
}

/// An invitation in the list of whoever made it.
pub fn invitation_made(tenant: &TenantId, from: &UserId, invitation: &InvitationId) -> Keys {
    Keys::new(invitations_made(tenant, from), invitation.as_str())
}

pub fn invitations_made(tenant: &TenantId, from: &UserId) -> String {
    t(tenant, format_args!("INVITING#{from}"))
}

/// An invitation in the list of whoever is invited.
pub fn invitation_got(tenant: &TenantId, to: &UserId, invitation: &InvitationId) -> Keys {
    Keys::new(invitations_got(tenant, to), invitation.as_str())
}

pub fn invitations_got(tenant: &TenantId, to: &UserId) -> String {
    t(tenant, format_args!("INVITED#{to}"))
}

/// The same while it waits for an answer; few enough to count.
pub fn invitation_open(tenant: &TenantId, to: &UserId, invitation: &InvitationId) -> Keys {
    Keys::new(invitations_open(tenant, to), invitation.as_str())
}

pub fn invitations_open(tenant: &TenantId, to: &UserId) -> String {
    t(tenant, format_args!("INVITED#{to}#OPEN"))
}

/// Counts all invitations that a person ever got, so that those who found free
/// places at the same time do not take more than there are.
pub fn invitations_count(tenant: &TenantId, to: &UserId) -> Keys {
    Keys::new(invitations_open(tenant, to), "COUNT")
}

/// That somebody has blocked somebody.
pub fn block(tenant: &TenantId, by: &UserId, other: &UserId) -> Keys {
    Keys::new(blocks(tenant, by), other.as_str())
}

pub fn blocks(tenant: &TenantId, by: &UserId) -> String {
    t(tenant, format_args!("BLOCKS#{by}"))
}
