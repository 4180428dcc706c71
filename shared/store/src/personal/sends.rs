//! Sends: what somebody caused, and what names them. A send stays with its
//! figures; what it says of the person goes, and the notifications that said it
//! are taken out of the feeds of the others.

use std::collections::BTreeSet;

use domain::audience::{Audience, Expression as Target};
use domain::ids::{MessageId, UserId};
use domain::message::REFERENCE;
use domain::operation::{ERASED_TEXT, Page};
use domain::retention::PERSONAL;
use domain::send::{Content, Origin, Send};
use domain::tasks::{Envelope, RetractCursor, Task};
use serde_json::{Value, json};

use super::{Section, Subject};
use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::rooms::value;
use crate::table::{Filter, Range, s};
use crate::transaction::{Expression, Refused};
use crate::{Rows, Store, keys};

pub(super) const SECTION: Section = Section {
    name: "sends",
    export: Some(|store, subject, cursor| Box::pin(export(store, subject, cursor))),
    erase: Some(|store, subject, cursor| Box::pin(erase(store, subject, cursor))),
};

/// Sends that one page looks at.
const LOOK: u32 = 200;

async fn export(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let by = Filter {
        expression: "#actor = :actor".to_owned(),
        names: [("#actor".to_owned(), "actor".to_owned())].into(),
        values: [(":actor".to_owned(), s(subject.id().as_str()))].into(),
    };
    let rows: Rows<Send> = store
        .rows(&Range {
            after: cursor,
            limit: Some(LOOK),
            filter: Some(by),
            ..Range::of(keys::sends(&subject.tenant))
        })
        .await?;
    let records = rows.items.into_iter().map(|send| {
        let record = json!({
            "id": send.id, "kind": send.kind, "title": send.content.title,
            "body": send.content.body, "channels": send.channels, "created_at": send.created_at,
        });
        (send.id.to_string(), record)
    });
    Ok(Page {
        records: records.collect(),
        next: rows.more,
    })
}

async fn erase(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let rows: Rows<Send> = store
        .rows(&Range {
            after: cursor,
            limit: Some(LOOK),
            consistent: true,
            ..Range::of(keys::sends(&subject.tenant))
        })
        .await?;
    let told: BTreeSet<MessageId> = rows.items.iter().filter_map(told_of).collect();
    let messages = store.stored_texts(&subject.tenant, told.iter()).await?;
    for send in rows.items {
        let mut after = redacted(&send, subject);
        // Who was told of an answer was told its subject, which the person may
        // have chosen; the section before this has taken it out of the answer.
        let message = told_of(&send).and_then(|id| messages.get(&id));
        if let Some(message) = message.filter(|one| one.subject.contains(ERASED_TEXT)) {
            after.content.body.clone_from(&message.subject);
        }
        if after.content != send.content || after.audience != send.audience {
            store.redact_send(subject, &send, &after).await?;
        }
    }
    Ok(Page {
        records: Vec::new(),
        next: rows.more,
    })
}

/// The message that a send tells of.
fn told_of(send: &Send) -> Option<MessageId> {
    let reference = send.reference.as_ref()?;
    let told = reference.kind == REFERENCE && send.origin != Origin::Broadcast;
    told.then(|| reference.id.parse().ok()).flatten()
}

/// A send without what it says of the person.
fn redacted(send: &Send, subject: &Subject) -> Send {
    let mut after = send.clone();
    let user = subject.id();
    let personal = PERSONAL.iter().any(|prefix| send.kind.starts_with(prefix));
    let include = &send.audience.include;
    let theirs = !include.is_empty() && include.iter().all(|one| is(one, user));
    if (personal && send.actor == *user) || theirs {
        after.content = Content {
            title: ERASED_TEXT.to_owned(),
            templates: send.content.templates.clone(),
            ..Content::default()
        };
    }
    let content = &mut after.content;
    for text in [&mut content.title, &mut content.body] {
        *text = without(text, subject);
    }
    for (_, value) in content.variables.iter_mut() {
        cleaned(value, subject);
    }
    unaddressed(&mut after.audience, subject);
    after
}

/// Whether what is sent there is about the person: to them, or to those who
/// look after them.
fn is(target: &Target, user: &UserId) -> bool {
    matches!(target, Target::User { id, .. } | Target::GuardiansOfUser { id, .. } if id == user)
}

/// Whether a value is a part of the person's name and nothing else.
fn is_name(text: &str, subject: &Subject) -> bool {
    let name = subject.erasing.as_ref().map_or("", |facts| &facts.name);
    let text = text.trim();
    !text.is_empty() && name.split_whitespace().any(|part| part == text)
}

