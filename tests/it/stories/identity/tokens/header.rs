//! Shapes, headers, algorithms and key ids.

use authorize::token::Refusal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::EncodingKey;
use local::issuer::{ALGORITHMS, Algorithm, sign};
use serde_json::json;

use super::{BENCH, NOW, encoded};

#[test]
fn an_honest_token_of_each_algorithm_is_accepted() {
    let (tenant, user) = ("school".parse().unwrap(), "10".parse().unwrap());
    for algorithm in ALGORITHMS {
        let token = BENCH
            .issuer
            .issue(&tenant, &user, &[], 600, BENCH.now, algorithm)
            .unwrap();
        let claims = BENCH.verify(&token).unwrap();
        assert_eq!(
            (claims.tenant, claims.user),
            (tenant.clone(), user.clone()),
            "{algorithm:?}"
        );
        assert_eq!(
            (claims.issued_at, claims.expires_at),
            (Some(NOW), NOW + 600)
        );
    }
}

#[test]
fn malformed_tokens_are_refused() {
    let (header, claims) = BENCH.good();
    let (header, claims) = (header.to_string(), claims.to_string());
    let token = BENCH.signed(&header, &claims);
    let parts: Vec<&str> = token.split('.').collect();
    let (first, second, third) = (parts[0], parts[1], parts[2]);
    let shapes = [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "Bearer".to_owned(),
        format!("{first}.{second}"),
        format!("{first}.{second}."),
        format!(".{second}.{third}"),
        format!("{first}..{third}"),
        format!("{token}."),
        format!("{token}.{third}"),
        format!(".{token}"),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}="),
        format!("{first}=.{second}.{third}"),
        format!("{first}.{second}.{}+/", &third[..third.len() - 2]),
        format!("{first}.{second}.é"),
        "a".repeat(9000),
        format!("{token}{}", "A".repeat(9000)),
        BENCH.signed("not json", &claims),
        BENCH.signed("[]", &claims),
        BENCH.signed("null", &claims),
        BENCH.signed(&format!("{header} {{}}"), &claims),
        BENCH.signed(&header, "not json"),
        BENCH.signed(&header, "[]"),
        BENCH.signed(&header, "\u{feff}{}"),
        BENCH.signed(&header, &"[".repeat(3000)),
    ];
    for shape in shapes {
        assert_eq!(BENCH.verify(&shape), Err(Refusal::Malformed), "{shape}");
    }
}

