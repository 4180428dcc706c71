//! DynamoDB, by the embedded engine.
//!
//! The engine is called in this process: its HTTP server would cost a second
//! connection and three more readings of each body.

use std::path::Path;
use std::sync::Arc;

use domain::Clock;
use dynoxide::types::ConsumedCapacity;
use dynoxide::{Database, DynoxideError, actions};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::meter::Capacity;
use super::wire::{Answer, AwsError, Request, Service};

type Done = Result<(Vec<u8>, Capacity), DynoxideError>;

/// The stack's tables.
#[derive(Clone)]
pub struct Dynamo(Database);

impl std::fmt::Debug for Dynamo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dynamo").finish_non_exhaustive()
    }
}

/// Lets rows in memory expire by the stack's clock.
struct StackClock(Clock);

impl dynoxide::storage_backend::Clock for StackClock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.0.now().as_second()).unwrap_or(0)
    }

    fn now_unix_secs_f64(&self) -> f64 {
        self.0.now().as_duration().as_secs_f64()
    }
}

impl Dynamo {
    /// Opens the tables in `folder`, or in memory.
    ///
    /// The engine takes a clock for memory only; rows in a file expire by the
    /// machine's clock, which readers must not rely on anyway.
    pub(super) fn open(folder: Option<&Path>, clock: Clock) -> Result<Self, DynoxideError> {
        let database = match folder {
            None => Database::memory_with_clock(Arc::new(StackClock(clock)))?,
            Some(folder) => Database::new(&folder.join("tables.sqlite").to_string_lossy())?,
        };
        Ok(Self(database))
    }

