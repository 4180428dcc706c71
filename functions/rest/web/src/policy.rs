//! What a browser lets the pages do.

use std::collections::BTreeSet;

use url::Url;

/// The client asks for none of what a page may ask people for.
pub(crate) const PERMISSIONS: &str =
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()";

/// The page that shows the HTML of a template. Whatever is handed to it runs
/// nothing, sends nothing and stands in an origin of its own.
const PREVIEW: &str = "sandbox allow-scripts; default-src 'none'; script-src 'self'; \
     style-src 'unsafe-inline'; img-src https: data:; font-src https: data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

#[derive(Debug)]
pub(crate) struct Policies {
    client: String,
}

impl Policies {
    /// `connects` are addresses whose origins the client may talk to besides its own.
    pub(crate) fn new<'a>(connects: impl Iterator<Item = &'a str>) -> Self {
        let origins: BTreeSet<String> = connects.filter_map(origin).collect();
        let connects: String = origins.iter().map(|origin| format!(" {origin}")).collect();
        Self {
            client: format!(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                 connect-src 'self'{connects}; frame-src 'self'; manifest-src 'self'; \
                 base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'; trusted-types 'none'"
            ),
        }
    }

    pub(crate) fn of(&self, name: &str) -> &str {
        if name == "preview.html" {
            PREVIEW
        } else {
            &self.client
        }
    }
}

fn origin(address: &str) -> Option<String> {
    let origin = Url::parse(address.trim()).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}
