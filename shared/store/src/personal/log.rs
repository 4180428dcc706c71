//! The communication log: every e-mail and text to somebody. Rows stay, with a
//! pseudonym in place of the person, so that figures still agree with them.

use domain::log::LogRow;
use domain::operation::Page;
use domain::time;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Place, Section, Subject, record};
use crate::error::StoreError;
use crate::table::{Filter, Range, s};
use crate::transaction::{Expression, Refused};
use crate::{Rows, Store, keys};

pub(super) const SECTION: Section = Section {
    name: "communication_log",
    export: Some(|store, subject, cursor| Box::pin(export(store, subject, cursor))),
    erase: Some(|store, subject, cursor| Box::pin(erase(store, subject, cursor))),
};

/// Rows that one query looks at.
const LOOK: u32 = 500;
/// Queries of one page: most days have nothing of somebody.
const ROUNDS: usize = 60;

/// A person's rows, oldest day first. There is no index by person, because
/// addresses change and rows keep theirs: all rows are looked at.
async fn rows(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<(Vec<LogRow>, Option<String>), StoreError> {
    let today = store.now().to_zoned(TimeZone::UTC).date();
    let Some(tenant) = store.tenant(&subject.tenant).await? else {
        return Ok((Vec::new(), None));
    };
    let made = tenant.created_at.to_zoned(TimeZone::UTC).date();
    // Rows may outlive a setting that has been shortened since.
    let days = tenant.retention.log_days.max(domain::log::LONGEST_DAYS);
    let oldest = made.max(today.saturating_sub(i64::from(days).days()));
    let place = Place::read(cursor);
    let (mut day, mut shard) = read(&place.part).unwrap_or((oldest, 0));
    let mut after = place.after;
    let mut found = Vec::new();
    let filter = filter(store, subject).await?;
    for _ in 0..ROUNDS {
        if day > today {
            return Ok((found, None));
        }
        let page: Rows<LogRow> = store
            .rows(&Range {
                after: after.clone(),
                limit: Some(LOOK),
                consistent: true,
                filter: Some(filter.clone()),
                ..Range::of(keys::log_day(&subject.tenant, &day.to_string(), shard))
            })
            .await?;
        found.extend(page.items);
        after = page.more;
        if after.is_some() {
            continue;
        }
        shard += 1;
        if shard == keys::LOG_SHARDS {
            shard = 0;
            let Ok(next) = day.tomorrow() else {
                return Ok((found, None));
            };
            day = next;
        }
    }
    Ok((
        found,
        Some(Place::at(&format!("{day}/{shard}"), after.as_deref())),
    ))
}

fn read(part: &str) -> Option<(Date, u32)> {
    let (day, shard) = part.split_once('/')?;
    Some((day.parse().ok()?, shard.parse().ok()?))
}

/// Rows of the person, and rows to an address of theirs that nobody else has.
async fn filter(store: &Store, subject: &Subject) -> Result<Filter, StoreError> {
    let mut filter = Filter {
        expression: "#user = :user".to_owned(),
        names: [("#user".to_owned(), "user".to_owned())].into(),
        values: [(":user".to_owned(), s(subject.id().as_str()))].into(),
    };
    for (at, address) in store.addresses_of(subject).await?.iter().enumerate() {
        let value = format!(":address{at}");
        filter.expression.push_str(&format!(
            " OR (attribute_not_exists(#user) AND #recipient = {value})"
        ));
        filter
            .names
            .insert("#recipient".to_owned(), "recipient".to_owned());
        filter.values.insert(value, s(address));
    }
    if let Some(facts) = &subject.erasing {
        // An e-mail to somebody else may name the person in its subject, or say
        // there what they wrote.
        let more = " OR contains(#subject, :name) OR #actor = :user";
        filter.expression.push_str(more);
        for name in ["subject", "actor"] {
            filter.names.insert(format!("#{name}"), name.to_owned());
        }
        filter.values.insert(":name".to_owned(), s(&facts.name));
    }
    Ok(filter)
}

async fn export(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let (rows, next) = rows(store, subject, cursor).await?;
    let days = store.kept(&subject.tenant).await?.rest.log_days;
    let now = store.now();
    let kept = rows
        .iter()
        .filter(|row| row.kept_until(days) > now.as_second());
    let records = kept.map(|row| {
        let day = time::day(row.created_at);
        let mut shown = record(row)?;
        if let Some(fields) = shown.as_object_mut() {
            fields.remove("chunk");
        }
        Ok((format!("{day}#{}", row.id), shown))
    });
    Ok(Page {
        records: records.collect::<Result<_, StoreError>>()?,
        next,
    })
}

async fn erase(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let (rows, next) = rows(store, subject, cursor).await?;
    let own = store.addresses_of(subject).await?;
    for row in &rows {
        let change = redaction(subject, row, &own);
        let there = Expression::new("attribute_exists(#pk)");
        let erased = store
            .transaction()
            .update(&keys::log(&subject.tenant, &row.id), change, Some(there))
            .commit()
            .await;
        if let Err(Refused::Store(error)) = erased {
            return Err(error);
        }
    }
    Ok(Page {
        records: Vec::new(),
        next,
    })
}

/// What goes of a row of the person, or of one that only names them.
fn redaction(subject: &Subject, row: &LogRow, own: &[String]) -> Expression {
    let theirs = match (&row.user, &row.recipient) {
        (Some(user), _) => user == subject.id(),
        (None, Some(address)) => own.iter().any(|one| one == address.reveal()),
        (None, None) => false,
    };
    if theirs {
        return Expression::new(
            "SET #name = :pseudonym REMOVE #recipient, #subject, #provider_id, #gsi1pk, #gsi1sk",
        )
        .value(":pseudonym", s(subject.pseudonym()));
    }
    if row.actor.as_ref() == Some(subject.id()) {
        return Expression::new("REMOVE #subject");
    }
    let name = subject.erasing.as_ref().map(|facts| facts.name.as_str());
    let told = row.subject.clone().unwrap_or_default();
    let left = match name {
        Some(name) if !name.is_empty() => told.replace(name, &subject.pseudonym()),
        _ => told,
    };
    Expression::new("SET #subject = :left").value(":left", s(left))
}

impl Store {
    /// Addresses and numbers of somebody that nobody else of the directory has.
    async fn addresses_of(&self, subject: &Subject) -> Result<Vec<String>, StoreError> {
        let tenant = &subject.tenant;
        let (email, phone) = match &subject.erasing {
            Some(facts) => (facts.email.as_ref(), facts.phone.as_ref()),
            None => (subject.user.email.as_ref(), subject.user.phone.as_ref()),
        };
        let mut own = Vec::new();
        let other = |people: &[domain::directory::User]| {
            people.iter().any(|person| person.id != *subject.id())
        };
        if let Some(email) = email
            && !other(&self.users_by_email(tenant, email).await?)
        {
            own.push(email.reveal().to_owned());
        }
        if let Some(phone) = phone
            && !other(&self.users_by_phone(tenant, phone).await?)
        {
            own.push(phone.reveal().to_owned());
        }
        Ok(own)
    }
}
