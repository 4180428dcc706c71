//! Addresses and numbers that cannot be logged by accident: `Debug` and
//! `Display` are masked, the clear value needs an explicit call.

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
                $name::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

masked!(Email, "An e-mail address, lower-cased.");
masked!(Phone, "A telephone number in E.164 form.");

impl Email {
    /// Trims, lower-cases and checks an address.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let unfit = text.len() > 254 || text.chars().any(|c| c.is_control() || c.is_whitespace());
        if unfit || garde::rules::email::parse_email(text).is_err() {
            return Err("This is not an e-mail address.".to_owned());
        }
        Ok(Self(text.to_lowercase()))
    }
}

impl Phone {
    /// Checks a number that begins with `+` and its country code.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bad = || {
            "This is not a telephone number with its country code, such as +44 20 7946 0958."
                .to_owned()
        };
        let number = phonenumber::parse(None, text.trim()).map_err(|_| bad())?;
        // Possible, not assigned: tables of assigned ranges age, and ranges
        // reserved for examples must work in demonstrations.
        let digits = number.national().value().to_string().len();
        if !text.trim().starts_with('+') || !(6..=14).contains(&digits) {
            return Err(bad());
        }
        Ok(Self(
            number.format().mode(phonenumber::Mode::E164).to_string(),
        ))
    }

    /// Countries that the number may belong to, as ISO 3166 has them. Some
    /// share a calling code; a number that no range of theirs holds may be of
    /// any of them.
    pub fn countries(&self) -> Vec<String> {
        let Ok(number) = phonenumber::parse(None, &self.0) else {
            return Vec::new();
        };
        if phonenumber::is_valid(&number)
            && let Some(id) = number.country().id()
        {
            return vec![id.as_ref().to_owned()];
        }
        let code = number.country().code();
        let regions = phonenumber::metadata::DATABASE.region(&code);
        let regions = regions.unwrap_or_default();
        regions.into_iter().map(str::to_owned).collect()
    }

    /// Whether whoever calls or texts the number pays extra.
    pub fn is_premium(&self) -> bool {
        let kind = phonenumber::parse(None, &self.0)
            .map(|number| number.number_type(&phonenumber::metadata::DATABASE));
        matches!(
            kind,
            Ok(phonenumber::Type::PremiumRate | phonenumber::Type::SharedCost)
        )
    }
}
