//! Functions as processes: the real binaries, spawned when there is work and no
//! idle one, killed when they run too long.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::process::{Child, Command};
use tokio::sync::{Notify, oneshot};

use super::invoke::InvokeError;
use super::runtime_api;
use crate::template::Plan;

/// At most this many processes of one function.
const MAX_PROCESSES: usize = 10;

/// Why the binaries cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("the folder of the binaries cannot be found: {0}")]
    Folder(std::io::Error),
    #[error("cargo could not build the functions")]
    Failed,
    #[error("the Runtime API cannot listen: {0}")]
    Listen(std::io::Error),
}

type Answer = Result<Box<RawValue>, InvokeError>;

/// One event that waits for a process.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) request_id: String,
    pub(super) event: Box<RawValue>,
    pub(super) deadline_ms: u64,
    answer: oneshot::Sender<Answer>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Job>,
    /// Processes that asked for work and got none yet.
    idle: usize,
    /// By number; the handle kills the process when it is dropped.
    processes: BTreeMap<u64, oneshot::Sender<()>>,
    /// By request id: the process that has it, and who waits for the answer.
    running: BTreeMap<String, (u64, oneshot::Sender<Answer>)>,
    stopped: bool,
}

/// The processes of one function.
#[derive(Debug)]
pub struct Pool {
    pub(super) name: String,
    binary: PathBuf,
    environment: BTreeMap<String, String>,
    api: String,
    state: Mutex<State>,
    work: Notify,
    numbers: AtomicU64,
    /// Held by each process until it has ended.
    alive: Arc<()>,
}

impl Pool {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn invoke(
        self: &Arc<Self>,
        event: Box<RawValue>,
        request_id: &str,
        deadline_ms: u64,
        timeout: Duration,
    ) -> Answer {
        let (answer, answered) = oneshot::channel();
        let job = Job {
            request_id: request_id.to_owned(),
            event,
            deadline_ms,
            answer,
        };
        let crowded = {
            let mut state = self.lock();
            state.waiting.push_back(job);
            state.waiting.len() <= state.idle || state.processes.len() >= MAX_PROCESSES
        };
        if !crowded {
            self.spawn();
        }
        self.work.notify_one();
        match tokio::time::timeout(timeout, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(InvokeError::failed(
                "Runtime.ExitError",
                "the process ended without an answer",
            )),
            Err(_) => {
                self.abandon(request_id);
                Err(InvokeError::TimedOut(timeout))
            }
        }
    }

    /// Kills the process that has the request; it may hold locks and half an
    /// effect, exactly as a function that Lambda cuts off.
    fn abandon(&self, request_id: &str) {
        let mut state = self.lock();
        state.waiting.retain(|job| job.request_id != request_id);
        if let Some((number, _)) = state.running.remove(request_id)
            && let Some(kill) = state.processes.remove(&number)
        {
            // The watcher of the process waits for this.
            let _ = kill.send(());
        }
    }

    fn spawn(self: &Arc<Self>) {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let spawned = Command::new(&self.binary)
            .env_clear()
            .envs(&self.environment)
            .env(
                "AWS_LAMBDA_RUNTIME_API",
                format!("{}/{}/{number}", self.api, self.name),
            )
            .stdin(Stdio::null())
            // What a function logs is no answer of this program.
            .stdout(std::io::stderr())
            .kill_on_drop(true)
            .spawn();
        match spawned {
            Ok(child) => {
                let (kill, killed) = oneshot::channel();
                self.lock().processes.insert(number, kill);
                let alive = Arc::clone(&self.alive);
                let watch = Arc::clone(self).watch(number, child, killed);
                tokio::spawn(async move {
                    watch.await;
                    drop(alive);
                });
            }
            Err(error) => {
                tracing::error!(function = self.name, %error, "the process cannot be started");
                self.fail_waiting(&error.to_string());
            }
        }
    }

    async fn watch(self: Arc<Self>, number: u64, mut child: Child, killed: oneshot::Receiver<()>) {
        let ended = tokio::select! {
            status = child.wait() => status.map_or_else(|e| e.to_string(), |status| status.to_string()),
            _ = killed => {
                let _ = child.kill().await;
                return;
            }
        };
        let mut state = self.lock();
        state.processes.remove(&number);
        let lost: Vec<String> = state
            .running
            .iter()
            .filter(|(_, (of, _))| *of == number)
            .map(|(request_id, _)| request_id.clone())
            .collect();
        for request_id in lost {
            if let Some((_, answer)) = state.running.remove(&request_id) {
                let _ = answer.send(Err(InvokeError::failed("Runtime.ExitError", ended.clone())));
            }
        }
        let nobody_left = state.processes.is_empty() && !state.stopped;
        drop(state);
        if nobody_left {
            self.fail_waiting(&format!("the process ended: {ended}"));
        }
    }

    fn fail_waiting(&self, reason: &str) {
        let waiting = std::mem::take(&mut self.lock().waiting);
        for job in waiting {
            let _ = job
                .answer
                .send(Err(InvokeError::failed("Runtime.ExitError", reason)));
        }
    }

