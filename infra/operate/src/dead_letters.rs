//! What was given up, why, and the way back.

use std::collections::BTreeMap;

use domain::Timestamp;
use queue::SetAside;
use serde_json::{Value, json};

use crate::place::Place;
use crate::report::{DRY_RUN, Reporter};
use crate::trouble::Trouble;

/// Messages of one queue that are looked at in one go.
const MOST: usize = 10_000;
/// What SQS itself moved has no reason of ours.
const MOVED: &str = "moved by SQS: it came five times and was never finished with";

fn reason(message: &SetAside) -> &str {
    message.reason.as_deref().unwrap_or(MOVED)
}

fn at(message: &SetAside) -> Option<Timestamp> {
    Timestamp::from_millisecond(message.sent_at?).ok()
}

fn shown(message: &SetAside) -> Value {
    json!({ "id": message.id, "at": at(message), "reason": reason(message) })
}

fn line(message: &SetAside) -> String {
    let at = at(message).map_or_else(|| "-".to_owned(), |at| at.to_string());
    format!("  {}  {at}  {}", message.id, reason(message))
}

/// All of a function's dead letters; they are visible to others again.
async fn look(place: &Place, function: &str) -> Result<Vec<SetAside>, Trouble> {
    let (dead, _) = place.given_up_by(function)?;
    let found = dead.look(MOST).await?;
    dead.release(&found).await?;
    Ok(found)
}

pub(crate) async fn list(
    place: &Place,
    function: Option<&str>,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let functions: Vec<String> = match function {
        Some(one) => vec![one.to_owned()],
        None => place.dead_letters.keys().cloned().collect(),
    };
    let bar = out.bar("Looking", functions.len());
    let mut found = BTreeMap::new();
    for function in functions {
        let messages = look(place, &function).await?;
        bar.inc(1);
        if !messages.is_empty() {
            found.insert(function, messages);
        }
    }
    bar.finish_and_clear();
    let document: BTreeMap<&str, Vec<Value>> = found
        .iter()
        .map(|(function, messages)| (function.as_str(), messages.iter().map(shown).collect()))
        .collect();
    let mut lines = Vec::new();
    for (function, messages) in &found {
        lines.push(format!("{function}: {}", messages.len()));
        lines.extend(messages.iter().map(line));
    }
    if found.is_empty() {
        lines.push("No dead letters.".to_owned());
    }
    out.tell(&json!(document), &lines)?;
    Ok(found.is_empty())
}

pub(crate) async fn show(
    place: &Place,
    function: &str,
    id: &str,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let messages = look(place, function).await?;
    let message = messages.iter().find(|message| message.id == id);
    let message = message.ok_or_else(|| Trouble::NoSuchMessage(id.to_owned()))?;
    let mut document = shown(message);
    // Tasks are made of ids; what others sent is shown as it came.
    document["body"] = serde_json::from_str(&message.body).unwrap_or_else(|_| json!(message.body));
    let lines = [line(message), message.body.clone()];
    out.tell(&document, &lines)?;
    Ok(true)
}

pub(crate) async fn redrive(
    place: &Place,
    function: &str,
    ids: &[String],
    apply: bool,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let (dead, source) = place.given_up_by(function)?;
    let found = dead.look(MOST).await?;
    let wanted = |message: &SetAside| ids.is_empty() || ids.contains(&message.id);
    let (chosen, others): (Vec<_>, Vec<_>) = found.into_iter().partition(wanted);
    dead.release(&others).await?;
    let missing = |id: &&String| !chosen.iter().any(|message| message.id == **id);
    if let Some(missing) = ids.iter().find(missing) {
        dead.release(&chosen).await?;
        return Err(Trouble::NoSuchMessage(missing.clone()));
    }
    if apply {
        let bar = out.bar("Giving back", chosen.len());
        for message in &chosen {
            dead.give_back(message, source).await?;
            bar.inc(1);
        }
        bar.finish_and_clear();
    } else {
        dead.release(&chosen).await?;
    }
    let document = json!({
        "function": function,
        "applied": apply,
        "messages": chosen.iter().map(shown).collect::<Vec<_>>(),
    });
    let mut lines: Vec<String> = chosen.iter().map(line).collect();
    lines.push(if apply {
        format!("{} given back to {function}.", chosen.len())
    } else {
        format!(
            "{} would be given back to {function}. {DRY_RUN}",
            chosen.len()
        )
    });
    out.tell(&document, &lines)?;
    Ok(true)
}
