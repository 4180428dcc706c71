//! Which certificates the SDK's connections trust.
//!
//! The endpoints of AWS have certificates of Amazon Trust Services. Reading its
//! five roots takes a hundredth of the time that the whole store of the system
//! takes, which otherwise is nine tenths of the CPU time of a function's start.
//! A custom store should hold all five, says
//! <https://www.amazontrust.com/repository/>.

use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// Amazon Root CA 1–4 and Starfield Services Root Certificate Authority – G2.
/// The first of them ends at the last day of 2037.
const AMAZON: &[u8] = include_bytes!("amazon-roots.pem");

/// Whether other certificates are named, as a proxy that looks into connections
/// needs it.
pub(crate) fn names_roots(get: impl Fn(&str) -> Option<String>) -> bool {
    let named = |name: &&str| get(name).is_some_and(|value| !value.is_empty());
    ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().any(named)
}

/// The connections of all clients: to Amazon's roots, or to those of the system
/// where they are named, and in the regions of China, which others run.
pub(crate) fn http_client(named: bool, region: Option<String>) -> SharedHttpClient {
    let ring = Provider::Rustls(CryptoMode::Ring);
    let http = aws_smithy_http_client::Builder::new().tls_provider(ring);
    let china = region.is_some_and(|region| region.starts_with("cn-"));
    match amazon() {
        Some(context) if !named && !china => {
            SharedHttpClient::new(WhenNeeded(http.tls_context(context).build_https()))
        }
        _ => http.build_https(),
    }
}

fn amazon() -> Option<TlsContext> {
    let store = TrustStore::empty().with_pem_certificate(AMAZON);
    TlsContext::builder().with_trust_store(store).build().ok()
}

/// Makes its first connector for the first request. A client otherwise makes
/// one while it is built, only to see that it can: each client of a function
/// would do so, and the roots are known to be good.
#[derive(Debug)]
struct WhenNeeded(SharedHttpClient);

impl HttpClient for WhenNeeded {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use rustls_pki_types::CertificateDer;
    use rustls_pki_types::pem::PemObject;
    use sha2::{Digest, Sha256};

    use super::*;

    /// SHA-256 of the subject public key information, as Amazon publishes them.
    const PUBLISHED: [&str; 5] = [
        "fbe3018031f9586bcbf41727e417b7d1c45c2f47f93be372a17b96b50757d5a2",
        "7f4296fc5b6a4e3b35d3c369623e364ab1af381d8fa7121533c9d6c633ea2461",
        "36abc32656acfc645c61b71613c4bf21c787f5cabbee48348d58597803d7abc9",
        "f7ecded5c66047d28ed6466b543c40e0743abe81d109254dcf845d4c2c7853c5",
        "2b071c59a0a0ae76b0eadb2bad23bad4580b69c3601b630c2eaf0613afa83f92",
    ];

    /// The key information with the header of its DER sequence.
    fn sequence(content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let header = match length {
            0..0x80 => vec![0x30, length as u8],
            0x80..0x100 => vec![0x30, 0x81, length as u8],
            _ => vec![0x30, 0x82, (length >> 8) as u8, length as u8],
        };
        [header.as_slice(), content].concat()
    }

    #[test]
    fn the_roots_have_the_keys_that_amazon_publishes() {
        let keys = CertificateDer::pem_slice_iter(AMAZON).map(|root| {
            let root = root.expect("a certificate");
            let anchor = webpki::anchor_from_trusted_cert(&root).expect("a root");
            let key = sequence(anchor.subject_public_key_info.as_ref());
            HEXLOWER.encode(&Sha256::digest(key))
        });
        assert_eq!(keys.collect::<Vec<_>>(), PUBLISHED);
    }

    #[test]
    fn roots_are_named_by_the_variables_that_others_read_too() {
        let of = |name: &'static str, value: &'static str| {
            names_roots(move |asked| (asked == name).then(|| value.to_owned()))
        };
        assert!(of("SSL_CERT_FILE", "/etc/ssl/proxy.pem"));
        assert!(!of("SSL_CERT_FILE", ""));
        assert!(!of("AWS_REGION", "eu-west-2"));
    }
}
