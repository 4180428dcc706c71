//! Woken by the HTTP API: the web client, that is its page, scripts and styles,
//! and what it has to know to begin. Needs no credential and reads no table.

mod config;
mod files;
mod packed;
mod policy;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use domain::Problem;
use lambda::rest::Failure;
use lambda::{Env, EnvError, Function, rest};
use store::Store;

use self::config::Config;
use self::files::File;
use self::packed::Coding;
use self::policy::Policies;

struct Web {
    config: Config,
    policies: Policies,
}

/// Reads `SOCKET_URL`, `JWT_ISSUER`, `JWT_AUDIENCE`, `WEB_CLIENT_ID`, `WEB_SCOPE`,
/// `WEB_CONNECT` and `MAILBOX_URL`; of the table it only knows the name.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let socket_url = settings.required("SOCKET_URL");
    let issuer = settings.required("JWT_ISSUER");
    let config = Config {
        authority: issuer.clone(),
        audience: settings.required("JWT_AUDIENCE"),
        client_id: settings.or("WEB_CLIENT_ID", "campanile-web"),
        scope: settings.or("WEB_SCOPE", "openid profile"),
        mailbox: settings.optional("MAILBOX_URL"),
    };
    let others = settings.or("WEB_CONNECT", "");
    settings.finish()?;
    let connects = others.split(',').chain([socket_url.as_str(), &issuer]);
    let web = Web {
        policies: Policies::new(connects),
        config,
    };
    let router = Router::new()
        .route("/", get(page))
        .route("/config.json", get(configuration))
        .route("/web/{*path}", get(file))
        .with_state(Arc::new(web));
    Ok(rest::function(
        router,
        Store::new(env.aws(), table, env.clock()),
    ))
}

async fn page(State(web): State<Arc<Web>>, headers: HeaderMap) -> Response<Body> {
    match files::page() {
        Some(page) => web.answer(&page, false, &headers),
        None => Failure(Problem::not_found()).into_response(),
    }
}

async fn configuration(State(web): State<Arc<Web>>) -> Response<Body> {
    let caching = [(header::CACHE_CONTROL, "no-cache")];
    (caching, axum::Json(&web.config)).into_response()
}

async fn file(
    State(web): State<Arc<Web>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let (release, name) = path.split_once('/').unwrap_or_default();
    match files::find(name) {
        Some(file) => web.answer(&file, files::keeps(release), &headers),
        None => Failure(Problem::not_found()).into_response(),
    }
}

impl Web {
    /// A file in the best form that the client takes, or word that its copy is
    /// still good.
    fn answer(&self, file: &File, kept: bool, asked: &HeaderMap) -> Response<Body> {
        let coding = Coding::best(asked.get(header::ACCEPT_ENCODING), file);
        let tag = file.tag(coding);
        let same = asked
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|known| known.trim().trim_start_matches("W/") == tag);
        let mut response = Response::new(Body::empty());
        if same {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            *response.body_mut() = Body::from(packed::packed(file, coding));
        }
        self.describe(response.headers_mut(), file, kept, coding, &tag);
        response
    }

    fn describe(&self, out: &mut HeaderMap, file: &File, kept: bool, coding: Coding, tag: &str) {
        let caching = if kept {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let told = [
            (header::CONTENT_TYPE, file.media_type()),
            (header::CACHE_CONTROL, caching),
            (header::ETAG, tag),
            (header::VARY, "accept-encoding"),
        ];
        // Other files keep what every answer has: as pages they may do nothing.
        let document = [
            (
                header::CONTENT_SECURITY_POLICY,
                self.policies.of(&file.name),
            ),
            (
                HeaderName::from_static("permissions-policy"),
                policy::PERMISSIONS,
            ),
        ];
        let document = document.into_iter().filter(|_| file.is_document());
        let coded = coding
            .name()
            .map(|name| (header::CONTENT_ENCODING, name))
            .into_iter();
        for (name, value) in told.into_iter().chain(document).chain(coded) {
            if let Ok(value) = HeaderValue::from_str(value) {
                out.insert(name, value);
            }
        }
    }
}
