//! Why somebody did or did not get something, in plain words for staff.

use serde::Serialize;

use crate::channel::Channel;
use crate::directory::User;
use crate::ids::{SendId, UserId};
use crate::log::LogRow;
use crate::preference::DecidedBy;
use crate::send::{DeliveryStatus, Send, SendStatus};
use crate::visibility::{PersonFacts, visible};

/// Where a send's item stands in a person's feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedPlace {
    Shown {
        read: bool,
    },
    /// The person removed it.
    Removed,
    Absent,
}

/// What is known of one send and one person.
#[derive(Debug)]
pub struct Known<'a> {
    pub send: &'a Send,
    pub user: &'a User,
    pub person: &'a PersonFacts,
    pub feed: FeedPlace,
    /// What kept it out of the feed, as it was noted then.
    pub feed_skip: Option<DecidedBy>,
    /// Rows of the log, at most one a channel.
    pub rows: &'a [LogRow],
    /// Whether all of the send's deliveries have ended.
    pub complete: bool,
}

/// Why one person did or did not get a send.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Explanation {
    pub send: SendId,
    pub user: ExplainedUser,
    /// Whether the audience has the person in it as it is now.
    pub in_audience: bool,
    /// The whole of it in a sentence or two.
    pub text: String,
    /// One for each channel there is.
    pub channels: Vec<ChannelExplanation>,
}

/// Whom an explanation is about.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ExplainedUser {
    pub id: UserId,
    pub name: String,
}

/// What became of a send on one channel.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ChannelExplanation {
    pub channel: Channel,
    pub outcome: Outcome,
    /// A stable word, such as `opted_out` or `no_address`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who or what decided whether the channel was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DecidedBy>,
    pub text: String,
}

/// How it ended on a channel, or where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The send does not go by this channel.
    NotUsed,
    /// Its time has not come, or it is on its way.
    Waiting,
    /// The person was not among those whom it went to.
    NotReached,
    /// It is in the feed.
    InFeed,
    /// The person removed it from the feed.
    Removed,
    Skipped,
    Failed,
    Unknown,
    Sent,
    Delivered,
    Bounced,
    Complained,
}

impl From<DeliveryStatus> for Outcome {
    fn from(status: DeliveryStatus) -> Self {
        match status {
            DeliveryStatus::Pending => Self::Waiting,
            DeliveryStatus::Skipped => Self::Skipped,
            DeliveryStatus::Failed => Self::Failed,
            DeliveryStatus::Unknown => Self::Unknown,
            DeliveryStatus::Sent => Self::Sent,
            DeliveryStatus::Delivered => Self::Delivered,
            DeliveryStatus::Bounced => Self::Bounced,
            DeliveryStatus::Complained => Self::Complained,
        }
    }
}

/// Explains.
pub fn explain(known: &Known<'_>) -> Explanation {
    let in_audience = visible(&known.send.audience, known.person);
    let channels: Vec<ChannelExplanation> = [Channel::InApp, Channel::Email, Channel::Sms]
        .into_iter()
        .map(|channel| known.on(channel, in_audience))
        .collect();
    let said = channels
        .iter()
        .filter(|one| one.outcome != Outcome::NotUsed)
        .map(|one| one.text.as_str());
    let said: Vec<&str> = said.collect();
    let reached = channels.iter().any(|one| one.outcome.was_tried());
    Explanation {
        send: known.send.id.clone(),
        user: ExplainedUser {
            id: known.user.id.clone(),
            name: known.user.name.clone(),
        },
        in_audience,
        text: if reached {
            said.join(" ")
        } else {
            known.why_nothing(in_audience)
        },
        channels,
    }
}

impl Outcome {
    /// Whether there is a trace of it at the person.
    fn was_tried(self) -> bool {
        !matches!(self, Self::NotUsed | Self::Waiting | Self::NotReached)
    }
}

