//! Batches of which a part fails: the part is cut out of the request before
//! the service sees it, and put back into the answer as failed.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::aws::wire::{Answer, Request, Service};

/// What was cut out of a request.
#[derive(Debug)]
pub(in crate::aws) enum Cut {
    /// Entries with the positions that they had.
    Entries(Vec<(usize, Value)>),
    /// Rows by table, in the form of `UnprocessedItems` or `UnprocessedKeys`.
    Rows(Map<String, Value>),
}

impl Cut {
    /// Takes up to `k` entries out, those that contain `text` if one is given.
    pub(in crate::aws) fn out_of(
        request: &mut Request,
        k: usize,
        text: Option<&str>,
    ) -> Option<Self> {
        let mut body: Value = serde_json::from_slice(&request.body).ok()?;
        let cut = match body.get_mut("RequestItems") {
            Some(tables) => Self::Rows(cut_rows(tables.as_object_mut()?, k, text)),
            None => Self::Entries(cut_list(
                body.get_mut(list(request)?)?.as_array_mut()?,
                k,
                text,
            )),
        };
        let none = match &cut {
            Self::Entries(entries) => entries.is_empty(),
            Self::Rows(rows) => rows.is_empty(),
        };
        if none {
            return None;
        }
        request.body = Bytes::from(serde_json::to_vec(&body).ok()?);
        Some(cut)
    }

    /// Whether anything is left for the service to do.
    pub(in crate::aws) fn leaves_work(request: &Request) -> bool {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        match (body.get("RequestItems"), list(request)) {
            (Some(tables), _) => tables.as_object().is_some_and(|tables| !tables.is_empty()),
            (None, Some(list)) => body[list].as_array().is_some_and(|list| !list.is_empty()),
            (None, None) => true,
        }
    }

    /// The answer to a request of which nothing was left.
    pub(in crate::aws) fn nothing_done(request: &Request) -> Answer {
        let body = match request.service {
            Service::Sqs => json!({ "Successful": [], "Failed": [] }),
            Service::Ses => json!({ "BulkEmailEntryResults": [] }),
            Service::Events => json!({ "FailedEntryCount": 0, "Entries": [] }),
            _ => json!({ "Responses": {}, "UnprocessedItems": {}, "UnprocessedKeys": {} }),
        };
        Answer::json(request.service, &body)
    }

    /// Puts what was cut out into the answer as failed.
    pub(in crate::aws) fn mend(self, request: &Request, mut answer: Answer) -> Answer {
        let body = serde_json::from_slice(&answer.body);
        let (true, Ok(mut body)) = (answer.status.is_success(), body) else {
            return answer;
        };
        match self {
            Self::Rows(rows) => add_rows(&mut body, request, rows),
            Self::Entries(entries) => add_entries(&mut body, request.service, entries),
        }
        answer.body = Bytes::from(serde_json::to_vec(&body).unwrap_or_default());
        // The digest of the old body no longer holds.
        answer.headers.remove("x-amz-crc32");
        answer
    }
}

fn list(request: &Request) -> Option<&'static str> {
    match request.service {
        Service::Sqs | Service::Events => Some("Entries"),
        Service::Ses => Some("BulkEmailEntries"),
        _ => None,
    }
}

fn cut_list(list: &mut Vec<Value>, k: usize, text: Option<&str>) -> Vec<(usize, Value)> {
    let hit = |entry: &Value| text.is_none_or(|text| entry.to_string().contains(text));
    let mut positions: Vec<usize> = (0..list.len())
        .rev()
        .filter(|at| hit(&list[*at]))
        .take(k)
        .collect();
    let mut cut: Vec<(usize, Value)> = positions
        .drain(..)
        .map(|at| (at, list.remove(at)))
        .collect();
    cut.reverse();
    cut
}

