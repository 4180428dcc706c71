//! Configuration by environment, read once, with everything that is missing
//! reported at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::SdkConfig;
use aws_types::region::Region;
use domain::Clock;
use domain::secrets::Secrets;

use crate::trust;

/// Where a function gets its settings, its clock and its AWS clients from.
#[derive(Debug, Clone)]
pub struct Env {
    variables: Arc<BTreeMap<String, String>>,
    clock: Clock,
    sdk: SdkConfig,
}

/// Variables that are missing or wrong, all of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("configuration: {}", .0.join("; "))]
pub struct EnvError(pub Vec<String>);

impl Env {
    /// An environment of given variables. The SDK's credentials and region come
    /// from the variables that Lambda sets, without a look-up.
    pub fn new(variables: BTreeMap<String, String>, clock: Clock) -> Self {
        let sdk = sdk_config(&variables);
        Self {
            variables: Arc::new(variables),
            clock,
            sdk,
        }
    }

    /// The environment of this process.
    #[expect(clippy::disallowed_methods, reason = "the one place where it is read")]
    pub fn from_process() -> Self {
        Self::new(std::env::vars().collect(), Clock::system())
    }

    /// The same clock and HTTP connections with other variables on top.
    pub fn with(&self, variables: BTreeMap<String, String>) -> Self {
        let mut all = (*self.variables).clone();
        all.extend(variables);
        Self {
            variables: Arc::new(all),
            clock: self.clock.clone(),
            sdk: self.sdk.clone(),
        }
    }

    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// What every AWS client is built from.
    pub fn aws(&self) -> &SdkConfig {
        &self.sdk
    }

    /// Whether certificates are named that connections are to trust.
    pub fn names_roots(&self) -> bool {
        trust::names_roots(|name| self.variables.get(name).cloned())
    }

    /// Begins reading settings; `finish` tells what was missing.
    pub fn settings(&self) -> Settings<'_> {
        Settings {
            env: self,
            wrong: Vec::new(),
        }
    }
}

/// Reads variables and remembers every complaint.
#[derive(Debug)]
pub struct Settings<'a> {
    env: &'a Env,
    wrong: Vec<String>,
}

impl Settings<'_> {
    /// A variable that must be there; empty counts as missing.
    pub fn required(&mut self, name: &str) -> String {
        match self.env.variables.get(name) {
            Some(value) if !value.is_empty() => value.clone(),
            _ => {
                self.wrong.push(format!("{name} is not set"));
                String::new()
            }
        }
    }

    pub fn optional(&mut self, name: &str) -> Option<String> {
        self.env
            .variables
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    }

    /// What to sign with: `SECRET`, and what was that before.
    pub fn secrets(&mut self) -> Secrets {
        let now = self.required("SECRET");
        Secrets::read(now, self.optional("PREVIOUS_SECRETS").as_deref())
    }

    pub fn or(&mut self, name: &str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    /// A number, or its default; a text that is no number is a complaint.
    pub fn number(&mut self, name: &str, default: u64) -> u64 {
        match self.optional(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(number)) => number,
            Some(Err(_)) => {
                self.wrong.push(format!("{name} is not a whole number"));
                default
            }
        }
    }

    pub fn finish(self) -> Result<(), EnvError> {
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(EnvError(self.wrong))
        }
    }
}

fn sdk_config(variables: &BTreeMap<String, String>) -> SdkConfig {
    let get = |name: &str| {
        variables
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    };
    let mut config = SdkConfig::builder()
        .behavior_version(
            aws_smithy_runtime_api::client::behavior_version::BehaviorVersion::v2026_01_12(),
        )
        .region(
            get("AWS_REGION")
                .or_else(|| get("AWS_DEFAULT_REGION"))
                .map(Region::new),
        )
        .http_client(trust::http_client(
            trust::names_roots(get),
            get("AWS_REGION"),
        ))
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
            aws_smithy_async::rt::sleep::TokioSleep::new(),
        ))
        .time_source(aws_smithy_async::time::SystemTimeSource::new());
    if let (Some(id), Some(secret)) = (get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY")) {
        let token = get("AWS_SESSION_TOKEN");
        let credentials = Credentials::new(id, secret, token, None, "environment");
        config = config.credentials_provider(SharedCredentialsProvider::new(credentials));
    }
    if let Some(endpoint) = get("AWS_ENDPOINT_URL") {
        config = config.endpoint_url(endpoint);
    }
    config.build()
}
