//! People talking: who may invite whom, how two people stand to each other,
//! rooms and their messages.

pub mod contact;
pub mod invitation;
pub mod message;
pub mod notice;
pub mod policy;
pub mod presence;
pub mod room;

pub use message::{Change, Entry, EntryKind, Item, Message, NewMessage};
pub use presence::{Presence, Receipt, RoomMember};
pub use room::{Participant, Preview, ReadMark, Room, RoomKind};
