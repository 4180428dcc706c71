//! What is left to the AWS command line: where credentials, region and stack
//! come from differs by account, and it knows all the ways.

use std::collections::BTreeMap;
use std::process::Stdio;

use serde::Deserialize;
use tokio::process::Command;

use crate::trouble::Trouble;

/// What `aws` prints, or what it complains about.
async fn aws(arguments: &[&str]) -> Result<Vec<u8>, Trouble> {
    let output = Command::new("aws")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(Trouble::NoAwsCli)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Trouble::AwsCli {
        call: arguments.join(" "),
        said: said.trim().to_owned(),
    })
}

/// The resources of a stack, as the list of them stands in `--resources`.
pub(crate) async fn resources_of(stack: &str) -> Result<Vec<u8>, Trouble> {
    let list = ["cloudformation", "list-stack-resources", "--output", "json"];
    aws(&[&list[..], &["--stack-name", stack]].concat()).await
}

/// Adds to the variables what an SDK needs and the environment does not say.
pub(crate) async fn complete(variables: &mut BTreeMap<String, String>) -> Result<(), Trouble> {
    if !said(variables, "AWS_REGION") && !said(variables, "AWS_DEFAULT_REGION") {
        let region = aws(&["configure", "get", "region"]).await;
        let region = region.map_err(|_| Trouble::NoRegion)?;
        let region = String::from_utf8_lossy(&region).trim().to_owned();
        variables.insert("AWS_REGION".to_owned(), region);
    }
    if !said(variables, "AWS_ACCESS_KEY_ID") {
        let exported = ["configure", "export-credentials", "--format", "process"];
        let found = aws(&exported).await.map_err(|_| Trouble::NoCredentials)?;
        let found: Credentials =
            serde_json::from_slice(&found).map_err(|_| Trouble::NoCredentials)?;
        variables.insert("AWS_ACCESS_KEY_ID".to_owned(), found.access_key_id);
        variables.insert("AWS_SECRET_ACCESS_KEY".to_owned(), found.secret_access_key);
        if let Some(token) = found.session_token {
            variables.insert("AWS_SESSION_TOKEN".to_owned(), token);
        }
    }
    Ok(())
}

fn said(variables: &BTreeMap<String, String>, name: &str) -> bool {
    variables.get(name).is_some_and(|value| !value.is_empty())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}
