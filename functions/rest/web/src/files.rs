//! The files of the client, as they were when the function was built. A debug
//! build reads them from `infra/web` each time, so that a reload shows a change.

use std::borrow::Cow;
use std::sync::OnceLock;

use data_encoding::HEXLOWER;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::packed::Coding;

#[derive(RustEmbed)]
#[folder = "../../../infra/web/"]
struct Embedded;

/// One file, with what answers about it need.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Cow<'static, [u8]>,
    digest: String,
}

impl File {
    fn new(name: &str, bytes: Cow<'static, [u8]>) -> Self {
        let digest = HEXLOWER.encode(&Sha256::digest(&bytes));
        Self {
            name: name.to_owned(),
            bytes,
            digest: digest.chars().take(20).collect(),
        }
    }

    /// A strong validator: each coding of the file has its own.
    pub(crate) fn tag(&self, coding: Coding) -> String {
        let coding = coding.name().unwrap_or("id");
        format!("\"{}-{coding}\"", self.digest)
    }

    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether a browser shows it as a page.
    pub(crate) fn is_document(&self) -> bool {
        self.name.ends_with(".html")
    }

    pub(crate) fn media_type(&self) -> &'static str {
        match self.name.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("json" | "webmanifest") => "application/json",
            _ => "text/plain; charset=utf-8",
        }
    }
}

pub(crate) fn find(name: &str) -> Option<File> {
    Embedded::get(name).map(|found| File::new(name, found.data))
}

/// The one page of the client. What it names relative to itself lies below
/// `/web/`, with the release in its path: files of one release only ever meet
/// each other, and may be kept for ever.
pub(crate) fn page() -> Option<File> {
    let found = find("index.html")?;
    let text = String::from_utf8(found.bytes.into_owned()).ok()?;
    let text = text.replace("=\"./", &format!("=\"/web/{}/", release()));
    Some(File::new("index.html", text.into_bytes().into()))
}

/// Whether what lies below this release never changes.
pub(crate) fn keeps(asked: &str) -> bool {
    !cfg!(debug_assertions) && asked == release()
}

/// The name of everything together.
fn release() -> &'static str {
    static RELEASE: OnceLock<String> = OnceLock::new();
    RELEASE.get_or_init(|| {
        if cfg!(debug_assertions) {
            return "dev".to_owned();
        }
        let mut all = Sha256::new();
        for name in Embedded::iter() {
            all.update(name.as_bytes());
            if let Some(found) = Embedded::get(&name) {
                all.update(found.metadata.sha256_hash());
            }
        }
        HEXLOWER.encode(&all.finalize()).chars().take(12).collect()
    })
}
