//! Remembered requests.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use domain::idempotency::{
    Attempt, Begun, Effect, KEPT_DAYS, LEASE_SECONDS, Records, StoredAnswer,
};
use domain::{Caller, Problem, Timestamp};

use crate::error::StoreError;
use crate::table::{Item, n, number, s, text};
use crate::{Store, keys};

impl Records for Store {
    fn now(&self) -> domain::Timestamp {
        self.clock.now()
    }

    async fn begin(&self, caller: &Caller, attempt: &Attempt) -> Result<Begun, Problem> {
        let begun = self.now();
        let now = begun.as_second();
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(self.idempotency_item(caller, attempt, begun)))
            .condition_expression("attribute_not_exists(pk) OR #ttl < :now")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":now", n(now))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = put else {
            return Ok(Begun::New(Effect::new(caller, attempt, begun)));
        };
        let Some(PutItemError::ConditionalCheckFailedException(failed)) = error.as_service_error()
        else {
            return Err(StoreError::from(error).into());
        };
        let found = failed.item().cloned().unwrap_or_default();
        match judge(&found, attempt) {
            Begun::StillRunning if number(&found, "lease").is_some_and(|lease| lease < now) => {
                Ok(self.take_over(caller, attempt, &found).await?)
            }
            judged => Ok(judged),
        }
    }

    async fn finish(
        &self,
        caller: &Caller,
        attempt: &Attempt,
        answer: &StoredAnswer,
    ) -> Result<(), Problem> {
        let keys = keys::idempotency(caller, &attempt.key);
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
            .delete(&keys::idempotency(caller, &attempt.key))
            .await?)
    }
}

impl Store {
    /// Goes on with a request whose attempt died before it answered. The effect
    /// stays that of the first attempt, which may have brought it about.
    async fn take_over(
        &self,
        caller: &Caller,
        attempt: &Attempt,
        found: &Item,
    ) -> Result<Begun, StoreError> {
        let lease = number(found, "lease").unwrap_or(0);
        let taken = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::idempotency(caller, &attempt.key).item()))
            .update_expression("SET #lease = :next")
            .condition_expression("#state = :running AND #lease = :lease")
            .expression_attribute_names("#lease", "lease")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":next", n(self.now().as_second() + LEASE_SECONDS))
            .expression_attribute_values(":running", s("running"))
            .expression_attribute_values(":lease", n(lease))
            .send()
            .await;
        match taken {
            Ok(_) => {
                let begun = number(found, "begun").unwrap_or(lease * 1_000);
                let begun = Timestamp::from_millisecond(begun).unwrap_or_default();
                Ok(Begun::New(Effect::new(caller, attempt, begun)))
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_conditional_check_failed_exception()) =>
            {
                Ok(Begun::StillRunning)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn idempotency_item(&self, caller: &Caller, attempt: &Attempt, begun: Timestamp) -> Item {
        let now = begun.as_second();
        let mut item = keys::idempotency(caller, &attempt.key).item();
        item.insert("begun".to_owned(), n(begun.as_millisecond()));
        item.insert("route".to_owned(), s(&attempt.route));
        item.insert("body_hash".to_owned(), s(&attempt.body));
        item.insert("state".to_owned(), s("running"));
        item.insert("lease".to_owned(), n(now + LEASE_SECONDS));
        item.insert("ttl".to_owned(), n(now + KEPT_DAYS * 86_400));
        item
    }
}

fn judge(found: &Item, attempt: &Attempt) -> Begun {
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
