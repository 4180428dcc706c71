//! One invocation: an event in, an answer or a well-defined failure out.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::FutureExt;
use lambda::{Context, Env, EnvError, Function};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::faults::{Fate, FunctionFaults};
use super::processes::{Pool, Processes};
use super::registry::build_of;
use crate::aws::Deaths;
use crate::aws::wire::unique_id;
use crate::template::Plan;

/// Lambda's limit for the event and for the answer of a synchronous call.
const MAX_PAYLOAD: usize = 6 * 1024 * 1024;

/// Why an invocation gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    #[error("there is no function {0}")]
    Unknown(String),
    #[error("the event is larger than 6 MB")]
    TooLarge,
    #[error("the function ran longer than {0:?}")]
    TimedOut(Duration),
    #[error("{kind}: {message}")]
    Failed { kind: String, message: String },
}

impl InvokeError {
    pub(super) fn failed(kind: &str, message: impl Into<String>) -> Self {
        Self::Failed {
            kind: kind.to_owned(),
            message: message.into(),
        }
    }
}

enum Host {
    InProcess(Function),
    Process(Arc<Pool>),
}

struct Target {
    name: String,
    timeout: Duration,
    host: Host,
    faults: Mutex<FunctionFaults>,
}

/// Every function of the stack, ready to be invoked.
#[derive(Clone)]
pub struct Runner {
    targets: Arc<BTreeMap<String, Target>>,
    deaths: Deaths,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.targets.keys()).finish()
    }
}

impl Runner {
    /// Builds the functions of a plan inside this process. `env` carries the
    /// clock, the SDK's settings and the HTTP connections that all share.
    pub fn in_process(plan: &Plan, env: &Env) -> Result<Self, (String, EnvError)> {
        let mut targets = BTreeMap::new();
        for (name, function) in &plan.functions {
            let missing = || {
                EnvError(vec![format!(
                    "the stack has no function {name} in its registry"
                )])
            };
            let build = build_of(name).ok_or_else(|| (name.clone(), missing()))?;
            let built = build(env.with(function.environment.clone()));
            let host = Host::InProcess(built.map_err(|error| (name.clone(), error))?);
            targets.insert(name.clone(), Target::new(name, function.timeout, host));
        }
        Ok(Self::of(targets))
    }

    /// Invokes the real binaries, each in its own process.
    pub fn in_processes(plan: &Plan, processes: &Processes) -> Self {
        let targets = plan.functions.iter().filter_map(|(name, function)| {
            let pool = processes.pool(name)?;
            Some((
                name.clone(),
                Target::new(name, function.timeout, Host::Process(pool)),
            ))
        });
        Self::of(targets.collect())
    }

    fn of(targets: BTreeMap<String, Target>) -> Self {
        Self {
            targets: Arc::new(targets),
            deaths: Deaths::default(),
        }
    }

    /// Lets functions die as fault rules say.
    pub fn dying(self, deaths: Deaths) -> Self {
        Self { deaths, ..self }
    }

    /// Sets what goes wrong with a function; whether there is such a function.
    pub fn set_faults(&self, function: &str, faults: FunctionFaults) -> bool {
        let target = self.targets.get(function);
        if let Some(target) = target {
            *target.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
        }
        target.is_some()
    }

    pub fn clear_faults(&self) {
        for target in self.targets.values() {
            *target.faults.lock().unwrap_or_else(PoisonError::into_inner) =
                FunctionFaults::default();
        }
    }

    /// Runs a function once and waits for its answer, no longer than its
    /// timeout.
    pub async fn invoke(
        &self,
        function: &str,
        event: &(impl Serialize + Sync),
    ) -> Result<Box<RawValue>, InvokeError> {
        let target = self
            .targets
            .get(function)
            .ok_or_else(|| InvokeError::Unknown(function.to_owned()))?;
        let event =
            to_raw_value(event).map_err(|e| InvokeError::failed("Serialization", e.to_string()))?;
        if event.get().len() > MAX_PAYLOAD {
            return Err(InvokeError::TooLarge);
        }
        let fate = target
            .faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next();
        let answer = match fate {
            Fate::CrashesBefore => Err(InvokeError::failed(
                "Runtime.ExitError",
                "killed before it ran",
            )),
            Fate::TimesOut(_) | Fate::Runs | Fate::CrashesAfter => {
                let cut_off = match fate {
                    Fate::TimesOut(after) => Duration::from_millis(after),
                    _ => target.timeout,
                };
                let death = self.deaths.of(function);
                tokio::select! {
                    answer = target.run(event, cut_off) => answer,
                    () = death => Err(target.killed()),
                }
            }
        };
        let answer = match (fate, answer) {
            (Fate::CrashesAfter, Ok(_)) => Err(InvokeError::failed(
                "Runtime.ExitError",
                "killed before it answered",
            )),
            (_, Ok(answer)) if answer.get().len() > MAX_PAYLOAD => Err(InvokeError::failed(
                "Function.ResponseSizeTooLarge",
                "the answer is larger than 6 MB",
            )),
            (_, answer) => answer,
        };
        if let Err(error) = &answer {
            tracing::error!(function, %error, "the invocation failed");
        }
        answer
    }
}

impl Target {
    fn new(name: &str, timeout: Duration, host: Host) -> Self {
        Self {
            name: name.to_owned(),
            timeout,
            host,
            faults: Mutex::default(),
        }
    }

    fn killed(&self) -> InvokeError {
        if let Host::Process(pool) = &self.host {
            pool.kill();
        }
        InvokeError::failed("Runtime.ExitError", "signal: 9 (SIGKILL)")
    }

    /// `cut_off` may come before the timeout, which is what the function knows.
    async fn run(
        &self,
        event: Box<RawValue>,
        cut_off: Duration,
    ) -> Result<Box<RawValue>, InvokeError> {
        let request_id = unique_id();
        // The runtime measures what is left against the machine's own clock.
        let deadline = SystemTime::now() + self.timeout;
        let deadline = deadline
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        let deadline = u64::try_from(deadline).unwrap_or(u64::MAX);
        match &self.host {
            Host::Process(pool) => pool.invoke(event, &request_id, deadline, cut_off).await,
            Host::InProcess(function) => {
                let mut context = Context::default();
                context.request_id = request_id;
                context.deadline = deadline;
                context.invoked_function_arn = format!(
                    "arn:aws:lambda:us-east-1:000000000000:function:{}",
                    self.name
                );
                let running = AssertUnwindSafe(function.invoke(event, context)).catch_unwind();
                // Dropping the future cuts the function off where it waits,
                // which is the nearest to Lambda's own end of time.
                match tokio::time::timeout(cut_off, running).await {
                    Err(_) => Err(InvokeError::TimedOut(cut_off)),
                    Ok(Err(_)) => Err(InvokeError::failed(
                        "Runtime.Panic",
                        "the function panicked",
                    )),
                    Ok(Ok(answer)) => {
                        answer.map_err(|e| InvokeError::failed("Function.Error", e.to_string()))
                    }
                }
            }
        }
    }
}