fn cleaned(value: &mut Value, subject: &Subject) {
    match value {
        Value::String(text) if is_name(text, subject) => *text = subject.pseudonym(),
        Value::String(text) => *text = without(text, subject),
        Value::Array(values) => values.iter_mut().for_each(|value| cleaned(value, subject)),
        Value::Object(fields) => fields
            .iter_mut()
            .for_each(|(_, value)| cleaned(value, subject)),
        _ => {}
    }
}

/// A text with the pseudonym in place of name, address and number.
fn without(text: &str, subject: &Subject) -> String {
    let name = subject.erasing.as_ref().map(|facts| facts.name.clone());
    // Somebody who is called "Al" is not taken out of "All pupils".
    let name = name.filter(|name| name.chars().count() > 2);
    let words = name.into_iter().chain(subject.addresses());
    words.fold(text.to_owned(), |text, word| {
        whole_words(&text, &word, &subject.pseudonym())
    })
}

/// Replaces what stands as a word of its own.
fn whole_words(text: &str, word: &str, by: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, from) = rest.split_at(at);
        let behind = &from[word.len()..];
        let starts = before.chars().next_back().or(made.chars().next_back());
        let begins = !starts.is_some_and(char::is_alphanumeric);
        let ends = !behind.chars().next().is_some_and(char::is_alphanumeric);
        made.push_str(before);
        made.push_str(if begins && ends { by } else { word });
        rest = behind;
    }
    made.push_str(rest);
    made
}

/// Bare addresses of the person become the person, who is reached by nothing;
/// deliveries name them by position, so the position stays.
fn unaddressed(audience: &mut Audience, subject: &Subject) {
    let own = subject.addresses();
    let targets = audience.include.iter_mut().chain(&mut audience.except);
    for target in targets {
        let address = match &*target {
            Target::Email(email) => email.reveal(),
            Target::Phone(phone) => phone.reveal(),
            _ => continue,
        };
        if own.iter().any(|one| one == address) {
            *target = Target::User {
                role: None,
                id: subject.id().clone(),
            };
        }
    }
}

impl Store {
    async fn redact_send(
        &self,
        subject: &Subject,
        seen: &Send,
        after: &Send,
    ) -> Result<(), StoreError> {
        let tenant = &subject.tenant;
        let keys = keys::send(tenant, &seen.id);
        let said = seen.notification.as_ref();
        let said = said.filter(|_| after.content != seen.content);
        if let Some(id) = said {
            // The few who are named lose it here; of a larger audience a walk
            // through everybody takes it.
            if let Some(users) = named(&seen.audience, subject) {
                self.remove_from_feeds(tenant, &users, id).await?;
            }
        }
        let walk = said.filter(|_| named(&seen.audience, subject).is_none());
        let retract = if said.is_some() {
            " REMOVE #notification"
        } else {
            ""
        };
        let change = Expression::new(format!(
            "SET #content = :content, #audience = :audience{retract} ADD #version :one"
        ))
        .value(":content", value(&after.content)?)
        .value(":audience", value(&after.audience)?)
        .value(":one", crate::n(1));
        let there = Expression::new("attribute_exists(#pk)");
        let mut transaction = self.transaction().update(&keys, change, Some(there));
        if let Some(id) = walk {
            let task = Task::RetractNotification {
                send: seen.id.clone(),
                notification: id.clone(),
                cursor: RetractCursor::default(),
            };
            let row = OutboxRow::new(Envelope::new(tenant.clone(), task), self.now());
            transaction = transaction.outbox(&row);
        }
        match transaction.commit().await {
            Ok(()) | Err(Refused::Conditions(_)) => Ok(()),
            Err(Refused::Store(error)) => Err(error),
        }
    }
}

/// The people of an audience that names each of them.
fn named(audience: &Audience, subject: &Subject) -> Option<Vec<UserId>> {
    let mut users = Vec::new();
    for target in &audience.include {
        match target {
            Target::User { id, .. } => users.push(id.clone()),
            Target::GuardiansOfUser { id, .. } if id == subject.id() => {
                users.extend(subject.user.guardians.iter().cloned());
            }
            Target::Email(_) | Target::Phone(_) => {}
            _ => return None,
        }
    }
    Some(users)
}

#[cfg(test)]
mod tests {
    use super::whole_words;

    #[test]
    fn a_name_is_replaced_where_it_stands_alone() {
        for (text, wanted) in [
            ("Mia wrote", "X wrote"),
            ("From Mia, to Mia", "From X, to X"),
            ("Miami and Zoe-Mia", "Miami and Zoe-X"),
            ("nobody", "nobody"),
        ] {
            assert_eq!(whole_words(text, "Mia", "X"), wanted);
        }
    }
}
