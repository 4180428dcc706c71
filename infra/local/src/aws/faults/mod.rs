//! Faults in front of every service: rules that say which call goes wrong, how
//! and how often.

mod deaths;
mod partial;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use deaths::Deaths;
pub(super) use partial::Cut;

use super::wire::{AwsError, Request, Service};

/// What happens to a call that a rule takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The connection closes and the call was never carried out.
    DropRequest,
    /// The call is carried out, and the connection closes without an answer.
    DropResponse,
    /// The connection is reset and the call was never carried out.
    Reset,
    Delay {
        ms: u64,
    },
    Throttle,
    Error500,
    /// An error by its code, such as `MessageRejected`.
    Fail {
        code: String,
        #[serde(default = "bad_request")]
        status: u16,
    },
    /// Up to `k` rows come back unprocessed.
    Unprocessed {
        k: usize,
    },
    CancelTransaction {
        #[serde(default = "conflict")]
        reason: String,
    },
    /// Up to `k` entries of a batch fail; those that contain the rule's text.
    PartialBatch {
        k: usize,
    },
    /// The call is carried out twice.
    Duplicate,
    /// The function that calls is killed, with every other invocation of it:
    /// before the call is carried out, or after.
    Kill {
        function: String,
        #[serde(default)]
        after: bool,
    },
}

fn bad_request() -> u16 {
    400
}

fn conflict() -> String {
    "TransactionConflict".to_owned()
}

/// Which of the calls that a rule is about it takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The first, after which the rule rests.
    #[default]
    OneShot,
    Nth {
        n: u64,
    },
    First {
        n: u64,
    },
    Probability {
        p: f64,
        #[serde(default)]
        seed: u64,
    },
    Always,
}

/// A rule; what is left out is not looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    #[serde(default)]
    pub service: Option<Service>,
    #[serde(default)]
    pub action: Option<String>,
    pub effect: Effect,
    #[serde(default, rename = "match")]
    pub when: When,
    /// A text that the body (or the path) must contain.
    #[serde(default)]
    pub contains: Option<String>,
}

/// A rule and what it has done so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleState {
    pub id: u64,
    pub rule: FaultRule,
    /// Calls that the rule was about.
    pub seen: u64,
    /// Calls that it took.
    pub fired: u64,
}

/// The rules in force.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    rules: Arc<Mutex<Vec<Armed>>>,
    deaths: Deaths,
}

#[derive(Debug)]
struct Armed {
    state: RuleState,
    dice: StdRng,
}

impl Faults {
    /// Puts a rule in force and returns its id.
    pub fn add(&self, rule: FaultRule) -> u64 {
        let seed = match rule.when {
            When::Probability { seed, .. } => seed,
            _ => 0,
        };
        let mut rules = self.lock();
        let id = rules.last().map_or(1, |last| last.state.id + 1);
        let state = RuleState {
            id,
            rule,
            seen: 0,
            fired: 0,
        };
        rules.push(Armed {
            state,
            dice: StdRng::seed_from_u64(seed),
        });
        id
    }

    pub fn remove(&self, id: u64) {
        self.lock().retain(|armed| armed.state.id != id);
    }

    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Every rule with how often it fired.
    pub fn rules(&self) -> Vec<RuleState> {
        self.lock()
            .iter()
            .map(|armed| armed.state.clone())
            .collect()
    }

    pub fn fired(&self, id: u64) -> u64 {
        self.lock()
            .iter()
            .find(|armed| armed.state.id == id)
            .map_or(0, |armed| armed.state.fired)
    }

    /// Functions that a rule kills.
    pub fn deaths(&self) -> &Deaths {
        &self.deaths
    }

    /// What is to happen to this call, in the order of the rules.
    pub(super) fn decide(&self, request: &Request) -> Vec<(Effect, Option<String>)> {
        let mut rules = self.lock();
        rules
            .iter_mut()
            .filter(|armed| armed.state.rule.is_about(request))
            .filter_map(|armed| {
                armed.takes().then(|| {
                    (
                        armed.state.rule.effect.clone(),
                        armed.state.rule.contains.clone(),
                    )
                })
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Armed>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    fn takes(&mut self) -> bool {
        self.state.seen += 1;
        let fires = match self.state.rule.when {
            When::OneShot => self.state.seen == 1,
            When::Nth { n } => self.state.seen == n,
            When::First { n } => self.state.seen <= n,
            When::Probability { p, .. } => self.dice.random_bool(p.clamp(0.0, 1.0)),
            When::Always => true,
        };
        self.state.fired += u64::from(fires);
        fires
    }
}

impl FaultRule {
    fn is_about(&self, request: &Request) -> bool {
        self.service
            .is_none_or(|service| service == request.service)
            && self
                .action
                .as_ref()
                .is_none_or(|action| *action == request.action)
            && self.contains.as_ref().is_none_or(|text| {
                let needle = text.as_bytes();
                request.path.contains(text.as_str())
                    || (!needle.is_empty()
                        && request
                            .body
                            .windows(needle.len())
                            .any(|part| part == needle))
            })
    }
}

/// The service's own way of saying "slow down".
pub(super) fn throttled(service: Service) -> AwsError {
    let (status, code) = match service {
        Service::DynamoDb => (400, "ProvisionedThroughputExceededException"),
        Service::Sqs => (403, "RequestThrottled"),
        Service::Ses => (429, "TooManyRequestsException"),
        Service::Connections => (429, "LimitExceededException"),
        Service::Sns => (400, "Throttling"),
        Service::Events | Service::Unknown => (400, "ThrottlingException"),
    };
    AwsError::new(service, status, code, "Rate exceeded")
}

/// The service's own way of failing.
pub(super) fn broken(service: Service) -> AwsError {
    let code = match service {
        Service::DynamoDb => "InternalServerError",
        Service::Sqs | Service::Sns => "InternalError",
        Service::Ses => "InternalServiceErrorException",
        Service::Events => "InternalException",
        Service::Connections | Service::Unknown => "InternalServerErrorException",
    };
    AwsError::new(service, 500, code, "Internal error")
}

/// A cancelled transaction, or the conflict that a single write meets.
pub(super) fn cancelled(request: &Request, reason: &str) -> AwsError {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let Some(items) = body["TransactItems"].as_array() else {
        let message = "Transaction is ongoing for the item";
        return AwsError::new(
            Service::DynamoDb,
            400,
            "TransactionConflictException",
            message,
        );
    };
    let codes: Vec<&str> = (0..items.len())
        .map(|at| if at == 0 { reason } else { "None" })
        .collect();
    let reasons: Vec<Value> = codes
        .iter()
        .map(|code| match *code {
            "None" => json!({ "Code": code }),
            code => json!({ "Code": code, "Message": "Injected by a fault rule" }),
        })
        .collect();
    let message = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    AwsError {
        members: Some(json!({ "CancellationReasons": reasons, "Message": message })),
        ..AwsError::new(
            Service::DynamoDb,
            400,
            "TransactionCanceledException",
            message,
        )
    }
}
