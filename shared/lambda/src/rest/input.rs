//! Bodies, queries and paths, parsed into types; every complaint names its field.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use domain::{Code, FieldError, Problem};
use garde::Validate;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::failure::Failure;
use super::strict::Strict;

/// Largest JSON body, in bytes.
pub const MAX_JSON: usize = 256 * 1024;
/// Largest CSV body, in bytes: what fits into one Lambda event once escaped.
pub const MAX_CSV: usize = 4 * 1024 * 1024;

/// A JSON body: well-formed, of the right shape, valid, without unknown fields
/// (the types say `deny_unknown_fields`).
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S, T> FromRequest<S> for Body<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Validate<Context = ()>,
{
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        require_type(&request, "application/json")?;
        let bytes = read(request, MAX_JSON).await?;
        let value: T = parse(&bytes)?;
        value.validate().map_err(|report| {
            let errors = report.iter().map(|(path, error)| {
                FieldError::new(
                    // A field whose name is a word of the language.
                    path.to_string().replace("r#", ""),
                    rule_of(error.message()),
                    sentence(error.message()),
                )
            });
            Problem::new(Code::Invalid).errors(errors.collect())
        })?;
        Ok(Self(value))
    }
}

/// A CSV body as text.
#[derive(Debug)]
pub struct Csv(pub String);

impl<S: Send + Sync> FromRequest<S> for Csv {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        require_type(&request, "text/csv")?;
        let bytes = read(request, MAX_CSV).await?;
        let text = String::from_utf8(bytes.to_vec())
            .map_err(|_| Problem::invalid("", "not_utf8", "The CSV must be UTF-8."))?;
        Ok(Self(text))
    }
}

/// Query parameters; unknown ones are refused where the type says so.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let query = parts.uri.query().unwrap_or("");
        let pairs = form_urlencoded::parse(query.as_bytes());
        serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs))
            .map(Self)
            .map_err(|error| {
                let path = field_of(error.path());
                let (field, code, message) = complaint(&path, &error.into_inner().to_string());
                Failure(Problem::new(Code::BadQuery).field(field, code, message))
            })
    }
}

/// Path parameters; one that is not an id of the right kind answers 404, as an
/// id that does not exist.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(path) => Ok(Self(path.0)),
            Err(_) => Err(Failure(Problem::not_found())),
        }
    }
}

fn require_type(request: &Request, expected: &str) -> Result<(), Problem> {
    let given = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let essence = given.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case(expected) {
        Ok(())
    } else {
        Err(Problem::new(Code::UnsupportedMediaType)
            .detail(format!("Send Content-Type: {expected}.")))
    }
}

async fn read(request: Request, limit: usize) -> Result<Bytes, Problem> {
    to_bytes(request.into_body(), limit).await.map_err(|_| {
        Problem::new(Code::TooLarge).detail(format!("The body may have {} KiB.", limit / 1024))
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let reader = &mut serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(Strict(&mut *reader)).map_err(|error| {
        let path = field_of(error.path());
        let inner = error.into_inner();
        if inner.is_data() {
            let (field, code, message) = complaint(&path, &inner.to_string());
            Problem::new(Code::Invalid).field(field, code, message)
        } else {
            Problem::new(Code::BadJson).detail(format!(
                "line {}, column {}",
                inner.line(),
                inner.column()
            ))
        }
    })?;
    reader.end().map_err(|_| {
        Problem::new(Code::BadJson).detail("There is something behind the JSON value.")
    })?;
    Ok(value)
}

/// The field that a path leads to, nothing for the whole.
fn field_of(path: &serde_path_to_error::Path) -> String {
    match path.iter().next() {
        Some(_) => path.to_string(),
        None => String::new(),
    }
}

/// Turns serde's words into field, code and message.
fn complaint(path: &str, text: &str) -> (String, &'static str, String) {
    let text = text.split(" at line ").next().unwrap_or(text);
    let named = text.split('`').nth(1).unwrap_or("");
    let inside = |name: &str| {
        let parent = path
            .strip_suffix(name)
            .map_or(path, |parent| parent.trim_end_matches('.'));
        if parent.is_empty() {
            name.to_owned()
        } else {
            format!("{parent}.{name}")
        }
    };
    if text.starts_with("unknown field") {
        (
            inside(named),
            "unknown_field",
            format!("There is no field {named:?} here."),
        )
    } else if text.starts_with("missing field") {
        (
            inside(named),
            "required",
            "This field is required.".to_owned(),
        )
    } else if text.starts_with("duplicate field") {
        (
            inside(named),
            "duplicate_field",
            "This field stands twice.".to_owned(),
        )
    } else if text.starts_with("invalid type") {
        (
            path.to_owned(),
            "wrong_type",
            sentence(&without_names(text)),
        )
    } else if text.starts_with("data did not match any variant") {
        let message = "This has none of the forms that the API document lists.";
        (path.to_owned(), "wrong_type", message.to_owned())
    } else if text.starts_with("unknown variant") {
        (path.to_owned(), "unknown_value", sentence(text))
    } else if let Some((code, message)) = of_a_query(text) {
        (path.to_owned(), code, message.to_owned())
    } else {
        (path.to_owned(), "invalid", sentence(&without_names(text)))
    }
}

/// What the standard library says of numbers and truths that are read from text.
fn of_a_query(text: &str) -> Option<(&'static str, &'static str)> {
    Some(match text {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            ("wrong_type", "This must be a whole number without a sign.")
        }
        "number too large to fit in target type" => ("out_of_range", "This number is too large."),
        "number too small to fit in target type" => ("out_of_range", "This number is too small."),
        "provided string was not `true` or `false`" => {
            ("wrong_type", "This must be true or false.")
        }
        _ => return None,
    })
}

/// Serde names the types of the code, which are nothing to callers.
fn without_names(text: &str) -> String {
    match text.split_once("struct ") {
        Some((before, _)) => format!("{before}an object"),
        None => text.to_owned(),
    }
}

/// A stable word for a validation rule's message.
fn rule_of(message: &str) -> &'static str {
    if message.contains("lower than") || message.contains("greater than") {
        if message.contains("length") {
            "length"
        } else {
            "out_of_range"
        }
    } else {
        "invalid"
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let head = letters
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{head}{}.", letters.as_str().trim_end_matches('.'))
}
