//! Tasks that were promised and have not reached their queue. The sweeper does
//! the same every minute; this is for when it cannot.

use domain::time::plus_seconds;
use serde_json::json;

use crate::place::Place;
use crate::report::{DRY_RUN, Reporter};
use crate::trouble::Trouble;

pub(crate) async fn replay(
    place: &Place,
    older_than: u32,
    apply: bool,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let before = plus_seconds(place.store.now(), -i64::from(older_than));
    let rows = place.store.stale_outbox(before).await?;
    if apply {
        let queue = place.queue();
        let bar = out.bar("Putting tasks on their queues", rows.len());
        for row in &rows {
            // First on the queue, then forgotten: consumers take a task twice.
            queue.send(&row.task).await?;
            place.store.forget_outbox(row).await?;
            bar.inc(1);
        }
        bar.finish_and_clear();
    }
    let tasks: Vec<_> = rows
        .iter()
        .map(|row| json!({ "id": row.id, "task": row.task }))
        .collect();
    let mut lines: Vec<String> = tasks.iter().map(ToString::to_string).collect();
    lines.push(if apply {
        format!("{} tasks were put on their queues.", rows.len())
    } else {
        format!(
            "{} tasks would be put on their queues. {DRY_RUN}",
            rows.len()
        )
    });
    out.tell(&json!({ "applied": apply, "tasks": tasks }), &lines)?;
    Ok(true)
}
