//! Pushing a change of a room, and notifying who is not there.

use domain::ids::{RoomId, TenantId};
use domain::tasks::RoomChange;
use store::room_pushes::Push;

use crate::{Trouble, Worker};

impl Worker {
    pub(crate) async fn tell(
        &self,
        tenant: &TenantId,
        room: &RoomId,
        change: &RoomChange,
    ) -> Result<(), Trouble> {
        let store = &self.store;
        match change {
            RoomChange::Read(receipt) => {
                let pushes = store.pushes_of_read(tenant, room, receipt).await?;
                self.push(tenant, pushes).await
            }
            RoomChange::Entry(seq) => {
                let found = store.room_entry(tenant, room, *seq).await?;
                let (entry, target) = found.ok_or(Trouble::Never("there is no such change"))?;
                let pushes = store.pushes_of_entry(tenant, room, (&entry, &target), None);
                self.push(tenant, pushes.await?).await?;
                if let Some(row) = store.notify_of_message(tenant, room, &entry).await? {
                    self.queue.send(&row.task).await?;
                    store.forget_outbox(&row).await?;
                }
                Ok(())
            }
        }
    }

    async fn push(&self, tenant: &TenantId, pushes: Vec<Push>) -> Result<(), Trouble> {
        let outcomes = self
            .live
            .push_frames(pushes.iter().map(Push::parts))
            .await?;
        tracing::info!(%tenant, sent = outcomes.sent, gone = outcomes.gone.len(), failed = outcomes.failed, "pushed");
        for user in self
            .store
            .forget_gone(tenant, &pushes, &outcomes.gone)
            .await
        {
            let watching = self.store.pushes_of_presence(tenant, &user).await?;
            self.live
                .push_frames(watching.iter().map(Push::parts))
                .await?;
        }
        Ok(())
    }
}
