//! Posting what comes of a frame: the answer and the pushes together.

use domain::ids::{ConnectionId, UserId};
use lambda::Error;
use live::Outcomes;
use store::room_pushes::Push;

use crate::{Message, Notice, Reply, Sender};

impl Message {
    pub(crate) async fn tell(&self, sender: &Sender, reply: Reply) -> Result<(), Error> {
        let tenant = &sender.caller.tenant;
        let Reply {
            answer,
            pushes,
            notice,
            ..
        } = reply;
        let mut posts = Vec::new();
        if let Some(answer) = &answer {
            posts.push(live::Post::new(sender.socket.clone(), answer)?);
        }
        for (sockets, frame) in pushes.iter().map(Push::parts) {
            posts.extend(live::Post::to_all(sockets, frame)?);
        }
        let outcomes = self.live.push(posts).await;
        if outcomes.gone.contains(&sender.socket) {
            tracing::info!("the answer did not reach its socket");
        }
        self.notify(notice, &pushes, &outcomes).await?;
        for user in self
            .store
            .forget_gone(tenant, &pushes, &outcomes.gone)
            .await
        {
            let watching = self.store.pushes_of_presence(tenant, &user).await?;
            let watching = watching.iter().map(Push::parts);
            self.live.push_frames(watching).await?;
        }
        Ok(())
    }

    async fn notify(
        &self,
        notice: Option<Notice>,
        pushes: &[Push],
        outcomes: &Outcomes,
    ) -> Result<(), Error> {
        match notice {
            None => {}
            Some(Notice::Sure(row)) => {
                self.queue.send(&row.task).await?;
                self.store.forget_outbox(&row).await?;
            }
            Some(Notice::IfUnheard(user, task)) if !heard(&user, pushes, &outcomes.gone) => {
                self.queue.send(&task).await?;
            }
            Some(Notice::IfUnheard(..)) => {}
        }
        Ok(())
    }
}

/// Whether a push found a socket of somebody's.
fn heard(user: &UserId, pushes: &[Push], gone: &[ConnectionId]) -> bool {
    let mut sockets = pushes.iter().flat_map(|push| &push.to);
    sockets.any(|socket| &socket.user == user && !gone.contains(&socket.connection))
}
