//! What a browser lets the pages do.

use std::collections::BTreeMap;

use it::World;

use super::{Got, get};

fn directives(got: &Got) -> BTreeMap<String, Vec<String>> {
    let policy = got.header("content-security-policy");
    policy
        .split(';')
        .map(|directive| {
            let mut words = directive.split_whitespace().map(str::to_owned);
            (words.next().unwrap_or_default(), words.collect())
        })
        .collect()
}

#[tokio::test]
async fn the_client_runs_no_script_but_its_own() {
    let (world, _head) = World::school().await;
    for path in ["/", "/web/any/example.html"] {
        let got = get(&world, path, &[]).await;
        let policy = directives(&got);
        assert_eq!(policy["default-src"], ["'none'"], "{path}");
        assert_eq!(policy["script-src"], ["'self'"], "{path}");
        assert_eq!(policy["style-src"], ["'self'"], "{path}");
        assert_eq!(policy["base-uri"], ["'none'"], "{path}");
        assert_eq!(policy["form-action"], ["'none'"], "{path}");
        assert_eq!(policy["frame-ancestors"], ["'none'"], "{path}");
        assert_eq!(policy["require-trusted-types-for"], ["'script'"], "{path}");
        let whole = got.header("content-security-policy");
        assert!(!whole.contains("unsafe"), "{path}: {whole}");
        assert!(!whole.contains('*'), "{path}: {whole}");
        assert!(got.header("permissions-policy").contains("camera=()"));
        assert_eq!(got.header("referrer-policy"), "no-referrer");
    }
}

/// Scripts and pictures are no pages; whoever opens one as a page sees its text.
#[tokio::test]
async fn a_file_that_is_no_page_may_do_nothing_as_one() {
    let (world, _head) = World::school().await;
    for path in ["/web/any/app/app.js", "/web/any/icon.svg"] {
        let policy = directives(&get(&world, path, &[]).await);
        assert_eq!(policy["default-src"], ["'none'"], "{path}");
        assert!(!policy.contains_key("script-src"), "{path}");
    }
}

#[tokio::test]
async fn the_client_talks_to_its_own_service_the_socket_and_the_issuer_only() {
    let (world, _head) = World::school().await;
    let page = get(&world, "/", &[]).await;
    let policy = directives(&page);
    let socket = world.socket_url();
    let socket = socket.strip_suffix("/live").unwrap();
    let mut connects = policy["connect-src"].clone();
    connects.sort();
    let mut expected = vec!["'self'".to_owned(), world.url(), socket.to_owned()];
    expected.sort();
    assert_eq!(connects, expected);
}

/// HTML that somebody wrote is shown in an origin of its own, in which nothing
/// of it runs and nothing leaves.
#[tokio::test]
async fn the_preview_is_a_sandbox() {
    let (world, _head) = World::school().await;
    let policy = directives(&get(&world, "/web/any/preview.html", &[]).await);
    assert_eq!(policy["sandbox"], ["allow-scripts"]);
    assert_eq!(policy["default-src"], ["'none'"]);
    assert_eq!(policy["script-src"], ["'self'"]);
    assert!(!policy.contains_key("connect-src"));
    assert_eq!(policy["form-action"], ["'none'"]);
    assert_eq!(policy["frame-ancestors"], ["'self'"]);
}

/// The policy forbids these; a page that has them would be broken, not unsafe.
#[tokio::test]
async fn pages_have_no_script_or_style_in_them() {
    let (world, _head) = World::school().await;
    for path in ["/", "/web/any/example.html", "/web/any/preview.html"] {
        let text = get(&world, path, &[]).await.text();
        assert!(!text.contains("<style"), "{path}");
        assert!(!text.contains(" style="), "{path}");
        let listens = |rest: &str| {
            let name = rest.split('=').next().unwrap_or_default();
            rest.contains('=') && name.chars().all(|letter| letter.is_ascii_lowercase())
        };
        assert!(!text.split(" on").skip(1).any(listens), "{path}");
        for script in text.split("<script").skip(1) {
            let inside = script.split_once('>').unwrap().1;
            assert!(inside.starts_with("</script>"), "{path}: {inside}");
        }
    }
}
