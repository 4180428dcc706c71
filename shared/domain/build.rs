//! Lists the files of the built-in rules, which `automation::builtin` and
//! `reminder::rule` include: adding a rule is adding its file. They are written
//! in YAML and included as JSON, so that no function carries a reader of YAML.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

use serde_json::Value;

fn main() -> io::Result<()> {
    list("src/automation/rules", "FILES", "automation_rules.rs")?;
    list("src/reminder/rules", "REMINDERS", "reminder_rules.rs")
}

/// Writes a list of the names and contents of a folder's files.
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
        let text = fs::read_to_string(folder.join(format!("{name}.yaml")))?;
        let rule = serde_yaml_ng::from_str::<Value>(&text)
            .map_err(|error| io::Error::other(format!("{name}.yaml: {error}")))?
            .to_string();
        writeln!(list, "    ({name:?}, {rule:?}),").map_err(io::Error::other)?;
    }
    list.push_str("];\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join(output), list)
}
