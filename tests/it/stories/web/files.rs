//! Every file of the client is there, under its type.

use std::path::{Path, PathBuf};

use it::World;
use reqwest::StatusCode;
use serde_json::Value;

use super::get;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/web")
}

/// Paths below the folder, with `/` between their parts.
fn files(folder: &Path, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            found.extend(files(&entry.path(), &format!("{name}/")));
        } else {
            found.push(name);
        }
    }
    found
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap() {
        "js" => "text/javascript; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "ts" | "md" => "text/plain; charset=utf-8",
        other => panic!("{name}: tell here of which type .{other} is"),
    }
}

#[tokio::test]
async fn every_file_is_served_as_it_is_and_as_what_it_is() {
    let (world, _head) = World::school().await;
    let names = files(&root(), "");
    assert!(names.iter().any(|name| name == "campanile.js"));
    for name in names {
        let got = get(&world, &format!("/web/any/{name}"), &[]).await;
        assert_eq!(got.status, StatusCode::OK, "{name}");
        assert_eq!(got.header("content-type"), media_type(&name), "{name}");
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(got.header("content-encoding"), "", "{name}");
        let bytes = std::fs::read(root().join(&name)).unwrap();
        assert_eq!(got.bytes, bytes, "{name}");
    }
}

/// What the page and the scripts name must be there: a mistake shows only when
/// somebody opens the screen.
#[tokio::test]
async fn everything_that_a_file_imports_is_there() {
    let known = files(&root(), "");
    for name in &known {
        if !name.ends_with(".js") {
            continue;
        }
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let named = text.split("from \"").skip(1);
        let named = named.chain(text.split("import \"").skip(1));
        let named = named.chain(text.split("import(\"").skip(1));
        for import in named.filter_map(|rest| rest.split('"').next()) {
            assert!(import.starts_with('.'), "{name} imports {import}");
            let mut parts: Vec<&str> = name.split('/').collect();
            parts.pop();
            for part in import.split('/') {
                match part {
                    "." => {}
                    ".." => drop(parts.pop()),
                    part => parts.push(part),
                }
            }
            let path = parts.join("/");
            assert!(known.contains(&path), "{name} imports {path}");
        }
    }
}

#[tokio::test]
async fn the_page_names_its_files_below_one_release() {
    let (world, _head) = World::school().await;
    let page = get(&world, "/", &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let text = page.text();
    let named: Vec<&str> = text
        .split("=\"/web/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(named.len() >= 3, "{text}");
    for name in named {
        let got = get(&world, &format!("/web/{name}"), &[]).await;
        assert_eq!(got.status, StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let (world, _head) = World::school().await;
    for path in [
        "/web/any/none.js",
        "/web/any/",
        "/web/any",
        "/web/any/../../Cargo.toml",
        "/web/any/%2e%2e/%2e%2e/Cargo.toml",
        "/web/any/..%2f..%2fCargo.toml",
        "/web/any//etc/passwd",
        "/index.html",
        "/none",
    ] {
        let got = get(&world, path, &[]).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!got.text().contains("[workspace]"), "{path}");
    }
}

#[tokio::test]
async fn the_configuration_tells_where_to_sign_in_and_no_secret() {
    let (world, _head) = World::school().await;
    let got = get(&world, "/config.json", &[]).await;
    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(got.header("content-type"), "application/json");
    assert_eq!(got.header("cache-control"), "no-cache");
    let config: Value = serde_json::from_slice(&got.bytes).unwrap();
    let mut names: Vec<&String> = config.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(
        names,
        ["audience", "authority", "client_id", "mailbox", "scope"]
    );
    assert_eq!(config["client_id"], "campanile-web");
    let authority = config["authority"].as_str().unwrap();
    let found = get(&world, "/.well-known/openid-configuration", &[]).await;
    let found: Value = serde_json::from_slice(&found.bytes).unwrap();
    assert_eq!(found["issuer"], authority);
}
