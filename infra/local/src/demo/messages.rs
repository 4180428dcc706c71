//! Mail-like messages, written and answered by the people themselves.

use domain::ids::UserId;
use serde_json::json;

use super::communities::id;
use super::data::Mail;
use super::seed::Api;
use super::{DemoError, Organisation};
use crate::stack::Parts;

pub(super) async fn seed(parts: &Parts, organisation: &Organisation) -> Result<(), DemoError> {
    for mail in &organisation.messages {
        write(parts, organisation, mail).await?;
    }
    Ok(())
}

async fn write(parts: &Parts, organisation: &Organisation, mail: &Mail) -> Result<(), DemoError> {
    let api = |user: &UserId| Api::of_user(parts, organisation, user);
    let from = api(&mail.from)?;
    if let Some(audience) = &mail.audience {
        let body = json!({ "audience": audience, "subject": mail.subject, "body": mail.body, "urgent": mail.urgent });
        from.post("/v1/messages/broadcast", body).await?;
        return Ok(());
    }
    let body =
        json!({ "to": mail.to, "subject": mail.subject, "body": mail.body, "urgent": mail.urgent });
    let mut last = from.post("/v1/messages", body).await?;
    for (user, text) in mail.replies.iter().flatten() {
        let path = format!("/v1/messages/{}/reply", id(&last)?);
        last = api(user)?.post(&path, json!({ "body": text })).await?;
    }
    Ok(())
}
