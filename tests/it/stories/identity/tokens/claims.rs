//! What a genuine token says, and when.

use authorize::token::Refusal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::{AUDIENCE, BENCH, ISSUER, NOW, encoded};

#[test]
fn what_must_be_said_is_said() {
    for name in ["exp", "iss", "aud", "sub", "tenant"] {
        assert_eq!(
            BENCH.with_claim(name, None),
            Err(Refusal::Claim(name)),
            "without {name}"
        );
        assert_eq!(
            BENCH.with_claim(name, Some(json!(null))),
            Err(Refusal::Claim(name)),
            "null {name}"
        );
    }
    for name in ["nbf", "iat", "jti"] {
        assert!(BENCH.with_claim(name, None).is_ok(), "without {name}");
    }
}

#[test]
fn issuer_audience_and_names_are_compared_whole() {
    let refused = [
        ("iss", json!("https://login.school.example/")),
        (
            "iss",
            json!("https://login.school.example.attacker.example"),
        ),
        ("iss", json!([ISSUER])),
        ("iss", json!({ "0": ISSUER })),
        ("aud", json!("campanile2")),
        ("aud", json!("Campanile")),
        ("aud", json!([])),
        ("aud", json!(["other"])),
        ("aud", json!([AUDIENCE, 1])),
        ("aud", json!([[AUDIENCE]])),
        ("aud", json!({ "campanile": true })),
        ("sub", json!("")),
        ("sub", json!(10)),
        ("sub", json!("10#ADMIN")),
        ("sub", json!("a".repeat(65))),
        ("tenant", json!("")),
        ("tenant", json!("school#other")),
        ("tenant", json!(["school"])),
    ];
    for (name, value) in refused {
        let verdict = BENCH.with_claim(name, Some(value.clone()));
        assert_eq!(verdict, Err(Refusal::Claim(name)), "{name}: {value}");
    }
    assert!(
        BENCH
            .with_claim("aud", Some(json!(["other", AUDIENCE])))
            .is_ok()
    );
}

#[test]
fn an_instant_is_a_whole_number() {
    for name in ["exp", "nbf", "iat"] {
        let strange = [
            json!("1900000000"),
            json!(1.9e9),
            json!(1e300),
            json!(-1),
            json!(i64::MIN),
            json!(i64::MAX),
            json!(u64::MAX),
            json!(true),
            json!([NOW]),
            json!({}),
        ];
        for value in strange {
            let verdict = BENCH.with_claim(name, Some(value.clone()));
            assert_eq!(verdict, Err(Refusal::Claim(name)), "{name}: {value}");
        }
        let (header, claims) = BENCH.good();
        let mut claims = claims;
        claims[name] = json!("HERE");
        for number in ["1e400", "1900000000.0", "0x7fffffff", "+1900000000", "NaN"] {
            let text = claims.to_string().replace("\"HERE\"", number);
            assert!(
                BENCH
                    .verify(&BENCH.signed(&header.to_string(), &text))
                    .is_err(),
                "{name}: {number}"
            );
        }
    }
}

#[test]
fn clocks_may_differ_by_thirty_seconds_and_no_more() {
    let verdicts = [
        ("exp", -30, Ok(())),
        ("exp", -31, Err(Refusal::Expired)),
        ("exp", -300, Err(Refusal::Expired)),
        ("nbf", 30, Ok(())),
        ("nbf", 31, Err(Refusal::NotYet)),
        ("iat", 30, Ok(())),
        ("iat", 31, Err(Refusal::NotYet)),
        ("iat", 300, Err(Refusal::NotYet)),
    ];
    for (name, seconds, expected) in verdicts {
        let verdict = BENCH.with_claim(name, Some(json!(NOW + seconds))).map(drop);
        assert_eq!(verdict, expected, "{name} {seconds:+}");
    }
}

#[test]
fn a_changed_token_is_refused() {
    let (header, claims) = BENCH.good();
    let token = BENCH.signed(&header.to_string(), &claims.to_string());
    let parts: Vec<&str> = token.split('.').collect();
    let mut other = claims.clone();
    other["sub"] = json!("admin");
    let moved = format!("{}.{}.{}", parts[0], encoded(&other.to_string()), parts[2]);
    assert_eq!(BENCH.verify(&moved), Err(Refusal::BadSignature));
    let cut = format!("{}.{}.{}", parts[0], parts[1], &parts[2][..80]);
    assert_eq!(BENCH.verify(&cut), Err(Refusal::BadSignature));
    // A signature of zeros was once accepted by a well-known ECDSA verifier.
    let zeros = format!(
        "{}.{}.{}",
        parts[0],
        parts[1],
        URL_SAFE_NO_PAD.encode([0; 64])
    );
    assert_eq!(BENCH.verify(&zeros), Err(Refusal::BadSignature));
}
