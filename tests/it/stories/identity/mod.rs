//! Who may come in, and who may not.

mod jwks;
mod login;
mod tokens;
