//! Lists the files of the built-in automations, which `automation::builtin`
//! includes: adding one is adding its file.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script its folders by the environment"
)]
fn main() -> io::Result<()> {
    let folder = Path::new("src/automation/rules");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".yaml").map(str::to_owned));
    }
    names.sort();
    let mut list = String::from("const FILES: &[(&str, &str)] = &[\n");
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    for name in names {
        let path = Path::new(&root).join(folder).join(format!("{name}.yaml"));
        writeln!(list, "    ({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    list.push_str("];\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("automation_rules.rs"), list)
}
