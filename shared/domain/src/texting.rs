//! Which numbers a tenant sends texts to, and how many: what keeps a stolen
//! credential from texting the world at the tenant's cost.

use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};
use serde::{Deserialize, Serialize};

use crate::dispatch::Skip;
use crate::privacy::Phone;

/// Texts to one number in an hour, unless the tenant says otherwise.
pub const TEXTS_PER_HOUR: u32 = 5;
/// The window of that limit.
pub const WINDOW_SECONDS: i64 = 3_600;
/// In the place of a country's code: any country.
pub const ANY: &str = "*";

/// A tenant's rules for texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TextRules {
    /// Texts to one number in an hour; what is urgent passes.
    pub per_hour: u32,
    /// Countries, as ISO 3166 has them, whose numbers are texted. Without a
    /// list it is the country of the tenant's locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countries: Option<Vec<String>>,
}

impl Default for TextRules {
    fn default() -> Self {
        Self {
            per_hour: TEXTS_PER_HOUR,
            countries: None,
        }
    }
}

impl TextRules {
    /// The countries in force: those listed, or that of the locale. A locale
    /// without a country restricts nothing.
    pub fn allowed(&self, locale: &str) -> Vec<String> {
        match &self.countries {
            Some(listed) => listed.clone(),
            None => vec![country_of(locale).unwrap_or_else(|| ANY.to_owned())],
        }
    }

    /// Why a number is not texted, if it is not. Urgent or not: this is about
    /// cost and fraud.
    pub fn refuses(&self, phone: &Phone, locale: &str) -> Option<Skip> {
        if phone.is_premium() {
            return Some(Skip::PremiumNumber);
        }
        let allowed = self.allowed(locale);
        let any = allowed.iter().any(|country| country == ANY);
        let fits = any
            || phone
                .countries()
                .iter()
                .any(|country| allowed.contains(country));
        (!fits).then_some(Skip::CountryNotAllowed)
    }
}

/// Whether a word is a country's code or the one for any.
pub fn is_country(word: &str) -> bool {
    // As ISO 3166 writes it; the library reads small letters as well.
    let written = |region: Region| {
        let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region);
        code.is_some() && region.to_string() == word
    };
    word == ANY || word.parse().is_ok_and(written)
}

/// The region of a BCP 47 tag: `GB` of `en-GB` and of `zh-Hant-GB`.
fn country_of(locale: &str) -> Option<String> {
    let mut parts = locale.split(['-', '_']).skip(1);
    parts
        .find(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic()))
        .map(str::to_ascii_uppercase)
        .filter(|country| is_country(country))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(rules: &TextRules, number: &str, locale: &str) -> Option<Skip> {
        rules.refuses(&Phone::parse(number).unwrap(), locale)
    }

    #[test]
    fn without_a_list_the_country_of_the_locale_is_texted() {
        let rules = TextRules::default();
        let abroad = Some(Skip::CountryNotAllowed);
        assert_eq!(refusal(&rules, "+447700900123", "en-GB"), None);
        assert_eq!(refusal(&rules, "+447400123456", "en-GB"), None);
        assert_eq!(refusal(&rules, "+4915112345678", "en-GB"), abroad);
        assert_eq!(refusal(&rules, "+12025550123", "en-GB"), abroad);
        // Guernsey, which shares the calling code.
        assert_eq!(refusal(&rules, "+447911123456", "en-GB"), abroad);
        assert_eq!(refusal(&rules, "+4915112345678", "de-DE"), None);
        assert_eq!(refusal(&rules, "+4915112345678", "de"), None);
    }

    #[test]
    fn a_list_takes_the_place_of_the_locale() {
        let of = |words: &[&str]| TextRules {
            countries: Some(words.iter().map(|word| (*word).to_owned()).collect()),
            ..TextRules::default()
        };
        let abroad = Some(Skip::CountryNotAllowed);
        assert_eq!(refusal(&of(&["DE"]), "+447700900123", "en-GB"), abroad);
        assert_eq!(refusal(&of(&["DE", "GB"]), "+447400123456", "fr-FR"), None);
        assert_eq!(refusal(&of(&[]), "+447400123456", "en-GB"), abroad);
        assert_eq!(refusal(&of(&["*"]), "+8613912345678", "en-GB"), None);
        assert_eq!(refusal(&of(&["US"]), "+12025550123", "en-GB"), None);
    }

    #[test]
    fn premium_numbers_are_not_texted() {
        let rules = TextRules::default();
        let premium = Some(Skip::PremiumNumber);
        assert_eq!(refusal(&rules, "+449061234567", "en-GB"), premium);
        assert_eq!(refusal(&rules, "+19002345678", "en-US"), premium);
    }

    #[test]
    fn words_that_are_no_countries_are_told_apart() {
        for word in ["GB", "DE", "IN", "US", ANY] {
            assert!(is_country(word), "{word}");
        }
        for word in ["", "gb", "XX", "GBR", "England"] {
            assert!(!is_country(word), "{word}");
        }
    }
}
