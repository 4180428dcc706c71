//! The AWS endpoint of the local stack: one port that plays every service the
//! system calls, with its limits, its prices and its ways of going wrong.

pub mod bus;
pub mod connections;
pub mod dynamo;
mod endpoint;
pub mod faults;
pub mod mailbox;
pub mod meter;
pub mod ses;
pub mod sns;
pub mod sqs;
mod state;
pub mod wire;

pub use bus::Rule;
pub use connections::{ConnectionInfo, Connections, PostOutcome};
pub use endpoint::Endpoint;
pub use faults::{Deaths, Effect, FaultRule, Faults, When};
pub use mailbox::Mailbox;
pub use meter::Meter;
pub use ses::{FeedbackFaults, SendLimits};
pub use sns::TextLimits;
pub use sqs::{QueueFaults, QueueOptions, Redrive, Sqs};
pub use state::{AwsOptions, AwsState, SetupError};
