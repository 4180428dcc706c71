//! How a stack is to be.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::Clock;

use crate::template::Place;

/// The `aud` of the local identity provider's tokens.
pub const AUDIENCE: &str = "campanile";
/// The sender of every local e-mail.
pub const EMAIL_FROM: &str = "campanile@example.org";
const SECRET: &str = "a-secret-that-signs-only-on-this-machine";

/// Who gives queue messages to functions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mappings {
    /// Pollers, as in AWS; schedules fire by themselves.
    #[default]
    Auto,
    /// Nobody, until [`super::Parts::settle`] is called.
    Manual,
}

/// What to start.
#[derive(Debug, Clone, Default)]
pub struct StackOptions {
    /// Another template than the one of this build.
    pub template: Option<PathBuf>,
    /// Values of the template's parameters that differ from those of every local
    /// stack.
    pub parameters: BTreeMap<String, String>,
    /// The gateway's port; 0 takes a free one.
    pub port: u16,
    /// The AWS endpoint's port: the next one, or a free one if `port` is 0.
    pub aws_port: Option<u16>,
    /// Where everything is kept between runs; in memory without it.
    pub data: Option<PathBuf>,
    /// Runs the real function binaries instead of the linked functions.
    pub processes: bool,
    pub clock: Clock,
    /// Answers of the identity provider know the demonstration people.
    pub demo: bool,
    pub mappings: Mappings,
    /// Functions and settings that they are not given, as after a deployment
    /// that went wrong.
    pub unset: Vec<(&'static str, &'static str)>,
}

impl StackOptions {
    /// A stack for a test: free ports, in memory, nobody in it.
    pub fn for_test() -> Self {
        Self::default()
    }

    pub(super) fn wanted_aws_port(&self) -> u16 {
        match (self.aws_port, self.port) {
            (Some(port), _) => port,
            (None, 0) => 0,
            (None, port) => port.saturating_add(1),
        }
    }
}

/// Where a template's resources live on this machine.
pub fn local_place(http_url: &str, aws_url: &str) -> Place {
    Place::at(http_url, aws_url)
        .with("Secret", SECRET)
        .with("JwksUrl", format!("{http_url}/.well-known/jwks.json"))
        .with("JwtIssuer", http_url)
        .with("JwtAudience", AUDIENCE)
        .with("EmailFrom", EMAIL_FROM)
        .with("LogLevel", "warn")
        // The stack's SNS takes as many as come.
        .with("SmsRate", "50000")
        .with("MailboxUrl", "/_local/mailbox")
        .with("WebOrigins", origins(http_url))
}

/// People open pages by either name of this machine.
fn origins(http_url: &str) -> String {
    format!("{http_url},{}", http_url.replace("127.0.0.1", "localhost"))
}
