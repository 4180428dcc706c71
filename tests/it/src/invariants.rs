//! What must hold once a send has come to its end, whatever went wrong on the
//! way. The truth is the mailbox, which counts what the provider accepted.

use std::collections::{BTreeMap, BTreeSet};

use local::aws::mailbox::{Fate, Filter, Item};
use serde_json::Value;

use crate::{Actor, World};

/// How a delivery may end; nothing else is an end.
const ENDS: [&str; 7] = [
    "skipped",
    "failed",
    "unknown",
    "sent",
    "delivered",
    "bounced",
    "complained",
];

impl World {
    /// Asserts of a send that has ended: every planned recipient is in exactly
    /// one terminal state; nobody got more copies than the log admits; the log
    /// says what the provider did; the ledger and the statistics are the log,
    /// counted; and the queues are empty.
    pub async fn assert_consistent(&self, staff: &Actor, send: &str) {
        let body = staff.get(&format!("/v1/sends/{send}")).await.ok();
        let rows = staff
            .all(&format!("/v1/sends/{send}/deliveries?page_size=100"))
            .await;
        assert_ended(&body);
        assert_rows(&body, &rows);
        self.assert_truth(&body, &rows);
        self.assert_statistics(staff).await;
        self.assert_queues_empty();
    }

    /// Asserts that nothing is left to do.
    pub fn assert_queues_empty(&self) {
        for (queue, depth) in self.queue_depths() {
            let set_aside = queue.to_lowercase().contains("deadletter");
            assert!(
                set_aside || depth.total() == 0,
                "{queue} still holds {depth:?}"
            );
        }
    }

    /// What was accepted for each delivery of a send, by the tag that came back.
    fn accepts(&self, send: &str) -> BTreeMap<String, Vec<std::sync::Arc<Item>>> {
        let mark = format!("dlv_{}", send.trim_start_matches("snd_"));
        let mut accepts: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for item in self.mailbox().list(&Filter::default()) {
            let tag = item
                .email()
                .and_then(|email| email.tags.get("did").cloned());
            if let Some(delivery) = tag.filter(|tag| tag.starts_with(&mark)) {
                accepts.entry(delivery).or_default().push(item);
            }
        }
        accepts
    }

    fn assert_truth(&self, body: &Value, rows: &[Value]) {
        let mut accepts = self.accepts(body["id"].as_str().expect("an id"));
        for row in rows {
            let id = row["id"].as_str().expect("an id");
            match row["channel"].as_str() {
                Some("email") => assert_email(
                    row,
                    &accepts.remove(id).unwrap_or_default(),
                    body["test"] == true,
                ),
                Some("sms") => self.assert_sms(row, body["test"] == true),
                other => panic!("the log has a row of {other:?}"),
            }
        }
        assert!(
            accepts.is_empty(),
            "accepted by the provider, unknown to the log: {:?}",
            accepts.keys()
        );
    }

    fn assert_sms(&self, row: &Value, test: bool) {
        let sent = is_accepted(row);
        let id = row["provider_id"].as_str();
        assert_eq!(
            sent,
            id.is_some(),
            "only what was accepted has the provider's id: {row}"
        );
        if let Some(id) = id.filter(|_| !test) {
            let item = self
                .mailbox()
                .get(id)
                .unwrap_or_else(|| panic!("the provider never saw {row}"));
            assert_eq!(
                item.to,
                [row["recipient"].as_str().expect("a number")],
                "{row}"
            );
        }
    }

