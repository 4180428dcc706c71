//! The key set that tokens are verified against.

use authorize::keys::KeySet;
use authorize::token::{Refusal, verify};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local::issuer::Algorithm;
use serde_json::{Value, json};

use super::{BENCH, Bench};

#[test]
fn a_rotated_key_serves_until_it_is_withdrawn() {
    let bench = Bench::new();
    let (header, claims) = bench.good();
    let old = bench.key(Algorithm::ES256).kid;
    let token = bench.signed(&header.to_string(), &claims.to_string());
    bench.issuer.rotate().unwrap();
    let published = || KeySet::from_jwks(bench.issuer.jwks().to_string().as_bytes()).unwrap();
    assert_eq!(published().len(), 6);
    assert!(verify(&token, &published(), &bench.expected, bench.now).is_ok());
    assert!(bench.issuer.withdraw(&old).unwrap());
    let after = verify(&token, &published(), &bench.expected, bench.now);
    assert_eq!(after, Err(Refusal::UnknownKey));
}

#[test]
fn strange_keys_are_left_out_of_the_set() {
    let good = BENCH.key(Algorithm::ES256).public;
    let changed = |change: fn(&mut Value)| {
        let mut key = good.clone();
        change(&mut key);
        key
    };
    let strange = [
        changed(|key| key["use"] = json!("enc")),
        changed(|key| key["key_ops"] = json!(["sign"])),
        changed(|key| key["alg"] = json!("RS256")),
        changed(|key| key["alg"] = json!(1)),
        changed(|key| key["crv"] = json!("P-384")),
        changed(|key| key["x"] = json!("AAAA")),
        changed(|key| drop(key.as_object_mut().unwrap().remove("kid"))),
        json!({ "kty": "oct", "kid": "a", "alg": "HS256", "k": "c2VjcmV0" }),
        json!({ "kty": "RSA", "kid": "weak", "n": URL_SAFE_NO_PAD.encode([0xff; 128]), "e": "AQAB" }),
        json!("text"),
        json!(null),
    ];
    for key in strange {
        let document = json!({ "keys": [key] }).to_string();
        assert!(
            KeySet::from_jwks(document.as_bytes()).unwrap().is_empty(),
            "{document}"
        );
    }
    let twice = json!({ "keys": [good, good] }).to_string();
    assert!(KeySet::from_jwks(twice.as_bytes()).unwrap().is_empty());
    for document in [
        "",
        "[]",
        "{}",
        r#"{"keys":{}}"#,
        r#"{"keys":[],"keys":[]}"#,
        "<html>",
    ] {
        assert!(
            KeySet::from_jwks(document.as_bytes()).is_err(),
            "{document}"
        );
    }
}
