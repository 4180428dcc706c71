//! What goes over the wire, and what does not go twice.

use std::io::Read;

use it::World;
use reqwest::StatusCode;

use super::{Got, get};

const FILE: &str = "/web/any/app/app.js";

async fn coded(world: &World, accepted: &str) -> Got {
    get(world, FILE, &[("accept-encoding", accepted)]).await
}

#[tokio::test]
async fn a_file_comes_in_the_best_form_that_the_browser_takes() {
    let (world, _head) = World::school().await;
    let plain = get(&world, FILE, &[]).await.text();
    for (accepted, coding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("BR", "br"),
        ("gzip, br;q=0", "gzip"),
        ("gzip;q=0.5", "gzip"),
        ("identity", ""),
        ("gzip;q=0, br;q=0.0", ""),
        ("zstd", ""),
        ("", ""),
    ] {
        let got = coded(&world, accepted).await;
        assert_eq!(got.header("content-encoding"), coding, "{accepted}");
        assert!(got.header("vary").contains("accept-encoding"), "{accepted}");
        let mut text = String::new();
        let mut bytes = got.bytes.as_slice();
        match coding {
            "br" => brotli::Decompressor::new(bytes, 4096).read_to_string(&mut text),
            "gzip" => flate2::read::GzDecoder::new(bytes).read_to_string(&mut text),
            _ => bytes.read_to_string(&mut text),
        }
        .unwrap();
        assert_eq!(text, plain, "{accepted}");
        assert!(coding.is_empty() || got.bytes.len() < plain.len() / 2);
    }
}

#[tokio::test]
async fn a_copy_that_is_still_good_is_not_sent_again() {
    let (world, _head) = World::school().await;
    for path in ["/", FILE] {
        let first = get(&world, path, &[("accept-encoding", "br")]).await;
        let tag = first.header("etag").to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
            let headers = [("accept-encoding", "br"), ("if-none-match", known.as_str())];
            let again = get(&world, path, &headers).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path} {known}");
            assert!(again.bytes.is_empty());
            assert_eq!(again.header("etag"), tag);
            // A browser takes these over into what it has kept.
            for name in ["cache-control", "content-security-policy", "vary"] {
                assert_eq!(again.header(name), first.header(name), "{path} {name}");
            }
        }
        let headers = [("accept-encoding", "br"), ("if-none-match", "\"other\"")];
        assert_eq!(get(&world, path, &headers).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn each_coding_has_a_validator_of_its_own() {
    let (world, _head) = World::school().await;
    let mut tags = Vec::new();
    for accepted in ["br", "gzip", "identity"] {
        tags.push(coded(&world, accepted).await.header("etag").to_owned());
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
}

#[tokio::test]
async fn the_page_is_asked_for_anew_each_time() {
    let (world, _head) = World::school().await;
    assert_eq!(
        get(&world, "/", &[]).await.header("cache-control"),
        "no-cache"
    );
    // A release that is not the one at hand may not be kept for ever.
    let other = get(&world, "/web/000000000000/app/app.js", &[]).await;
    assert_eq!(other.header("cache-control"), "no-cache");
}
