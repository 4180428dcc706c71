//! The demonstration: five organisations with a dozen people each.

mod approvals;
mod communities;
mod conversations;
mod data;
mod messages;
mod people;
mod seed;

pub use data::{
    Community, Conversation, Group, Mail, Organisation, Person, Post, Request, organisations,
};
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
    #[error("{what} was answered with {body}")]
    Strange { what: String, body: String },
    #[error("infra/local/demo/tenants.yaml: {tenant} has nobody with the id {user}")]
    Nobody { tenant: String, user: String },
    #[error("the gateway did not answer: {0}")]
    Gateway(#[from] reqwest::Error),
}
