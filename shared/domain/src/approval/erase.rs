//! What is left of a request when somebody is erased.

use super::{Approval, ApprovalStatus, Ask};
use crate::ids::UserId;
use crate::operation::ERASED_TEXT;
use crate::privacy::Email;
use crate::time::Timestamp;

/// An address that no mail can reach (RFC 2606), in place of one that was erased.
const ERASED_ADDRESS: &str = "erased@erased.invalid";

impl Approval {
    /// The request without what it says of an erased person, who made it or is
    /// to get an account by it. One of theirs that waits is taken back; its type
    /// and its outcome stay, for the figures.
    pub fn without(
        &self,
        person: &UserId,
        addresses: &[String],
        pseudonym: &str,
        now: Timestamp,
    ) -> Self {
        let mut after = self.clone();
        if self.requester == *person {
            after.title = ERASED_TEXT.to_owned();
            after.reason = None;
            after.comment = None;
            if let Ask::Custom(details) = &mut after.ask {
                details.clear();
            }
            if self.status == ApprovalStatus::Pending {
                after.status = ApprovalStatus::Withdrawn;
                after.decided_at = Some(now);
            }
        }
        if let Ask::StaffAccount(account) = &mut after.ask
            && (account.id == *person || addresses.iter().any(|one| one == account.email.reveal()))
        {
            account.name = pseudonym.to_owned();
            account.phone = None;
            if let Ok(nobody) = Email::parse(ERASED_ADDRESS) {
                account.email = nobody;
            }
            after.title = ERASED_TEXT.to_owned();
            after.reason = None;
        }
        if after != *self {
            after.version += 1;
        }
        after
    }
}
