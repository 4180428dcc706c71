//! Why a command could not be carried out.

use domain::ids::{SendId, TenantId};
use queue::QueueError;
use store::{Refused, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("say which deployment: --stack NAME, --resources FILE or --local")]
    Nowhere,
    #[error("the AWS command line is needed for --stack and cannot be started: {0}")]
    NoAwsCli(std::io::Error),
    #[error("aws {call}: {said}")]
    AwsCli { call: String, said: String },
    #[error("no region: set AWS_REGION or run `aws configure`")]
    NoRegion,
    #[error(
        "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with the AWS command line"
    )]
    NoCredentials,
    #[error("the list of resources: {0}")]
    Resources(String),
    #[error("the stack has no {0}: is it one of Campanile?")]
    Missing(&'static str),
    #[error("no function {0} has a dead-letter queue; there are {1}")]
    NoSuchFunction(String, String),
    #[error("no message {0} waits there (one that somebody looks at is hidden for two minutes)")]
    NoSuchMessage(String),
    #[error("there is no tenant {0}")]
    NoSuchTenant(TenantId),
    #[error("tenant {0} has no send {1}")]
    NoSuchSend(TenantId, SendId),
    #[error("tenant {0} has no key with this hash")]
    NoSuchKey(TenantId),
    #[error("the function {0} says no SECRET in its settings: is the stack one of Campanile?")]
    NoSecret(String),
    #[error(
        "only a stack in CloudFormation (--stack) has a secret to rotate; the local stack always signs with the same"
    )]
    NothingToRotate,
    #[error("the stack has no parameter {0}: deploy this version first")]
    NoSuchParameter(String),
    #[error(
        "the stack is {0} now: see its events in CloudFormation; what was signed with is as before"
    )]
    NotUpdated(String),
    #[error("there is a tenant {0} already; nothing was changed")]
    TenantExists(TenantId),
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error("the answer cannot be written: {0}")]
    Output(#[from] std::io::Error),
    #[error("the answer cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}
