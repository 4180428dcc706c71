//! What strangers, authors of mischief and odd input must not achieve.

mod doors;
mod input;
mod links;
mod rights;
