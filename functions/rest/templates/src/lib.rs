//! Woken by the HTTP API: templates, their preview, and the catalogue of
//! variables. API Gateway does not repeat a request; a caller who does sends the
//! same `Idempotency-Key`.

mod edit;
mod preview;
mod read;
mod variables;

use axum::extract::FromRef;
use domain::cursor::CursorKey;
use domain::ids::TenantId;
use domain::template::{Catalogue, Checked, TemplateInput, check};
use domain::{Caller, Code, Problem};
use lambda::{Env, EnvError, Function, rest};
use store::Store;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Templates {
    store: Store,
    cursors: CursorKey,
}

impl FromRef<Templates> for Store {
    fn from_ref(templates: &Templates) -> Self {
        templates.store.clone()
    }
}

impl FromRef<Templates> for CursorKey {
    fn from_ref(templates: &Templates) -> Self {
        templates.cursors.clone()
    }
}

/// Reads `TABLE_NAME` and `SECRET`, which signs cursors.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let templates = Templates {
        store: store.clone(),
        cursors: CursorKey::new(secrets),
    };
    let router = router().with_state(templates);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Templates:
    read::list_templates,
    edit::create_template,
    read::get_template,
    edit::update_template,
    edit::delete_template,
    read::list_template_versions,
    preview::preview_unsaved_template,
    preview::preview_template,
    variables::list_template_variables,
    variables::create_template_variable,
    variables::delete_template_variable,
}

/// What templates of this tenant may name and link to.
async fn catalogue(store: &Store, tenant: &TenantId) -> Result<Catalogue, Problem> {
    let own = store.own_variables(tenant).await?;
    let hosts = store
        .tenant(tenant)
        .await?
        .map(|tenant| tenant.link_hosts)
        .unwrap_or_default();
    Ok(Catalogue::standard().with_own(own).with_link_hosts(&hosts))
}

/// The checked template, or every mistake with its line and column.
async fn checked(
    store: &Store,
    caller: &Caller,
    input: &TemplateInput,
) -> Result<Checked, Problem> {
    let catalogue = catalogue(store, &caller.tenant).await?;
    check(&input.parts(), &catalogue)
        .map_err(|errors| Problem::new(Code::TemplateInvalid).errors(errors))
}
