//! The local stack: the whole system in one process, made from
//! `infra/template.yaml`. It is the demonstration and the test harness.

pub mod aws;
pub mod cli;
pub mod demo;
pub mod docs;
pub mod door;
pub mod gateway;
pub mod generate;
pub mod issuer;
pub mod runner;
pub mod stack;
pub mod template;

pub use domain::Clock;
pub use stack::{Mappings, Parts, Settled, Stack, StackError, StackOptions};