impl Known<'_> {
    /// Why nothing at all reached the person, where that is one reason.
    fn why_nothing(&self, in_audience: bool) -> String {
        let (send, name) = (self.send, &self.user.name);
        match send.status {
            SendStatus::Scheduled => "It waits for its time; nobody has got it yet.".to_owned(),
            SendStatus::Queued => "It is about to go out; nobody has got it yet.".to_owned(),
            SendStatus::Failed => {
                "Its audience could not be worked out to the end, so not everybody got it."
                    .to_owned()
            }
            _ if send.skip_actor && send.actor == self.user.id => {
                format!("{name} caused it, and is not told of it.")
            }
            _ if !in_audience => format!("{name} is not in its audience."),
            SendStatus::Cancelled => "It was cancelled before it reached anybody here.".to_owned(),
            _ if !self.complete => "It is on its way.".to_owned(),
            _ => format!("{name} is in its audience now, but was not when it went out."),
        }
    }

    fn on(&self, channel: Channel, in_audience: bool) -> ChannelExplanation {
        let told = |outcome, reason: Option<&str>, decided_by, text: String| ChannelExplanation {
            channel,
            outcome,
            reason: reason.map(str::to_owned),
            decided_by,
            text,
        };
        if !self.send.uses(channel) {
            let text = format!("It does not go {}.", way(channel));
            return told(Outcome::NotUsed, None, None, text);
        }
        if channel == Channel::InApp {
            if let Some((outcome, reason, text)) = self.in_feed() {
                return told(outcome, reason, self.feed_skip, text);
            }
        } else if let Some(row) = self.rows.iter().find(|row| row.channel == channel) {
            let reason = row.reason.as_deref();
            return told(row.status.into(), reason, row.decided_by, self.of_row(row));
        }
        if !self.complete && in_audience && self.send.status != SendStatus::Cancelled {
            return told(Outcome::Waiting, None, None, "It is on its way.".to_owned());
        }
        let text = format!("Nothing went to {} {}.", self.user.name, way(channel));
        told(Outcome::NotReached, None, None, text)
    }

    fn in_feed(&self) -> Option<(Outcome, Option<&'static str>, String)> {
        let name = &self.user.name;
        Some(match (self.feed, self.feed_skip) {
            (FeedPlace::Shown { read: true }, _) => (
                Outcome::InFeed,
                None,
                format!("It is in {name}'s feed, and was read."),
            ),
            (FeedPlace::Shown { read: false }, _) => (
                Outcome::InFeed,
                None,
                format!("It is in {name}'s feed, not read yet."),
            ),
            (FeedPlace::Removed, _) => (
                Outcome::Removed,
                None,
                format!("{name} had it in the feed and removed it."),
            ),
            (FeedPlace::Absent, Some(by)) => {
                let why = because(by, name);
                (
                    Outcome::Skipped,
                    Some("opted_out"),
                    format!("Not in the feed: {why}."),
                )
            }
            (FeedPlace::Absent, None) => return None,
        })
    }

    fn of_row(&self, row: &LogRow) -> String {
        let (name, way) = (&self.user.name, way(row.channel));
        let noun = if row.channel == Channel::Email {
            "e-mail"
        } else {
            "text"
        };
        let reason = row.reason.as_deref().unwrap_or_default();
        match row.status {
            DeliveryStatus::Pending => "It is on its way.".to_owned(),
            DeliveryStatus::Sent => format!("It went to {name} {way}."),
            DeliveryStatus::Delivered => format!("It went to {name} {way} and arrived."),
            DeliveryStatus::Bounced => format!("The {noun} to {name} came back: {reason}."),
            DeliveryStatus::Complained => {
                format!("The {noun} arrived, and {name} marked it as spam.")
            }
            DeliveryStatus::Unknown => {
                format!(
                    "Nobody can say whether the {noun} to {name} left; the provider did not answer."
                )
            }
            DeliveryStatus::Failed => format!("The {noun} to {name} could not be sent: {reason}."),
            DeliveryStatus::Skipped => {
                format!("No {noun} to {name}: {}.", self.skipped(row, reason))
            }
        }
    }

    fn skipped(&self, row: &LogRow, reason: &str) -> String {
        let name = &self.user.name;
        match reason {
            "opted_out" => because(row.decided_by.unwrap_or(DecidedBy::Default), name),
            "cancelled" => "the send was cancelled before".to_owned(),
            "no_address" if row.channel == Channel::Sms => format!("{name} has no phone number"),
            "no_address" => format!("{name} has no e-mail address"),
            "suspended" => format!("{name}'s account was suspended"),
            "suppressed" => {
                "the address is on the suppression list, because something sent to it came back or was marked as spam"
                    .to_owned()
            }
            "duplicate_address" => {
                "somebody else of the audience has the same address, and got it".to_owned()
            }
            "rate_capped" => "the number had as many texts this hour as are allowed".to_owned(),
            "country_not_allowed" => "numbers of this country are not texted".to_owned(),
            "premium_number" => "premium numbers are never texted".to_owned(),
            other => other.replace('_', " "),
        }
    }
}

/// How a channel reaches somebody.
fn way(channel: Channel) -> &'static str {
    match channel {
        Channel::InApp | Channel::Live => "into the feed",
        Channel::Email => "by e-mail",
        Channel::Sms => "by text",
    }
}

/// Why a channel is not used.
fn because(by: DecidedBy, name: &str) -> String {
    match by {
        DecidedBy::TenantLock => "the organisation has switched it off for everybody".to_owned(),
        DecidedBy::CategoryChoice => format!("{name} has switched it off for this category"),
        DecidedBy::ChannelChoice => format!("{name} has switched this channel off"),
        DecidedBy::RoleDefault => format!("it is off for people with {name}'s role"),
        DecidedBy::TenantDefault => "it is off unless somebody asks for it".to_owned(),
        DecidedBy::Mandatory | DecidedBy::Urgent | DecidedBy::Default => {
            "it was not wanted".to_owned()
        }
    }
}
