//! Frames: what goes over a WebSocket, in both directions. Every kind of frame
//! has an example in `events/frames`.

mod event;
mod request;

pub use event::Event;
pub use request::{Action, BadFrame, Request};

/// The longest frame that is read, in bytes.
pub const MAX_BYTES: usize = 8 * 1024;
/// The deepest JSON that is read.
pub const MAX_DEPTH: usize = 16;
/// Items in one answer to `resume` or `room.sync`, in bytes: a frame may have
/// 128 KB.
pub const RESUMED_BYTES: usize = 96 * 1024;

/// The version of the frame contract.
pub const VERSION: u64 = 1;