#[test]
fn a_key_that_stands_twice_is_refused_wherever_it_stands() {
    let (header, claims) = BENCH.good();
    let (header, claims) = (header.to_string(), claims.to_string());
    let twice = |object: &str, extra: &str| object.replacen('{', &format!("{{{extra},"), 1);
    let tokens = [
        BENCH.signed(&twice(&header, r#""alg":"none""#), &claims),
        BENCH.signed(&twice(&header, r#""kid":"other""#), &claims),
        BENCH.signed(&header, &twice(&claims, r#""exp":9999999999"#)),
        BENCH.signed(&header, &twice(&claims, r#""sub":"1""#)),
        // The same key, spelt with an escape.
        BENCH.signed(&header, &twice(&claims, r#""\u0065xp":1"#)),
        BENCH.signed(&header, &twice(&claims, r#""deep":[{"a":1,"a":2}]"#)),
    ];
    for token in tokens {
        assert_eq!(BENCH.verify(&token), Err(Refusal::Malformed));
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    let (mut header, claims) = BENCH.good();
    for none in ["none", "None", "nOnE", "NONE", "", " none"] {
        header["alg"] = json!(none);
        let signed = format!(
            "{}.{}",
            encoded(&header.to_string()),
            encoded(&claims.to_string())
        );
        assert_eq!(
            BENCH.verify(&format!("{signed}.")),
            Err(Refusal::Malformed),
            "{none}"
        );
        assert_eq!(
            BENCH.verify(&format!("{signed}.AAAA")),
            Err(Refusal::Header("alg")),
            "{none}"
        );
    }
}

#[test]
fn a_key_verifies_its_own_algorithm_and_no_other() {
    let claims = BENCH.good().1.to_string();
    for mine in ALGORITHMS {
        let key = BENCH.key(mine);
        for named in ["RS256", "ES256", "EdDSA"] {
            let header = json!({ "alg": named, "kid": key.kid }).to_string();
            let verdict = BENCH.verify(&sign(&key, mine, &header, &claims).unwrap());
            let own = named == format!("{mine:?}");
            let expected = if own {
                Ok(())
            } else {
                Err(Refusal::WrongAlgorithm)
            };
            assert_eq!(verdict.map(drop), expected, "{mine:?} as {named}");
        }
    }
}

#[test]
fn algorithms_off_the_list_are_refused_even_if_genuinely_signed() {
    let claims = BENCH.good().1.to_string();
    let rsa = BENCH.key(Algorithm::RS256);
    for other in [
        Algorithm::RS384,
        Algorithm::RS512,
        Algorithm::PS256,
        Algorithm::PS384,
        Algorithm::PS512,
    ] {
        let honest = json!({ "alg": other, "kid": rsa.kid }).to_string();
        let token = sign(&rsa, other, &honest, &claims).unwrap();
        assert_eq!(
            BENCH.verify(&token),
            Err(Refusal::Header("alg")),
            "{other:?}"
        );
        let disguised = json!({ "alg": "RS256", "kid": rsa.kid }).to_string();
        let token = sign(&rsa, other, &disguised, &claims).unwrap();
        assert_eq!(
            BENCH.verify(&token),
            Err(Refusal::BadSignature),
            "{other:?} as RS256"
        );
    }
    for named in [
        "HS256", "HS384", "HS512", "ES384", "ES512", "ES256K", "es256", "rs256", "RSA1_5", "dir",
    ] {
        let verdict = BENCH.with_header(|header| header["alg"] = json!(named));
        assert_eq!(verdict, Err(Refusal::Header("alg")), "{named}");
    }
    for shape in [json!(null), json!(256), json!(["ES256"]), json!({})] {
        assert_eq!(
            BENCH.with_header(|header| header["alg"] = shape.clone()),
            Err(Refusal::Header("alg"))
        );
    }
}

#[test]
fn a_public_key_is_no_hmac_secret() {
    let claims = BENCH.good().1.to_string();
    let rsa = BENCH.key(Algorithm::RS256);
    let pem = rsa.rsa_public_pem().unwrap();
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----"));
    let mut secrets = vec![pem.clone().into_bytes(), pem.trim_end().as_bytes().to_vec()];
    for algorithm in ALGORITHMS {
        let public = BENCH.key(algorithm).public;
        for part in ["n", "x"] {
            let Some(text) = public[part].as_str() else {
                continue;
            };
            secrets.push(text.as_bytes().to_vec());
            secrets.push(URL_SAFE_NO_PAD.decode(text).unwrap());
        }
    }
    for secret in secrets {
        for hmac in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            for algorithm in ALGORITHMS {
                let kid = BENCH.key(algorithm).kid;
                let forged = |named: Algorithm| {
                    let header = json!({ "alg": named, "kid": kid }).to_string();
                    let signed = format!("{}.{}", encoded(&header), encoded(&claims));
                    let key = EncodingKey::from_secret(&secret);
                    let mac = jsonwebtoken::crypto::sign(signed.as_bytes(), &key, hmac).unwrap();
                    BENCH.verify(&format!("{signed}.{mac}"))
                };
                assert_eq!(forged(hmac), Err(Refusal::Header("alg")));
                assert_eq!(forged(algorithm), Err(Refusal::BadSignature));
            }
        }
    }
}

#[test]
fn a_key_id_is_only_looked_up() {
    let strange = [
        "unknown",
        "../../../../dev/null",
        "https://attacker.example/jwks.json",
        "' OR '1'='1",
        "attribute_exists(pk)",
        "\u{0}",
        "é",
    ];
    for kid in strange {
        assert_eq!(
            BENCH.with_header(|header| header["kid"] = json!(kid)),
            Err(Refusal::UnknownKey),
            "{kid:?}"
        );
    }
    let unfit = [
        json!(""),
        json!("k".repeat(129)),
        json!(7),
        json!(null),
        json!(["a"]),
        json!({}),
    ];
    for kid in unfit {
        assert_eq!(
            BENCH.with_header(|header| header["kid"] = kid.clone()),
            Err(Refusal::Header("kid")),
            "{kid}"
        );
    }
    let huge = BENCH.with_header(|header| header["kid"] = json!("k".repeat(10_000)));
    assert_eq!(huge, Err(Refusal::Malformed));
    let none = BENCH.with_header(|header| drop(header.as_object_mut().unwrap().remove("kid")));
    assert_eq!(none, Err(Refusal::Header("kid")));
    // The id of another key of ours does not help either.
    let other = BENCH.key(Algorithm::EdDSA).kid;
    let verdict = BENCH.with_header(|header| header["kid"] = json!(other));
    assert_eq!(verdict, Err(Refusal::WrongAlgorithm));
}

#[test]
fn a_header_cannot_bring_its_own_key_or_rules() {
    let public = BENCH.key(Algorithm::ES256).public;
    let fields = [
        ("jwk", public),
        ("jku", json!("https://attacker.example/jwks.json")),
        ("x5u", json!("https://attacker.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["x"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
    ];
    for (field, value) in fields {
        let verdict = BENCH.with_header(|header| header[field] = value.clone());
        assert_eq!(verdict, Err(Refusal::Header(field)), "{field}: {value}");
    }
}

#[test]
fn a_token_of_another_type_is_no_access_token() {
    for kind in [
        json!("at+jwt"),
        json!("application/at+jwt"),
        json!("jwt"),
        json!("JWT"),
    ] {
        assert!(
            BENCH
                .with_header(|header| header["typ"] = kind.clone())
                .is_ok(),
            "{kind}"
        );
    }
    assert!(
        BENCH
            .with_header(|header| drop(header.as_object_mut().unwrap().remove("typ")))
            .is_ok()
    );
    for kind in [
        json!("id+jwt"),
        json!("logout+jwt"),
        json!("JWE"),
        json!(""),
        json!(null),
        json!(1),
    ] {
        let verdict = BENCH.with_header(|header| header["typ"] = kind.clone());
        assert_eq!(verdict, Err(Refusal::Header("typ")), "{kind}");
    }
}
