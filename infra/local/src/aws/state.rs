//! What the endpoint plays: its options, its services, and their shared state.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use domain::Clock;
use serde_json::Value;

use super::bus::{Bus, Rule};
use super::connections::{self, Connections};
use super::dynamo::Dynamo;
use super::faults::Faults;
use super::mailbox::Mailbox;
use super::meter::{Capacity, Meter};
use super::ses::Ses;
use super::sns::Sns;
use super::sqs::{self, QueueOptions, Sqs};
use super::wire::{Answer, AwsError, Request, Service};

/// What the stack's AWS consists of.
#[derive(Debug, Clone)]
pub struct AwsOptions {
    pub clock: Clock,
    pub region: String,
    pub account: String,
    pub queues: Vec<QueueOptions>,
    /// `CreateTable` requests.
    pub tables: Vec<Value>,
    /// `UpdateTimeToLive` requests.
    pub expiries: Vec<Value>,
    pub rules: Vec<Rule>,
    /// The queue that the events about sent e-mails go to.
    pub feedback_queue: Option<String>,
    /// Where everything is kept; in memory without it.
    pub data: Option<PathBuf>,
}

impl Default for AwsOptions {
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            region: "eu-west-1".to_owned(),
            account: "000000000000".to_owned(),
            queues: Vec::new(),
            tables: Vec::new(),
            expiries: Vec::new(),
            rules: Vec::new(),
            feedback_queue: None,
            data: None,
        }
    }
}

/// Why the stack's AWS could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("the data folder cannot be used: {0}")]
    Data(#[from] std::io::Error),
    #[error("the tables cannot be set up: {0}")]
    Tables(#[from] dynoxide::DynoxideError),
}

/// The services, shared by the endpoint and the rest of the stack.
#[derive(Debug, Clone)]
pub struct AwsState(Arc<Services>);

#[derive(Debug)]
struct Services {
    clock: Clock,
    dynamo: Dynamo,
    sqs: Sqs,
    ses: Ses,
    sns: Sns,
    bus: Bus,
    mailbox: Mailbox,
    meter: Meter,
    faults: Faults,
    connections: OnceLock<Arc<dyn Connections>>,
}

impl AwsState {
    pub fn new(options: AwsOptions) -> Result<Self, SetupError> {
        let AwsOptions {
            clock,
            region,
            account,
            data,
            ..
        } = options;
        if let Some(folder) = &data {
            std::fs::create_dir_all(folder)?;
        }
        let dynamo = Dynamo::open(data.as_deref(), clock.clone())?;
        options
            .tables
            .iter()
            .try_for_each(|table| dynamo.create(table))?;
        options
            .expiries
            .iter()
            .try_for_each(|expiry| dynamo.expire(expiry))?;
        let folder = data.as_ref().map(|data| data.join("queues"));
        let sqs = Sqs::new(clock.clone(), &region, &account, folder);
        options
            .queues
            .into_iter()
            .try_for_each(|queue| sqs.create(queue))?;
        let mailbox = match &data {
            Some(data) => Mailbox::open(data)?,
            None => Mailbox::default(),
        };
        let feedback = options.feedback_queue.map(|queue| (sqs.clone(), queue));
        Ok(Self(Arc::new(Services {
            ses: Ses::new(clock.clone(), &region, &account, mailbox.clone(), feedback),
            sns: Sns::new(clock.clone(), mailbox.clone()),
            bus: Bus::new(clock.clone(), &region, &account, sqs.clone(), options.rules),
            clock,
            dynamo,
            sqs,
            mailbox,
            meter: Meter::default(),
            faults: Faults::default(),
            connections: OnceLock::new(),
        })))
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub fn dynamo(&self) -> &Dynamo {
        &self.0.dynamo
    }

    pub fn sqs(&self) -> &Sqs {
        &self.0.sqs
    }

    pub fn ses(&self) -> &Ses {
        &self.0.ses
    }

    pub fn sns(&self) -> &Sns {
        &self.0.sns
    }

    pub fn bus(&self) -> &Bus {
        &self.0.bus
    }

    pub fn mailbox(&self) -> &Mailbox {
        &self.0.mailbox
    }

    pub fn meter(&self) -> &Meter {
        &self.0.meter
    }

    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Hands over the sockets, once, when the gateway has started.
    pub fn set_connections(&self, connections: Arc<dyn Connections>) {
        if self.0.connections.set(connections).is_err() {
            tracing::warn!("the sockets were handed over twice; the first stay");
        }
    }

    /// Carries a call out and counts it.
    pub(super) async fn run(&self, request: &Request) -> Answer {
        let (answer, capacity) = match self.serve(request).await {
            Ok(served) => served,
            Err(error) => {
                tracing::debug!(
                    service = request.service.name(),
                    action = request.action,
                    code = error.code,
                    "refused"
                );
                (error.answer(), Capacity::default())
            }
        };
        self.0.meter.count(request, &answer, capacity);
        answer
    }

    async fn serve(&self, request: &Request) -> Result<(Answer, Capacity), AwsError> {
        let services = &self.0;
        let answer = match request.service {
            Service::DynamoDb => return services.dynamo.handle(request).await,
            Service::Sqs => sqs::handle(&services.sqs, request).await?,
            Service::Ses => services.ses.handle(request)?,
            Service::Sns => services.sns.handle(request)?,
            Service::Events => services.bus.handle(request)?,
            Service::Connections => match services.connections.get() {
                Some(sockets) => connections::handle(sockets.as_ref(), request).await?,
                None => return Err(AwsError::not_implemented(request)),
            },
            Service::Unknown => return Err(AwsError::not_implemented(request)),
        };
        Ok((answer, Capacity::default()))
    }
}
