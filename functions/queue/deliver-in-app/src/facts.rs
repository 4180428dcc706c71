//! What a chunk needs to know of its send.

use std::sync::Arc;

use domain::Channel;
use domain::directory::Tenant;
use domain::ids::{SendId, TenantId};
use domain::preference::FeedChoices;
use domain::send::Send;
use domain::template::Template;
use lambda::batch::Record;

use crate::{Trouble, Worker};

/// A send, its tenant and its template.
#[derive(Debug)]
pub(crate) struct Facts {
    pub tenant: Tenant,
    pub send: Send,
    pub template: Option<Template>,
    /// What people have chosen about the feed, and who was erased after the send
    /// had found them.
    pub choices: FeedChoices,
}

impl Worker {
    pub(crate) async fn facts(
        &self,
        tenant: &TenantId,
        send: &SendId,
        record: &Record,
    ) -> Result<Arc<Facts>, Trouble> {
        if let Some(facts) = self.invocations.facts(record.deadline, tenant, send) {
            return Ok(facts);
        }
        let settings = self.store.tenant(tenant).await?;
        let found = self.store.send(tenant, send).await?;
        let (Some(settings), Some(found)) = (settings, found) else {
            return Err(Trouble::Never(format!("send {send} does not exist")));
        };
        let template = match found.content.templates.get(&Channel::InApp) {
            Some(version) => self.store.template_version(tenant, version).await?,
            None => None,
        };
        let choices = self.store.feed_choices(tenant, &found.category).await?;
        let facts = Arc::new(Facts {
            tenant: settings,
            send: found,
            template,
            choices,
        });
        self.invocations.keep(record.deadline, &facts);
        Ok(facts)
    }
}
