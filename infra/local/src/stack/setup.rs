//! Puts the parts together.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::serve::ListenerExt;
use lambda::Env;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::options::{AUDIENCE, local_place};
use super::parts::Inner;
use super::settings::common;
use super::{Mappings, PATIENCE, Parts, Quiet, Stack, StackError, StackOptions};
use crate::aws::{AwsOptions, AwsState, Endpoint, QueueOptions, Redrive, Rule};
use crate::demo::People;
use crate::door;
use crate::gateway::{ACCOUNT, Gateway, REGION, Sockets};
use crate::issuer::{Issuer, IssuerOptions};
use crate::runner::{EventSource, Processes, Runner, Scheduler};
use crate::template::{self, Plan, Queue};

/// How often sockets are held to their limits.
const LIMITS: Duration = Duration::from_secs(1);

/// What outlives a restart, because AWS keeps it.
pub(super) struct Kept {
    state: AwsState,
    sockets: Sockets,
    quiet: Quiet,
}

impl Kept {
    pub(super) fn of(parts: &Parts) -> Self {
        Self {
            state: parts.aws().clone(),
            sockets: parts.sockets().clone(),
            quiet: Arc::clone(&parts.0.quiet),
        }
    }

    fn new(plan: &Plan, options: &StackOptions) -> Result<Self, StackError> {
        let state = AwsState::new(aws_options(plan, options))?;
        let quiet: Quiet = Arc::new(Notify::new());
        let sockets = Sockets::new(options.clock.clone(), Arc::clone(&quiet));
        state.set_connections(Arc::new(sockets.clone()));
        Ok(Self {
            state,
            sockets,
            quiet,
        })
    }
}

pub(super) async fn start(options: StackOptions, kept: Option<Kept>) -> Result<Stack, StackError> {
    if let Some(folder) = &options.data {
        writable(folder)?;
    }
    let patience = if kept.is_some() {
        PATIENCE
    } else {
        Duration::ZERO
    };
    let http = listen(options.port, patience).await?;
    let aws = listen(options.wanted_aws_port(), patience).await?;
    let (http_port, aws_port) = (port(&http)?, port(&aws)?);
    let http_url = format!("http://127.0.0.1:{http_port}");
    let aws_url = format!("http://127.0.0.1:{aws_port}");

    let plan = plan(&options, &http_url, &aws_url)?;
    let kept = kept.map_or_else(|| Kept::new(&plan, &options), Ok)?;
    let Kept {
        state,
        sockets,
        quiet,
    } = kept;
    let endpoint = Endpoint::start(aws, state.clone()).map_err(|source| StackError::Port {
        port: aws_port,
        source,
    })?;

    let common = common(&aws_url);
    let env = Env::new(common.clone(), options.clock.clone());
    let (runner, processes) = runner(&plan, &env, &common, options.processes).await?;
    let runner = runner.dying(state.faults().deaths().clone());
    let scheduler = Scheduler::new(
        &plan.schedules,
        options.clock.clone(),
        REGION,
        ACCOUNT,
        runner.clone(),
    )?;
    let sources = plan.mappings.iter().map(|mapping| {
        let (sqs, meter, runner) = (state.sqs().clone(), state.meter().clone(), runner.clone());
        EventSource::new(
            mapping.clone(),
            REGION,
            sqs,
            meter,
            runner,
            Arc::clone(&quiet),
        )
    });
    let people = if options.demo {
        People::of_the_demo()?
    } else {
        People::default()
    };
    let issuer = Issuer::new(IssuerOptions {
        issuer: http_url,
        audience: AUDIENCE.to_owned(),
        clock: options.clock.clone(),
        folder: options.data.clone(),
        people: people.source(),
    })?;
    let parts = Parts(Arc::new(Inner {
        http_port,
        aws_port,
        clock: options.clock.clone(),
        gateway: Gateway::new(&plan, runner.clone(), options.clock.clone(), sockets),
        sources: sources.collect(),
        plan,
        aws: state,
        runner,
        issuer,
        people,
        scheduler,
        processes,
        env,
        quiet,
    }));

    let (shutdown, stopped) = watch::channel(false);
    let server = tokio::spawn(serve(http, door::router(&parts), stopped));
    let tasks = background(&parts, options.mappings);
    Ok(Stack {
        parts,
        options,
        shutdown,
        server,
        tasks,
        endpoint: Some(endpoint),
    })
}

/// Takes a port; after a restart the old owner may need a moment to let it go.
async fn listen(port: u16, patience: Duration) -> Result<TcpListener, StackError> {
    let end = Instant::now() + patience;
    loop {
        match TcpListener::bind(("127.0.0.1", port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse && Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                return Err(StackError::PortInUse { port });
            }
            Err(source) => return Err(StackError::Port { port, source }),
        }
    }
}

