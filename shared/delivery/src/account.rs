//! What SES lets the account send, asked at most once a minute.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::operation::get_account::GetAccountOutput;
use domain::Clock;
use tokio::sync::Mutex;

use crate::limiter::Limiter;

/// How long an answer holds.
const KEPT_MS: i64 = 60_000;
/// An answer that takes longer is done without.
const PATIENCE: Duration = Duration::from_secs(2);
/// Recipients a second until SES has said how many: what a new account may.
const UNKNOWN_RATE: f64 = 14.0;

/// How fast this process sends, and whether the account may send at all.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    client: Client,
    limiter: Limiter,
    /// Workers that share the account's rate.
    workers: u64,
    clock: Clock,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    asked_at: Option<i64>,
    /// Why it may not send.
    paused: Option<&'static str>,
}

impl Account {
    pub(crate) fn new(client: Client, workers: u64, clock: Clock) -> Self {
        Self {
            client,
            limiter: Limiter::new(UNKNOWN_RATE, workers, clock.clone()),
            workers,
            clock,
            known: Arc::default(),
        }
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    /// Why the account may not send at present, if it may not.
    pub(crate) async fn paused(&self) -> Option<&'static str> {
        let mut known = self.known.lock().await;
        let now = self.clock.now().as_millisecond();
        let fresh = |at: i64| (0..KEPT_MS).contains(&(now - at));
        if !known.asked_at.is_some_and(fresh) {
            // Also after a failure: an account that cannot be asked about must
            // not be asked about before every call.
            known.asked_at = Some(now);
            self.ask(&mut known).await;
        }
        known.paused
    }

    async fn ask(&self, known: &mut Known) {
        let asking = self.client.get_account().send();
        let answer = match tokio::time::timeout(PATIENCE, asking).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                let code = crate::answer::CallFailure::of(error);
                tracing::warn!(%code, "what the account may send is not known");
                return;
            }
            Err(_) => {
                tracing::warn!("what the account may send is not known: no answer");
                return;
            }
        };
        if let Some(rate) = answer.send_quota().map(|quota| quota.max_send_rate()) {
            self.limiter.allow(rate, self.workers);
        }
        known.paused = why_paused(&answer);
        if !answer.production_access_enabled() {
            tracing::warn!("the account is in the sandbox: only verified addresses are reached");
        }
    }
}

/// What `GetAccount` says against sending at all.
pub(crate) fn why_paused(account: &GetAccountOutput) -> Option<&'static str> {
    if !account.sending_enabled() {
        return Some("sending_paused");
    }
    if account.enforcement_status() == Some("SHUTDOWN") {
        return Some("account_suspended");
    }
    let used_up = account.send_quota().is_some_and(|quota| {
        // An account without a limit says -1.
        let most = quota.max24_hour_send();
        most >= 0.0 && quota.sent_last24_hours() >= most
    });
    used_up.then_some("daily_quota_exceeded")
}
