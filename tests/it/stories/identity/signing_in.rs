//! Signing in from a browser: the authorization code with PKCE at the local
//! stack's provider, which is no laxer than that of an organisation.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use it::World;
use local::issuer::PASSWORD;
use reqwest::{Client, Response, StatusCode, Url, redirect};
use serde_json::Value;

/// The pair of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

struct Browser {
    client: Client,
    url: String,
    page: String,
}

impl Browser {
    fn at(world: &World) -> Self {
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none());
        Self {
            client: client.build().unwrap(),
            url: world.url(),
            page: format!("{}/", world.url()),
        }
    }

    fn asked<'a>(&'a self, changed: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
        let usual = [
            ("response_type", "code"),
            ("client_id", "campanile-web"),
            ("redirect_uri", self.page.as_str()),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("scope", "openid profile"),
            ("state", "state-1"),
            ("nonce", "nonce-1"),
        ];
        let (name, value) = changed;
        let kept = usual.into_iter().filter(|(known, _)| *known != name);
        kept.chain([(name, value)]).collect()
    }

    async fn page(&self, changed: (&str, &str)) -> Response {
        let address = format!("{}/authorize", self.url);
        let address = Url::parse_with_params(&address, self.asked(changed)).unwrap();
        self.client.get(address).send().await.unwrap()
    }

    async fn choose(&self, person: &str, password: &str, changed: (&str, &str)) -> Response {
        let mut fields = self.asked(changed);
        fields.extend([("person", person), ("password", password)]);
        self.post("/authorize", &fields).await
    }

    /// Somebody has signed in and was sent back: the code in the address.
    async fn code(&self) -> String {
        let answer = self
            .choose("hillside/head", PASSWORD, ("state", "state-1"))
            .await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let back = answer.headers()["location"].to_str().unwrap();
        assert!(back.starts_with(&self.page), "{back}");
        let back = Url::parse(back).unwrap();
        let value = |wanted: &str| {
            let mut pairs = back.query_pairs();
            let found = pairs.find(|(name, _)| name == wanted);
            found
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        assert_eq!(value("state"), "state-1");
        assert_eq!(value("iss"), self.url);
        value("code")
    }

    async fn redeem(&self, code: &str, changed: (&str, &str)) -> (StatusCode, Value) {
        let usual = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.page.as_str()),
            ("client_id", "campanile-web"),
            ("code_verifier", VERIFIER),
        ];
        let (name, value) = changed;
        let kept = usual.into_iter().filter(|(known, _)| *known != name);
        let fields: Vec<_> = kept.chain([(name, value)]).collect();
        let answer = self.post("/token", &fields).await;
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let status = answer.status();
        let body = answer.text().await.unwrap();
        (status, serde_json::from_str(&body).unwrap())
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let none: [(&str, &str); 0] = [];
        let mut form = Url::parse_with_params("http://form.invalid/", none).unwrap();
        form.query_pairs_mut().extend_pairs(fields);
        self.client
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.query().unwrap_or_default().to_owned())
            .send()
            .await
            .unwrap()
    }
}

async fn demonstration() -> World {
    World::builder().demonstration().start().await
}

/// What a token says; the services check its signature.
fn claims(token: &str) -> Value {
    let body = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
}

#[tokio::test]
async fn a_code_is_redeemed_for_a_token_with_which_the_service_knows_the_person() {
    let world = demonstration().await;
    local::demo::seed(&world, |_, _| {}).await.unwrap();
    let browser = Browser::at(&world);
    let page = browser.page(("state", "state-1")).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert!(
        page.text()
            .await
            .unwrap()
            .contains("value=\"hillside/head\"")
    );

    let code = browser.code().await;
    let (status, answer) = browser.redeem(&code, ("code", &code)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let token = answer["access_token"].as_str().unwrap();
    let me = browser
        .client
        .get(format!("{}/v1/users/me", browser.url))
        .bearer_auth(token);
    let me = me.send().await.unwrap().text().await.unwrap();
    let me: Value = serde_json::from_str(&me).unwrap();
    assert_eq!(me["id"], "head", "{me}");

    let identity = claims(answer["id_token"].as_str().unwrap());
    assert_eq!(identity["nonce"], "nonce-1");
    assert_eq!(identity["aud"], "campanile-web");
    assert_eq!(identity["iss"], browser.url);
}

#[tokio::test]
async fn a_code_is_good_once() {
    let world = demonstration().await;
    let browser = Browser::at(&world);
    let code = browser.code().await;
    assert_eq!(
        browser.redeem(&code, ("code", &code)).await.0,
        StatusCode::OK
    );
    let (status, answer) = browser.redeem(&code, ("code", &code)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(answer["error"], "invalid_grant");
}

#[tokio::test]
async fn a_code_is_of_no_use_to_anybody_else() {
    let world = demonstration().await;
    let browser = Browser::at(&world);
    for wrong in [
        (
            "code_verifier",
            "another-verifier-that-is-long-enough-000000",
        ),
        ("redirect_uri", "http://localhost:1/"),
        ("client_id", "somebody-else"),
        ("grant_type", "password"),
        ("code", "made-up"),
    ] {
        let code = browser.code().await;
        let (status, answer) = browser.redeem(&code, wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong:?}");
        assert_eq!(answer["error"], "invalid_grant", "{wrong:?}");
    }
}

#[tokio::test]
async fn a_code_is_dead_after_a_minute() {
    let world = demonstration().await;
    let browser = Browser::at(&world);
    let code = browser.code().await;
    world.later(61).await;
    let (status, _) = browser.redeem(&code, ("code", &code)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nobody_is_sent_back_to_a_strange_place_or_without_pkce() {
    let world = demonstration().await;
    let browser = Browser::at(&world);
    for wrong in [
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", "http://localhost.evil.example/"),
        ("redirect_uri", "not an address"),
        ("response_type", "token"),
        ("code_challenge_method", "plain"),
        ("code_challenge", ""),
    ] {
        let page = browser.page(wrong).await;
        assert_eq!(page.status(), StatusCode::BAD_REQUEST, "{wrong:?}");
        let chosen = browser.choose("hillside/head", PASSWORD, wrong).await;
        assert_eq!(chosen.status(), StatusCode::BAD_REQUEST, "{wrong:?}");
        assert!(chosen.headers().get("location").is_none(), "{wrong:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_or_person_gets_no_code() {
    let world = demonstration().await;
    let browser = Browser::at(&world);
    for (person, password) in [
        ("hillside/head", "wrong"),
        ("hillside/nobody", PASSWORD),
        ("lumen/head", PASSWORD),
    ] {
        let answer = browser.choose(person, password, ("state", "s")).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert!(answer.headers().get("location").is_none());
    }
}