fn port(listener: &TcpListener) -> Result<u16, StackError> {
    let address = listener
        .local_addr()
        .map_err(|source| StackError::Port { port: 0, source })?;
    Ok(address.port())
}

/// Finds out before anything is started.
fn writable(folder: &Path) -> Result<(), StackError> {
    let refused = |source| StackError::Folder {
        path: folder.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(refused)?;
    let probe = folder.join(".writable");
    std::fs::write(&probe, b"").map_err(refused)?;
    std::fs::remove_file(&probe).map_err(refused)
}

fn plan(options: &StackOptions, http_url: &str, aws_url: &str) -> Result<Plan, StackError> {
    let parameters = options.parameters.iter();
    let place = parameters.fold(local_place(http_url, aws_url), |place, (name, value)| {
        place.with(name, value)
    });
    let mut plan = match &options.template {
        None => template::read(template::EMBEDDED, &place)?,
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|source| StackError::TemplateFile {
                    path: path.clone(),
                    source,
                })?;
            template::read(&text, &place)?
        }
    };
    for (function, setting) in &options.unset {
        if let Some(function) = plan.functions.get_mut(*function) {
            function.environment.remove(*setting);
        }
    }
    Ok(plan)
}

fn aws_options(plan: &Plan, options: &StackOptions) -> AwsOptions {
    AwsOptions {
        clock: options.clock.clone(),
        region: REGION.to_owned(),
        account: ACCOUNT.to_owned(),
        queues: plan.queues.iter().map(queue).collect(),
        tables: plan
            .tables
            .iter()
            .map(|table| table.definition.clone())
            .collect(),
        expiries: plan
            .tables
            .iter()
            .filter_map(|table| {
                let attribute = table.ttl.as_ref()?;
                let specification = json!({ "AttributeName": attribute, "Enabled": true });
                Some(json!({ "TableName": table.name, "TimeToLiveSpecification": specification }))
            })
            .collect(),
        rules: plan
            .rules
            .iter()
            .map(|rule| Rule {
                name: rule.name.clone(),
                bus: rule.bus.clone(),
                pattern: rule.pattern.clone(),
                queue: rule.queue.clone(),
            })
            .collect(),
        feedback_queue: plan.feedback.first().map(|feedback| feedback.queue.clone()),
        data: options.data.clone(),
    }
}

fn queue(queue: &Queue) -> QueueOptions {
    let seconds = |duration: Duration| u32::try_from(duration.as_secs()).unwrap_or(u32::MAX);
    QueueOptions {
        name: queue.name.clone(),
        visibility_seconds: seconds(queue.visibility),
        delay_seconds: seconds(queue.delay),
        retention_seconds: seconds(queue.retention),
        redrive: queue.redrive.as_ref().map(|redrive| Redrive {
            queue: redrive.queue.clone(),
            max_receives: redrive.max_receive_count,
        }),
        fifo: queue.fifo,
        deduplicate_by_content: queue.content_deduplication,
        ..QueueOptions::default()
    }
}

async fn runner(
    plan: &Plan,
    env: &Env,
    common: &BTreeMap<String, String>,
    processes: bool,
) -> Result<(Runner, Option<Processes>), StackError> {
    if processes {
        let processes = Processes::start(plan, common).await?;
        return Ok((Runner::in_processes(plan, &processes), Some(processes)));
    }
    let runner = Runner::in_process(plan, env)
        .map_err(|(name, source)| StackError::Function { name, source })?;
    Ok((runner, None))
}

async fn serve(listener: TcpListener, router: axum::Router, mut stopped: watch::Receiver<bool>) {
    // Small answers must not wait for the client's next packet.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let end = async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    if let Err(error) = axum::serve(listener, router)
        .with_graceful_shutdown(end)
        .await
    {
        tracing::error!(%error, "the gateway stopped");
    }
}

fn background(parts: &Parts, mappings: Mappings) -> Vec<JoinHandle<()>> {
    let sockets = parts.sockets().clone();
    let mut tasks = vec![tokio::spawn(async move {
        loop {
            tokio::time::sleep(LIMITS).await;
            sockets.enforce_limits();
        }
    })];
    if mappings == Mappings::Auto {
        tasks.extend(
            parts
                .sources()
                .iter()
                .map(|source| tokio::spawn(source.clone().poll())),
        );
        tasks.push(tokio::spawn(parts.scheduler().clone().run()));
    }
    tasks
}
