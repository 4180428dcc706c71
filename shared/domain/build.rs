//! Lists the files of the built-in rules, which `automation::builtin` and
//! `reminder::rule` include: adding a rule is adding its file.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    list("src/automation/rules", "FILES", "automation_rules.rs")?;
    list("src/reminder/rules", "REMINDERS", "reminder_rules.rs")
}

/// Writes a list of the names and texts of a folder's files.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script its folders by the environment"
)]
fn list(folder: &str, constant: &str, output: &str) -> io::Result<()> {
    let folder = Path::new(folder);
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".yaml").map(str::to_owned));
    }
    names.sort();
    let mut list = format!("const {constant}: &[(&str, &str)] = &[\n");
    for name in names {
        let path = format!("/{}/{name}.yaml", folder.display());
        // By the folder of whoever compiles the list: two checkouts may share
        // what is built, and with it this file.
        let file = format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))");
        writeln!(list, "    ({name:?}, {file}),").map_err(io::Error::other)?;
    }
    list.push_str("];\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join(output), list)
}
