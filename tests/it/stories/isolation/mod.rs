//! Nothing crosses from one tenant to another. Driven by the routes of the
//! template, so that a new route is looked at as soon as it is there.

mod cursors;
mod ids;
mod lists;
mod theirs;
