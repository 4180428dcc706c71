//! From a recipient to a text, or to the log row that says why not.

use domain::compose::{Composer, Recipient};
use domain::directory::Tenant;
use domain::dispatch::{Skip, Step};
use domain::log::{Address, LogRow};
use domain::notification::Priority;
use domain::privacy::Phone;
use domain::send::{DeliveryStatus, LedgerRow, Send};
use domain::template::Rendered;
use domain::{Channel, Timestamp};

/// Everything about the send that a text needs.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub send: &'a Send,
    pub tenant: &'a Tenant,
    pub chunk: &'a str,
    pub composer: &'a Composer<'a>,
    pub now: Timestamp,
}

/// A text ready to go, with the row that records it.
#[derive(Debug)]
pub(crate) struct Text {
    pub to: Phone,
    pub body: String,
    pub row: LogRow,
}

impl Desk<'_> {
    fn row(&self, recipient: &Recipient, status: DeliveryStatus, reason: Option<&str>) -> LogRow {
        let (send, chunk) = (self.send, self.chunk);
        LogRow {
            reason: reason.map(str::to_owned),
            ..LogRow::of(send, Channel::Sms, chunk, recipient, status, self.now)
        }
    }

    /// The text for a recipient, or the row of a delivery that ends at once.
    pub(crate) fn prepare(
        &self,
        recipient: &Recipient,
        decision: &Result<Address, Skip>,
    ) -> Result<Text, Box<LogRow>> {
        let ends = |status, reason: &str| Err(Box::new(self.row(recipient, status, Some(reason))));
        let to = match decision {
            Ok(Address::Phone(phone)) => {
                let tenant = self.tenant;
                if let Some(skip) = tenant.texts.refuses(phone, &tenant.locale) {
                    return ends(DeliveryStatus::Skipped, skip.as_str());
                }
                phone.clone()
            }
            Ok(Address::Email(_)) => {
                return ends(DeliveryStatus::Skipped, Skip::NoAddress.as_str());
            }
            Err(skip) => return ends(DeliveryStatus::Skipped, skip.as_str()),
        };
        let rendered = self.composer.compose(
            self.tenant,
            recipient.user.as_ref(),
            recipient.address.as_ref(),
            self.now,
        );
        match rendered {
            Ok(Rendered::Sms { body, segments }) => {
                let mut row = self.row(recipient, DeliveryStatus::Sent, None);
                row.segments = Some(segments.segments);
                Ok(Text { to, body, row })
            }
            Ok(_) => ends(DeliveryStatus::Failed, "WRONG_CHANNEL"),
            Err(error) => ends(DeliveryStatus::Failed, error.code.as_str()),
        }
    }

    /// The end of a text that was rendered and then held back.
    pub(crate) fn skipped(&self, recipient: &Recipient, skip: Skip) -> LogRow {
        self.row(recipient, DeliveryStatus::Skipped, Some(skip.as_str()))
    }

    /// The end of a recipient whom the claims before this one may have reached,
    /// or not; only what is urgent was tried more than once.
    pub(crate) fn unknown(&self, recipient: &Recipient, held: &LedgerRow, step: Step) -> LogRow {
        let mut row = self.row(recipient, DeliveryStatus::Unknown, Some("no_report"));
        row.attempts = held.attempts - 1;
        row.resent_ambiguous = step == Step::GiveUp && self.send.priority == Priority::Urgent;
        row
    }
}
