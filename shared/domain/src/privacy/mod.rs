//! Addresses and numbers that cannot be logged by accident: `Debug` and
//! `Display` are masked, the clear value needs an explicit call.

mod phone;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! masked {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            /// The clear value, for the wire and the store only.
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("•••")
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("•••")
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = String::deserialize(input)?;
                $name::kept(text).map_err(serde::de::Error::custom)
            }
        }
    };
}

masked!(Email, "An e-mail address, lower-cased.");
masked!(Phone, "A telephone number in E.164 form.");

impl Email {
    /// Reads what was checked when it was kept. It is no stricter than any rule
    /// that was in force then: what cannot be read takes its whole row along.
    pub(crate) fn kept(text: String) -> Result<Self, String> {
        let bare = |c: char| !c.is_control() && !c.is_whitespace();
        match text.contains('@') && text.chars().all(bare) {
            true => Ok(Self(text)),
            false => Err("This is not an e-mail address.".to_owned()),
        }
    }

    /// Trims, lower-cases and checks an address.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let fits = |(local, host): (&str, &str)| is_local(local) && is_host(host);
        // RFC 5321 has 256 octets for a path, with the brackets around it.
        if text.len() > 254 || !text.split_once('@').is_some_and(fits) {
            return Err("This is not an e-mail address.".to_owned());
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

/// The part before the `@`, as browsers check it
/// (<https://html.spec.whatwg.org/#valid-e-mail-address>). SES takes no other
/// characters than those of ASCII there.
fn is_local(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b);
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

/// A name of the DNS, in ASCII: labels of letters, digits and hyphens within.
fn is_host(text: &str) -> bool {
    text.split('.').all(|label| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let hyphens = label.starts_with('-') || label.ends_with('-');
        (1..=63).contains(&label.len()) && label.bytes().all(fits) && !hyphens
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_browsers_read_it() {
        let longest = format!("a@{0}.{0}.{0}.example", "a".repeat(63));
        for good in [
            " Mia@School.Example ",
            "a.b+c@x.y",
            "!def!xyz%abc@example.com",
            "abc@bar",
            "email@here.and-there.com",
            "email@127.0.0.1",
            &longest,
        ] {
            let email = Email::parse(good).unwrap();
            assert_eq!(email.reveal(), good.trim().to_lowercase());
        }
        let (local, label) = (
            format!("{}@x.y", "a".repeat(65)),
            format!("a@{}", "a".repeat(64)),
        );
        let whole = format!("abcdefgh{longest}.{0}", "a".repeat(50));
        for bad in [
            "",
            "abc",
            "abc@",
            "@bar",
            "a @x.cz",
            "a@x.cz\nb",
            "abc@.com",
            "abc@x..y",
            "a@-x.y",
            "a@x-.y",
            "something@@somewhere.com",
            "\"a b\"@x.y",
            "mïa@x.y",
            "mia@schüle.example",
            "Mia <mia@x.y>",
            &local,
            &label,
            &whole,
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
    }
}
