//! What is left to the AWS command line: where credentials, region and stack
//! come from differs by account, and it knows all the ways.

use std::collections::BTreeMap;
use std::process::Stdio;

use domain::secrets::Secrets;
use serde::Deserialize;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::trouble::Trouble;

/// What `aws` prints, or what it complains about.
async fn aws(arguments: &[&str]) -> Result<Vec<u8>, Trouble> {
    call(arguments, None).await
}

async fn call(arguments: &[&str], input: Option<String>) -> Result<Vec<u8>, Trouble> {
    let mut command = Command::new("aws");
    let stdin = input.as_ref().map_or_else(Stdio::null, |_| Stdio::piped());
    let pipes = command.args(arguments).stdin(stdin);
    let mut running = pipes
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Trouble::NoAwsCli)?;
    if let Some((mut pipe, input)) = running.stdin.take().zip(input) {
        pipe.write_all(input.as_bytes()).await?;
    }
    let output = running.wait_with_output().await?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(Trouble::AwsCli {
        call: arguments.join(" "),
        said: complaint.trim().to_owned(),
    })
}

/// The resources of a stack, as the list of them stands in `--resources`.
pub(crate) async fn resources_of(stack: &str) -> Result<Vec<u8>, Trouble> {
    let list = ["cloudformation", "list-stack-resources", "--output", "json"];
    aws(&[&list[..], &["--stack-name", stack]].concat()).await
}

/// What a function of the deployment signs with.
pub(crate) async fn secrets_of(function: &str) -> Result<Secrets, Trouble> {
    let asked = ["lambda", "get-function-configuration", "--output", "json"];
    let said = aws(&[&asked[..], &["--function-name", function]].concat()).await?;
    let missing = || Trouble::NoSecret(function.to_owned());
    let said: Configuration = serde_json::from_slice(&said).map_err(|_| missing())?;
    let of = |name: &str| said.environment.variables.get(name).map(String::as_str);
    let now = of("SECRET").filter(|now| !now.is_empty());
    Ok(Secrets::read(
        now.ok_or_else(missing)?,
        of("PREVIOUS_SECRETS"),
    ))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    environment: Environment,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Environment {
    variables: BTreeMap<String, String>,
}

/// How a stack stands, and the names of its parameters.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Stack {
    pub(crate) stack_status: String,
    #[serde(default)]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    parameter_key: String,
}

/// The stack as CloudFormation has it.
pub(crate) async fn stack(name: &str) -> Result<Stack, Trouble> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Listed {
        stacks: Vec<Stack>,
    }
    let asked = ["cloudformation", "describe-stacks", "--output", "json"];
    let said = aws(&[&asked[..], &["--stack-name", name]].concat()).await?;
    let listed: Listed =
        serde_json::from_slice(&said).map_err(|error| Trouble::Resources(error.to_string()))?;
    let stack = listed.stacks.into_iter().next();
    stack.ok_or(Trouble::Missing("stack of this name"))
}

/// Begins to deploy the same template with other values of these parameters.
pub(crate) async fn update(
    name: &str,
    stack: &Stack,
    changed: &[(&str, &str)],
) -> Result<(), Trouble> {
    let knows = |name: &str| stack.parameters.iter().any(|one| one.parameter_key == name);
    if let Some((missing, _)) = changed.iter().find(|(name, _)| !knows(name)) {
        return Err(Trouble::NoSuchParameter((*missing).to_owned()));
    }
    let parameters = stack.parameters.iter().map(|parameter| {
        let key = &parameter.parameter_key;
        match changed.iter().find(|(name, _)| name == key) {
            Some((_, value)) => json!({ "ParameterKey": key, "ParameterValue": value }),
            None => json!({ "ParameterKey": key, "UsePreviousValue": true }),
        }
    });
    let input = json!({
        "StackName": name,
        "UsePreviousTemplate": true,
        "Capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": parameters.collect::<Vec<_>>(),
    });
    // By its input and not by its arguments, which every process can read.
    let update = [
        "cloudformation",
        "update-stack",
        "--cli-input-json",
        "file:///dev/stdin",
    ];
    call(&update, Some(input.to_string())).await.map(drop)
}

/// Adds to the variables what an SDK needs and the environment does not say.
pub(crate) async fn complete(variables: &mut BTreeMap<String, String>) -> Result<(), Trouble> {
    if !is_said(variables, "AWS_REGION") && !is_said(variables, "AWS_DEFAULT_REGION") {
        let region = aws(&["configure", "get", "region"]).await;
        let region = region.map_err(|_| Trouble::NoRegion)?;
        let region = String::from_utf8_lossy(&region).trim().to_owned();
        variables.insert("AWS_REGION".to_owned(), region);
    }
    if !is_said(variables, "AWS_ACCESS_KEY_ID") {
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

fn is_said(variables: &BTreeMap<String, String>, name: &str) -> bool {
    variables.get(name).is_some_and(|value| !value.is_empty())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}
