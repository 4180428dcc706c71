//! Whether the trail of privileged acts is as it was sealed.

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::audit::{Head, Verdict, Verification};
use domain::ids::TenantId;
use domain::secrets::Secrets;
use domain::time::plus_seconds;
use serde_json::json;

use crate::place::Place;
use crate::report::Reporter;
use crate::trouble::Trouble;

/// An entry that waits for longer than this was left by the sweeper, which has
/// had several turns at it.
const LEFT_SECONDS: i64 = 300;

pub(crate) async fn verify(
    place: &Place,
    tenant: Option<&TenantId>,
    head: Option<&Head>,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let tenants = match tenant {
        Some(one) if place.store.tenant(one).await?.is_none() => {
            return Err(Trouble::NoSuchTenant(one.clone()));
        }
        Some(one) => vec![one.clone()],
        None => place.store.tenants().await?,
    };
    let secrets = place.secrets().await?;
    let (mut document, mut lines, mut well) = (Vec::new(), Vec::new(), true);
    for tenant in &tenants {
        let verdict = verdict(place, tenant, &secrets, head, out).await?;
        let behind = is_behind(&verdict, place.store.now());
        well &= verdict.flaws.is_empty() && !behind;
        lines.extend(told(tenant, &verdict, behind));
        document.push(json!({ "tenant": tenant, "behind": behind, "trail": verdict }));
    }
    out.tell(&json!(document), &lines)?;
    Ok(well)
}

async fn verdict(
    place: &Place,
    tenant: &TenantId,
    secrets: &Secrets,
    head: Option<&Head>,
    out: &Reporter<'_>,
) -> Result<Verdict, Trouble> {
    let store = &place.store;
    let months = store.audit_months(tenant).await?;
    let bar = out.bar("Reading months", months.len());
    let mut entries = BTreeMap::new();
    for month in months {
        entries.extend(store.audit_of_month(tenant, month).await?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let bar = out.bar("Verifying seals", 0);
    let verification = Verification::new(tenant, secrets, entries, store.now());
    let mut verification = verification.expecting(head.cloned());
    let mut after = None;
    loop {
        let (seals, more) = store.audit_seals(tenant, after).await?;
        after = seals.last().map(|seal| seal.number);
        bar.inc_length(seals.len() as u64);
        for seal in seals {
            verification.take(seal);
            bar.inc(1);
        }
        if !more {
            break;
        }
    }
    bar.finish_and_clear();
    Ok(verification.finish())
}

fn is_behind(verdict: &Verdict, now: Timestamp) -> bool {
    let since = verdict.unsealed_since;
    since.is_some_and(|since| plus_seconds(since, LEFT_SECONDS) < now)
}

fn told(tenant: &TenantId, verdict: &Verdict, behind: bool) -> Vec<String> {
    let mark = if verdict.flaws.is_empty() && !behind {
        "ok"
    } else {
        "NOT WELL"
    };
    let mut lines = vec![format!(
        "{mark:<9} {tenant}: {} entries as they were sealed, {} not sealed yet, {} whose time is over, {} seals.",
        verdict.intact, verdict.unsealed, verdict.expired, verdict.seals
    )];
    let flaws = verdict.flaws.iter();
    lines.extend(flaws.map(|flaw| format!("          {flaw}.")));
    if let Some(since) = verdict.unsealed_since.filter(|_| behind) {
        lines.push(format!(
            "          Nothing was sealed since {since}: does the sweeper run?"
        ));
    }
    if let Some(head) = &verdict.head {
        lines.push(format!("          Head {head}"));
    }
    lines
}
