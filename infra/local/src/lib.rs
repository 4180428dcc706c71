pub mod aws;
pub mod issuer;
