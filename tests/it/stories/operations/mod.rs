//! OPS-1: the operations tool, against a running system.

mod audit;
mod dead_letters;
mod founding;
mod health;
mod mending;
mod secrets;

use clap::Parser;
use it::World;
use operate::{Args, Reporter, Trouble, run};
use serde_json::Value;

/// What the tool tells and whether all is well, or why it could not.
pub(crate) async fn operate(world: &World, command: &[&str]) -> Result<(Value, bool), Trouble> {
    let (aws, api) = (world.aws_url(), world.url());
    let place = ["operate", "--local", &aws, "--api", &api, "--json"];
    let args = Args::try_parse_from(place.iter().chain(command)).expect("a command");
    let mut told = Vec::new();
    let mut reporter = Reporter::new(&mut told, args.json);
    let well = run(&args, world.clock().clone(), &mut reporter).await?;
    let told = serde_json::from_slice(&told).expect("a document");
    Ok((told, well))
}

/// The same when it can be carried out and all is well.
pub(crate) async fn well(world: &World, command: &[&str]) -> Value {
    let (told, well) = operate(world, command).await.expect("it is carried out");
    assert!(well, "{told}");
    told
}

/// The sentence with which a command is refused.
pub(crate) async fn refused(world: &World, command: &[&str]) -> String {
    let outcome = operate(world, command).await;
    outcome.expect_err("it is refused").to_string()
}

/// The sentence about one part, and whether it is well.
pub(crate) fn about<'a>(told: &'a Value, part: &str) -> (&'a str, bool) {
    let checks = told["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["about"] == part);
    let check = check.unwrap_or_else(|| panic!("nothing about {part}: {told}"));
    (
        check["sentence"].as_str().expect("a sentence"),
        check["well"] == true,
    )
}
