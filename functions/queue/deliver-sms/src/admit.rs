//! Whether a rendered text goes: not to a number that somebody else of the send
//! has, not to one that had enough of late, and not faster than the provider
//! takes texts.

use std::time::Duration;

use domain::Channel;
use domain::dispatch::Skip;
use domain::notification::Priority;
use store::StoreError;
use tokio::time::Instant;

use crate::Worker;
use crate::text::{Desk, Text};

/// What is given back comes back within so much of its turn.
const SPREAD: Duration = Duration::from_secs(5);

impl Worker {
    /// Why a text does not go, if it does not. Asked again, it answers the same.
    pub(crate) async fn held_back(
        &self,
        desk: &Desk<'_>,
        text: &Text,
    ) -> Result<Option<Skip>, StoreError> {
        let (tenant, send) = (&desk.tenant.id, desk.send);
        let delivery = (text.row.id.clone(), text.to.clone().into());
        let own = self
            .store
            .own_addresses(tenant, send, Channel::Sms, &[delivery])
            .await?;
        if own == [false] {
            return Ok(Some(Skip::DuplicateAddress));
        }
        if send.test {
            return Ok(None);
        }
        let urgent = send.priority == Priority::Urgent;
        let most = (!urgent).then_some(desk.tenant.texts.per_hour);
        let counted = self
            .store
            .count_text(tenant, &text.to, &text.row.id, most)
            .await?;
        Ok((!counted).then_some(Skip::RateCapped))
    }

    /// Waits for the turn of one text, at most until `patience`; the other
    /// answer is when to come back for it.
    pub(crate) async fn turn(&self, patience: Instant) -> Result<(), Duration> {
        let patience = patience.saturating_duration_since(Instant::now());
        let turn = self.channel.limiter().turn(1, patience).await;
        turn.map_err(|wait| wait + SPREAD.mul_f64(rand::random::<f64>()))
    }
}
