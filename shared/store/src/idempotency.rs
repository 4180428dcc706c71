//! Remembered requests.

use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use domain::idempotency::{Attempt, Begun, KEPT_DAYS, LEASE_SECONDS, Records, StoredAnswer};
use domain::{Caller, Problem};

use crate::error::StoreError;
use crate::table::{Item, n, number, s, text};
use crate::{Store, keys};

impl Records for Store {
    async fn begin(&self, caller: &Caller, attempt: &Attempt) -> Result<Begun, Problem> {
        let now = self.now().as_second();
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(self.idempotency_item(caller, attempt, now)))
            // Free if nobody has it, if it has expired, or if whoever had it died
            // before answering; the same request then runs again.
            .condition_expression(
                "attribute_not_exists(pk) OR #ttl < :now OR (#state = :running AND #lease < :now AND #route = :route AND #body = :body)",
            )
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#lease", "lease")
            .expression_attribute_names("#route", "route")
            .expression_attribute_names("#body", "body_hash")
            .expression_attribute_values(":now", n(now))
            .expression_attribute_values(":running", s("running"))
            .expression_attribute_values(":route", s(&attempt.route))
            .expression_attribute_values(":body", s(&attempt.body))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match put {
            Ok(_) => Ok(Begun::New),
            Err(error) => match error.as_service_error() {
                Some(aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(
                    failed,
                )) => Ok(judge(failed.item(), attempt)),
                _ => Err(StoreError::from(error).into()),
            },
        }
    }

    async fn finish(
        &self,
        caller: &Caller,
        attempt: &Attempt,
        answer: &StoredAnswer,
    ) -> Result<(), Problem> {
        let keys = keys::idempotency(&caller.tenant, &caller.user, &attempt.key);
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys.item()))
            .update_expression(
                "SET #state = :done, #status = :status, #type = :type, #answer = :answer",
            )
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#type", "content_type")
            .expression_attribute_names("#answer", "answer")
            .expression_attribute_values(":done", s("done"))
            .expression_attribute_values(":status", n(answer.status))
            .expression_attribute_values(":type", s(&answer.content_type))
            .expression_attribute_values(":answer", s(&answer.body))
            .send()
            .await
            .map_err(StoreError::from)?;
        Ok(())
    }

    async fn abandon(&self, caller: &Caller, attempt: &Attempt) -> Result<(), Problem> {
        Ok(self
            .delete(&keys::idempotency(
                &caller.tenant,
                &caller.user,
                &attempt.key,
            ))
            .await?)
    }
}

impl Store {
    fn idempotency_item(&self, caller: &Caller, attempt: &Attempt, now: i64) -> Item {
        let mut item = keys::idempotency(&caller.tenant, &caller.user, &attempt.key).item();
        item.insert("route".to_owned(), s(&attempt.route));
        item.insert("body_hash".to_owned(), s(&attempt.body));
        item.insert("state".to_owned(), s("running"));
        item.insert("lease".to_owned(), n(now + LEASE_SECONDS));
        item.insert("ttl".to_owned(), n(now + KEPT_DAYS * 86_400));
        item
    }
}

fn judge(found: Option<&Item>, attempt: &Attempt) -> Begun {
    let Some(found) = found else {
        return Begun::StillRunning;
    };
    let is = |name: &str, expected: &str| text(found, name).as_deref() == Some(expected);
    if !is("route", &attempt.route) || !is("body_hash", &attempt.body) {
        return Begun::Mismatch;
    }
    if !is("state", "done") {
        return Begun::StillRunning;
    }
    Begun::Replay(StoredAnswer {
        status: number(found, "status")
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or(200),
        content_type: text(found, "content_type").unwrap_or_default(),
        body: text(found, "answer").unwrap_or_default(),
    })
}