    /// The next event for a process, as soon as there is one.
    pub(super) async fn next(&self, number: u64) -> (String, Box<RawValue>, u64) {
        self.lock().idle += 1;
        let _idle = Idle(self);
        loop {
            if let Some(job) = self.take(number) {
                return job;
            }
            self.work.notified().await;
        }
    }

    fn take(&self, number: u64) -> Option<(String, Box<RawValue>, u64)> {
        let mut state = self.lock();
        let job = state.waiting.pop_front()?;
        state
            .running
            .insert(job.request_id.clone(), (number, job.answer));
        if !state.waiting.is_empty() {
            self.work.notify_one();
        }
        Some((job.request_id, job.event, job.deadline_ms))
    }

    /// The answer of a process; false if nobody waits for it any more.
    pub(super) fn finish(&self, request_id: &str, answer: Answer) -> bool {
        let waiting = self.lock().running.remove(request_id);
        waiting.is_some_and(|(_, sender)| sender.send(answer).is_ok())
    }

    /// Kills every process of the function, as an accident would.
    pub fn kill(&self) {
        let processes = std::mem::take(&mut self.lock().processes);
        for (_, kill) in processes {
            let _ = kill.send(());
        }
        let running = std::mem::take(&mut self.lock().running);
        for (_, (_, answer)) in running {
            let _ = answer.send(Err(InvokeError::failed(
                "Runtime.ExitError",
                "signal: 9 (SIGKILL)",
            )));
        }
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.kill();
    }
}

struct Idle<'a>(&'a Pool);

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.idle = state.idle.saturating_sub(1);
    }
}

/// The processes of every function, and the Runtime API that they call.
#[derive(Debug)]
pub struct Processes {
    pools: BTreeMap<String, Arc<Pool>>,
    server: tokio::task::JoinHandle<()>,
}

impl Processes {
    /// Serves the Runtime API; `common` is added to each function's variables.
    pub async fn start(plan: &Plan, common: &BTreeMap<String, String>) -> Result<Self, BuildError> {
        let folder = folder()?;
        build_missing(plan, &folder).await?;
        let (listener, api) = runtime_api::listen().await.map_err(BuildError::Listen)?;
        let mut pools = BTreeMap::new();
        for (name, function) in &plan.functions {
            let mut environment = common.clone();
            environment.extend(function.environment.clone());
            environment.insert("AWS_LAMBDA_FUNCTION_NAME".to_owned(), name.clone());
            environment.insert(
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE".to_owned(),
                function.memory_mb.to_string(),
            );
            environment.insert(
                "AWS_LAMBDA_FUNCTION_VERSION".to_owned(),
                "$LATEST".to_owned(),
            );
            let pool = Pool {
                name: name.clone(),
                binary: binary(&folder, function.binary()),
                environment,
                api: api.clone(),
                state: Mutex::default(),
                work: Notify::new(),
                numbers: AtomicU64::new(1),
                alive: Arc::default(),
            };
            pools.insert(name.clone(), Arc::new(pool));
        }
        let server = tokio::spawn(runtime_api::serve(listener, pools.clone()));
        Ok(Self { pools, server })
    }

    pub fn pool(&self, function: &str) -> Option<Arc<Pool>> {
        self.pools.get(function).cloned()
    }

    /// Kills every process.
    pub fn stop(&self) {
        for pool in self.pools.values() {
            pool.stop();
        }
    }

    /// Waits until the last process that was killed has ended.
    pub async fn ended(&self) {
        while self
            .pools
            .values()
            .any(|pool| Arc::strong_count(&pool.alive) > 1)
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Where cargo put this program, and so the functions' binaries.
fn folder() -> Result<PathBuf, BuildError> {
    let program = std::env::current_exe().map_err(BuildError::Folder)?;
    let folder = program.parent().unwrap_or(Path::new("."));
    // Tests run one folder further down.
    let folder = if folder.ends_with("deps") {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    };
    Ok(folder.to_owned())
}

fn binary(folder: &Path, name: &str) -> PathBuf {
    folder
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION)
}

async fn build_missing(plan: &Plan, folder: &Path) -> Result<(), BuildError> {
    let missing = |name: &&str| !binary(folder, name).exists();
    let names: Vec<&str> = plan
        .functions
        .values()
        .map(|function| function.binary())
        .filter(missing)
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    tracing::info!(
        binaries = names.len(),
        "building the functions' binaries, which takes a while"
    );
    let mut cargo = Command::new("cargo");
    cargo
        .arg("build")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    // The folder is called after the profile, but for that of development.
    let profile = folder.file_name().and_then(|name| name.to_str());
    if let Some(profile) = profile.filter(|profile| *profile != "debug") {
        cargo.args(["--profile", profile]);
    }
    // Built beside this crate, dependencies have the features they already have
    // here; alone they would all be compiled anew.
    for name in names.into_iter().chain(["local"]) {
        cargo.args(["--package", name]);
    }
    match cargo.status().await {
        Ok(status) if status.success() => Ok(()),
        _ => Err(BuildError::Failed),
    }
}
