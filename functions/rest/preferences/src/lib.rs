//! Woken by the HTTP API: how a person wants to be reached. A request that
//! fails has changed nothing.

mod body;

use axum::Json;
use axum::extract::State;
use domain::directory::{Tenant, User};
use domain::preference::{Changes, Preferences};
use domain::problem::ProblemBody;
use domain::{Caller, Code, Problem};
use lambda::rest::{Answer, Authenticated, Body};
use lambda::{Env, EnvError, Function, rest};
use store::{Refused, Store};

use crate::body::PreferencesBody;

/// Attempts at a row that others change at the same time.
const ATTEMPTS: usize = 5;

/// Reads `TABLE_NAME`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let router = router().with_state(store.clone());
    Ok(rest::function(router, store))
}

lambda::routes! {
    Store:
    get_preferences,
    update_preferences,
}

/// Get one's own preferences
///
/// What one has chosen, and what comes of it by category and channel, with who
/// or what decided.
#[utoipa::path(
    get,
    path = "/v1/preferences",
    operation_id = "getPreferences",
    tag = "preferences",
    responses(
        (status = 200, description = "The preferences", body = PreferencesBody),
        (status = 403, description = "Not a person of the directory", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn get_preferences(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
) -> Answer<Json<PreferencesBody>> {
    let (tenant, user) = person(&store, &caller).await?;
    let chosen = store.preferences(&caller.tenant, &caller.user).await?;
    Ok(Json(shown(&store, &tenant, &user, chosen).await?))
}

/// Change one's own preferences
///
/// What is absent stays; null takes a choice back. What the organisation has
/// locked or made mandatory is refused with `locked`.
#[utoipa::path(
    patch,
    path = "/v1/preferences",
    operation_id = "updatePreferences",
    tag = "preferences",
    request_body = Changes,
    responses(
        (status = 200, description = "The preferences", body = PreferencesBody),
        (status = 403, description = "Not a person of the directory", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid, or locked", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn update_preferences(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Body(changes): Body<Changes>,
) -> Answer<Json<PreferencesBody>> {
    let (tenant, user) = person(&store, &caller).await?;
    let after = change(&store, &tenant, &caller, &changes).await?;
    Ok(Json(shown(&store, &tenant, &user, after).await?))
}

async fn change(
    store: &Store,
    tenant: &Tenant,
    caller: &Caller,
    changes: &Changes,
) -> Answer<Preferences> {
    let moved_on = || Problem::conflict("The preferences have changed; read them again.");
    for _ in 0..ATTEMPTS {
        let before = store.preferences(&caller.tenant, &caller.user).await?;
        if changes.version.is_some_and(|seen| seen != before.version) {
            return Err(moved_on().into());
        }
        let invalid = |faults| Problem::new(Code::Invalid).errors(faults);
        let after = changes
            .apply(&tenant.preferences, &before, store.now())
            .map_err(invalid)?;
        if after == before {
            return Ok(before);
        }
        let put = store.put_preferences(&caller.tenant, &caller.user, &before, &after);
        match put.await {
            Ok(()) => return Ok(after),
            Err(Refused::Conditions(_)) => {}
            Err(Refused::Store(error)) => return Err(error.into()),
        }
    }
    Err(moved_on().into())
}

/// The tenant and the person; a service has no preferences.
async fn person(store: &Store, caller: &Caller) -> Answer<(Tenant, User)> {
    let (tenant, user) = tokio::try_join!(
        store.tenant(&caller.tenant),
        store.user(&caller.tenant, &caller.user)
    )?;
    let user =
        user.ok_or_else(|| Problem::forbidden("Only people of the directory have these."))?;
    Ok((tenant.ok_or_else(Problem::not_found)?, user))
}

async fn shown(
    store: &Store,
    tenant: &Tenant,
    user: &User,
    chosen: Preferences,
) -> Answer<PreferencesBody> {
    let automations = store.automations(&tenant.id).await?;
    Ok(PreferencesBody::of(tenant, user, &automations, chosen))
}
