//! A function as the runtime sees it: JSON in, JSON out.

use std::fmt;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures::future::BoxFuture;
use lambda_runtime::{Context, Error, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::env::{Env, EnvError};
use crate::telemetry;

/// In milliseconds: no invocation takes a day.
const LONGEST: u64 = 24 * 60 * 60 * 1000;

/// How every function crate offers itself.
pub type Build = fn(Env) -> Result<Function, EnvError>;

type Invoke = dyn Fn(Box<RawValue>, Context) -> BoxFuture<'static, Result<Box<RawValue>, Error>>
    + Send
    + Sync;

/// One Lambda function. The same object runs under the Lambda runtime and
/// inside the local stack.
#[derive(Clone)]
pub struct Function {
    invoke: Arc<Invoke>,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Function")
    }
}

impl Function {
    /// A function of a typed event.
    pub fn new<Event, Answer, Call, Running>(call: Call) -> Self
    where
        Event: DeserializeOwned + Send + 'static,
        Answer: Serialize,
        Call: Fn(Event, Context) -> Running + Clone + Send + Sync + 'static,
        Running: Future<Output = Result<Answer, Error>> + Send + 'static,
    {
        Self {
            invoke: Arc::new(move |event, context| {
                let call = call.clone();
                Box::pin(async move {
                    let event: Event = serde_json::from_str(event.get())?;
                    let answer = call(event, context).await?;
                    Ok(serde_json::value::to_raw_value(&answer)?)
                })
            }),
        }
    }

    /// Runs the function once.
    pub async fn invoke(
        &self,
        event: Box<RawValue>,
        context: Context,
    ) -> Result<Box<RawValue>, Error> {
        (self.invoke)(event, context).await
    }
}

/// When the invocation ends, in milliseconds since 1970. Lambda tells just that;
/// `cargo lambda watch` tells how long it may take, always ten minutes, which
/// read as a point in time has passed long ago.
fn cut_off(told: u64, now: SystemTime) -> u64 {
    if told > LONGEST {
        return told;
    }
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    told.saturating_add(u64::try_from(now.as_millis()).unwrap_or(u64::MAX))
}

/// The whole of a function's `main`: reads the environment, builds the function
/// and serves the Lambda Runtime API on one thread.
pub fn start(build: Build) -> ExitCode {
    let env = Env::from_process();
    telemetry::init(&env);
    let function = match build(env) {
        Ok(function) => function,
        Err(error) => {
            tracing::error!(%error, "the function cannot start");
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "no async runtime");
            return ExitCode::from(3);
        }
    };
    let service = service_fn(move |event: LambdaEvent<Box<RawValue>>| {
        let function = function.clone();
        let mut context = event.context;
        context.deadline = cut_off(context.deadline, SystemTime::now());
        async move { function.invoke(event.payload, context).await }
    });
    match runtime.block_on(lambda_runtime::run(service)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the runtime stopped");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_length_of_time_counts_from_now() {
        let now = UNIX_EPOCH + Duration::from_secs(1_772_366_400);
        assert_eq!(cut_off(1_772_366_430_000, now), 1_772_366_430_000);
        assert_eq!(cut_off(600_000, now), 1_772_367_000_000);
    }
}
