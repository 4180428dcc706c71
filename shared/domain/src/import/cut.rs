//! Cutting CSV at the ends of its records.

use csv::{ByteRecord, ReaderBuilder};
use serde::{Deserialize, Serialize};

use super::{CHUNK_BYTES, CHUNK_ROWS, ROW_BYTES};
use crate::digest::fingerprint;
use crate::problem::FieldError;

/// What is known of a piece without its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PieceFacts {
    /// Line of the piece's first record in its part, from 1.
    #[serde(rename = "l")]
    pub first_line: u64,
    #[serde(rename = "r")]
    pub rows: u32,
}

/// Some whole records of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    pub facts: PieceFacts,
    pub text: &'a str,
}

/// A text in pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut<'a> {
    /// The header's fields, if a header was asked for.
    pub header: Option<Vec<String>>,
    /// Mark of the first record, header or not.
    pub first: String,
    pub pieces: Vec<Piece<'a>>,
    pub lines: u64,
}

/// Cuts a text into pieces of whole records, at most [`CHUNK_ROWS`] and
/// [`CHUNK_BYTES`] each. With `header`, the first record is kept apart.
pub fn cut(text: &str, header: bool) -> Result<Cut<'_>, FieldError> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut reader = reader(text);
    let mut record = ByteRecord::new();
    let mut found = Cut {
        header: None,
        first: String::new(),
        pieces: Vec::new(),
        lines: 0,
    };
    let mut open: Option<(usize, PieceFacts)> = None;
    let mut is_first = true;
    let mut lines = Lines::new(text);
    loop {
        let start = lines.start_of(reader.position().byte());
        let more = reader
            .read_byte_record(&mut record)
            .map_err(|_| FieldError::new("", "bad_csv", "This is not CSV."))?;
        let line = lines.line;
        if !more {
            close(&mut found, text, &mut open, text.len());
            break;
        }
        let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        if end - start > ROW_BYTES {
            let message = format!(
                "The row in line {line} is longer than {} KiB; is a quotation mark missing?",
                ROW_BYTES / 1024
            );
            return Err(FieldError::new(format!("line {line}"), "too_long", message));
        }
        if is_first {
            is_first = false;
            found.first = mark(&record);
            if header {
                found.header = Some(fields(&record));
                continue;
            }
        }
        let full = open.is_some_and(|(from, facts)| {
            facts.rows as usize == CHUNK_ROWS || end - from > CHUNK_BYTES
        });
        if full {
            close(&mut found, text, &mut open, start);
        }
        let (_, facts) = open.get_or_insert((
            start,
            PieceFacts {
                first_line: line,
                rows: 0,
            },
        ));
        facts.rows += 1;
    }
    found.lines = text.bytes().filter(|byte| *byte == b'\n').count() as u64
        + u64::from(!text.is_empty() && !text.ends_with('\n'));
    Ok(found)
}

/// The fields of a text's first record.
pub fn first_record(text: &str) -> Option<Vec<String>> {
    let mut record = ByteRecord::new();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    reader(text)
        .read_byte_record(&mut record)
        .is_ok_and(|found| found)
        .then(|| fields(&record))
}

/// Tells in which line a record begins. The reader's own count is off by the
/// line breaks that it skips between records.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    pub line: u64,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// Goes on to the record that the reader finds from `byte` on, and tells
    /// its first byte.
    pub fn start_of(&mut self, byte: u64) -> usize {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(next) = self.text.get(self.at) {
            if self.at >= byte && !matches!(next, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*next == b'\n');
            self.at += 1;
        }
        self.at
    }
}

pub(super) fn reader(text: &str) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

fn close<'a>(
    found: &mut Cut<'a>,
    text: &'a str,
    open: &mut Option<(usize, PieceFacts)>,
    end: usize,
) {
    if let Some((from, facts)) = open.take() {
        found.pieces.push(Piece {
            facts,
            text: text.get(from..end).unwrap_or_default(),
        });
    }
}

fn fields(record: &ByteRecord) -> Vec<String> {
    let texts = record.iter().map(String::from_utf8_lossy);
    texts.map(|field| field.trim().to_owned()).collect()
}

fn mark(record: &ByteRecord) -> String {
    let fields = fields(record);
    let lower: Vec<String> = fields.iter().map(|field| field.to_lowercase()).collect();
    let parts: Vec<&str> = lower.iter().map(String::as_str).collect();
    fingerprint(&parts, 26)
}
