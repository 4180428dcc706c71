//! From a recipient to a message, or to the log row that says why not.

use delivery::email::Message;
use domain::compose::{Composer, Recipient};
use domain::directory::Tenant;
use domain::dispatch::Skip;
use domain::log::{Address, LogRow};
use domain::preference::{DecidedBy, Subscriber, Unsubscribe};
use domain::secrets::Secrets;
use domain::send::{DeliveryStatus, Send};
use domain::template::Rendered;
use domain::{Channel, Timestamp, feedback, tags};
use store::suppression::AddressMarks;

/// A recipient with what is to happen: a message that goes out, or an end.
#[derive(Debug)]
pub(crate) enum Prepared {
    Goes(Box<Message>, Box<LogRow>),
    Ends(Box<LogRow>),
}

/// Everything about the send that a message needs.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub send: &'a Send,
    pub tenant: &'a Tenant,
    pub chunk: &'a str,
    pub composer: &'a Composer<'a>,
    pub secrets: &'a Secrets,
    pub api_url: &'a str,
    pub marks: &'a AddressMarks,
    pub now: Timestamp,
}

impl Desk<'_> {
    fn row(&self, recipient: &Recipient, status: DeliveryStatus) -> LogRow {
        LogRow::of(
            self.send,
            Channel::Email,
            self.chunk,
            recipient,
            status,
            self.now,
        )
    }

    fn skipped(&self, recipient: &Recipient, skip: Skip) -> LogRow {
        let mut row = self.row(recipient, DeliveryStatus::Skipped);
        row.reason = Some(skip.as_str().to_owned());
        row
    }

    /// The message for a recipient who is written to, or how it ends at once.
    pub(crate) fn prepare(
        &self,
        recipient: &Recipient,
        decision: &Result<Address, Skip>,
    ) -> Prepared {
        let to = match decision {
            Ok(Address::Email(email)) => email.clone(),
            Ok(Address::Phone(_)) => {
                return Prepared::Ends(Box::new(self.skipped(recipient, Skip::NoAddress)));
            }
            Err(skip) => return Prepared::Ends(Box::new(self.skipped(recipient, *skip))),
        };
        let rendered = self.composer.compose(
            self.tenant,
            recipient.user.as_ref(),
            recipient.address.as_ref(),
            self.now,
        );
        let reason = match rendered {
            Ok(Rendered::Email {
                subject,
                html,
                text,
            }) => {
                let mut row = self.row(recipient, DeliveryStatus::Sent);
                row.subject = Some(subject.clone());
                let html = html.unwrap_or_default();
                let tags = self.tags(recipient);
                let message = Message {
                    to,
                    subject,
                    html,
                    text,
                    tags,
                    headers: self.headers(recipient),
                };
                return Prepared::Goes(Box::new(message), Box::new(row));
            }
            Ok(_) => "WRONG_CHANNEL",
            Err(error) => error.code.as_str(),
        };
        let mut row = self.row(recipient, DeliveryStatus::Failed);
        row.reason = Some(reason.to_owned());
        Prepared::Ends(Box::new(row))
    }

    /// The end of a recipient whom two attempts may have reached, or not.
    pub(crate) fn unknown(&self, recipient: &Recipient) -> LogRow {
        let mut row = self.row(recipient, DeliveryStatus::Unknown);
        row.reason = Some("no_report".to_owned());
        row
    }

    /// The one-click end of the subscription, in e-mails that somebody may end:
    /// what is mandatory, urgent or locked offers none. RFC 8058, RFC 2369.
    fn headers(&self, recipient: &Recipient) -> Vec<(&'static str, String)> {
        let open = recipient.decided_by.is_some_and(DecidedBy::is_open);
        let subscriber = match (&recipient.user, &recipient.address) {
            (Some(user), _) => Subscriber::User(user.id.clone()),
            (None, Some(address)) => Subscriber::Address(self.marks.of(address.reveal())),
            (None, None) => return Vec::new(),
        };
        if !open {
            return Vec::new();
        }
        let link = Unsubscribe {
            tenant: self.tenant.id.clone(),
            subscriber,
            category: self.send.category.clone(),
        };
        let token = link.token(self.secrets);
        vec![
            (
                "List-Unsubscribe",
                format!("<{}/v1/unsubscribe/{token}>", self.api_url),
            ),
            (
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".to_owned(),
            ),
        ]
    }

    /// Tags by which provider events find their delivery; signed, so that an
    /// event made up by somebody else, or of another tenant, counts for nothing.
    fn tags(&self, recipient: &Recipient) -> Vec<(&'static str, String)> {
        let (tenant, delivery) = (&self.tenant.id, &recipient.delivery);
        let mut tags = vec![
            // A tag takes no dots, an id may have them.
            ("tid", tags::encode(tenant.as_str())),
            ("did", delivery.to_string()),
            ("chunk", self.chunk.to_owned()),
            (
                "sig",
                feedback::sign(self.secrets, tenant, delivery, self.chunk),
            ),
        ];
        tags.extend(
            recipient
                .user
                .as_ref()
                .map(|user| ("uid", tags::encode(user.id.as_str()))),
        );
        tags
    }
}
