//! Rewrites the committed files that are made from the code; `--check` only
//! tells whether they are up to date.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use local::generate::FILES;

#[derive(Debug, Parser)]
#[command(
    name = "cargo generate",
    version,
    about = "Rewrites the files that are made from the code."
)]
struct Args {
    /// Writes nothing; fails if a file is not up to date.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let mut stale = false;
    for (path, content) in FILES {
        match bring_up_to_date(path, content, args.check) {
            Ok(true) => {}
            Ok(false) => {
                stale = true;
                complain(&format!("{path} is not up to date; run `cargo generate`."));
            }
            Err(error) => {
                complain(&format!("{path}: {error}"));
                return ExitCode::from(2);
            }
        }
    }
    if stale {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn bring_up_to_date(
    path: &str,
    content: fn() -> Result<String, String>,
    check: bool,
) -> Result<bool, String> {
    let wanted = content()?;
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    let current = std::fs::read_to_string(&file).unwrap_or_default();
    if current == wanted {
        return Ok(true);
    }
    if check {
        return Ok(false);
    }
    std::fs::write(&file, wanted).map_err(|error| error.to_string())?;
    Ok(true)
}

fn complain(text: &str) {
    // There is no better place to tell that this one is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}
