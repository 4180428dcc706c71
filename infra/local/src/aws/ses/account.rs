//! What the account may send: its rate, its quota, whether at all.

use std::collections::VecDeque;

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const SECOND_MS: i64 = 1_000;
const DAY_SECONDS: i64 = 86_400;

/// What the account may send. Far more than a laptop does, unless it is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SendLimits {
    /// Recipients a second.
    pub max_send_rate: f64,
    /// Recipients in any 24 hours; -1 is without a limit.
    pub max_24_hour_send: f64,
    pub sending_enabled: bool,
    /// Out of the sandbox.
    pub production_access: bool,
    /// `HEALTHY`, `PROBATION` or `SHUTDOWN`.
    pub enforcement_status: String,
    /// Whether the domain and address of every sender are verified; without it
    /// none is, and nothing is taken.
    pub verified: bool,
}

impl Default for SendLimits {
    fn default() -> Self {
        Self {
            max_send_rate: 50_000.0,
            max_24_hour_send: 50_000_000.0,
            sending_enabled: true,
            production_access: true,
            enforcement_status: "HEALTHY".to_owned(),
            verified: true,
        }
    }
}

/// Why a recipient is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    TooFast,
    Quota,
    Paused,
}

impl Refusal {
    /// The status of an entry of a bulk call.
    pub(super) fn status(self) -> &'static str {
        match self {
            Self::TooFast => "ACCOUNT_THROTTLED",
            Self::Quota => "ACCOUNT_DAILY_QUOTA_EXCEEDED",
            Self::Paused => "ACCOUNT_SENDING_PAUSED",
        }
    }

    /// The error of a call for one mail, with its HTTP status.
    pub(super) fn error(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::TooFast => (
                429,
                "TooManyRequestsException",
                "Maximum sending rate exceeded.",
            ),
            Self::Quota => (
                400,
                "LimitExceededException",
                "Daily message quota exceeded.",
            ),
            Self::Paused => (
                400,
                "SendingPausedException",
                "Email sending has been disabled for this account.",
            ),
        }
    }
}

/// The limits with what was sent of late.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) limits: SendLimits,
    /// Instants (epoch milliseconds) of the last second's recipients.
    second: VecDeque<i64>,
    /// Recipients by epoch second, of the last day.
    day: VecDeque<(i64, u64)>,
    today: u64,
}

impl Account {
    /// Counts one recipient, or tells why there may not be one more.
    pub(super) fn admit(&mut self, now: Timestamp) -> Result<(), Refusal> {
        if !self.limits.sending_enabled || self.limits.enforcement_status == "SHUTDOWN" {
            return Err(Refusal::Paused);
        }
        self.forget(now);
        let most = self.limits.max_24_hour_send;
        if most >= 0.0 && self.today as f64 >= most {
            return Err(Refusal::Quota);
        }
        if self.second.len() as f64 >= self.limits.max_send_rate.max(1.0) {
            return Err(Refusal::TooFast);
        }
        self.second.push_back(now.as_millisecond());
        self.today += 1;
        match self.day.back_mut() {
            Some((second, sent)) if *second == now.as_second() => *sent += 1,
            _ => self.day.push_back((now.as_second(), 1)),
        }
        Ok(())
    }

    /// What `GetAccount` answers.
    pub(super) fn told(&mut self, now: Timestamp) -> Value {
        self.forget(now);
        json!({
            "DedicatedIpAutoWarmupEnabled": false,
            "EnforcementStatus": self.limits.enforcement_status,
            "ProductionAccessEnabled": self.limits.production_access,
            "SendingEnabled": self.limits.sending_enabled,
            "SendQuota": {
                "Max24HourSend": self.limits.max_24_hour_send,
                "MaxSendRate": self.limits.max_send_rate,
                "SentLast24Hours": self.today,
            },
            "SuppressionAttributes": { "SuppressedReasons": ["BOUNCE", "COMPLAINT"] },
        })
    }

    fn forget(&mut self, now: Timestamp) {
        let (ms, second) = (now.as_millisecond(), now.as_second());
        while self.second.front().is_some_and(|at| *at <= ms - SECOND_MS) {
            self.second.pop_front();
        }
        while let Some((at, sent)) = self.day.front().copied()
            && at <= second - DAY_SECONDS
        {
            self.today -= sent;
            self.day.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    fn account(limits: SendLimits) -> Account {
        Account {
            limits,
            ..Account::default()
        }
    }

    #[test]
    fn a_second_holds_as_many_as_the_rate() {
        let mut account = account(SendLimits {
            max_send_rate: 2.0,
            ..SendLimits::default()
        });
        assert_eq!(account.admit(at(0)), Ok(()));
        assert_eq!(account.admit(at(500)), Ok(()));
        assert_eq!(account.admit(at(999)), Err(Refusal::TooFast));
        assert_eq!(account.admit(at(1_000)), Ok(()));
        assert_eq!(account.admit(at(1_400)), Err(Refusal::TooFast));
    }

    #[test]
    fn a_day_holds_as_many_as_the_quota() {
        let mut account = account(SendLimits {
            max_24_hour_send: 1.0,
            ..SendLimits::default()
        });
        assert_eq!(account.admit(at(0)), Ok(()));
        assert_eq!(account.admit(at(86_399_000)), Err(Refusal::Quota));
        assert_eq!(
            account.told(at(86_399_000))["SendQuota"]["SentLast24Hours"],
            1
        );
        assert_eq!(account.admit(at(86_400_000)), Ok(()));
    }
}
