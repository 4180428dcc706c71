//! One chunk: items, ledger row, pushes.

use std::collections::{BTreeMap, BTreeSet};

use domain::Channel;
use domain::compose::Composer;
use domain::ids::{TenantId, UserId};
use domain::notification::Notification;
use domain::send::{DeliveryStatus, LedgerRow, LedgerState, SendStatus};
use domain::tasks::Chunk;
use domain::template::Rendered;
use lambda::batch::Record;
use store::ledger::Claim;

use crate::facts::Facts;
use crate::inbox;
use crate::push::Letters;
use crate::{Trouble, Worker};

/// Counts by how deliveries ended.
type Counts = BTreeMap<DeliveryStatus, u64>;
/// Who gets what, where it differs.
type Each = Vec<(UserId, Notification)>;

impl Worker {
    pub(crate) async fn deliver(
        &self,
        tenant: &TenantId,
        chunk: &Chunk,
        record: &Record,
    ) -> Result<(), Trouble> {
        let facts = self.facts(tenant, &chunk.send, record).await?;
        let send = &facts.send;
        if send.planned_at.is_none() {
            return Err(Trouble::NotYet("the send is not planned"));
        }
        if send.status == SendStatus::Cancelled || send.notification.is_none() {
            return self.skip(tenant, chunk).await;
        }
        let users: BTreeSet<UserId> = chunk
            .recipients
            .iter()
            .filter_map(|name| name.parse().ok())
            .collect();
        // Whoever was erased meanwhile counts as skipped.
        let users: Vec<UserId> = users.difference(&facts.choices.erased).cloned().collect();
        // What is carried to inboxes is there whatever the feed shows.
        if !send.test {
            self.fill_inboxes(tenant, send, &users).await?;
        }
        let (users, others) = self.willing(&facts, users).await?;
        if !others.is_empty() && !send.test {
            let days = facts.tenant.notification_days;
            self.store
                .note_feed_skips(tenant, &send.id, &others, days)
                .await?;
        }
        let letters = match facts.template {
            Some(_) => Some(self.render(&facts, &users).await?),
            None => None,
        };
        let reached = letters.as_ref().map_or(users.len(), Vec::len);
        let row = settled(chunk, counts(chunk.recipients.len(), users.len(), reached));
        if send.test {
            self.store.settle_chunk(tenant, &send.id, &row).await?;
        } else {
            self.write(tenant, &facts, &users, letters.as_ref(), &row)
                .await?;
        }
        tracing::info!(%tenant, send = %send.id, chunk = chunk.chunk, people = reached, "written");
        if send.status == SendStatus::Completed {
            // The chunk had been given up, and somebody gave it back.
            self.store.correct_totals(tenant, &send.id).await?;
        }
        if send.uses(Channel::Live) && !send.test {
            let letters = match (letters, plain(&facts)) {
                (Some(each), _) => Some(Letters::Each(each)),
                (None, Some(one)) => Some(Letters::Same(users, Box::new(one))),
                (None, None) => None,
            };
            if let Some(letters) = letters {
                self.invocations.written(record.deadline, tenant, letters);
            }
        }
        Ok(())
    }

    async fn write(
        &self,
        tenant: &TenantId,
        facts: &Facts,
        users: &[UserId],
        letters: Option<&Each>,
        row: &LedgerRow,
    ) -> Result<(), Trouble> {
        let (store, days) = (&self.store, facts.tenant.notification_days);
        let closing = (&facts.send.id, row);
        match (letters, plain(facts)) {
            (Some(letters), _) => {
                store
                    .write_feed_each(tenant, letters, days, closing)
                    .await?;
            }
            (None, Some(one)) => {
                store.write_feed(tenant, users, &one, days, closing).await?;
            }
            (None, None) => store.settle_chunk(tenant, &facts.send.id, row).await?,
        }
        Ok(())
    }

    /// Each person's own text. Those whom the template cannot be rendered for
    /// are left out and count as failed.
    async fn render(&self, facts: &Facts, users: &[UserId]) -> Result<Each, Trouble> {
        let send = &facts.send;
        let composer = Composer::new(&send.content, Channel::InApp, facts.template.as_ref())
            .map_err(|error| Trouble::Never(error.to_string()))?;
        let at = send.planned_at.unwrap_or(send.created_at);
        let mut letters = Each::new();
        for person in self.store.users(&facts.tenant.id, users).await? {
            match composer.compose(&facts.tenant, Some(&person), None, at) {
                Ok(Rendered::InApp { title, body }) => {
                    let notification = Notification::of(send, title, body);
                    letters.extend(notification.map(|notification| (person.id, notification)));
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(user = %person.id, send = %send.id, code = error.code.as_str(), "not rendered");
                }
            }
        }
        Ok(letters)
    }

    /// Records a chunk that is not to be delivered, unless it has been.
    async fn skip(&self, tenant: &TenantId, chunk: &Chunk) -> Result<(), Trouble> {
        let claim = self
            .store
            .claim_chunk(
                tenant,
                &chunk.send,
                &chunk.chunk,
                Channel::InApp,
                None,
                &chunk.chunk,
            )
            .await?;
        if let Claim::Held(_) = claim {
            let people = chunk.recipients.len() as u64;
            let row = settled(chunk, Counts::from([(DeliveryStatus::Skipped, people)]));
            self.store.settle_chunk(tenant, &chunk.send, &row).await?;
        }
        Ok(())
    }
}

/// The one notification of a send without a template.
fn plain(facts: &Facts) -> Option<Notification> {
    let content = &facts.send.content;
    Notification::of(&facts.send, content.title.clone(), inbox::body(&facts.send))
}

/// Named twice, no person (any more), or not wanted: skipped. A person, but no
/// item: failed.
fn counts(named: usize, people: usize, reached: usize) -> Counts {
    let all = [
        (DeliveryStatus::Delivered, reached),
        (DeliveryStatus::Failed, people - reached.min(people)),
        (DeliveryStatus::Skipped, named - people.min(named)),
    ];
    all.into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| (status, count as u64))
        .collect()
}

fn settled(chunk: &Chunk, counts: Counts) -> LedgerRow {
    LedgerRow {
        chunk: chunk.chunk.clone(),
        channel: Channel::InApp,
        state: LedgerState::Settled,
        counts,
        attempts: 1,
        deferrals: 0,
        lease_until: 0,
        first_claim: 0,
        owner: chunk.chunk.clone(),
        moves: 0,
    }
}
