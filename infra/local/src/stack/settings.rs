//! The settings of functions, also for whoever runs one outside of the stack.

use std::collections::BTreeMap;

use super::Parts;
use crate::gateway::REGION;

/// What Lambda itself sets for every function.
pub(super) fn common(aws_url: &str) -> BTreeMap<String, String> {
    [
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL", aws_url),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

impl Parts {
    /// The settings of one function, by its logical id: what the template gives
    /// it, and what Lambda would.
    pub fn settings_of(&self, function: &str) -> Option<BTreeMap<String, String>> {
        let function = self.plan().functions.get(function)?;
        let mut settings = common(&self.aws_url());
        settings.extend(function.environment.clone());
        Some(settings)
    }

    /// The settings of all functions together. `cargo lambda watch` gives every
    /// function the same, so the error names one that has two values.
    pub fn settings(&self) -> Result<BTreeMap<String, String>, String> {
        let mut all = common(&self.aws_url());
        for function in self.plan().functions.values() {
            for (name, value) in &function.environment {
                let known = all.entry(name.clone()).or_insert_with(|| value.clone());
                if known != value {
                    return Err(format!(
                        "{name} has two values in the template: one of them in {}.",
                        function.name
                    ));
                }
            }
        }
        Ok(all)
    }
}
