//! Files made smaller for the wire, once for each process.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};

use axum::body::Bytes;
use axum::http::HeaderValue;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::files::File;

/// Less than this is not worth it.
const LEAST: usize = 512;
/// The last step of brotli whose time does not show in a cold start.
const BROTLI: u32 = 7;
const BROTLI_WINDOW: u32 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Coding {
    Plain,
    Gzip,
    Brotli,
}

impl Coding {
    /// The smallest form that `Accept-Encoding` names and does not refuse.
    pub(crate) fn best(accepted: Option<&HeaderValue>, file: &File) -> Self {
        let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or("");
        let takes = |wanted: &str| {
            accepted.split(',').any(|one| {
                let mut parts = one.split(';').map(str::trim);
                let named = parts.next().unwrap_or_default();
                let refused = parts.any(|part| {
                    let weight = part.strip_prefix("q=").map(str::parse::<f32>);
                    matches!(weight, Some(Ok(weight)) if weight <= 0.0)
                });
                named.eq_ignore_ascii_case(wanted) && !refused
            })
        };
        match () {
            () if file.bytes.len() < LEAST => Self::Plain,
            () if takes("br") => Self::Brotli,
            () if takes("gzip") => Self::Gzip,
            () => Self::Plain,
        }
    }

    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

type Packed = Mutex<HashMap<(String, Coding), Bytes>>;

/// The bytes of the file in this coding.
pub(crate) fn packed(file: &File, coding: Coding) -> Bytes {
    if coding == Coding::Plain {
        return Bytes::copy_from_slice(&file.bytes);
    }
    static PACKED: OnceLock<Packed> = OnceLock::new();
    let known = PACKED.get_or_init(Mutex::default);
    let key = (file.digest().to_owned(), coding);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let bytes = known.entry(key).or_insert_with(|| pack(file, coding));
    bytes.clone()
}

fn pack(file: &File, coding: Coding) -> Bytes {
    let mut out = Vec::with_capacity(file.bytes.len() / 3);
    // Writing to memory does not fail.
    let _written = match coding {
        Coding::Brotli => {
            let mut writer = brotli::CompressorWriter::new(&mut out, 4096, BROTLI, BROTLI_WINDOW);
            writer.write_all(&file.bytes)
        }
        _ => {
            let mut writer = GzEncoder::new(&mut out, Compression::best());
            let written = writer.write_all(&file.bytes);
            written.and_then(|()| writer.finish().map(|_| ()))
        }
    };
    Bytes::from(out)
}
