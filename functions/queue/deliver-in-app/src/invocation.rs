//! What the chunks of one invocation share, and for no longer: the facts of
//! their sends, so that a send which is cancelled stops with the next batch, and
//! what they have written and not pushed yet.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::ids::{SendId, TenantId};

use crate::facts::Facts;
use crate::push::Letters;

/// Invocations remembered at once. A process has one at a time, the local stack
/// several; one that was cut off leaves its own behind.
const MOST: usize = 32;

/// Invocations by their deadlines, which tell them apart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Invocations(Arc<Mutex<BTreeMap<u64, Shared>>>);

#[derive(Debug, Default)]
struct Shared {
    facts: Vec<Arc<Facts>>,
    written: Vec<(TenantId, Letters)>,
}

impl Invocations {
    pub(crate) fn facts(
        &self,
        invocation: u64,
        tenant: &TenantId,
        send: &SendId,
    ) -> Option<Arc<Facts>> {
        let all = self.0.lock().ok()?;
        let mut known = all.get(&invocation)?.facts.iter();
        known
            .find(|facts| facts.send.id == *send && facts.tenant.id == *tenant)
            .map(Arc::clone)
    }

    pub(crate) fn keep(&self, invocation: u64, facts: &Arc<Facts>) {
        self.with(invocation, |shared| shared.facts.push(Arc::clone(facts)));
    }

    /// Notes what has been written, to be pushed when the invocation ends.
    pub(crate) fn written(&self, invocation: u64, tenant: &TenantId, letters: Letters) {
        self.with(invocation, |shared| {
            shared.written.push((tenant.clone(), letters));
        });
    }

    /// Forgets an invocation that ends; what it has written is the answer.
    pub(crate) fn end(&self, invocation: u64) -> Vec<(TenantId, Letters)> {
        let Ok(mut all) = self.0.lock() else {
            return Vec::new();
        };
        all.remove(&invocation)
            .map(|shared| shared.written)
            .unwrap_or_default()
    }

    fn with(&self, invocation: u64, change: impl FnOnce(&mut Shared)) {
        if let Ok(mut all) = self.0.lock() {
            change(all.entry(invocation).or_default());
            while all.len() > MOST {
                all.pop_first();
            }
        }
    }
}
