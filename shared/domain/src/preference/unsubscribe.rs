//! Signed links that end a subscription without a login, as RFC 8058 has them.
//! <https://www.rfc-editor.org/rfc/rfc8058>

use data_encoding::BASE64URL_NOPAD;

use crate::ids::{TenantId, UserId, is_slug};
use crate::secrets::Secrets;

/// The longest token that is looked at.
const MAX_TOKEN: usize = 1_024;
/// Characters of a signature: 160 bits.
const SIGNATURE: usize = 32;

/// Whose subscription it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subscriber {
    User(UserId),
    /// A bare address, as the mark under which it may be suppressed.
    Address(String),
}

/// What a link in an e-mail ends: one category of e-mails for a person, or all
/// that may be ended for a bare address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe {
    pub tenant: TenantId,
    pub subscriber: Subscriber,
    pub category: String,
}

impl Unsubscribe {
    /// The token in the link. It is the same in every e-mail of the category
    /// and never ends, because people keep old e-mails.
    pub fn token(&self, secrets: &Secrets) -> String {
        let (kind, id) = match &self.subscriber {
            Subscriber::User(user) => ("u", user.as_str()),
            Subscriber::Address(mark) => ("a", mark.as_str()),
        };
        let said = [self.tenant.as_str(), kind, id, &self.category].join("\n");
        let said = BASE64URL_NOPAD.encode(said.as_bytes());
        let signature = secrets.sign(&parts(&said), SIGNATURE);
        format!("{said}.{signature}")
    }

    /// Reads a token of ours; nothing if it is anybody else's.
    pub fn read(secrets: &Secrets, token: &str) -> Option<Self> {
        if token.len() > MAX_TOKEN {
            return None;
        }
        let (said, signed) = token.split_once('.')?;
        if !secrets.signed(&parts(said), signed, SIGNATURE) {
            return None;
        }
        let said = String::from_utf8(BASE64URL_NOPAD.decode(said.as_bytes()).ok()?).ok()?;
        let mut parts = said.split('\n');
        let tenant = parts.next()?.parse().ok()?;
        let kind = parts.next()?;
        let id = parts.next()?;
        let subscriber = match kind {
            "u" => Subscriber::User(id.parse().ok()?),
            "a" => Subscriber::Address(id.to_owned()),
            _ => return None,
        };
        let category = parts.next().filter(|category| is_slug(category))?;
        Some(Self {
            tenant,
            subscriber,
            category: category.to_owned(),
        })
    }
}

fn parts(said: &str) -> [&str; 2] {
    ["unsubscribe", said]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        Secrets::read("0123456789abcdef0123456789abcdef", None)
    }

    fn others() -> Secrets {
        Secrets::read("another secret", None)
    }

    #[test]
    fn a_token_comes_back_as_what_it_was_made_of() {
        for subscriber in [
            Subscriber::User("a.b-c_d".parse().unwrap()),
            Subscriber::Address("k3".to_owned()),
        ] {
            let made = Unsubscribe {
                tenant: "hillside".parse().unwrap(),
                subscriber,
                category: "announcements".to_owned(),
            };
            let token = made.token(&secrets());
            assert!(
                token
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
            );
            assert_eq!(Unsubscribe::read(&secrets(), &token), Some(made));
        }
    }

    #[test]
    fn a_token_of_somebody_else_says_nothing() {
        let made = Unsubscribe {
            tenant: "hillside".parse().unwrap(),
            subscriber: Subscriber::User("10".parse().unwrap()),
            category: "grades".to_owned(),
        };
        let token = made.token(&secrets());
        let other = Unsubscribe {
            subscriber: Subscriber::User("11".parse().unwrap()),
            ..made
        };
        let (_, signed) = token.split_once('.').unwrap();
        let (said, _) = other
            .token(&others())
            .split_once('.')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        let spoilt = [
            String::new(),
            "x".repeat(2_000),
            format!("{said}.{signed}"),
            other.token(&others()),
            token.to_uppercase(),
            format!("{token}x"),
        ];
        for token in spoilt {
            assert_eq!(Unsubscribe::read(&secrets(), &token), None, "{token}");
        }
    }
}
