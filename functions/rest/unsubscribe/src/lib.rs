//! Woken by the HTTP API: the links in e-mails that end a subscription
//! (RFC 8058), without a credential. Looking changes nothing, because scanners of mail
//! follow links; the POST of a mail client, or of the button on the page, ends
//! it, and a repeated one changes nothing more.

mod page;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::directory::Tenant;
use domain::preference::{Subscriber, Unsubscribe, category_name};
use domain::secrets::Secrets;
use lambda::rest::Answer;
use lambda::{Env, EnvError, Function, rest};
use store::Store;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Links {
    store: Store,
    secrets: Secrets,
}

/// Reads `TABLE_NAME` and `SECRET`, which signs the links.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let links = Links {
        store: store.clone(),
        secrets,
    };
    let router = router().with_state(links);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Links:
    show_unsubscribe,
    unsubscribe,
}

/// Show what a link would end
///
/// A page with one button; it changes nothing.
#[utoipa::path(
    get,
    path = "/v1/unsubscribe/{token}",
    operation_id = "showUnsubscribe",
    tag = "preferences",
    security(()),
    params(("token" = String, Path, description = "From the link in an e-mail")),
    responses(
        (status = 200, description = "The page", content_type = "text/html"),
        (status = 404, description = "Not a link of ours", content_type = "text/html"),
    )
)]
async fn show_unsubscribe(
    State(links): State<Links>,
    Path(token): Path<String>,
) -> Answer<Response> {
    Ok(match links.read(&token).await? {
        Some((link, tenant)) => page::ask(&tenant.name, &category_name(&link.category)),
        None => page::unknown(),
    })
}

/// End a subscription
///
/// For mail clients (`List-Unsubscribe-Post`) and for the button on the page.
/// No login, no body that matters, effective at once, the same when repeated.
#[utoipa::path(
    post,
    path = "/v1/unsubscribe/{token}",
    operation_id = "unsubscribe",
    tag = "preferences",
    security(()),
    params(("token" = String, Path, description = "From the link in an e-mail")),
    responses(
        (status = 200, description = "Ended", content_type = "text/html"),
        (status = 404, description = "Not a link of ours", content_type = "text/html"),
    )
)]
async fn unsubscribe(State(links): State<Links>, Path(token): Path<String>) -> Answer<Response> {
    let Some((link, tenant)) = links.read(&token).await? else {
        return Ok(page::unknown());
    };
    links.store.unsubscribe(&link).await?;
    tracing::info!(tenant = %tenant.id, category = link.category, "unsubscribed");
    Ok(page::done(&tenant.name, &category_name(&link.category)))
}

impl Links {
    /// What a token ends, if it is ours and whom it is about still there.
    async fn read(&self, token: &str) -> Answer<Option<(Unsubscribe, Tenant)>> {
        let Some(link) = Unsubscribe::read(&self.secrets, token) else {
            return Ok(None);
        };
        if let Subscriber::User(user) = &link.subscriber
            && self.store.user(&link.tenant, user).await?.is_none()
        {
            return Ok(None);
        }
        let tenant = self.store.tenant(&link.tenant).await?;
        Ok(tenant.map(|tenant| (link, tenant)))
    }
}