    /// Creates a table from a `CreateTable` request unless it exists.
    pub(super) fn create(&self, request: &Value) -> Result<(), DynoxideError> {
        match self.0.create_table(read(request.to_string().as_bytes())?) {
            Ok(_) | Err(DynoxideError::ResourceInUseException(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Turns expiry on from an `UpdateTimeToLive` request unless it is on.
    pub(super) fn expire(&self, request: &Value) -> Result<(), DynoxideError> {
        match self
            .0
            .update_time_to_live(read(request.to_string().as_bytes())?)
        {
            // "TimeToLive is already enabled", after a restart with data.
            Ok(_) | Err(DynoxideError::ValidationException(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The engine itself, for harnesses that look at or tamper with rows.
    pub fn database(&self) -> &Database {
        &self.0
    }

    /// Deletes what has expired, and tells how many rows that were.
    pub async fn sweep(&self) -> usize {
        let database = self.0.clone();
        let swept = tokio::task::spawn_blocking(move || database.sweep_ttl()).await;
        match swept {
            Ok(Ok(count)) => count,
            Ok(Err(error)) => {
                tracing::warn!(%error, "expired rows could not be deleted");
                0
            }
            Err(_) => 0,
        }
    }

    pub(super) async fn handle(&self, request: &Request) -> Result<(Answer, Capacity), AwsError> {
        let (database, call) = (self.0.clone(), request.clone());
        let done = tokio::task::spawn_blocking(move || run(&database, &call)).await;
        let done = done.map_err(|_| {
            AwsError::new(
                Service::DynamoDb,
                500,
                "InternalServerError",
                "The engine failed",
            )
        })?;
        let Some(done) = done else {
            return Err(AwsError::not_implemented(request));
        };
        let answer = |status, body| Answer::new(status, "application/x-amz-json-1.0", body);
        Ok(match done {
            Ok((body, capacity)) => (answer(200, body), capacity),
            Err(error) => {
                let capacity = refused(&error);
                (
                    answer(error.status_code(), error.to_json().into_bytes()),
                    capacity,
                )
            }
        })
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, DynoxideError> {
    serde_json::from_slice(body).map_err(|error| {
        // The engine marks what a value's own reader refuses.
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or_default();
        let plain = ["VALIDATION_REQUEST:", "VALIDATION_AS_READ:", "VALIDATION:"]
            .iter()
            .find_map(|marker| text.strip_prefix(marker));
        match plain {
            Some(plain) => DynoxideError::ValidationException(plain.to_owned()),
            None => DynoxideError::SerializationException(text.to_owned()),
        }
    })
}

fn write(response: &impl serde::Serialize) -> Result<Vec<u8>, DynoxideError> {
    serde_json::to_vec(response)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// The capacity of a response, which is one table's or several tables'.
trait Total {
    fn total(&self) -> f64;
}

impl Total for ConsumedCapacity {
    fn total(&self) -> f64 {
        self.capacity_units
    }
}

impl Total for Vec<ConsumedCapacity> {
    fn total(&self) -> f64 {
        self.iter().map(Total::total).sum()
    }
}

/// Runs an operation with its consumed capacity asked for, and takes that out
/// of the answer again unless the caller asked too.
macro_rules! metered {
    ($database:ident, $body:ident, $operation:ident, $request:ident, $side:ident) => {{
        let mut request: actions::$operation::$request = read($body)?;
        let asked = request
            .return_consumed_capacity
            .as_deref()
            .is_some_and(|mode| mode != "NONE");
        if !asked {
            request.return_consumed_capacity = Some("TOTAL".to_owned());
        }
        let mut response = $database.$operation(request)?;
        let total = response
            .consumed_capacity
            .as_ref()
            .map_or(0.0, Total::total);
        if !asked {
            response.consumed_capacity = None;
        }
        Ok((
            write(&response)?,
            Capacity {
                $side: total,
                ..Capacity::default()
            },
        ))
    }};
}

macro_rules! plain {
    ($database:ident, $body:ident, $operation:ident) => {
        Ok((
            write(&$database.$operation(read($body)?)?)?,
            Capacity::default(),
        ))
    };
}

/// Runs one call; `None` if the stack has no such operation.
fn run(database: &Database, request: &Request) -> Option<Done> {
    let body: &[u8] = &request.body;
    let done = match request.action.as_str() {
        "CreateTable" | "DeleteTable" | "DescribeTable" | "UpdateTable" | "ListTables"
        | "UpdateTimeToLive" | "DescribeTimeToLive" => manage(database, &request.action, body),
        "GetItem" | "BatchGetItem" | "Query" | "Scan" | "TransactGetItems" => {
            fetch(database, &request.action, body)
        }
        "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => {
            change(database, &request.action, body)
        }
        _ => return None,
    };
    Some(done)
}

fn manage(database: &Database, action: &str, body: &[u8]) -> Done {
    match action {
        "CreateTable" => plain!(database, body, create_table),
        "DeleteTable" => plain!(database, body, delete_table),
        "DescribeTable" => plain!(database, body, describe_table),
        "UpdateTable" => plain!(database, body, update_table),
        "ListTables" => plain!(database, body, list_tables),
        "UpdateTimeToLive" => plain!(database, body, update_time_to_live),
        _ => plain!(database, body, describe_time_to_live),
    }
}

fn fetch(database: &Database, action: &str, body: &[u8]) -> Done {
    match action {
        "GetItem" => metered!(database, body, get_item, GetItemRequest, read),
        "BatchGetItem" => metered!(database, body, batch_get_item, BatchGetItemRequest, read),
        "Query" => metered!(database, body, query, QueryRequest, read),
        "Scan" => metered!(database, body, scan, ScanRequest, read),
        _ => metered!(
            database,
            body,
            transact_get_items,
            TransactGetItemsRequest,
            read
        ),
    }
}

fn change(database: &Database, action: &str, body: &[u8]) -> Done {
    match action {
        "PutItem" => metered!(database, body, put_item, PutItemRequest, write),
        "UpdateItem" => metered!(database, body, update_item, UpdateItemRequest, write),
        "DeleteItem" => metered!(database, body, delete_item, DeleteItemRequest, write),
        "BatchWriteItem" => metered!(
            database,
            body,
            batch_write_item,
            BatchWriteItemRequest,
            write
        ),
        _ => metered!(
            database,
            body,
            transact_write_items,
            TransactWriteItemsRequest,
            write
        ),
    }
}

/// A write whose condition fails is billed all the same; the engine does not
/// tell its size, so it counts as the smallest.
#[expect(
    clippy::cast_precision_loss,
    reason = "a transaction has at most 100 items"
)]
fn refused(error: &DynoxideError) -> Capacity {
    let write = match error {
        DynoxideError::ConditionalCheckFailedException(..) => 1.0,
        DynoxideError::TransactionCanceledException(_, reasons) => 2.0 * reasons.len() as f64,
        _ => 0.0,
    };
    Capacity {
        write,
        ..Capacity::default()
    }
}
