//! Runs functions, in this process or in theirs, and everything that wakes one
//! without a caller waiting: queues and the clock.

mod cron;
mod events;
mod faults;
mod invoke;
mod mappings;
mod processes;
mod registry;
mod runtime_api;
mod schedules;

pub use faults::FunctionFaults;
pub use invoke::{InvokeError, Runner};
pub use mappings::{EventSource, SourceFaults};
pub use processes::{BuildError, Processes};
pub use registry::{FUNCTIONS, build_of};
pub use schedules::Scheduler;
