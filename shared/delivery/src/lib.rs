//! The one door to SES and SNS: what leaves, and what the provider said.
//!
//! Neither service has an idempotency token, so the SDK's own retries are off:
//! whether to try again is decided by the delivery's record.

mod account;
mod answer;
pub mod email;
mod limiter;
pub mod sms;
pub mod standing;

pub use answer::{CallFailure, Outcome};
pub use limiter::Limiter;

use std::time::Duration;

/// One attempt may take this long; the claim's lease is longer.
const ATTEMPT: Duration = Duration::from_secs(10);

fn patient() -> aws_smithy_types::timeout::TimeoutConfig {
    aws_smithy_types::timeout::TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT)
        .connect_timeout(Duration::from_secs(3))
        .build()
}
