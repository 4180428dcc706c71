//! Moving the clock, and starting over.

use jiff::SignedDuration;
use serde_json::json;

use super::{Parts, StackError};
use crate::aws::{FeedbackFaults, SendLimits, TextLimits};
use crate::gateway::SocketFaults;
use crate::runner::{InvokeError, SourceFaults};

impl Parts {
    /// Moves the clock forward and does at once what would have happened
    /// meanwhile: messages become visible, rows expire, sockets end, and each
    /// schedule that was passed fires once.
    pub async fn advance(&self, by: SignedDuration) {
        self.0.clock.advance(by);
        self.sqs().wake();
        self.sockets().enforce_limits();
        self.aws().dynamo().sweep().await;
        self.scheduler().due().await;
    }

    /// Fires the schedule of the `Sweep` function now.
    pub async fn sweep(&self) -> Result<(), InvokeError> {
        self.scheduler().fire("Sweep").await.map(drop)
    }

    /// Takes away every fault, of every kind.
    pub fn clear_faults(&self) {
        self.faults().clear();
        self.runner().clear_faults();
        self.sockets().set_faults(SocketFaults::default());
        self.aws()
            .ses()
            .set_feedback_faults(FeedbackFaults::default());
        self.aws().ses().set_limits(SendLimits::default());
        self.aws().sns().set_limits(TextLimits::default());
        for source in self.sources() {
            source.set_faults(SourceFaults::default());
            if let Err(error) = self
                .sqs()
                .set_faults(&source.mapping().queue, Default::default())
            {
                tracing::warn!(%error, "the faults of a queue stay");
            }
        }
    }

    /// Empties tables, queues, mailbox and meter, and takes away every fault.
    pub async fn reset(&self) -> Result<(), StackError> {
        self.clear_faults();
        for queue in self.sqs().names() {
            if let Err(error) = self.sqs().purge(&queue) {
                tracing::warn!(queue, %error, "a queue could not be emptied");
            }
        }
        for table in &self.0.plan.tables {
            self.dynamo("DeleteTable", &json!({ "TableName": table.name }))
                .await?;
            self.dynamo("CreateTable", &table.definition).await?;
            if let Some(attribute) = &table.ttl {
                let specification = json!({ "AttributeName": attribute, "Enabled": true });
                let request =
                    json!({ "TableName": table.name, "TimeToLiveSpecification": specification });
                self.dynamo("UpdateTimeToLive", &request).await?;
            }
        }
        self.mailbox().clear();
        self.meter().reset();
        self.gateway().forget_authorized();
        Ok(())
    }

    /// Sends a request straight to the table's service.
    async fn dynamo(&self, action: &str, request: &serde_json::Value) -> Result<(), StackError> {
        reqwest::Client::new()
            .post(self.aws_url())
            .header("x-amz-target", format!("DynamoDB_20120810.{action}"))
            .json(request)
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }
}
