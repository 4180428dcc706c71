//! The demonstration: five organisations with a dozen people each.

mod data;
mod people;
mod seed;

pub use data::{Group, Organisation, Person, organisations};
pub use people::People;
pub use seed::{api_key, found, is_empty, seed};

/// Why the demonstration is not there.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("infra/local/demo/tenants.yaml: {0}")]
    Data(String),
    #[error("a token could not be made: {0}")]
    Token(#[from] crate::issuer::IssuerError),
    #[error("the first administrator of {tenant} could not be written: {reason}")]
    Bootstrap { tenant: String, reason: String },
    #[error("{what} was answered with {status}: {body}")]
    Refused {
        what: String,
        status: u16,
        body: String,
    },
    #[error("the gateway did not answer: {0}")]
    Gateway(#[from] reqwest::Error),
}
