//! Requests and answers of the AWS endpoint, and each protocol's error body.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The AWS services that the endpoint plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    DynamoDb,
    Sqs,
    Ses,
    Sns,
    Events,
    Connections,
    Unknown,
}

impl Service {
    /// The name used in fault rules and in the meter.
    pub fn name(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::Sqs => "sqs",
            Self::Ses => "ses",
            Self::Sns => "sns",
            Self::Events => "events",
            Self::Connections => "connections",
            Self::Unknown => "unknown",
        }
    }
}

/// One call, already attributed to a service and an operation.
#[derive(Debug, Clone)]
pub struct Request {
    pub service: Service,
    pub action: String,
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Request {
    pub fn read(method: Method, path: &str, headers: HeaderMap, body: Bytes) -> Self {
        let (service, action) = attribute(&method, path, &headers, &body);
        Self {
            service,
            action,
            method,
            path: path.to_owned(),
            headers,
            body,
        }
    }

    /// The body as the input of an operation; an empty body reads as `{}`.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, AwsError> {
        let body: &[u8] = if self.body.is_empty() {
            b"{}"
        } else {
            &self.body
        };
        serde_json::from_slice(body).map_err(|error| {
            AwsError::new(
                self.service,
                400,
                "SerializationException",
                error.to_string(),
            )
        })
    }

    /// The last segment of the path, percent-decoded.
    pub fn last_segment(&self) -> String {
        let segment = self
            .path
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        percent_encoding::percent_decode_str(segment)
            .decode_utf8_lossy()
            .into_owned()
    }

    /// Where the caller reached the endpoint, for URLs in answers.
    pub fn base_url(&self) -> String {
        let host = self
            .headers
            .get(http::header::HOST)
            .and_then(|host| host.to_str().ok());
        format!("http://{}", host.unwrap_or("localhost"))
    }
}

fn attribute(method: &Method, path: &str, headers: &HeaderMap, body: &[u8]) -> (Service, String) {
    let target = headers
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok());
    if let Some((prefix, action)) = target.and_then(|target| target.split_once('.')) {
        let service = match prefix {
            "DynamoDB_20120810" => Service::DynamoDb,
            "AmazonSQS" => Service::Sqs,
            "AWSEvents" => Service::Events,
            _ => Service::Unknown,
        };
        return (service, action.to_owned());
    }
    if path.contains("/@connections/") {
        let action = match *method {
            Method::POST => "PostToConnection",
            Method::GET => "GetConnection",
            Method::DELETE => "DeleteConnection",
            _ => method.as_str(),
        };
        return (Service::Connections, action.to_owned());
    }
    if let Some(rest) = path.strip_prefix("/v2/email/") {
        return (Service::Ses, email_action(method, rest));
    }
    let action = url::form_urlencoded::parse(body).find(|(name, _)| name == "Action");
    match action {
        Some((_, action)) => (Service::Sns, action.into_owned()),
        None => (Service::Unknown, format!("{method} {path}")),
    }
}

fn email_action(method: &Method, rest: &str) -> String {
    let mut segments = rest.trim_end_matches('/').split('/');
    let known = match (
        method.as_str(),
        segments.next(),
        segments.next(),
        segments.next(),
    ) {
        ("POST", Some("outbound-emails"), None, _) => "SendEmail",
        ("POST", Some("outbound-bulk-emails"), None, _) => "SendBulkEmail",
        ("GET", Some("account"), None, _) => "GetAccount",
        ("GET", Some("identities"), Some(_), None) => "GetEmailIdentity",
        ("POST", Some("templates"), None, _) => "CreateEmailTemplate",
        ("GET", Some("templates"), Some(_), None) => "GetEmailTemplate",
        ("PUT", Some("templates"), Some(_), None) => "UpdateEmailTemplate",
        ("DELETE", Some("templates"), Some(_), None) => "DeleteEmailTemplate",
        ("PUT", Some("suppression"), Some("addresses"), None) => "PutSuppressedDestination",
        ("GET", Some("suppression"), Some("addresses"), Some(_)) => "GetSuppressedDestination",
        ("DELETE", Some("suppression"), Some("addresses"), Some(_)) => {
            "DeleteSuppressedDestination"
        }
        _ => return format!("{method} /v2/email/{rest}"),
    };
    known.to_owned()
}

