//! Every setting that a function reads is explained in one table and given by
//! the template.

use std::collections::BTreeSet;

use super::{files, function_crates, plan, text};

/// Names in `settings.required("X")` and its siblings.
fn read_in(source: &str) -> BTreeSet<String> {
    let calls = [".required(\"", ".optional(\"", ".or(\"", ".number(\""];
    let mut names = BTreeSet::new();
    for call in calls {
        for rest in source.split(call).skip(1) {
            let name = rest.split('"').next().unwrap_or_default();
            let shouted = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            if !name.is_empty() && name.chars().all(shouted) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

fn sources(folder: &str) -> String {
    let within = format!("{folder}/");
    let all = files(".rs").into_iter();
    all.filter(|path| path.starts_with(&within))
        .map(|path| text(&path))
        .collect()
}

#[test]
fn every_setting_is_explained() {
    let table = text("infra/configuration.md");
    let explained: BTreeSet<String> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    let mut read = read_in(&sources("shared/lambda"));
    for (folder, _) in function_crates() {
        read.extend(read_in(&sources(&folder)));
    }
    let missing: Vec<_> = read.difference(&explained).collect();
    assert!(
        missing.is_empty(),
        "infra/configuration.md lacks {missing:?}"
    );
}

#[test]
fn the_template_gives_each_function_what_it_requires() {
    for function in plan().functions.values() {
        let source = sources(&function.folder);
        let required = source.split(".required(\"").skip(1);
        for name in required.map(|rest| rest.split('"').next().unwrap_or_default()) {
            assert!(
                function.environment.contains_key(name),
                "{} requires {name}",
                function.name
            );
        }
    }
}
