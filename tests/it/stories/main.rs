//! The stories: one binary, each story on a stack of its own.

mod identity;
mod tidy;
mod vertical;
