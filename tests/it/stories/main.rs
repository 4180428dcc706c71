//! The stories: one binary, each story on a stack of its own.

mod announcements;
mod audiences;
mod directory;
mod identity;
mod isolation;
mod logs;
mod pipeline;
mod sends;
mod templates;
mod tidy;
mod vertical;
