//! The communication log: one row for each e-mail and each text to each
//! recipient, and the figures that are counted from them.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::channel::Channel;
use crate::compose::Recipient;
use crate::dispatch::GiveUp;
use crate::feedback::Report;
use crate::ids::{DeliveryId, SendId, UserId};
use crate::preference::DecidedBy;
use crate::privacy::{Email, Phone};
use crate::retention;
use crate::send::{DeliveryStatus, Send};
use crate::time::Timestamp;

/// Days for which a row may be kept at most.
pub const LONGEST_DAYS: u32 = 3_650;

/// The channels that the log is about.
pub const LOGGED: [Channel; 2] = [Channel::Email, Channel::Sms];

/// Where a delivery went. Masked in logs, clear in the store and in answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    Email(Email),
    Phone(Phone),
}

impl Address {
    /// The clear value, for the wire and the store only.
    pub fn reveal(&self) -> &str {
        match self {
            Self::Email(email) => email.reveal(),
            Self::Phone(phone) => phone.reveal(),
        }
    }

    pub fn parse(text: &str) -> Result<Self, String> {
        if text.contains('@') {
            Email::parse(text).map(Self::Email)
        } else {
            Phone::e164(text).map(Self::Phone)
        }
    }
}

impl From<Email> for Address {
    fn from(email: Email) -> Self {
        Self::Email(email)
    }
}

impl From<Phone> for Address {
    fn from(phone: Phone) -> Self {
        Self::Phone(phone)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.reveal())
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        let read = match text.contains('@') {
            true => Email::kept(text).map(Self::Email),
            false => Phone::kept(text).map(Self::Phone),
        };
        read.map_err(serde::de::Error::custom)
    }
}

/// One delivery, as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRow {
    pub id: DeliveryId,
    pub send: SendId,
    pub channel: Channel,
    /// The chunk whose ledger row counts this delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chunk: Option<String>,
    /// Absent for a bare address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The person's name at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Absent where the person has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Address>,
    pub status: DeliveryStatus,
    /// A stable word for why it did not arrive, such as `suppressed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who or what decided whether the channel was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DecidedBy>,
    pub attempts: u32,
    /// The provider's name for the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// The open word of the send, such as `announcement`.
    pub kind: String,
    /// Who caused the send, whom its subject may name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
    /// The rendered subject of an e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Parts that a text was cut into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<u32>,
    /// It may have gone out twice, because nobody could say whether the first
    /// attempt had.
    #[serde(default)]
    pub resent_ambiguous: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl LogRow {
    /// The row of one recipient of a send. `recipient` is what the delivery id
    /// is made of: the user's id, or the position of a bare address.
    pub fn new(
        send: &Send,
        channel: Channel,
        recipient: &str,
        status: DeliveryStatus,
        now: Timestamp,
    ) -> Self {
        Self {
            id: send.delivery_id(channel, recipient),
            send: send.id.clone(),
            channel,
            chunk: None,
            user: None,
            name: None,
            recipient: None,
            status,
            reason: None,
            decided_by: None,
            attempts: 0,
            provider_id: None,
            kind: send.kind.clone(),
            actor: Some(send.actor.clone()),
            subject: None,
            segments: None,
            resent_ambiguous: false,
            created_at: now,
            updated_at: now,
        }
    }

    /// The row of a chunk's recipient. It is created at the instant of the plan,
    /// so that a repeated chunk writes the same row.
    pub fn of(
        send: &Send,
        channel: Channel,
        chunk: &str,
        recipient: &Recipient,
        status: DeliveryStatus,
        now: Timestamp,
    ) -> Self {
        let planned = send.planned_at.unwrap_or(send.created_at);
        let user = recipient.user.as_ref();
        Self {
            chunk: Some(chunk.to_owned()),
            user: user.map(|user| user.id.clone()),
            name: user.map(|user| user.name.clone()),
            recipient: recipient.address.clone(),
            decided_by: recipient.decided_by,
            updated_at: now,
            ..Self::new(send, channel, &recipient.name, status, planned)
        }
    }

    /// Whether it says that nobody tried to the end, and certainly nothing left.
    pub fn was_given_up(&self) -> bool {
        let reason = self.reason.as_deref();
        self.status == DeliveryStatus::Failed
            && GiveUp::ALL.iter().any(|why| reason == Some(why.as_str()))
    }

    /// The row after a report; nothing if it stands as far already, because a
    /// status never moves back.
    pub fn reported(&self, report: &Report, at: Timestamp) -> Option<Self> {
        let status = report.status();
        if self.status.rank() >= status.rank() {
            return None;
        }
        let mut row = self.clone();
        row.status = status;
        row.updated_at = at.max(row.updated_at);
        if let Some(reason) = report.reason() {
            row.reason = Some(reason.to_owned());
        }
        Some(row)
    }

    /// Until when the row is kept, in epoch seconds.
    pub fn kept_until(&self, days: u32) -> i64 {
        retention::until(self.created_at, days)
    }
}

/// What a status adds to the counters: sent, failed.
pub fn counted(status: DeliveryStatus) -> (i64, i64) {
    (
        i64::from(status.is_success()),
        i64::from(status.is_failure()),
    )
}

/// A row as it stands and as it is to be.
pub type Move = (LogRow, LogRow);

