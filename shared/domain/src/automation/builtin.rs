//! The built-in rules: every file of `rules/`, named after its event. The list
//! of files is made by `build.rs`, so that a rule is one file and nothing else.

use std::sync::LazyLock;

use super::rule::AutomationInput;
use crate::ids::AutomationId;

include!(concat!(env!("OUT_DIR"), "/automation_rules.rs"));

/// A rule that every tenant has.
#[derive(Debug, Clone)]
pub struct Builtin {
    /// The type of its event.
    pub id: AutomationId,
    pub rule: AutomationInput,
}

impl Builtin {
    fn read((name, text): &(&str, &str)) -> Result<Self, String> {
        let complain = |error: String| format!("{name}: {error}");
        Ok(Self {
            id: name.parse().map_err(|_| complain("not an id".to_owned()))?,
            rule: serde_json::from_str(text).map_err(|error| complain(error.to_string()))?,
        })
    }
}

/// The built-in rules in the order of their ids.
pub fn builtin() -> &'static [Builtin] {
    // A test reads every file, so that none is left out here.
    static RULES: LazyLock<Vec<Builtin>> = LazyLock::new(|| {
        FILES
            .iter()
            .filter_map(|file| Builtin::read(file).ok())
            .collect()
    });
    &RULES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_rule_named_after_its_event() {
        assert!(FILES.len() > 25);
        for file in FILES {
            let read = Builtin::read(file).unwrap();
            assert_eq!(read.rule.event, read.id.as_str());
            garde::Validate::validate(&read.rule)
                .unwrap_or_else(|report| panic!("{}: {report}", read.id));
        }
        assert_eq!(builtin().len(), FILES.len());
    }
}
