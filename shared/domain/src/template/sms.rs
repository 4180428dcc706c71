//! Counting the parts of a text message as the networks do.

use serde::{Deserialize, Serialize};

/// The longest text message, in characters.
pub const SMS_MAX: usize = 1_600;

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: &str = "^{}\\[~]|€\u{c}";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// The networks' 7-bit alphabet: 160 characters in one part.
    Gsm7,
    /// Anything else: 70 in one part.
    Ucs2,
}

/// How a text message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Segments {
    pub encoding: Encoding,
    /// Parts that the network sends and charges.
    pub segments: u32,
    pub characters: u32,
}

/// Counts the parts of a message.
pub fn segments(text: &str) -> Segments {
    let gsm = text.chars().all(|c| gsm_units(c).is_some());
    let (encoding, alone, joined) = if gsm {
        (Encoding::Gsm7, 160, 153)
    } else {
        (Encoding::Ucs2, 70, 67)
    };
    let units = |c: char| {
        if gsm {
            gsm_units(c).unwrap_or(1)
        } else {
            c.len_utf16()
        }
    };
    let total: usize = text.chars().map(units).sum();
    let segments = if total <= alone {
        usize::from(total > 0)
    } else {
        packed(text.chars().map(units), joined)
    };
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Segments {
        encoding,
        segments: count(segments),
        characters: count(text.chars().count()),
    }
}

/// Parts needed when a character of two units must not be torn apart.
fn packed(units: impl Iterator<Item = usize>, room: usize) -> usize {
    let (mut parts, mut used) = (1, 0);
    for unit in units {
        if used + unit > room {
            parts += 1;
            used = 0;
        }
        used += unit;
    }
    parts
}

fn gsm_units(character: char) -> Option<usize> {
    if BASIC.contains(character) {
        Some(1)
    } else if EXTENSION.contains(character) {
        Some(2)
    } else {
        None
    }
}
