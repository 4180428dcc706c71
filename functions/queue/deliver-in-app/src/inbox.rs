//! A broadcast's place in inboxes, beside the feed's item.

use domain::ids::{TenantId, UserId};
use domain::message;
use domain::send::Send;

use crate::{Trouble, Worker};

impl Worker {
    /// Puts a broadcast into inboxes; other sends have no place there. Places
    /// that are taken stay as they are, so that a repeated chunk makes nothing
    /// unread and brings nothing back that somebody deleted.
    pub(crate) async fn fill_inboxes(
        &self,
        tenant: &TenantId,
        send: &Send,
        users: &[UserId],
    ) -> Result<(), Trouble> {
        if let Some(entry) = message::carried(send) {
            self.store.fill_inboxes(tenant, users, &entry).await?;
        }
        Ok(())
    }
}

/// What the feed shows of a send without a template: of a message only the
/// beginning, since the rest is in the inbox.
pub(crate) fn body(send: &Send) -> String {
    let body = &send.content.body;
    match message::carried(send) {
        Some(_) => message::preview(body),
        None => body.clone(),
    }
}
