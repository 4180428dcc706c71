//! Single-use tickets: a short-lived stand-in for a credential, for clients
//! that can put nothing but an address on a handshake.

use aws_sdk_dynamodb::types::ReturnValue;
use data_encoding::BASE64URL_NOPAD;
use domain::digest::fingerprint;
use domain::time::plus_seconds;
use domain::{Caller, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::keys;
use crate::table::{Store, item, parse};

/// Seconds for which a ticket is good.
pub const TICKET_SECONDS: i64 = 30;
/// Nothing longer is looked up.
const LONGEST: usize = 128;

/// A ticket as its holder gets it, the only time that it is in clear.
#[derive(Clone)]
pub struct IssuedTicket {
    pub secret: String,
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for IssuedTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedTicket")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What a ticket stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub caller: Caller,
    /// Epoch second at which it was made.
    pub issued_at: i64,
    expires_ms: i64,
    ttl: i64,
}

impl Store {
    /// Makes a ticket for `caller`; only its hash is kept.
    pub async fn issue_ticket(&self, caller: &Caller) -> Result<IssuedTicket, StoreError> {
        let now = self.now();
        let secret = BASE64URL_NOPAD.encode(&rand::random::<[u8; 32]>());
        let expires_at = plus_seconds(now, TICKET_SECONDS);
        let ticket = Ticket {
            caller: caller.clone(),
            issued_at: now.as_second(),
            expires_ms: expires_at.as_millisecond(),
            ttl: expires_at.as_second() + 1,
        };
        let item = item(&keys::ticket(&hash(&secret)), &ticket)?;
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .send()
            .await?;
        Ok(IssuedTicket { secret, expires_at })
    }

    /// Uses a ticket up. Of any number of sockets that show the same one at
    /// once, the table's condition lets exactly one have it.
    pub async fn redeem_ticket(&self, secret: &str) -> Result<Option<Ticket>, StoreError> {
        if secret.len() > LONGEST {
            return Ok(None);
        }
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::ticket(&hash(secret)).item()))
            .condition_expression("attribute_exists(pk)")
            .return_values(ReturnValue::AllOld)
            .send()
            .await;
        let old = match deleted {
            Ok(answer) => answer.attributes,
            Err(error) if is_gone(&error) => None,
            Err(error) => return Err(error.into()),
        };
        let ticket: Option<Ticket> = old.map(parse).transpose()?;
        let now = self.now().as_millisecond();
        Ok(ticket.filter(|ticket| now < ticket.expires_ms))
    }
}

fn is_gone(
    error: &aws_sdk_dynamodb::error::SdkError<
        aws_sdk_dynamodb::operation::delete_item::DeleteItemError,
    >,
) -> bool {
    error
        .as_service_error()
        .is_some_and(|error| error.is_conditional_check_failed_exception())
}

fn hash(secret: &str) -> String {
    fingerprint(&["ticket", secret], 51)
}
