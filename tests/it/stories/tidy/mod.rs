//! How the house is kept: who may import whom, one name for each function, a
//! route and its description, settings and their table.

mod configuration;
mod events;
mod faults;
mod functions;
mod imports;
mod operations;
mod routes;
mod sources;

use std::path::{Path, PathBuf};

use cargo_metadata::{MetadataCommand, Package};
use local::stack::local_place;
use local::template::{EMBEDDED, Plan, read};

/// The root of the project.
fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the root exists")
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What the template says.
fn plan() -> Plan {
    let place = local_place("http://localhost", "http://localhost");
    read(EMBEDDED, &place).expect("the template is read")
}

/// Our crates, each with its folder below the root.
fn crates() -> Vec<(String, Package)> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata");
    let folder = |package: &Package| {
        let folder = package.manifest_path.parent().expect("a folder");
        let below = folder.strip_prefix(&metadata.workspace_root);
        below.expect("below the root").to_string()
    };
    let packages = metadata.packages.iter();
    packages
        .map(|package| (folder(package), package.clone()))
        .collect()
}

/// The folders of functions, `functions/rest/sends`.
fn function_crates() -> Vec<(String, Package)> {
    let mut all = crates();
    all.retain(|(folder, _)| folder.starts_with("functions/"));
    all
}

/// Every file of ours whose name ends so.
fn files(ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    for top in ["functions", "shared", "infra", "tests", "events"] {
        walk(&root().join(top), ending, &mut found);
    }
    found.sort();
    found
}

fn walk(folder: &Path, ending: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.ends_with("node_modules") {
            continue;
        }
        if path.is_dir() {
            walk(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            let below = path.strip_prefix(root()).expect("below the root");
            found.push(below.to_string_lossy().into_owned());
        }
    }
}
