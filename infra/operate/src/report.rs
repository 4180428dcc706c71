//! What the tool says: lines for people, or one JSON document.

use std::io::Write;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use crate::trouble::Trouble;

/// Where answers go.
pub struct Reporter<'a> {
    out: &'a mut (dyn Write + Send),
    json: bool,
    progress: bool,
}

impl std::fmt::Debug for Reporter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reporter")
            .field("json", &self.json)
            .finish_non_exhaustive()
    }
}

impl<'a> Reporter<'a> {
    pub fn new(out: &'a mut (dyn Write + Send), json: bool) -> Self {
        Self {
            out,
            json,
            progress: false,
        }
    }

    /// Shows bars at the terminal while something takes long.
    pub fn with_progress(mut self) -> Self {
        self.progress = true;
        self
    }

    /// The answer of a command: the document, or the lines that say the same.
    pub(crate) fn tell(&mut self, document: &Value, lines: &[String]) -> Result<(), Trouble> {
        if self.json {
            serde_json::to_writer_pretty(&mut *self.out, document)?;
            writeln!(self.out)?;
        } else {
            for line in lines {
                writeln!(self.out, "{line}")?;
            }
        }
        self.out.flush()?;
        Ok(())
    }

    /// A bar over so many steps; hidden where nobody looks at it.
    pub(crate) fn bar(&self, what: &'static str, steps: usize) -> ProgressBar {
        if !self.progress || self.json {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(steps as u64).with_message(what);
        let style = ProgressStyle::with_template("{msg} {bar:32} {pos}/{len} {eta}");
        bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    }
}

/// What a command that changes something says when it did not.
pub(crate) const DRY_RUN: &str = "Nothing was changed. Say --apply to do it.";
