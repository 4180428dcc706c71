//! Who may send what to whom, and see which sends.

use domain::audience::Audience;
use domain::ids::{SendId, TemplateId};
use domain::send::Send;
use domain::template::{Catalogue, Template, values::check_values};
use domain::visibility::may_publish;
use domain::{Caller, Code, Problem};
use serde_json::{Map, Value};
use store::Store;

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
