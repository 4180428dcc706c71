//! Fetching and forgetting the identity provider's keys.

use std::sync::Arc;

use authorize::jwks::Jwks;
use domain::Clock;
use jiff::SignedDuration;
use local::issuer::{Algorithm, Issuer, IssuerOptions};

/// A provider that answers on a port of its own, a clock, and a reader of keys.
struct Provider {
    issuer: Issuer,
    clock: Clock,
    jwks: Jwks,
}

impl Provider {
    async fn start() -> Self {
        let clock = Clock::system();
        let options = IssuerOptions {
            issuer: "https://login.school.example".to_owned(),
            audience: "campanile".to_owned(),
            clock: clock.clone(),
            folder: None,
            people: Arc::new(|| Box::pin(async { Vec::new() })),
        };
        let issuer = Issuer::new(options).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!(
            "http://{}/.well-known/jwks.json",
            listener.local_addr().unwrap()
        );
        let router = issuer.router();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let tls = authorize::trust::provider(false).unwrap();
        let jwks = Jwks::new(url, tls, clock.clone()).unwrap();
        Self {
            issuer,
            clock,
            jwks,
        }
    }

    fn wait(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    fn kid(&self) -> String {
        self.issuer.signing_key(Algorithm::ES256).unwrap().kid
    }

    async fn knows(&self, kid: &str) -> bool {
        self.jwks.keys().await.unwrap().get(kid).is_some()
    }
}

#[tokio::test]
async fn keys_are_fetched_once_for_a_crowd() {
    let provider = Provider::start().await;
    let crowd = (0..50).map(|_| provider.jwks.keys());
    for keys in futures::future::join_all(crowd).await {
        assert_eq!(keys.unwrap().len(), 3);
    }
    assert_eq!(provider.issuer.fetches(), 1);
}

#[tokio::test]
async fn made_up_key_ids_cause_one_fetch_a_minute() {
    let provider = Provider::start().await;
    provider.jwks.keys().await.unwrap();
    for _ in 0..100 {
        provider.jwks.keys_again().await.unwrap();
    }
    assert_eq!(provider.issuer.fetches(), 1);
    provider.wait(61);
    for _ in 0..100 {
        provider.jwks.keys_again().await.unwrap();
    }
    assert_eq!(provider.issuer.fetches(), 2);
}

#[tokio::test]
async fn a_new_key_is_found_when_a_token_names_it() {
    let provider = Provider::start().await;
    let old = provider.kid();
    assert!(provider.knows(&old).await);
    provider.issuer.rotate().unwrap();
    provider.wait(61);
    let keys = provider.jwks.keys_again().await.unwrap();
    assert!(keys.get(&provider.kid()).is_some());
    assert!(keys.get(&old).is_some(), "the old key overlaps");
}

#[tokio::test]
async fn a_withdrawn_key_is_forgotten_within_five_minutes() {
    let provider = Provider::start().await;
    let old = provider.kid();
    assert!(provider.knows(&old).await);
    provider.issuer.rotate().unwrap();
    provider.issuer.withdraw(&old).unwrap();
    provider.wait(300);
    assert!(!provider.knows(&old).await);
}

#[tokio::test]
async fn a_provider_that_is_down_locks_nobody_out_for_a_day() {
    let provider = Provider::start().await;
    let kid = provider.kid();
    assert!(provider.knows(&kid).await);
    provider.issuer.set_down(true);
    for hours in [1, 12] {
        provider.wait(hours * 3600);
        assert!(provider.knows(&kid).await, "after {hours} more hours");
    }
    provider.wait(11 * 3600);
    assert!(provider.jwks.keys().await.is_err(), "a day is over");
    assert!(provider.jwks.keys_again().await.is_err());
    provider.issuer.set_down(false);
    provider.wait(11);
    assert!(provider.knows(&kid).await);
}

#[tokio::test]
async fn without_any_keys_nobody_is_let_in() {
    let provider = Provider::start().await;
    provider.issuer.set_down(true);
    for _ in 0..20 {
        assert!(provider.jwks.keys().await.is_err());
    }
    assert_eq!(
        provider.issuer.fetches(),
        1,
        "a provider in trouble is not hammered"
    );
}
