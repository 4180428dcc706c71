//! Sizes of files and words that must not be in them.

use super::{files, root, text};

const LONGEST: usize = 400;

#[test]
fn no_file_is_too_long_to_read() {
    for path in files(".rs") {
        let lines = text(&path).lines().count();
        assert!(lines <= LONGEST, "{path} has {lines} lines");
    }
}

#[test]
fn nothing_is_left_for_later() {
    // Put together, so that this file does not name them itself.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"], ["HA", "CK"]].map(|half| half.concat());
    let mut endings = files(".rs");
    endings.extend(files(".toml"));
    endings.extend(files(".yaml"));
    for path in endings {
        let text = text(&path);
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{path} has a {mark}");
        }
    }
}

#[test]
fn exceptions_from_lints_have_a_reason() {
    let allow = ["#[", "allow("].concat();
    let inner = ["#![", "allow("].concat();
    for path in files(".rs") {
        let text = text(&path);
        for mark in [&allow, &inner] {
            assert!(
                !text.contains(mark.as_str()),
                "{path}: `#[expect(…, reason = \"…\")]` instead of allow"
            );
        }
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut documents = files(".md");
    documents.push("README.md".to_owned());
    for path in documents {
        let folder = root().join(&path).parent().expect("a folder").to_owned();
        let text = text(&path);
        for link in text.split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(folder.join(target).exists(), "{path} links to {target}");
        }
    }
}
