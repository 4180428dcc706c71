//! Open sockets, and when the last one ended.

use domain::operation::Page;
use serde_json::json;

use super::{Section, Subject, record};
use crate::error::StoreError;
use crate::{Store, keys};

pub(super) const SECTION: Section = Section {
    name: "presence",
    export: Some(|store, subject, _| Box::pin(export(store, subject))),
    erase: Some(|store, subject, _| Box::pin(erase(store, subject))),
};

async fn export(store: &Store, subject: &Subject) -> Result<Page, StoreError> {
    let (tenant, user) = (&subject.tenant, subject.id());
    let open = store.connections_of(tenant, user).await?;
    let mut records = Vec::new();
    for (at, connection) in open.iter().enumerate() {
        let since = connection.connected_at;
        records.push((format!("socket#{at}"), json!({ "connected_at_ms": since })));
    }
    let seen: Option<serde_json::Value> = match store.get(&keys::last_seen(tenant, user)).await? {
        Some(item) => Some(super::shown(item)?),
        None => None,
    };
    if let Some(seen) = seen {
        records.push(("last_seen".to_owned(), record(&seen)?));
    }
    Ok(Page {
        records,
        next: None,
    })
}

async fn erase(store: &Store, subject: &Subject) -> Result<Page, StoreError> {
    let (tenant, user) = (&subject.tenant, subject.id());
    for connection in store.connections_of(tenant, user).await? {
        store.remove_connection(tenant, &connection).await?;
    }
    // The end of a socket says when it was.
    store.delete(&keys::last_seen(tenant, user)).await?;
    Ok(Page::default())
}
