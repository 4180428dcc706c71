//! One send beside the ledger of its chunks: what is open, and what can be done
//! about it.

use domain::ids::{SendId, TenantId};
use domain::send::{LedgerState, Send, SendStatus, is_complete};
use domain::tasks::{Envelope, PlanCursor, Task};
use domain::{Channel, send::LedgerRow};
use serde_json::json;
use store::ledger::progress;

use crate::place::Place;
use crate::report::{DRY_RUN, Reporter};
use crate::trouble::Trouble;

/// What would bring a send on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remedy {
    /// It has ended, or others are at work.
    Nothing,
    /// Every chunk has ended: keep the final figures.
    Complete,
    /// It was not planned to its end: plan it from the start. The same page
    /// gives the same chunks, and a chunk that has ended is left alone by
    /// whoever delivers it.
    Plan,
}

impl Remedy {
    fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Complete => "complete",
            Self::Plan => "plan",
        }
    }
}

/// How one channel of a send stands.
struct Standing {
    channel: Channel,
    planned: u64,
    ended: u64,
    open: u64,
    not_begun: u64,
}

fn standing(send: &Send, ledger: &[LedgerRow], channel: Channel) -> Standing {
    let planned = send.plan.as_ref();
    let planned = planned.and_then(|plan| plan.chunks.get(&channel).copied());
    let of = |ended: bool| {
        let rows = ledger.iter().filter(|row| row.channel == channel);
        rows.filter(|row| row.state.has_ended() == ended).count() as u64
    };
    let (planned, ended, open) = (planned.unwrap_or(0), of(true), of(false));
    Standing {
        channel,
        planned,
        ended,
        open,
        not_begun: planned.saturating_sub(ended + open),
    }
}

fn remedy(send: &Send, ledger: &[LedgerRow]) -> Remedy {
    match send.status {
        SendStatus::Queued | SendStatus::Failed => Remedy::Plan,
        SendStatus::Sending if is_complete(send, ledger) => Remedy::Complete,
        SendStatus::Sending if send.plan.is_none() => Remedy::Plan,
        // What was not begun has its task in a queue, or among dead letters.
        SendStatus::Sending
        | SendStatus::Scheduled
        | SendStatus::Completed
        | SendStatus::Cancelled => Remedy::Nothing,
    }
}

pub(crate) async fn reconcile(
    place: &Place,
    tenant: &TenantId,
    id: &SendId,
    apply: bool,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let missing = || Trouble::NoSuchSend(tenant.clone(), id.clone());
    let send = place.store.send(tenant, id).await?.ok_or_else(missing)?;
    let ledger = place.store.ledger(tenant, id).await?;
    let standings = send.channels.iter();
    let standings: Vec<Standing> = standings
        .map(|channel| standing(&send, &ledger, *channel))
        .collect();
    let remedy = remedy(&send, &ledger);
    if apply {
        mend(place, tenant, &send, &ledger, remedy).await?;
    }
    let document = json!({
        "send": send.id,
        "status": send.status,
        "planned": send.plan.is_some(),
        "channels": standings.iter().map(|one| json!({
            "channel": one.channel, "planned": one.planned, "ended": one.ended,
            "open": one.open, "not_begun": one.not_begun,
        })).collect::<Vec<_>>(),
        "figures": progress(&ledger),
        "remedy": remedy.as_str(),
        "applied": apply && remedy != Remedy::Nothing,
    });
    out.tell(&document, &lines(&send, &standings, &ledger, remedy, apply))?;
    // The sweeper keeps the figures within a minute; a plan may be lost.
    Ok(remedy != Remedy::Plan || apply)
}

fn lines(
    send: &Send,
    standings: &[Standing],
    ledger: &[LedgerRow],
    remedy: Remedy,
    apply: bool,
) -> Vec<String> {
    let mut lines = vec![format!("{} is {}.", send.id, send.status.as_str())];
    for one in standings {
        lines.push(format!(
            "  {:<7} {} chunks planned, {} ended, {} open, {} not begun",
            one.channel.as_str(),
            one.planned,
            one.ended,
            one.open,
            one.not_begun
        ));
    }
    let given_up = ledger.iter();
    let given_up = given_up
        .filter(|row| row.state == LedgerState::GivenUp)
        .count();
    if given_up > 0 {
        lines.push(format!(
            "  {given_up} chunks were given up: redrive the dead letters of their functions."
        ));
    }
    let what = match remedy {
        Remedy::Nothing => {
            "There is nothing to mend: what is open or not begun waits in its queue, or among dead letters."
        }
        Remedy::Complete if apply => "Its final figures are kept now.",
        Remedy::Complete => "Every chunk has ended: its final figures would be kept.",
        Remedy::Plan if apply => "It was given to the planner again.",
        Remedy::Plan => "It would be given to the planner again.",
    };
    let hint = (!apply && remedy != Remedy::Nothing).then_some(DRY_RUN);
    lines.push(
        [Some(what), hint]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    );
    lines
}

async fn mend(
    place: &Place,
    tenant: &TenantId,
    send: &Send,
    ledger: &[LedgerRow],
    remedy: Remedy,
) -> Result<(), Trouble> {
    match remedy {
        Remedy::Nothing => {}
        Remedy::Complete => {
            let now = place.store.now();
            let figures = progress(ledger);
            place
                .store
                .complete_send(tenant, &send.id, &figures, now)
                .await?;
        }
        Remedy::Plan => {
            let task = Task::PlanSend {
                send: send.id.clone(),
                cursor: PlanCursor::default(),
            };
            let task = Envelope::new(tenant.clone(), task);
            place.queue().send(&task).await?;
        }
    }
    Ok(())
}
