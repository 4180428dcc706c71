//! What a template says, in the words of the stack.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

/// Everything that the stack has to run and wire.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// By logical id.
    pub functions: BTreeMap<String, FunctionPlan>,
    pub http: HttpApi,
    pub socket: Option<SocketApi>,
    pub queues: Vec<Queue>,
    pub mappings: Vec<Mapping>,
    pub schedules: Vec<Schedule>,
    pub tables: Vec<Table>,
    pub buses: Vec<String>,
    pub rules: Vec<Rule>,
    pub feedback: Vec<Feedback>,
}

/// One Lambda function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionPlan {
    pub name: String,
    /// The folder of its crate below the root, `functions/rest/sends`.
    pub folder: String,
    pub environment: BTreeMap<String, String>,
    pub timeout: Duration,
    pub memory_mb: u32,
}

impl FunctionPlan {
    /// The crate's and the binary's name: the last part of the folder.
    pub fn binary(&self) -> &str {
        self.folder.rsplit('/').next().unwrap_or(&self.folder)
    }
}

#[derive(Debug, Clone, Default)]
pub struct HttpApi {
    pub routes: Vec<HttpRoute>,
    pub authorizer: Option<Authorizer>,
    pub cors: Option<Cors>,
    pub throttle: Option<Throttle>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRoute {
    /// A method or `ANY`.
    pub method: String,
    pub path: String,
    pub function: String,
    pub authorized: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorizer {
    pub function: String,
    /// Headers that identify the caller, lower-case.
    pub headers: Vec<String>,
    pub ttl: Duration,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cors {
    pub origins: Vec<String>,
    pub methods: Vec<String>,
    pub headers: Vec<String>,
    pub expose: Vec<String>,
    pub max_age: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Throttle {
    pub rate: f64,
    pub burst: f64,
}

#[derive(Debug, Clone)]
pub struct SocketApi {
    pub stage: String,
    /// The part of the frame that names the route, such as `type`.
    pub selection: Vec<String>,
    pub routes: BTreeMap<String, SocketRoute>,
    pub authorizer: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketRoute {
    pub function: String,
    /// Whether the body of the function's answer goes back to the client.
    pub replies: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    pub name: String,
    pub visibility: Duration,
    pub retention: Duration,
    pub delay: Duration,
    pub fifo: bool,
    pub content_deduplication: bool,
    pub redrive: Option<Redrive>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redrive {
    /// The name of the dead-letter queue.
    pub queue: String,
    pub max_receive_count: u32,
}

/// An event source mapping: a queue that wakes a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    pub function: String,
    pub queue: String,
    pub batch_size: usize,
    pub max_concurrency: usize,
    pub report_failures: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub name: String,
    pub function: String,
    /// `rate(1 minute)` or `cron(…)`.
    pub expression: String,
    pub input: Option<Value>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub name: String,
    /// The input of `CreateTable`.
    pub definition: Value,
    pub ttl: Option<String>,
}

/// An event bus rule whose events go to a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub name: String,
    pub bus: String,
    pub pattern: Value,
    pub queue: String,
}

/// Events of a configuration set that reach a queue by a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    pub configuration_set: String,
    /// As SES spells them: `send`, `delivery`, `bounce` …
    pub events: Vec<String>,
    pub topic: String,
    pub queue: String,
}
