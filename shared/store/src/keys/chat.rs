//! Rooms, their messages, and who is there.

use domain::ids::{ConnectionId, RoomId, TenantId, UserId};

use super::t;
use crate::table::Keys;

pub fn room(tenant: &TenantId, room: &RoomId) -> Keys {
    Keys::new(t(tenant, format_args!("ROOM#{room}")), "ROOM")
}

/// Everything that happened in a room, in its order.
pub fn room_entries(tenant: &TenantId, room: &RoomId) -> String {
    t(tenant, format_args!("ROOM#{room}#ENTRIES"))
}

pub fn room_entry(tenant: &TenantId, room: &RoomId, seq: u64) -> Keys {
    Keys::new(room_entries(tenant, room), entry_place(seq))
}

/// The sort key of a place; texts of one length sort as their numbers do.
pub fn entry_place(seq: u64) -> String {
    format!("MSG#{seq:010}")
}

/// What somebody's client called a message.
pub fn client_message(tenant: &TenantId, room: &RoomId, user: &UserId, id: &str) -> Keys {
    Keys::new(
        t(tenant, format_args!("ROOM#{room}#CM#{user}")),
        format!("CM#{id}"),
    )
}

/// Somebody's place in a direct room.
pub fn participant(tenant: &TenantId, user: &UserId, room: &RoomId) -> Keys {
    Keys::new(participants(tenant, user), room.as_str())
}

/// The direct rooms of a person.
pub fn participants(tenant: &TenantId, user: &UserId) -> String {
    t(tenant, format_args!("ROOMS#{user}"))
}

/// How far somebody has read in a community's room.
pub fn room_read(tenant: &TenantId, room: &RoomId, user: &UserId) -> Keys {
    Keys::new(t(tenant, format_args!("ROOM#{room}#READ")), user.as_str())
}

/// The sockets that take part in a community's room.
pub fn room_sockets(tenant: &TenantId, room: &RoomId) -> String {
    t(tenant, format_args!("ROOM#{room}#SOCKETS"))
}

/// The sockets on which others look at their room with a person.
pub fn watchers(tenant: &TenantId, watched: &UserId) -> String {
    t(tenant, format_args!("WATCH#{watched}"))
}

/// One socket in either of these lists.
pub fn socket_place(user: &UserId, connection: &ConnectionId) -> String {
    format!("{user}#{connection}")
}

/// When somebody's last socket ended.
pub fn last_seen(tenant: &TenantId, user: &UserId) -> Keys {
    Keys::new(t(tenant, format_args!("SEEN#{user}")), "SEEN")
}