fn cut_rows(tables: &mut Map<String, Value>, k: usize, text: Option<&str>) -> Map<String, Value> {
    let (mut cut, mut left) = (Map::new(), k);
    for (name, table) in tables.iter_mut() {
        // A write lists its rows; a read has them under `Keys`, with options.
        let rows = match table.get_mut("Keys") {
            Some(keys) => keys.as_array_mut(),
            None => table.as_array_mut(),
        };
        let Some(rows) = rows else { continue };
        let taken: Vec<Value> = cut_list(rows, left, text)
            .into_iter()
            .map(|(_, row)| row)
            .collect();
        if taken.is_empty() {
            continue;
        }
        left -= taken.len();
        let mut unprocessed = table.clone();
        match unprocessed.get_mut("Keys") {
            Some(keys) => *keys = Value::Array(taken),
            None => unprocessed = Value::Array(taken),
        }
        cut.insert(name.clone(), unprocessed);
    }
    tables.retain(|_, table| {
        let rows = table.get("Keys").unwrap_or(table).as_array();
        rows.is_some_and(|rows| !rows.is_empty())
    });
    cut
}

fn add_rows(body: &mut Value, request: &Request, rows: Map<String, Value>) {
    let member = if request.action == "BatchGetItem" {
        "UnprocessedKeys"
    } else {
        "UnprocessedItems"
    };
    let unused = if request.action == "BatchGetItem" {
        "UnprocessedItems"
    } else {
        "UnprocessedKeys"
    };
    if let Some(body) = body.as_object_mut() {
        body.remove(unused);
        body.insert(member.to_owned(), Value::Object(rows));
    }
}

fn add_entries(body: &mut Value, service: Service, entries: Vec<(usize, Value)>) {
    let message = "Injected by a fault rule";
    let (list, failed) = match service {
        Service::Ses => (
            "BulkEmailEntryResults",
            json!({ "Status": "TRANSIENT_FAILURE", "Error": message }),
        ),
        Service::Events => {
            let count = body["FailedEntryCount"].as_u64().unwrap_or(0) + entries.len() as u64;
            body["FailedEntryCount"] = count.into();
            (
                "Entries",
                json!({ "ErrorCode": "InternalFailure", "ErrorMessage": message }),
            )
        }
        _ => (
            "Failed",
            json!({ "SenderFault": false, "Code": "InternalError", "Message": message }),
        ),
    };
    if !body[list].is_array() {
        body[list] = json!([]);
    }
    let Some(results) = body[list].as_array_mut() else {
        return;
    };
    for (at, entry) in entries {
        let mut result = failed.clone();
        if service == Service::Sqs {
            result["Id"] = entry["Id"].clone();
            results.push(result);
        } else {
            results.insert(at.min(results.len()), result);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderValue, Method};

    fn request(target: &'static str, body: &Value) -> Request {
        let headers = HeaderMap::from_iter([(
            http::HeaderName::from_static("x-amz-target"),
            HeaderValue::from_static(target),
        )]);
        Request::read(Method::POST, "/", headers, Bytes::from(body.to_string()))
    }

    #[test]
    fn the_cut_part_fails_in_its_place() {
        let body = json!({ "Entries": [{ "Detail": "a" }, { "Detail": "b" }, { "Detail": "c" }] });
        let mut events = request("AWSEvents.PutEvents", &body);
        let cut = Cut::out_of(&mut events, 5, Some("\"b\"")).unwrap();
        assert_eq!(
            events.input::<Value>().unwrap()["Entries"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
        let done =
            json!({ "FailedEntryCount": 0, "Entries": [{ "EventId": "1" }, { "EventId": "2" }] });
        let mended = cut.mend(&events, Answer::json(Service::Events, &done));
        let mended: Value = serde_json::from_slice(&mended.body).unwrap();
        assert_eq!(mended["FailedEntryCount"], 1);
        assert_eq!(mended["Entries"][1]["ErrorCode"], "InternalFailure");
        assert_eq!(mended["Entries"][2]["EventId"], "2");
    }

    #[test]
    fn rows_come_back_unprocessed() {
        let body = json!({ "RequestItems": { "t": [{ "PutRequest": 1 }, { "PutRequest": 2 }] } });
        let mut write = request("DynamoDB_20120810.BatchWriteItem", &body);
        let cut = Cut::out_of(&mut write, 1, None).unwrap();
        let done = Answer::json(Service::DynamoDb, &json!({ "UnprocessedItems": {} }));
        let mended: Value = serde_json::from_slice(&cut.mend(&write, done).body).unwrap();
        assert_eq!(
            mended["UnprocessedItems"]["t"],
            json!([{ "PutRequest": 2 }])
        );
        assert!(Cut::leaves_work(&write));
        Cut::out_of(&mut write, 1, None).unwrap();
        assert!(!Cut::leaves_work(&write));
    }
}
