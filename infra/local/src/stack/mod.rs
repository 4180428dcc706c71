//! The whole system in one process.
//!
//! A stack owns its ports, its clock and its data, and nothing of it is global:
//! many stacks run side by side in one test process.

mod error;
mod options;
mod parts;
mod setup;
#[cfg(test)]
mod tests;
mod time;
mod wait;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::aws::Endpoint;

pub use error::StackError;
pub use options::{AUDIENCE, EMAIL_FROM, Mappings, StackOptions, local_place};
pub use parts::Parts;
pub use wait::Settled;

/// How long a clean stop waits for what is still being worked on.
const PATIENCE: Duration = Duration::from_secs(2);

/// A running stack; dropping it stops it at once, [`Stack::stop`] cleanly.
#[derive(Debug)]
pub struct Stack {
    parts: Parts,
    options: StackOptions,
    shutdown: watch::Sender<bool>,
    server: JoinHandle<()>,
    tasks: Vec<JoinHandle<()>>,
    // Held for its end: the endpoint stops when it is dropped.
    endpoint: Option<Endpoint>,
}

impl Deref for Stack {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl Stack {
    /// Starts a stack; it answers when this returns.
    pub async fn start(options: StackOptions) -> Result<Self, StackError> {
        setup::start(options, None).await
    }

    /// What the parts of the stack are reached through; cheap to clone.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Stops cleanly: no new work, what runs may finish, sockets are closed.
    pub async fn stop(mut self) {
        self.halt().await;
    }

    /// Stops and starts again at the same ports. What AWS keeps is kept: the
    /// tables, the queues and the mailbox, in memory or in the data folder.
    pub async fn restart(self) -> Result<Self, StackError> {
        self.deploy_again(BTreeMap::new()).await
    }

    /// The same with other values of these parameters of the template.
    pub async fn deploy_again(
        mut self,
        parameters: BTreeMap<String, String>,
    ) -> Result<Self, StackError> {
        self.halt().await;
        let mut options = self.options.clone();
        options.parameters.extend(parameters);
        options.port = self.parts.http_port();
        options.aws_port = Some(self.parts.aws_port());
        let kept = setup::Kept::of(&self.parts);
        drop(self);
        setup::start(options, Some(kept)).await
    }

    async fn halt(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        // Receivers may all be gone already.
        let _ = self.shutdown.send(true);
        self.parts.sockets().close_all();
        let busy = async {
            while self.parts.running() > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, busy).await.is_err() {
            tracing::warn!("some work was cut off");
        }
        let _ = tokio::time::timeout(PATIENCE, &mut self.server).await;
        self.parts.stop_processes();
        let _ = tokio::time::timeout(PATIENCE, self.parts.processes_ended()).await;
        self.endpoint = None;
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        let _ = self.shutdown.send(true);
        self.server.abort();
        self.parts.stop_processes();
    }
}

/// Shared by everything that has to tell that some work is over.
type Quiet = Arc<tokio::sync::Notify>;
