//! The answers that API Gateway expects of its authorizers.

use domain::Caller;
use domain::caller::Credential;
use serde_json::{Value, json};

/// HTTP API, simple response: come in.
pub(crate) fn authorized(caller: &Caller) -> Value {
    json!({ "isAuthorized": true, "context": context(caller) })
}

/// HTTP API, simple response: come in as nobody. A plain no would become the
/// gateway's own 403 with a body that cannot be configured; the function finds
/// no caller and answers 401 like every other problem. The reason is for the
/// logs of the API.
pub(crate) fn nobody(reason: &str) -> Value {
    json!({ "isAuthorized": true, "context": { "reason": reason } })
}

/// WebSocket API: a policy that lets the caller in.
pub(crate) fn allow(method_arn: &str, caller: &Caller) -> Value {
    let principal = format!("{}/{}", caller.tenant, caller.user);
    policy("Allow", method_arn, &principal, &context(caller))
}

/// WebSocket API: a policy that answers 403.
pub(crate) fn deny(method_arn: &str, reason: &str) -> Value {
    policy("Deny", method_arn, "nobody", &json!({ "reason": reason }))
}

fn policy(effect: &str, method_arn: &str, principal: &str, context: &Value) -> Value {
    json!({
        "principalId": principal,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{ "Action": "execute-api:Invoke", "Effect": effect, "Resource": method_arn }],
        },
        "context": context,
    })
}

/// All texts, because a WebSocket API carries nothing else.
fn context(caller: &Caller) -> Value {
    let roles: Vec<&str> = caller.roles.iter().map(|role| role.as_str()).collect();
    json!({
        "tenant": caller.tenant,
        "user": caller.user,
        "roles": roles.join(","),
        "credential": match caller.credential {
            Credential::Token => "token",
            Credential::LiveKey => "live_key",
            Credential::TestKey => "test_key",
        },
        "expires_at": caller.expires_at.to_string(),
    })
}
