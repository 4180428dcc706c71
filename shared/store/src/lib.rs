//! The one door to DynamoDB: one table, one file per entity.
//!
//! Every key stands in [`keys`]. Finders cannot be called without the tenant.
//! Verbs have their condition built in: `create_…` fails if it exists, `mark_…`
//! fails if the state has moved on.

pub mod keys;

mod batches;
mod error;
mod table;
mod transaction;

pub mod announcements;
pub mod api_keys;
pub mod approval_decisions;
pub mod approval_figures;
pub mod approvals;
pub mod audience;
pub mod audit;
pub mod audit_seals;
pub mod audit_search;
pub mod automations;
mod begun;
pub mod blocks;
pub mod communities;
pub mod community_members;
pub mod community_removal;
pub mod connections;
pub mod contacts;
pub mod events;
pub mod feed;
mod findings;
pub mod given_up;
pub mod groups;
pub mod guardianships;
pub mod idempotency;
pub mod import_people;
pub mod import_rows;
pub mod imports;
pub mod invitation_answers;
pub mod invitations;
mod kin;
mod known;
pub mod ledger;
pub mod log;
pub mod log_search;
pub mod memberships;
mod memory;
pub mod messages;
mod messages_folder;
pub mod messages_read;
pub mod operations;
pub mod outbox;
pub mod owners;
pub mod person_facts;
pub mod personal;
pub mod plans;
pub mod post_changes;
pub mod posts;
pub mod preferences;
pub mod presence;
pub mod publications;
pub mod reach;
pub mod recipients;
pub mod reminders;
pub mod resolve;
pub mod retention;
mod room_drafts;
pub mod room_history;
pub mod room_messages;
pub mod room_notices;
pub mod room_pushes;
pub mod room_sockets;
pub mod rooms;
pub mod sends;
pub mod statistics;
pub mod suppression;
pub mod templates;
pub mod tenants;
pub mod texts;
pub mod tickets;
pub mod users;
pub mod windows;

pub use error::StoreError;
pub use table::{Keys, Rows, Store};
pub use transaction::{Refused, Transaction};

pub(crate) use table::n;
