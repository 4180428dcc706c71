//! Structured logs: one JSON object a line, ids only.

use tracing_subscriber::EnvFilter;

use crate::env::Env;

/// Sends logs to standard output as JSON, at `LOG_LEVEL` (default `info`).
pub fn init(env: &Env) {
    let level = env.settings().or("LOG_LEVEL", "info");
    let filter = EnvFilter::try_new(&level).unwrap_or_else(|_| EnvFilter::new("info"));
    // A second subscriber in one process keeps the first.
    let _already_set = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_target(false)
        .try_init();
}