    async fn assert_statistics(&self, staff: &Actor) {
        let statistics = staff.get("/v1/communication-logs/statistics").await.ok();
        let from = statistics["daily"][0]["date"]
            .as_str()
            .expect("a first day");
        let rows = staff
            .all(&format!("/v1/communication-logs?page_size=100&from={from}"))
            .await;
        let count = |channel: Option<&str>, statuses: &[&str]| {
            let counted = |row: &&Value| {
                channel.is_none_or(|channel| row["channel"] == channel)
                    && statuses.contains(&row["status"].as_str().unwrap_or_default())
            };
            rows.iter().filter(counted).count()
        };
        for (channel, figures) in [
            (None, &statistics["overall"]),
            (Some("email"), &statistics["by_channel"]["email"]),
            (Some("sms"), &statistics["by_channel"]["sms"]),
        ] {
            let sent = count(channel, &["sent", "delivered", "complained"]);
            let failed = count(channel, &["failed", "bounced"]);
            assert_eq!(figures["total_sent"], sent, "{channel:?}: {statistics}");
            assert_eq!(figures["total_failed"], failed, "{channel:?}: {statistics}");
        }
    }
}

fn assert_ended(body: &Value) {
    let status = body["status"].as_str().unwrap_or_default();
    assert!(
        ["completed", "cancelled"].contains(&status),
        "it has not ended: {body}"
    );
    if status == "completed" {
        assert_eq!(
            body["progress"]["ended"], body["progress"]["deliveries"],
            "{body}"
        );
        assert_eq!(body["progress"]["percent"], 100.0, "{body}");
    }
}

/// One row for each recipient, and the ledger says the same.
fn assert_rows(body: &Value, rows: &[Value]) {
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
    assert_eq!(ids.len(), rows.len(), "a delivery is there twice");
    let mut counted: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for row in rows {
        let status = row["status"].as_str().unwrap_or_default();
        assert!(ENDS.contains(&status), "{row} has not ended");
        assert_eq!(row["send_id"], body["id"]);
        *counted
            .entry((row["channel"].as_str().unwrap_or_default(), status))
            .or_default() += 1;
    }
    let mut ledger: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let channels = body["progress"]["by_channel"]
        .as_object()
        .expect("progress by channel");
    for (channel, statuses) in channels.iter().filter(|(channel, _)| *channel != "in_app") {
        for (status, count) in statuses.as_object().expect("counts") {
            let count = count.as_u64().expect("a count");
            if count > 0 {
                ledger.insert((channel, status), count);
            }
        }
    }
    assert_eq!(ledger, counted, "the progress is not the log: {body}");
}

fn is_accepted(row: &Value) -> bool {
    matches!(
        row["status"].as_str(),
        Some("sent" | "delivered" | "bounced" | "complained")
    )
}

fn assert_email(row: &Value, accepted: &[std::sync::Arc<Item>], test: bool) {
    let copies = accepted.len();
    let most = if row["resent_ambiguous"] == true {
        2
    } else {
        1
    };
    assert!(copies <= most, "{copies} copies left of {row}");
    if test {
        assert_eq!(copies, 0, "a test left: {row}");
        return;
    }
    match row["status"].as_str() {
        Some("skipped" | "failed") => assert_eq!(copies, 0, "the provider accepted {row}"),
        Some("unknown") => {}
        _ => assert!(copies > 0, "the provider never accepted {row}"),
    }
    let fates: Vec<Fate> = accepted.iter().map(|item| item.fate).collect();
    let possible = match row["status"].as_str() {
        Some("delivered") => fates.contains(&Fate::Delivered) || fates.contains(&Fate::Complained),
        Some("bounced") => fates.contains(&Fate::Bounced) || fates.contains(&Fate::Rejected),
        Some("complained") => fates.contains(&Fate::Complained),
        _ => true,
    };
    assert!(possible, "the provider reported {fates:?} of {row}");
    let Some(address) = row["recipient"].as_str() else {
        let name = row["name"].as_str().unwrap_or_default();
        let had_none = ["no_address", "unknown_user", "erased"];
        let reason = row["reason"].as_str().unwrap_or_default();
        let gone = name.starts_with("Erased person ") || had_none.contains(&reason);
        assert!(gone, "no address in {row}");
        return;
    };
    for item in accepted {
        assert_eq!(item.to, [address], "{row}");
    }
}
