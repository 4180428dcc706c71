//! DIR-1 and DIR-2: who is there, and how they all get in.

mod groups;
mod guardians;
pub(crate) mod imports;
mod me;
mod people;
mod rights;
mod roles;
mod settings;
