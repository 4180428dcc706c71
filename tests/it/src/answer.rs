//! An HTTP answer and what a story expects of it.

use reqwest::Response;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    what: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// The body as JSON; null where it is none.
    pub body: Value,
}

impl Answer {
    pub(crate) async fn read(what: String, response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response
            .text()
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(status < 500, "{what} answered {status}: {text}");
        let body = serde_json::from_str(&text).unwrap_or_default();
        Self {
            what,
            status,
            headers,
            text,
            body,
        }
    }

    /// A header's text, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    #[track_caller]
    fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{} answered {}", self.what, self.text);
        self.body
    }

    #[track_caller]
    pub fn ok(self) -> Value {
        self.expect(200)
    }

    #[track_caller]
    pub fn created(self) -> Value {
        self.expect(201)
    }

    #[track_caller]
    pub fn accepted(self) -> Value {
        self.expect(202)
    }

    #[track_caller]
    pub fn gone(self) {
        self.expect(204);
    }

    /// A problem of this status and code, in the shape that every problem has.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let content_type = self.header("content-type").to_owned();
        let what = self.what.clone();
        let body = self.expect(status);
        assert_eq!(content_type, "application/problem+json", "{what}");
        assert_eq!(body["code"], code, "{what} answered {body}");
        assert_eq!(body["status"], status, "{what}");
        for field in ["type", "title"] {
            assert!(
                body[field].as_str().is_some_and(|text| !text.is_empty()),
                "{what} has no {field}"
            );
        }
        body
    }

    /// A 422 that names a field with a code.
    #[track_caller]
    pub fn refuses(self, field: &str, code: &str) -> Value {
        let what = self.what.clone();
        let body = self.expect(422);
        let named = |error: &Value| error["field"] == field && error["code"] == code;
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        assert!(
            errors.iter().any(named),
            "{what} names no {field}: {code} but {body}"
        );
        body
    }
}
