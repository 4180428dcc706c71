//! Who may send what to whom, and see which sends.

use domain::audience::Audience;
use domain::ids::{SendId, TemplateId};
use domain::send::Send;
use domain::template::{Catalogue, Template, values::check_values};
use domain::visibility::may_publish;
use domain::{Caller, Code, Problem, Timestamp, time};
use serde_json::{Map, Value};
use store::Store;

/// How far ahead something may be scheduled, in days.
const MAX_AHEAD: i64 = 366;
/// A time that has just passed means now.
const JUST_PASSED: i64 = 60;

/// A send that the caller may look at: staff all, teachers their own.
pub(crate) async fn seen(store: &Store, caller: &Caller, id: &SendId) -> Result<Send, Problem> {
    caller.require_author()?;
    let send = store
        .send(&caller.tenant, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    if caller.is_staff() || send.actor == caller.user {
        Ok(send)
    } else {
        Err(Problem::not_found())
    }
}

/// Checks an audience: the caller may reach everybody in it, and they exist.
/// Addresses of people in the directory become these people, so that one person
/// named twice is reached once.
pub(crate) async fn audience(
    store: &Store,
    caller: &Caller,
    field: &str,
    audience: Audience,
) -> Result<Audience, Problem> {
    caller.require_author()?;
    // First, because who may not reach somebody need not learn who exists.
    if !caller.is_staff() {
        let facts = store.person_facts(caller, store.now()).await?;
        may_publish(caller, &facts.teaches(), &audience)?;
    }
    let known = store
        .known_audience(&caller.tenant, field, audience)
        .await?;
    known.map_err(|wrong| Problem::new(Code::Invalid).errors(wrong))
}

/// The present version of a template.
pub(crate) async fn template(
    store: &Store,
    caller: &Caller,
    id: &TemplateId,
) -> Result<Template, Problem> {
    let found = store.template(&caller.tenant, id).await?;
    found.ok_or_else(Problem::not_found)
}

/// 422 for values that the template's variables do not take.
pub(crate) async fn values(
    store: &Store,
    caller: &Caller,
    given: &Map<String, Value>,
    templates: &[&Template],
) -> Result<(), Problem> {
    let own = store.own_variables(&caller.tenant).await?;
    let catalogue = Catalogue::standard().with_own(own);
    let uses: Vec<_> = templates
        .iter()
        .flat_map(|template| template.uses.clone())
        .collect();
    let wrong = check_values(given, &uses, &|name| catalogue.get(name));
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Problem::new(Code::Invalid).errors(wrong))
    }
}

/// A time to send at: in the future, and not too far.
pub(crate) fn send_at(at: Option<Timestamp>, now: Timestamp) -> Result<Option<Timestamp>, Problem> {
    let Some(at) = at else { return Ok(None) };
    if at < time::plus_seconds(now, -JUST_PASSED) {
        return Err(Problem::invalid(
            "send_at",
            "in_the_past",
            "This time has passed.",
        ));
    }
    if at > time::plus_seconds(now, MAX_AHEAD * 86_400) {
        return Err(Problem::invalid(
            "send_at",
            "too_far",
            "At most a year ahead.",
        ));
    }
    Ok((at > now).then_some(at))
}
