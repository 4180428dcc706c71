//! A new secret for a deployment.

use std::time::Duration;

use serde_json::json;

use crate::aws;
use crate::place::Place;
use crate::report::{DRY_RUN, Reporter};
use crate::trouble::Trouble;

/// Between two looks at a stack that is being updated.
const PAUSE: Duration = Duration::from_secs(3);

pub(crate) async fn rotate(
    place: &Place,
    keep: usize,
    apply: bool,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let name = place.stack.as_deref().ok_or(Trouble::NothingToRotate)?;
    let new = rand::random::<[u8; 32]>().map(|byte| format!("{byte:02x}"));
    let secrets = place.secrets().await?.renewed(new.concat());
    let (now, before) = secrets.reveal();
    let kept: Vec<&str> = before.split(',').take(keep).collect();
    let document = json!({ "applied": apply, "secret": secrets.name(), "kept": kept.len() });
    if !apply {
        let line = format!(
            "The stack {name} would sign with a new secret and know {} before it. {DRY_RUN}",
            kept.len()
        );
        out.tell(&document, &[line])?;
        return Ok(true);
    }
    let stack = aws::stack(name).await?;
    let changed = [("Secret", now), ("PreviousSecrets", &kept.join(","))];
    aws::update(name, &stack, &changed).await?;
    let status = settled(name, out).await?;
    if status != "UPDATE_COMPLETE" {
        return Err(Trouble::NotUpdated(status));
    }
    let lines = [
        format!(
            "The stack {name} signs with a new secret and knows {} before it.",
            kept.len()
        ),
        "Leave Secret and PreviousSecrets out of your next deployment: it takes what the stack has."
            .to_owned(),
    ];
    out.tell(&document, &lines)?;
    Ok(true)
}

/// How an update ended.
async fn settled(name: &str, out: &Reporter<'_>) -> Result<String, Trouble> {
    let bar = out.bar("Updating the stack", 0);
    loop {
        let status = aws::stack(name).await?.stack_status;
        if !status.ends_with("_IN_PROGRESS") {
            bar.finish_and_clear();
            return Ok(status);
        }
        bar.tick();
        tokio::time::sleep(PAUSE).await;
    }
}
