//! Which certificates an identity provider may have.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

/// Trusts the roots that browsers do. They are part of the program, because
/// reading the system's store would be nine tenths of the start; where roots are
/// named (`SSL_CERT_FILE`, `SSL_CERT_DIR`), as for an identity provider with a
/// certificate of its own, those are read.
pub fn provider(named: bool) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    if named {
        let found = rustls_native_certs::load_native_certs();
        for error in found.errors {
            tracing::warn!(%error, "a certificate cannot be read");
        }
        roots.add_parsable_certificates(found.certs);
    } else {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
