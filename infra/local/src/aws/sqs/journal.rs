//! An append-only record of a queue, so that a kill loses nothing accepted.
//!
//! Every change is handed to the operating system before the caller hears of
//! it; it is not forced to the disk, since a killed process is the failure to
//! survive here and a power cut is not.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::message::Message;

/// Beyond this size a journal of an empty queue starts anew.
const WORTH_CUTTING: u64 = 1024 * 1024;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Record {
    Put(Box<Message>),
    Deleted(u64),
    Received { seq: u64, count: u32, first_ms: i64 },
}

#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    written: u64,
}

impl Journal {
    /// Replays the journal of `name` in `folder`, rewrites it without what is
    /// gone, and opens it for appending.
    pub(super) fn open(folder: &Path, name: &str) -> io::Result<(Self, Vec<Message>)> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(format!("{name}.jsonl"));
        let messages = replay(&path)?;
        rewrite(&path, &messages)?;
        let file = OpenOptions::new().append(true).create(true).open(&path)?;
        let written = file.metadata()?.len();
        Ok((Self { file, written }, messages))
    }

    pub(super) fn put(&mut self, message: &Message) {
        self.append(&Record::Put(Box::new(message.clone())));
    }

    pub(super) fn received(&mut self, message: &Message, now_ms: i64) {
        let first_ms = message.first_received_ms.unwrap_or(now_ms);
        self.append(&Record::Received {
            seq: message.seq,
            count: message.received,
            first_ms,
        });
    }

    pub(super) fn deleted(&mut self, seq: u64, now_empty: bool) {
        self.append(&Record::Deleted(seq));
        if now_empty && self.written > WORTH_CUTTING && self.file.set_len(0).is_ok() {
            self.written = 0;
        }
    }

    fn append(&mut self, record: &Record) {
        let Ok(mut line) = serde_json::to_vec(record) else {
            return;
        };
        line.push(b'\n');
        match self.file.write_all(&line) {
            Ok(()) => self.written += line.len() as u64,
            Err(error) => tracing::error!(%error, "a queue's journal could not be written"),
        }
    }
}

fn replay(path: &PathBuf) -> io::Result<Vec<Message>> {
    let mut messages = BTreeMap::new();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    for line in BufReader::new(file).split(b'\n') {
        // A kill may have cut the last line short; its sender got no answer.
        let Ok(record) = serde_json::from_slice(&line?) else {
            continue;
        };
        match record {
            Record::Put(message) => {
                messages.insert(message.seq, *message);
            }
            Record::Deleted(seq) => {
                messages.remove(&seq);
            }
            Record::Received {
                seq,
                count,
                first_ms,
            } => {
                if let Some(message) = messages.get_mut(&seq) {
                    message.received = count;
                    message.first_received_ms = Some(first_ms);
                }
            }
        }
    }
    Ok(messages.into_values().collect())
}

fn rewrite(path: &Path, messages: &[Message]) -> io::Result<()> {
    let fresh = path.with_extension("jsonl.new");
    let mut file = BufWriter::new(File::create(&fresh)?);
    for message in messages {
        serde_json::to_writer(&mut file, &Record::Put(Box::new(message.clone())))?;
        file.write_all(b"\n")?;
    }
    file.into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .sync_all()?;
    std::fs::rename(fresh, path)
}
