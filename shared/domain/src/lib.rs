//! What Campanile knows about its business, and nothing else: types, ids,
//! policies, status machines, audiences, templates, tasks and frames.
//!
//! Everything here is pure. No crate of AWS, no clock but the one handed in,
//! no environment.

pub mod announcement;
pub mod announcement_input;
pub mod approval;
pub mod audience;
pub mod audit;
pub mod automation;
pub mod caller;
pub mod channel;
pub mod chat;
pub mod communication;
pub mod community;
pub mod compose;
pub mod cursor;
pub mod digest;
pub mod directory;
pub mod dispatch;
pub mod explain;
pub mod feed;
pub mod feedback;
pub mod frames;
pub mod health;
pub mod idempotency;
pub mod ids;
pub mod import;
pub mod lane;
pub mod limits;
pub mod log;
pub mod message;
pub mod notification;
pub mod operation;
pub mod pace;
pub mod page;
pub mod people;
pub mod period;
pub mod preference;
pub mod privacy;
pub mod problem;
pub mod reminder;
pub mod retention;
pub mod retry;
pub mod schedule;
pub mod secrets;
pub mod send;
pub mod tags;
pub mod tasks;
pub mod template;
pub mod text;
pub mod texting;
pub mod time;
pub mod visibility;

pub use caller::{Caller, Role};
pub use channel::Channel;
pub use page::{Page, PageRequest};
pub use problem::{Code, FieldError, Problem};
pub use time::{Clock, Timestamp};
