//! Functions that die at a call.

use tokio::sync::broadcast;

/// Deaths that nobody has noticed yet.
const PENDING: usize = 64;

/// Tells whoever runs functions which of them dies now.
#[derive(Debug, Clone)]
pub struct Deaths(broadcast::Sender<String>);

impl Default for Deaths {
    fn default() -> Self {
        Self(broadcast::channel(PENDING).0)
    }
}

impl Deaths {
    /// Every invocation of the function that runs at present ends.
    pub(in crate::aws) fn tell(&self, function: &str) {
        // Nobody listens while nothing runs.
        let _ = self.0.send(function.to_owned());
    }

    /// Comes to its end when the function dies, from now on.
    pub(crate) fn of(&self, function: &str) -> impl Future<Output = ()> + use<> {
        let (mut deaths, function) = (self.0.subscribe(), function.to_owned());
        async move {
            loop {
                match deaths.recv().await {
                    Ok(name) if name == function => return,
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                }
            }
        }
    }
}