/// What moves of a chunk's rows add to its counts and to the day's counters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shift {
    pub counts: BTreeMap<DeliveryStatus, i64>,
    pub sent: i64,
    pub failed: i64,
}

impl Shift {
    pub fn of(moves: &[Move]) -> Self {
        let mut shift = Self::default();
        for (seen, row) in moves {
            for (status, step) in [(seen.status, -1), (row.status, 1)] {
                let (sent, failed) = counted(status);
                *shift.counts.entry(status).or_default() += step;
                shift.sent += step * sent;
                shift.failed += step * failed;
            }
        }
        shift.counts.retain(|_, step| *step != 0);
        shift
    }
}

/// How many went out and how many did not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub sent: u64,
    pub failed: u64,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.sent += other.sent;
        self.failed += other.failed;
    }

    /// Per cent that went out, to two decimals; 0 when there was nothing.
    pub fn success_rate(self) -> f64 {
        percent(self.sent, self.sent + self.failed)
    }
}

/// `part` of `whole` in per cent, to two decimals.
pub fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    (part as f64 * 10_000.0 / whole as f64).round() / 100.0
}

/// Counters of a period, by day (`YYYY-MM-DD`) and channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tallies(pub BTreeMap<(String, Channel), Tally>);

impl Tallies {
    pub fn add(&mut self, day: &str, channel: Channel, tally: Tally) {
        self.0
            .entry((day.to_owned(), channel))
            .or_default()
            .add(tally);
    }

    fn sum(&self, wanted: impl Fn(&str, Channel) -> bool) -> Tally {
        let mut sum = Tally::default();
        for ((day, channel), tally) in &self.0 {
            if wanted(day, *channel) {
                sum.add(*tally);
            }
        }
        sum
    }

    pub fn overall(&self) -> Tally {
        self.sum(|_, _| true)
    }

    pub fn of_channel(&self, channel: Channel) -> Tally {
        self.sum(|_, other| other == channel)
    }

    pub fn of_day(&self, day: &str) -> Tally {
        self.sum(|other, _| other == day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_has_two_decimals() {
        let tally = Tally {
            sent: 1250,
            failed: 15,
        };
        assert_eq!(tally.success_rate(), 98.81);
        assert_eq!(Tally::default().success_rate(), 0.0);
        assert_eq!(Tally { sent: 1, failed: 2 }.success_rate(), 33.33);
    }

    fn row(status: DeliveryStatus) -> LogRow {
        let at = "2026-01-01T00:00:00Z".parse().unwrap();
        LogRow {
            id: "dlv_1".parse().unwrap(),
            send: "snd_1".parse().unwrap(),
            channel: Channel::Email,
            chunk: None,
            user: None,
            name: None,
            recipient: None,
            status,
            reason: None,
            decided_by: None,
            attempts: 1,
            provider_id: None,
            kind: "announcement".to_owned(),
            actor: None,
            subject: None,
            segments: None,
            resent_ambiguous: false,
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn a_status_never_moves_back() {
        let later = "2026-01-02T00:00:00Z".parse().unwrap();
        let bounced = row(DeliveryStatus::Bounced);
        assert_eq!(bounced.reported(&Report::Delivered, later), None);
        assert_eq!(bounced.reported(&Report::Rejected, later), None);
        let complained = bounced.reported(&Report::Complained, later).unwrap();
        assert_eq!(complained.status, DeliveryStatus::Complained);
        assert_eq!(complained.reason.as_deref(), Some("complaint"));
        assert_eq!(complained.updated_at, later);
    }

    #[test]
    fn moves_of_a_chunk_add_up() {
        use DeliveryStatus::{Bounced, Complained, Delivered, Sent};
        let moves = [
            (row(Sent), row(Delivered)),
            (row(Sent), row(Bounced)),
            (row(Delivered), row(Complained)),
        ];
        let shift = Shift::of(&moves);
        assert_eq!(
            shift.counts,
            BTreeMap::from([(Sent, -2), (Bounced, 1), (Complained, 1)])
        );
        assert_eq!((shift.sent, shift.failed), (-1, 1));
    }

    #[test]
    fn an_address_hides_itself_but_survives_storage() {
        let address = Address::parse("Mia@School.example").unwrap();
        assert!(!format!("{address:?}").contains("mia"));
        let stored = serde_json::to_string(&address).unwrap();
        assert_eq!(stored, "\"mia@school.example\"");
        assert_eq!(serde_json::from_str::<Address>(&stored).unwrap(), address);
    }

    #[test]
    fn sums_are_by_day_and_by_channel() {
        let mut tallies = Tallies::default();
        tallies.add("2026-01-01", Channel::Email, Tally { sent: 2, failed: 1 });
        tallies.add("2026-01-01", Channel::Sms, Tally { sent: 3, failed: 0 });
        tallies.add("2026-01-02", Channel::Email, Tally { sent: 4, failed: 0 });
        assert_eq!(tallies.overall(), Tally { sent: 9, failed: 1 });
        assert_eq!(
            tallies.of_channel(Channel::Email),
            Tally { sent: 6, failed: 1 }
        );
        assert_eq!(tallies.of_day("2026-01-01"), Tally { sent: 5, failed: 1 });
    }
}
