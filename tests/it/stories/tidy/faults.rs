//! The list of faults names stories that are there.

use super::{root, text};

#[test]
fn every_story_that_the_list_of_faults_names_is_there() {
    let list = text("infra/faults.md");
    let rows: Vec<&str> = list
        .lines()
        .filter(|line| line.starts_with("| F"))
        .collect();
    assert_eq!(rows.len(), 36);
    for name in rows
        .iter()
        .flat_map(|row| row.split('`').skip(1).step_by(2))
    {
        let Some((module, story)) = name.rsplit_once("::") else {
            continue;
        };
        let path = format!("tests/it/stories/{}.rs", module.replace("::", "/"));
        assert!(root().join(&path).exists(), "{path} of {name}");
        let named = format!("fn {story}()");
        assert!(text(&path).contains(&named), "{path} has no {story}");
    }
}
