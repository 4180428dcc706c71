//! Every e-mail and text that the stack accepted, instead of sending it.
//!
//! It is also the truth of the fault harness: what is in here was accepted by
//! the provider, whatever the system's own log believes.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

/// Bodies are kept for this many items; older ones keep everything else.
const BODIES: usize = 20_000;

/// What the simulated provider did with an accepted item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    #[default]
    Delivered,
    Bounced,
    Complained,
    Rejected,
    OptedOut,
}

/// One accepted e-mail.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Email {
    pub from: String,
    pub cc: Vec<String>,
    pub bcc: Vec<String>,
    pub reply_to: Vec<String>,
    pub subject: String,
    pub html: Option<String>,
    pub text: Option<String>,
    pub headers: Vec<(String, String)>,
    pub tags: BTreeMap<String, String>,
    pub configuration_set: Option<String>,
    /// The source of a message that was sent raw.
    pub raw: Option<String>,
}

/// One accepted text message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Text {
    pub body: String,
    pub segments: usize,
    pub sender: Option<String>,
    pub kind: Option<String>,
}

/// The two kinds of things in the mailbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub enum Content {
    Email(Email),
    Sms(Text),
}

/// An accepted item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub id: String,
    pub at: Timestamp,
    pub to: Vec<String>,
    pub fate: Fate,
    #[serde(flatten)]
    pub content: Content,
}

impl Item {
    pub fn email(&self) -> Option<&Email> {
        match &self.content {
            Content::Email(email) => Some(email),
            Content::Sms(_) => None,
        }
    }

    pub fn sms(&self) -> Option<&Text> {
        match &self.content {
            Content::Sms(text) => Some(text),
            Content::Email(_) => None,
        }
    }

    fn without_body(&self) -> Self {
        let mut item = self.clone();
        match &mut item.content {
            Content::Email(email) => {
                (email.html, email.text, email.raw) = (None, None, None);
            }
            Content::Sms(text) => text.body = String::new(),
        }
        item
    }
}

/// Which items a listing wants; the default is all, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub id: Option<String>,
    pub to: Option<String>,
    /// `email` or `sms`.
    pub channel: Option<String>,
    pub subject: Option<String>,
    /// A tag as `name=value`.
    pub tag: Option<String>,
    pub limit: Option<usize>,
}

impl Filter {
    fn takes(&self, item: &Item) -> bool {
        let email = item.email();
        let channel = if email.is_some() { "email" } else { "sms" };
        let tagged = |tag: &str| {
            let (name, value) = tag.split_once('=').unwrap_or((tag, ""));
            email.is_some_and(|email| email.tags.get(name).is_some_and(|found| found == value))
        };
        self.id.as_ref().is_none_or(|id| *id == item.id)
            && self
                .to
                .as_ref()
                .is_none_or(|to| item.to.iter().any(|found| found.eq_ignore_ascii_case(to)))
            && self.channel.as_ref().is_none_or(|wanted| wanted == channel)
            && self
                .subject
                .as_ref()
                .is_none_or(|part| email.is_some_and(|e| e.subject.contains(part.as_str())))
            && self.tag.as_deref().is_none_or(tagged)
    }
}

/// How much was accepted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub emails: u64,
    pub texts: u64,
}

/// The accepted items, shared by SES, SNS, the mailbox page and the harness.
#[derive(Debug, Clone)]
pub struct Mailbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    inner: Mutex<Inner>,
    arrivals: broadcast::Sender<Arc<Item>>,
}

#[derive(Debug, Default)]
struct Inner {
    items: VecDeque<Arc<Item>>,
    /// Index of the oldest item that still has its body.
    stripped: usize,
    counts: Counts,
    file: Option<File>,
}

impl Default for Mailbox {
    fn default() -> Self {
        let (arrivals, _) = broadcast::channel(1024);
        Self(Arc::new(Shared {
            inner: Mutex::default(),
            arrivals,
        }))
    }
}

impl Mailbox {
    /// A mailbox that appends to `mailbox.jsonl` in `folder`.
    pub fn open(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join("mailbox.jsonl");
        let mailbox = Self::default();
        if let Ok(file) = File::open(&path) {
            for line in BufReader::new(file).lines() {
                if let Ok(item) = serde_json::from_str(&line?) {
                    mailbox.lock().push(Arc::new(item));
                }
            }
        }
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        mailbox.lock().file = Some(file);
        Ok(mailbox)
    }

    pub(super) fn accept(&self, item: Item) {
        let item = Arc::new(item);
        let mut inner = self.lock();
        if let Some(file) = &mut inner.file
            && let Ok(mut line) = serde_json::to_vec(&*item)
        {
            line.push(b'\n');
            if let Err(error) = file.write_all(&line) {
                tracing::error!(%error, "the mailbox could not be written");
            }
        }
        inner.push(Arc::clone(&item));
        drop(inner);
        // Nobody listening is the usual case.
        let _ = self.0.arrivals.send(item);
    }

    /// The items that `filter` takes, newest first.
    pub fn list(&self, filter: &Filter) -> Vec<Arc<Item>> {
        let inner = self.lock();
        let wanted = inner.items.iter().rev().filter(|item| filter.takes(item));
        wanted
            .take(filter.limit.unwrap_or(usize::MAX))
            .cloned()
            .collect()
    }

    pub fn get(&self, id: &str) -> Option<Arc<Item>> {
        self.lock()
            .items
            .iter()
            .rev()
            .find(|item| item.id == id)
            .cloned()
    }

    pub fn counts(&self) -> Counts {
        self.lock().counts
    }

    /// How many e-mails were accepted for each value of a tag.
    pub fn accepts_by_tag(&self, tag: &str) -> BTreeMap<String, u32> {
        let mut accepts = BTreeMap::new();
        for item in &self.lock().items {
            if let Some(value) = item.email().and_then(|email| email.tags.get(tag)) {
                *accepts.entry(value.clone()).or_default() += 1;
            }
        }
        accepts
    }

    /// How many items were accepted for each recipient.
    pub fn accepts_by_recipient(&self) -> BTreeMap<String, u32> {
        let mut accepts = BTreeMap::new();
        for item in &self.lock().items {
            for to in &item.to {
                *accepts.entry(to.clone()).or_default() += 1;
            }
        }
        accepts
    }

    pub fn clear(&self) {
        let mut inner = self.lock();
        inner.items.clear();
        inner.stripped = 0;
        inner.counts = Counts::default();
        if let Some(Err(error)) = inner.file.as_ref().map(|file| file.set_len(0)) {
            tracing::error!(%error, "the mailbox could not be emptied");
        }
    }

    /// Every item accepted from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Item>> {
        self.0.arrivals.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn push(&mut self, item: Arc<Item>) {
        match &item.content {
            Content::Email(_) => self.counts.emails += 1,
            Content::Sms(_) => self.counts.texts += 1,
        }
        self.items.push_back(item);
        if self.items.len() - self.stripped > BODIES {
            if let Some(old) = self.items.get_mut(self.stripped) {
                *old = Arc::new(old.without_body());
            }
            self.stripped += 1;
        }
    }
}
