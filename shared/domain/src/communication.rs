//! One delivery, as answers show it.

use serde::Serialize;

use crate::channel::Channel;
use crate::ids::{DeliveryId, SendId, UserId};
use crate::log::{Address, LogRow};
use crate::preference::DecidedBy;
use crate::send::DeliveryStatus;
use crate::time::Timestamp;

/// One e-mail or text to one recipient.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CommunicationLog {
    id: DeliveryId,
    send_id: SendId,
    channel: Channel,
    /// Absent for a bare address.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// The person's name at the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The address or number; absent where the person has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    recipient: Option<Address>,
    status: DeliveryStatus,
    /// A stable word for why it did not arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Who or what decided whether the channel was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<DecidedBy>,
    attempts: u32,
    /// The provider's name for the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_id: Option<String>,
    /// What it was about, such as `announcement`.
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// Parts that a text was cut into.
    #[serde(skip_serializing_if = "Option::is_none")]
    segments: Option<u32>,
    /// It may have gone out twice, because nobody could say whether the first
    /// attempt had.
    resent_ambiguous: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<LogRow> for CommunicationLog {
    fn from(row: LogRow) -> Self {
        Self {
            id: row.id,
            send_id: row.send,
            channel: row.channel,
            user_id: row.user,
            name: row.name,
            recipient: row.recipient,
            status: row.status,
            reason: row.reason,
            decided_by: row.decided_by,
            attempts: row.attempts,
            provider_id: row.provider_id,
            kind: row.kind,
            subject: row.subject,
            segments: row.segments,
            resent_ambiguous: row.resent_ambiguous,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
