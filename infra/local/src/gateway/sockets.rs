//! The open sockets: who is there, posting to them, and their limits.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use domain::{Clock, Timestamp};
use futures::FutureExt;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, mpsc};

use crate::aws::connections::{BoxFuture, ConnectionInfo, Connections, PostOutcome};

/// How a post to a socket can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostRefusal {
    Gone,
    Throttled,
}

/// What can be made to go wrong with sockets, and limits to shrink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SocketFaults {
    /// Every post is refused so.
    pub refuse_posts: Option<PostRefusal>,
    /// A closed socket is not followed by `$disconnect`.
    pub no_disconnect: bool,
    /// `$disconnect` comes twice.
    pub double_disconnect: bool,
    /// `$disconnect` comes this much of the stack's time too late.
    pub late_disconnect_ms: u64,
    pub idle_seconds: u64,
    pub lifetime_seconds: u64,
}

impl Default for SocketFaults {
    fn default() -> Self {
        Self {
            refuse_posts: None,
            no_disconnect: false,
            double_disconnect: false,
            late_disconnect_ms: 0,
            // API Gateway's own: ten minutes idle, two hours in all.
            idle_seconds: 600,
            lifetime_seconds: 7_200,
        }
    }
}

/// What the task of a socket is told to do.
#[derive(Debug)]
pub(super) enum Command {
    Send(Bytes),
    Close(u16, &'static str),
    /// The wire is cut: no closing handshake.
    Cut,
}

#[derive(Debug)]
struct Open {
    commands: mpsc::UnboundedSender<Command>,
    connected_at: Timestamp,
    last_active: Timestamp,
    user_agent: String,
}

/// Every open socket. Clones share them.
#[derive(Debug, Clone)]
pub struct Sockets(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    open: Mutex<HashMap<String, Open>>,
    faults: Mutex<SocketFaults>,
    working: AtomicUsize,
    quiet: Arc<Notify>,
}

impl Sockets {
    /// `quiet` is told whenever the work on a frame is finished.
    pub fn new(clock: Clock, quiet: Arc<Notify>) -> Self {
        Self(Arc::new(Inner {
            clock,
            open: Mutex::default(),
            faults: Mutex::default(),
            working: AtomicUsize::new(0),
            quiet,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Open>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn faults(&self) -> SocketFaults {
        *self.0.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_faults(&self, faults: SocketFaults) {
        *self.0.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// How many sockets are open.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    pub fn ids(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// Events of sockets that a function is working on.
    pub fn working(&self) -> usize {
        self.0.working.load(Ordering::SeqCst)
    }

    /// Waits until `count` sockets are open, for at most five seconds.
    pub async fn wait_for(&self, count: usize) -> bool {
        for _ in 0..1_000 {
            if self.count() == count {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        false
    }

    /// Cuts a socket's wire, or all of them with `None`; how many it were.
    pub fn cut(&self, id: Option<&str>) -> usize {
        self.tell(|_, open| id.is_none_or(|id| id == open), || Command::Cut)
    }

    /// Closes the sockets whose time is over, as the clock says.
    pub fn enforce_limits(&self) -> usize {
        let (now, faults) = (self.0.clock.now(), self.faults());
        let over = |since: Timestamp, limit: u64| {
            now.duration_since(since).as_secs() >= i64::try_from(limit).unwrap_or(i64::MAX)
        };
        let idle = self.tell(
            |open, _| over(open.last_active, faults.idle_seconds),
            || Command::Close(1001, "Going away"),
        );
        let old = self.tell(
            |open, _| over(open.connected_at, faults.lifetime_seconds),
            || Command::Close(1001, "Going away"),
        );
        idle + old
    }

    /// Closes every socket, as the end of the gateway does.
    pub(crate) fn close_all(&self) {
        self.tell(|_, _| true, || Command::Close(1001, "Going away"));
    }

    fn tell(&self, which: impl Fn(&Open, &str) -> bool, command: impl Fn() -> Command) -> usize {
        let open = self.lock();
        let chosen = open.iter().filter(|(id, open)| which(open, id));
        chosen
            .filter(|(_, open)| open.commands.send(command()).is_ok())
            .count()
    }

    pub(super) fn open(&self, id: &str, user_agent: &str) -> mpsc::UnboundedReceiver<Command> {
        let (commands, receiver) = mpsc::unbounded_channel();
        let now = self.0.clock.now();
        let open = Open {
            commands,
            connected_at: now,
            last_active: now,
            user_agent: user_agent.to_owned(),
        };
        self.lock().insert(id.to_owned(), open);
        receiver
    }

    pub(super) fn touch(&self, id: &str) {
        let now = self.0.clock.now();
        if let Some(open) = self.lock().get_mut(id) {
            open.last_active = now;
        }
    }

    pub(super) fn send(&self, id: &str, data: Bytes) -> bool {
        let now = self.0.clock.now();
        self.lock().get_mut(id).is_some_and(|open| {
            open.last_active = now;
            open.commands.send(Command::Send(data)).is_ok()
        })
    }

    pub(super) fn forget(&self, id: &str) {
        self.lock().remove(id);
        self.0.quiet.notify_waiters();
    }

    pub(super) fn work(&self) -> Working {
        self.0.working.fetch_add(1, Ordering::SeqCst);
        Working(self.clone())
    }
}

/// Counts as work while it lives.
pub(super) struct Working(Sockets);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.0.working.fetch_sub(1, Ordering::SeqCst);
        self.0.0.quiet.notify_waiters();
    }
}

impl Connections for Sockets {
    fn post<'a>(&'a self, id: &'a str, data: Bytes) -> BoxFuture<'a, PostOutcome> {
        let outcome = match self.faults().refuse_posts {
            Some(PostRefusal::Gone) => PostOutcome::Gone,
            Some(PostRefusal::Throttled) => PostOutcome::Throttled,
            None if self.send(id, data) => PostOutcome::Sent,
            None => PostOutcome::Gone,
        };
        std::future::ready(outcome).boxed()
    }

    fn info<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Option<ConnectionInfo>> {
        let info = self.lock().get(id).map(|open| ConnectionInfo {
            connected_at: open.connected_at,
            last_active_at: open.last_active,
            source_ip: "127.0.0.1".to_owned(),
            user_agent: open.user_agent.clone(),
        });
        std::future::ready(info).boxed()
    }

    fn delete<'a>(&'a self, id: &'a str) -> BoxFuture<'a, bool> {
        let told = self.tell(
            |_, open| open == id,
            || Command::Close(1000, "Connection Closed Normally"),
        );
        std::future::ready(told > 0).boxed()
    }
}
