//! What a running stack consists of.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Clock;
use domain::ids::{TenantId, UserId};
use domain::{Role, Timestamp};

use super::Quiet;
use crate::aws::sqs::{Depth, Message, SqsError};
use crate::aws::{AwsState, Faults, Mailbox, Meter, Sqs};
use crate::demo::People;
use crate::gateway::{Gateway, Sockets};
use crate::issuer::{Algorithm, Issuer, IssuerError};
use crate::runner::{EventSource, Processes, Runner, Scheduler};
use crate::template::Plan;

/// The parts of a stack. Clones reach the same stack.
#[derive(Debug, Clone)]
pub struct Parts(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) http_port: u16,
    pub(super) aws_port: u16,
    pub(super) clock: Clock,
    pub(super) plan: Plan,
    pub(super) aws: AwsState,
    pub(super) runner: Runner,
    pub(super) gateway: Gateway,
    pub(super) issuer: Issuer,
    pub(super) people: People,
    pub(super) sources: Vec<EventSource>,
    pub(super) scheduler: Scheduler,
    pub(super) processes: Option<Processes>,
    pub(super) env: lambda::Env,
    pub(super) quiet: Quiet,
}

impl Parts {
    pub fn http_port(&self) -> u16 {
        self.0.http_port
    }

    pub fn aws_port(&self) -> u16 {
        self.0.aws_port
    }

    /// The gateway: REST, sockets, login, side door.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.0.http_port)
    }

    /// Where sockets connect.
    pub fn socket_url(&self) -> String {
        let stage = self
            .0
            .plan
            .socket
            .as_ref()
            .map_or("live", |socket| socket.stage.as_str());
        format!("ws://127.0.0.1:{}/{stage}", self.0.http_port)
    }

    /// What AWS clients take as their endpoint.
    pub fn aws_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.0.aws_port)
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub fn plan(&self) -> &Plan {
        &self.0.plan
    }

    pub fn aws(&self) -> &AwsState {
        &self.0.aws
    }

    pub fn sqs(&self) -> &Sqs {
        self.0.aws.sqs()
    }

    pub fn mailbox(&self) -> &Mailbox {
        self.0.aws.mailbox()
    }

    pub fn meter(&self) -> &Meter {
        self.0.aws.meter()
    }

    pub fn faults(&self) -> &Faults {
        self.0.aws.faults()
    }

    pub fn runner(&self) -> &Runner {
        &self.0.runner
    }

    pub fn gateway(&self) -> &Gateway {
        &self.0.gateway
    }

    pub fn sockets(&self) -> &Sockets {
        self.0.gateway.sockets()
    }

    pub fn issuer(&self) -> &Issuer {
        &self.0.issuer
    }

    /// Who may log in at the local identity provider.
    pub fn people(&self) -> &People {
        &self.0.people
    }

    pub fn scheduler(&self) -> &Scheduler {
        &self.0.scheduler
    }

    /// The mapping of a function, for its knobs.
    pub fn source(&self, function: &str) -> Option<&EventSource> {
        self.0
            .sources
            .iter()
            .find(|source| source.mapping().function == function)
    }

    pub fn sources(&self) -> &[EventSource] {
        &self.0.sources
    }

    pub fn queue_depths(&self) -> BTreeMap<String, Depth> {
        self.sqs().depths()
    }

    /// The messages of the dead-letter queue of a queue or of a function.
    pub fn dead_letters(&self, of: &str) -> Result<Vec<Message>, SqsError> {
        let queue = self.dead_letter_queue(of).unwrap_or_else(|| of.to_owned());
        self.sqs().peek(&queue, usize::MAX)
    }

    fn dead_letter_queue(&self, of: &str) -> Option<String> {
        let mapped = self
            .source(of)
            .map(|source| source.mapping().queue.as_str())
            .unwrap_or(of);
        let queue = self
            .0
            .plan
            .queues
            .iter()
            .find(|queue| queue.name == mapped)?;
        queue.redrive.as_ref().map(|redrive| redrive.queue.clone())
    }

    /// A good access token for anybody, for an hour from now.
    pub fn token(
        &self,
        tenant: &TenantId,
        user: &UserId,
        roles: &[Role],
    ) -> Result<String, IssuerError> {
        self.0
            .issuer
            .issue(tenant, user, roles, 3_600, self.now(), Algorithm::ES256)
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Settings, clock and AWS clients as functions get them.
    pub fn env(&self) -> &lambda::Env {
        &self.0.env
    }

    /// What functions are working on for queues and sockets.
    pub fn running(&self) -> usize {
        let batches: usize = self.0.sources.iter().map(EventSource::running).sum();
        batches + self.sockets().working()
    }

    /// Kills the processes of a function, as `kill -9` would; false without
    /// `--processes`.
    pub fn kill(&self, function: &str) -> bool {
        let pool = self
            .0
            .processes
            .as_ref()
            .and_then(|processes| processes.pool(function));
        pool.map(|pool| pool.kill()).is_some()
    }

    pub(super) async fn processes_ended(&self) {
        if let Some(processes) = &self.0.processes {
            processes.ended().await;
        }
    }

    pub(super) fn stop_processes(&self) {
        if let Some(processes) = &self.0.processes {
            processes.stop();
        }
    }
}
