//! How the deployment is: that the sweeper runs, and what SES and SNS say. The
//! health route, which may ask nobody but the table, tells it.

use delivery::standing;
use domain::health::{Check, Findings, Turn, turn};
use domain::privacy::Email;
use store::Refused;

use crate::Sweeper;
use crate::duties::Trouble;

impl Sweeper {
    /// Notes that it runs, and asks when it is time; how many things were asked
    /// about. Comes last, since providers may be slow to answer.
    pub(crate) async fn look_after_standing(&self) -> Result<usize, Trouble> {
        let kept = self.store.findings().await?;
        match turn(kept, self.store.now()) {
            Turn::Rest => Ok(0),
            Turn::Note(next) => self.keep(&next).await.map(|_| 0),
            Turn::Ask(next) => {
                if !self.keep(&next).await? {
                    return Ok(0);
                }
                let (sender, checks) = self.ask().await;
                let found = Findings {
                    sender,
                    checks,
                    version: next.version + 1,
                    ..next
                };
                self.keep(&found).await?;
                Ok(found.checks.len())
            }
        }
    }

    /// Whether it was kept; another run at the same time may have been quicker.
    async fn keep(&self, findings: &Findings) -> Result<bool, Trouble> {
        match self.store.keep_findings(findings).await {
            Ok(()) => Ok(true),
            Err(Refused::Conditions(_)) => Ok(false),
            Err(Refused::Store(error)) => Err(error.into()),
        }
    }

    /// What is wrong is told in the checks and is no failure of the sweeper.
    async fn ask(&self) -> (Option<Email>, Vec<Check>) {
        let providers = &self.providers;
        let sender = standing::sender(self.email_from.as_deref());
        let of_sender = async {
            match &sender {
                Ok(sender) => providers.email_sender(sender).await,
                Err(wrong) => wrong.clone(),
            }
        };
        let (account, verified, texts) = futures::join!(
            providers.email_account(),
            of_sender,
            providers.text_account(),
        );
        let checks = vec![account, verified, texts];
        for check in checks.iter().filter(|check| !check.well) {
            tracing::warn!(about = check.about, "{}", check.sentence);
        }
        (sender.ok(), checks)
    }
}
