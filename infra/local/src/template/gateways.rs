//! `AWS::Serverless::HttpApi` and `AWS::Serverless::WebSocketApi`.

use std::collections::BTreeMap;
use std::time::Duration;

use super::TemplateError;
use super::interpret::Draft;
use super::plan::{Authorizer, Cors, SocketApi, SocketRoute, Throttle};
use super::reader::{Properties, id_of_arn};

pub(super) fn http(draft: &mut Draft, mut api: Properties) -> Result<(), TemplateError> {
    api.without_effect(&[
        "FailOnWarnings",
        "AccessLogSettings",
        "StageName",
        "Tags",
        "Name",
        "Description",
    ]);
    draft.plan.http.cors = api.inner("CorsConfiguration")?.map(cors).transpose()?;
    draft.plan.http.throttle = throttle(&mut api)?;
    if let Some(mut auth) = api.inner("Auth")? {
        let default = auth.text("DefaultAuthorizer")?;
        let mut authorizers = auth
            .inner("Authorizers")?
            .ok_or_else(|| TemplateError::new("Api", "Auth has no Authorizers."))?;
        let chosen = authorizers.inner(&default)?;
        let chosen = chosen
            .ok_or_else(|| authorizers.error(format!("there is no authorizer {default}.")))?;
        authorizers.finish()?;
        auth.finish()?;
        draft.plan.http.authorizer = Some(authorizer(chosen)?);
    }
    api.finish()
}

fn cors(mut cors: Properties) -> Result<Cors, TemplateError> {
    let read = Cors {
        origins: cors.typed("AllowOrigins")?.unwrap_or_default(),
        methods: cors.typed("AllowMethods")?.unwrap_or_default(),
        headers: cors.typed("AllowHeaders")?.unwrap_or_default(),
        expose: cors.typed("ExposeHeaders")?.unwrap_or_default(),
        max_age: cors.parsed("MaxAge")?.unwrap_or(0),
    };
    cors.finish()?;
    Ok(read)
}

fn throttle(api: &mut Properties) -> Result<Option<Throttle>, TemplateError> {
    let Some(mut settings) = api.inner("DefaultRouteSettings")? else {
        return Ok(None);
    };
    let rate = settings.parsed("ThrottlingRateLimit")?;
    let burst = settings.parsed("ThrottlingBurstLimit")?;
    settings.finish()?;
    Ok(rate
        .zip(burst)
        .map(|(rate, burst)| Throttle { rate, burst }))
}

fn authorizer(mut authorizer: Properties) -> Result<Authorizer, TemplateError> {
    authorizer.without_effect(&["EnableFunctionDefaultPermissions"]);
    let format = authorizer.text("AuthorizerPayloadFormatVersion")?;
    let simple: Option<bool> = authorizer.parsed("EnableSimpleResponses")?;
    if format != "2.0" || simple != Some(true) {
        return Err(
            authorizer.error("only payload format 2.0 with simple responses is understood.")
        );
    }
    let function = id_of_arn(&authorizer.text("FunctionArn")?);
    let mut headers: Vec<String> = Vec::new();
    let mut ttl = 0;
    if let Some(mut identity) = authorizer.inner("Identity")? {
        headers = identity.typed("Headers")?.unwrap_or_default();
        ttl = identity.parsed("ReauthorizeEvery")?.unwrap_or(0);
        identity.finish()?;
    }
    authorizer.finish()?;
    let headers = headers.iter().map(|name| name.to_lowercase()).collect();
    Ok(Authorizer {
        function,
        headers,
        ttl: Duration::from_secs(ttl),
    })
}

pub(super) fn socket(draft: &mut Draft, mut api: Properties) -> Result<(), TemplateError> {
    api.without_effect(&[
        "AccessLogSettings",
        "DefaultRouteSettings",
        "Tags",
        "Name",
        "Description",
    ]);
    let selection = api.text("RouteSelectionExpression")?;
    let path = selection.strip_prefix("$request.body.").ok_or_else(|| {
        api.error(format!(
            "the route selection {selection} is not understood."
        ))
    })?;
    let mut authorizer = None;
    if let Some(mut auth) = api.inner("Auth")? {
        if auth.text("AuthType")? != "CUSTOM" {
            return Err(auth.error("only the AuthType CUSTOM is understood."));
        }
        authorizer = Some(id_of_arn(&auth.text("AuthArn")?));
        auth.finish()?;
    }
    let mut routes = BTreeMap::new();
    for (key, value) in api
        .inner("Routes")?
        .into_iter()
        .flat_map(Properties::entries)
    {
        let mut route = Properties::new(&format!("SocketApi.Routes.{key}"), value)?;
        route.without_effect(&["OperationName"]);
        let function = id_of_arn(&route.text("FunctionArn")?);
        let replies = route
            .optional_text("RouteResponseSelectionExpression")
            .is_some();
        route.finish()?;
        routes.insert(key, SocketRoute { function, replies });
    }
    draft.plan.socket = Some(SocketApi {
        stage: api
            .optional_text("StageName")
            .unwrap_or_else(|| "default".to_owned()),
        selection: path.split('.').map(str::to_owned).collect(),
        routes,
        authorizer,
    });
    api.finish()
}
