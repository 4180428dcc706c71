//! Who may come in, and who may not.

mod gateway;
mod jwks;
mod login;
mod provider;
mod services;
mod signing_in;
mod tokens;
