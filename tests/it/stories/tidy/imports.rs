//! Who may import whom. "Nothing is sent inside a request" is a rule here.

use cargo_metadata::{DependencyKind, Package};

use super::crates;

const SHARED: [&str; 7] = [
    "domain", "store", "queue", "bus", "delivery", "live", "lambda",
];

/// Each outside world has one door.
const DOORS: [(&str, &str); 8] = [
    ("aws-sdk-dynamodb", "store"),
    ("aws-sdk-sqs", "queue"),
    ("aws-sdk-eventbridge", "bus"),
    ("aws-sdk-sesv2", "delivery"),
    ("aws-sdk-sns", "delivery"),
    ("aws-sdk-apigatewaymanagement", "live"),
    ("lambda_http", "lambda"),
    ("lambda_runtime", "lambda"),
];

fn imports(package: &Package) -> impl Iterator<Item = &str> {
    let normal = |kind: DependencyKind| kind == DependencyKind::Normal;
    let all = package.dependencies.iter();
    all.filter(move |dependency| normal(dependency.kind))
        .map(|dependency| dependency.name.as_str())
}

/// What a crate of ours may import of ours, by its folder.
fn allowed(folder: &str) -> &'static [&'static str] {
    match folder {
        "shared/domain" => &[],
        "functions/authorize" => &["domain", "store", "lambda"],
        _ if folder.starts_with("shared/") => &["domain"],
        _ if folder.starts_with("functions/rest/") => &["domain", "store", "queue", "lambda"],
        _ if folder.starts_with("functions/socket/") => {
            &["domain", "store", "queue", "live", "lambda"]
        }
        _ if folder.starts_with("functions/") => &SHARED,
        // Operators reach table and queues by the same doors as the functions.
        "infra/operate" => &["domain", "store", "queue", "delivery", "lambda"],
        // The benchmark also measures single parts, each in a thread of its own.
        "tests/bench" => &["domain", "live", "lambda", "local", "it"],
        _ => &["domain", "local", "it"],
    }
}

#[test]
fn every_crate_imports_only_what_its_place_allows() {
    let crates = crates();
    let ours: Vec<&str> = crates.iter().map(|(_, p)| p.name.as_str()).collect();
    for (folder, package) in crates.iter().filter(|(folder, _)| folder != "infra/local") {
        for import in imports(package).filter(|import| ours.contains(import)) {
            assert!(
                allowed(folder).contains(&import),
                "{folder} must not import {import}"
            );
        }
    }
}

#[test]
fn the_local_stack_imports_functions_and_three_shared_crates() {
    let crates = crates();
    let (_, local) = crates
        .iter()
        .find(|(folder, _)| folder == "infra/local")
        .expect("infra/local");
    for import in imports(local).filter(|import| SHARED.contains(import)) {
        assert!(
            ["domain", "lambda", "store"].contains(&import),
            "infra/local must not import {import}"
        );
    }
}

#[test]
fn each_outside_world_has_one_door() {
    for (folder, package) in crates() {
        for import in imports(&package) {
            if let Some((_, door)) = DOORS.iter().find(|(world, _)| *world == import) {
                assert_eq!(
                    package.name.as_str(),
                    *door,
                    "{folder} must not import {import}"
                );
            }
        }
    }
}
