//! The edges of a function: environment, credentials of the SDK, REST, socket
//! and queue events in; answers out. The only crate that knows the Lambda
//! runtime.

pub mod batch;
mod env;
mod function;
pub mod rest;
pub mod socket;
pub mod telemetry;
mod trust;

pub use env::{Env, EnvError, Settings};
pub use function::{Build, Function, start};
pub use lambda_runtime::{Context, Error};
