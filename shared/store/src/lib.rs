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
pub mod audience;
pub mod audit;
pub mod audit_search;
pub mod communities;
pub mod community_members;
pub mod community_removal;
pub mod connections;
pub mod feed;
pub mod groups;
pub mod guardianships;
pub mod idempotency;
pub mod import_people;
pub mod import_rows;
pub mod imports;
mod known;
pub mod ledger;
pub mod log;
pub mod log_search;
pub mod memberships;
pub mod messages;
mod messages_folder;
pub mod messages_read;
pub mod outbox;
pub mod person_facts;
pub mod post_changes;
pub mod posts;
pub mod recipients;
pub mod resolve;
pub mod sends;
pub mod statistics;
pub mod templates;
pub mod tenants;
pub mod tickets;
pub mod users;
pub mod windows;

pub mod owners;
pub use error::StoreError;
pub use table::{Keys, Rows, Store};
pub use transaction::{Refused, Transaction};

pub(crate) use table::n;
pub mod texts;