/// What goes back to the caller.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn new(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    /// A successful answer of one of the JSON protocols.
    pub fn json(service: Service, body: &impl Serialize) -> Self {
        Self::new(
            200,
            content_type(service),
            serde_json::to_vec(body).unwrap_or_default(),
        )
    }

    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }
}

fn content_type(service: Service) -> &'static str {
    match service {
        Service::DynamoDb | Service::Sqs => "application/x-amz-json-1.0",
        Service::Events => "application/x-amz-json-1.1",
        Service::Sns => "text/xml",
        _ => "application/json",
    }
}

/// An error as AWS would answer it; the service decides the body's shape.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct AwsError {
    pub service: Service,
    pub status: u16,
    pub code: String,
    pub message: String,
    /// Further members of a JSON error body, such as cancellation reasons.
    pub members: Option<Value>,
}

impl AwsError {
    pub fn new(service: Service, status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            service,
            status,
            code: code.to_owned(),
            message: message.into(),
            members: None,
        }
    }

    pub fn not_implemented(request: &Request) -> Self {
        let message = format!(
            "The local stack does not implement {} of {}",
            request.action,
            request.service.name()
        );
        Self::new(request.service, 501, "NotImplemented", message)
    }

    pub fn answer(&self) -> Answer {
        if self.service == Service::Sns {
            return self.xml();
        }
        let mut body = json!({ "__type": self.type_name(), "message": self.message });
        if let (Some(Value::Object(members)), Some(object)) = (&self.members, body.as_object_mut())
        {
            object.extend(members.clone());
        }
        let bytes = serde_json::to_vec(&body).unwrap_or_default();
        let answer = Answer::new(self.status, content_type(self.service), bytes)
            .with_header("x-amzn-errortype", &self.code);
        if self.service != Service::Sqs {
            return answer;
        }
        let fault = if self.status < 500 {
            "Sender"
        } else {
            "Receiver"
        };
        answer.with_header(
            "x-amzn-query-error",
            &format!("{};{fault}", self.query_code()),
        )
    }

    fn type_name(&self) -> String {
        let namespace = match self.service {
            Service::DynamoDb => "com.amazonaws.dynamodb.v20120810#",
            Service::Sqs => "com.amazonaws.sqs#",
            _ => "",
        };
        format!("{namespace}{}", self.code)
    }

    /// SQS clients still tell errors apart by the codes of the older query
    /// protocol, which travel in a header.
    fn query_code(&self) -> String {
        match self.code.as_str() {
            "InvalidParameterValue"
            | "MissingParameter"
            | "RequestThrottled"
            | "OverLimit"
            | "InvalidAttributeName"
            | "InvalidAttributeValue"
            | "ReceiptHandleIsInvalid"
            | "InternalError" => self.code.clone(),
            "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue".to_owned(),
            "QueueNameExists" => "QueueAlreadyExists".to_owned(),
            "ResourceNotFoundException" => "ResourceNotFoundException".to_owned(),
            "InvalidMessageContents" => "InvalidMessageContents".to_owned(),
            other => format!("AWS.SimpleQueueService.{other}"),
        }
    }

    fn xml(&self) -> Answer {
        let fault = if self.status < 500 {
            "Sender"
        } else {
            "Receiver"
        };
        let body = format!(
            "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error>\
             <Type>{fault}</Type><Code>{}</Code><Message>{}</Message></Error>\
             <RequestId>{}</RequestId></ErrorResponse>",
            escape(&self.code),
            escape(&self.message),
            unique_id()
        );
        Answer::new(self.status, "text/xml", body)
    }
}

/// Text made safe for an XML element.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A fresh id in the form of a UUID, as message and request ids have.
pub fn unique_id() -> String {
    let n: u128 = rand::random();
    let hex = format!("{n:032x}");
    format!(
        "{}-{}-4{}-a{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}
