//! A function has one name in five places, and says first what wakes it.

use super::{function_crates, plan, root, text};

/// `plan-send` is `PlanSend` in the template.
fn logical_id(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        format!("{}{rest}", first.to_uppercase())
    });
    words.collect()
}

#[test]
fn folder_crate_binary_logical_id_and_event_share_one_name() {
    let plan = plan();
    for (folder, package) in function_crates() {
        let name = folder.rsplit('/').next().expect("a name");
        assert_eq!(package.name.as_str(), name, "{folder}");
        assert!(
            package.targets.iter().any(|t| t.is_bin() && t.name == name),
            "{folder} has no binary {name}"
        );
        let planned = plan.functions.get(&logical_id(name));
        let planned = planned.unwrap_or_else(|| panic!("template.yaml lacks {folder}"));
        assert_eq!(planned.folder, folder, "CodeUri of {}", planned.name);
        let event = format!("events/{name}.json");
        assert!(root().join(&event).exists(), "{folder} has no {event}");
    }
}

#[test]
fn the_template_declares_no_function_without_a_folder() {
    let folders: Vec<String> = function_crates().into_iter().map(|(f, _)| f).collect();
    for function in plan().functions.values() {
        assert!(
            folders.contains(&function.folder),
            "{} has no folder",
            function.name
        );
    }
}

/// Empty test targets of twenty functions cost more than all other tests.
#[test]
fn functions_have_no_test_targets() {
    for (folder, package) in function_crates() {
        for target in &package.targets {
            assert!(!target.test, "{folder}: {} has test = true", target.name);
        }
    }
}

#[test]
fn the_first_line_of_a_function_says_what_wakes_it() {
    let triggers = [
        ("functions/rest/", "Woken by the HTTP API: "),
        ("functions/socket/", "Woken by "),
        ("functions/queue/", "Woken by SQS (`"),
        ("functions/schedule/", "Woken by the schedule, "),
        ("functions/authorize", "Woken by both APIs, "),
    ];
    for (folder, _) in function_crates() {
        let source = text(&format!("{folder}/src/lib.rs"));
        let first = source.lines().next().unwrap_or_default();
        let said = first
            .strip_prefix("//! ")
            .or_else(|| first.strip_prefix("#![doc = \""))
            .unwrap_or_default();
        let (_, wanted) = triggers
            .iter()
            .find(|(place, _)| folder.starts_with(place))
            .expect("a kind of trigger");
        assert!(
            said.starts_with(wanted),
            "{folder}/src/lib.rs begins with {first:?}, not with {wanted:?}"
        );
    }
}
