//! The stories: one binary, each story on a stack of its own.

mod announcements;
mod approvals;
mod audiences;
mod automations;
mod chat;
mod communities;
mod conventions;
mod directory;
mod identity;
mod isolation;
mod logs;
mod messages;
mod notifications;
mod operations;
mod pipeline;
mod preferences;
mod privacy;
mod security;
mod sends;
mod sockets;
mod templates;
mod tidy;
mod vertical;
mod web;
