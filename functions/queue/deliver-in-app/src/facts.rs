//! What a chunk needs to know of its send.

use std::sync::{Arc, Mutex};

use domain::Channel;
use domain::directory::Tenant;
use domain::ids::{SendId, TenantId};
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
}

/// The facts of the send before, for the other chunks of the same invocation
/// and no longer: a send that is cancelled stops with the next batch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remembered(Arc<Mutex<Option<Held>>>);

/// Facts and the invocation that they hold for.
type Held = (u64, Arc<Facts>);

impl Remembered {
    fn get(&self, invocation: u64, tenant: &TenantId, send: &SendId) -> Option<Arc<Facts>> {
        let held = self.0.lock().ok()?;
        held.as_ref()
            .filter(|(of, facts)| {
                *of == invocation && facts.send.id == *send && facts.tenant.id == *tenant
            })
            .map(|(_, facts)| Arc::clone(facts))
    }

    fn keep(&self, invocation: u64, facts: &Arc<Facts>) {
        if let Ok(mut held) = self.0.lock() {
            *held = Some((invocation, Arc::clone(facts)));
        }
    }
}

impl Worker {
    pub(crate) async fn facts(
        &self,
        tenant: &TenantId,
        send: &SendId,
        record: &Record,
    ) -> Result<Arc<Facts>, Trouble> {
        // The deadline tells invocations apart.
        if let Some(facts) = self.remembered.get(record.deadline, tenant, send) {
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
        let facts = Arc::new(Facts {
            tenant: settings,
            send: found,
            template,
        });
        self.remembered.keep(record.deadline, &facts);
        Ok(facts)
    }
}
