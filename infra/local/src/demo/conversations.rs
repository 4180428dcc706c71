//! People in contact with a few lines in their rooms, and some who still wait
//! for an answer.

use domain::ids::UserId;
use serde_json::json;

use super::communities::id;
use super::data::Conversation;
use super::seed::Api;
use super::{DemoError, Organisation};
use crate::stack::Parts;

pub(super) async fn seed(parts: &Parts, organisation: &Organisation) -> Result<(), DemoError> {
    for conversation in &organisation.conversations {
        talk(parts, organisation, conversation).await?;
    }
    Ok(())
}

async fn talk(
    parts: &Parts,
    organisation: &Organisation,
    conversation: &Conversation,
) -> Result<(), DemoError> {
    let api = |user: &UserId| Api::of_user(parts, organisation, user);
    let body = json!({ "user": conversation.to, "message": conversation.message });
    let from = api(&conversation.from)?;
    let made = from.post("/v1/chat/invitations", body).await?;
    if conversation.lines.is_empty() {
        return Ok(());
    }
    let accept = format!("/v1/chat/invitations/{}/accept", id(&made)?);
    let accepted = api(&conversation.to)?.post(&accept, json!({})).await?;
    let room = accepted["room"].as_str().unwrap_or_default();
    let path = format!("/v1/chat/rooms/{room}/messages");
    for (user, text) in conversation.lines.iter().flatten() {
        api(user)?.post(&path, json!({ "text": text })).await?;
    }
    Ok(())
}
