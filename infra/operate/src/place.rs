//! Which deployment: its table, its queues, its API.

use std::collections::BTreeMap;

use domain::Clock;
use domain::secrets::Secrets;
use lambda::Env;
use queue::{DeadLetterQueue, Queue, Routes};
use serde::Deserialize;
use store::Store;

use crate::args::Args;
use crate::aws;
use crate::trouble::Trouble;

/// The endings of logical ids in the template: `PlanSendQueue` wakes `plan-send`,
/// `PlanSendDeadLetters` is where its messages are given up.
const QUEUE: &str = "Queue";
const DEAD_LETTERS: &str = "DeadLetters";
const SWEEPER: &str = "Sweep";

/// What commands work with.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) env: Env,
    pub(crate) store: Store,
    /// URLs by the names of functions.
    pub(crate) queues: BTreeMap<String, String>,
    pub(crate) dead_letters: BTreeMap<String, String>,
    pub(crate) api: String,
    /// The name of the stack in CloudFormation, where it was found by that.
    pub(crate) stack: Option<String>,
    /// A function that has the secrets in its environment.
    sweeper: Option<String>,
    secrets: Option<String>,
}

/// What the local stack signs with.
const LOCAL_SECRET: &str = "a-secret-that-signs-only-on-this-machine";

impl Place {
    /// What the deployment signs with: as it was said, or as a function has it.
    pub(crate) async fn secrets(&self) -> Result<Secrets, Trouble> {
        let said = self.secrets.as_deref();
        if let Some((now, before)) = said.map(|all| all.split_once(',').unwrap_or((all, ""))) {
            return Ok(Secrets::read(now.trim(), Some(before)));
        }
        match &self.sweeper {
            Some(function) => aws::secrets_of(function).await,
            None => Ok(Secrets::read(LOCAL_SECRET, None)),
        }
    }

    /// Every queue, for putting tasks on them.
    pub(crate) fn queue(&self) -> Queue {
        let routes = Routes::every(|function| self.queues.get(function).cloned());
        Queue::new(self.env.aws(), routes)
    }

    /// The dead-letter queue of a function, and the queue that wakes it.
    pub(crate) fn given_up_by(&self, function: &str) -> Result<(DeadLetterQueue, &str), Trouble> {
        let known = || self.dead_letters.keys().cloned().collect::<Vec<_>>();
        let missing = || Trouble::NoSuchFunction(function.to_owned(), known().join(", "));
        let url = self.dead_letters.get(function).ok_or_else(missing)?;
        let source = self.queues.get(function).ok_or_else(missing)?;
        Ok((DeadLetterQueue::new(self.env.aws(), url.clone()), source))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    stack_resource_summaries: Vec<Resource>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    logical_resource_id: String,
    #[serde(default)]
    physical_resource_id: String,
    resource_type: String,
}

pub(crate) async fn find(args: &Args, clock: Clock) -> Result<Place, Trouble> {
    match (&args.local, &args.resources, &args.stack) {
        (Some(url), _, _) => local(args, url, clock).await,
        (_, Some(file), _) => {
            let text = std::fs::read(file);
            let text = text.map_err(|error| Trouble::Resources(error.to_string()))?;
            deployed(args, &text, clock).await
        }
        (_, _, Some(stack)) => deployed(args, &aws::resources_of(stack).await?, clock).await,
        _ => Err(Trouble::Nowhere),
    }
}

/// The local stack: its resources are called after their logical ids.
async fn local(args: &Args, url: &str, clock: Clock) -> Result<Place, Trouble> {
    let variables = [
        ("AWS_ENDPOINT_URL", url),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let env = Env::new(BTreeMap::from(variables), clock);
    let named = queue::urls(env.aws()).await?.into_iter().map(|url| {
        let name = url.rsplit('/').next().unwrap_or_default().to_owned();
        (name, url)
    });
    let api = args.api.clone();
    let api = api.unwrap_or_else(|| "http://localhost:4700".to_owned());
    Ok(place(args, env, "Table", named, api))
}

async fn deployed(args: &Args, listed: &[u8], clock: Clock) -> Result<Place, Trouble> {
    let listed: Listed =
        serde_json::from_slice(listed).map_err(|error| Trouble::Resources(error.to_string()))?;
    let resources = listed.stack_resource_summaries;
    let of = |kind: &'static str| {
        let resources = resources.iter();
        resources.filter(move |one| one.resource_type == kind)
    };
    let table = of("AWS::DynamoDB::Table").next();
    let table = table.ok_or(Trouble::Missing("table"))?;
    let mut variables = environment();
    aws::complete(&mut variables).await?;
    let region = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    let region = region.iter().find_map(|name| variables.get(*name)).cloned();
    let api = of("AWS::ApiGatewayV2::Api").find(|one| one.logical_resource_id == "Api");
    let api = match (&args.api, api) {
        (Some(url), _) => url.clone(),
        (None, Some(api)) => format!(
            "https://{}.execute-api.{}.amazonaws.com",
            api.physical_resource_id,
            region.unwrap_or_default()
        ),
        (None, None) => return Err(Trouble::Missing("HTTP API")),
    };
    let queues = of("AWS::SQS::Queue");
    let queues = queues.map(|one| {
        let (name, url) = (&one.logical_resource_id, &one.physical_resource_id);
        (name.clone(), url.clone())
    });
    let sweeper = of("AWS::Lambda::Function").find(|one| one.logical_resource_id == SWEEPER);
    let sweeper = sweeper.ok_or(Trouble::Missing("sweeper"))?;
    let env = Env::new(variables, clock);
    Ok(Place {
        stack: args.stack.clone(),
        sweeper: Some(sweeper.physical_resource_id.clone()),
        ..place(args, env, &table.physical_resource_id, queues, api)
    })
}

/// Sorts queues into those that wake functions and those of dead letters.
fn place(
    args: &Args,
    env: Env,
    table: &str,
    named: impl Iterator<Item = (String, String)>,
    api: String,
) -> Place {
    let (mut queues, mut dead_letters) = (BTreeMap::new(), BTreeMap::new());
    for (name, url) in named {
        if let Some(function) = name.strip_suffix(QUEUE) {
            queues.insert(words(function), url);
        } else if let Some(function) = name.strip_suffix(DEAD_LETTERS) {
            dead_letters.insert(words(function), url);
        }
    }
    Place {
        store: Store::new(env.aws(), table.to_owned(), env.clock()),
        env,
        queues,
        dead_letters,
        api: api.trim_end_matches('/').to_owned(),
        stack: None,
        sweeper: None,
        secrets: args.secrets.clone(),
    }
}

/// `PlanSend` is `plan-send`.
fn words(id: &str) -> String {
    let mut name = String::with_capacity(id.len() + 4);
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[expect(
    clippy::disallowed_methods,
    reason = "the operator's own environment says which account is meant"
)]
fn environment() -> BTreeMap<String, String> {
    std::env::vars().collect()
}
