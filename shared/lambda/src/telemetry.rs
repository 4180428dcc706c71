//! Structured logs: one JSON object a line, ids only.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::env::Env;

/// Sends logs to standard output as JSON, at `LOG_LEVEL`: `error`, `warn`, `info`
/// (the default), `debug` or `trace`, also by crate, as in `warn,store=debug`.
pub fn init(env: &Env) {
    let level = env.settings().or("LOG_LEVEL", "info");
    let info = || Targets::new().with_default(LevelFilter::INFO);
    let wanted: Targets = level.parse().unwrap_or_else(|_| info());
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_target(false);
    // A second subscriber in one process keeps the first.
    let _already_set = tracing_subscriber::registry()
        .with(lines)
        .with(wanted)
        .try_init();
}
