//! Telephone numbers: as people write them, and as E.164 has them.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

use super::Phone;

const BAD: &str = "This is not a telephone number with its country code, such as +44 20 7946 0958.";

/// Digits of a national number. Possible, not assigned: tables of assigned
/// ranges age, and ranges reserved for examples must work in demonstrations.
const NATIONAL: std::ops::RangeInclusive<usize> = 6..=14;

/// The visual separators of RFC 3966, and the spaces that are pasted.
const SEPARATORS: [char; 6] = ['-', '.', '(', ')', ' ', '\u{a0}'];

impl Phone {
    /// Reads what a person wrote down for a directory. Begins with `+` and the
    /// country code; a national prefix after it, as in `+44 (0)20`, is dropped
    /// where the country has one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let number = PHONE_NUMBER_UTIL.parse(text, None);
        let number = number.map_err(|_| BAD.to_owned())?;
        if !text.starts_with('+') {
            return Err(BAD.to_owned());
        }
        Self::e164(&number.format_as(PhoneNumberFormat::E164))
    }

    /// Reads a number in its international form, with or without separators, as
    /// it is asked for and passed on. It knows no country's own rules, which every
    /// function that reads a person would have to carry; a national prefix is
    /// refused, because what is left of it would be somebody else's number.
    pub fn e164(text: &str) -> Result<Self, String> {
        let digits: String = match text.trim().strip_prefix('+') {
            Some(rest) => rest.chars().filter(|c| !SEPARATORS.contains(c)).collect(),
            None => return Err(BAD.to_owned()),
        };
        let (code, national) = split(&digits).ok_or(BAD)?;
        let prefixed = national.starts_with('0') && !ZEROS.contains(&code);
        // Fifteen digits in all, says E.164.
        let whole = digits.bytes().all(|b| b.is_ascii_digit()) && digits.len() <= 15;
        match whole && !prefixed && NATIONAL.contains(&national.len()) {
            true => Ok(Self(format!("+{digits}"))),
            false => Err(BAD.to_owned()),
        }
    }

    /// Reads what was checked when it was kept. It is no stricter than any rule
    /// that was in force then: what cannot be read takes its whole row along.
    pub(crate) fn kept(text: String) -> Result<Self, String> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        match !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            true => Ok(Self(text)),
            false => Err(BAD.to_owned()),
        }
    }

    /// Countries that the number may belong to, as ISO 3166 has them. Some
    /// share a calling code; a number that no range of theirs holds may be of
    /// any of them.
    pub fn countries(&self) -> Vec<String> {
        let Ok(number) = PHONE_NUMBER_UTIL.parse(&self.0, None) else {
            return Vec::new();
        };
        if let Some(region) = number.get_region_code() {
            return vec![region.to_string()];
        }
        let regions = PHONE_NUMBER_UTIL.get_regions_for_country_calling_code(number.country_code);
        let regions = regions.into_iter().flatten();
        regions.map(|region| region.to_string()).collect()
    }

    /// Whether whoever calls or texts the number pays extra.
    pub fn is_premium(&self) -> bool {
        let kind = PHONE_NUMBER_UTIL.parse(&self.0, None);
        let kind = kind.map(|number| number.get_type());
        matches!(
            kind,
            Ok(PhoneNumberType::PremiumRate | PhoneNumberType::SharedCost)
        )
    }
}

/// The country's code of an international number, and the rest.
fn split(digits: &str) -> Option<(u16, &str)> {
    (1..=3).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        let code = code.parse().ok()?;
        CODES
            .binary_search(&code)
            .is_ok()
            .then_some((code, national))
    })
}

/// Codes of countries whose numbers may begin with a zero that is no prefix.
const ZEROS: [u16; 6] = [39, 225, 229, 241, 242, 378];

/// The country codes of ITU-T E.164 that numbers are assigned under. A test
/// holds them against the library that knows the numbers.
#[rustfmt::skip]
const CODES: &[u16] = &[
    1, 7, 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52,
    53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94,
    95, 98, 211, 212, 213, 216, 218, 220, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230,
    231, 232, 233, 234, 235, 236, 237, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247,
    248, 249, 250, 251, 252, 253, 254, 255, 256, 257, 258, 260, 261, 262, 263, 264, 265,
    266, 267, 268, 269, 290, 291, 297, 298, 299, 350, 351, 352, 353, 354, 355, 356, 357,
    358, 359, 370, 371, 372, 373, 374, 375, 376, 377, 378, 380, 381, 382, 383, 385, 386,
    387, 389, 420, 421, 423, 500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 590, 591,
    592, 593, 594, 595, 596, 597, 598, 599, 670, 672, 673, 674, 675, 676, 677, 678, 679,
    680, 681, 682, 683, 685, 686, 687, 688, 689, 690, 691, 692, 800, 808, 850, 852, 853,
    855, 856, 870, 878, 880, 881, 882, 883, 886, 888, 960, 961, 962, 963, 964, 965, 966,
    967, 968, 970, 971, 972, 973, 974, 975, 976, 977, 979, 992, 993, 994, 995, 996, 998,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_that_have_numbers() {
        let mut known: Vec<i32> = PHONE_NUMBER_UTIL.get_supported_calling_codes().collect();
        known.sort_unstable();
        let ours: Vec<i32> = CODES.iter().copied().map(i32::from).collect();
        assert_eq!(ours, known);
    }

    #[test]
    fn zeros_are_kept_where_numbers_begin_with_one() {
        let mut found = std::collections::BTreeSet::new();
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            for kind in [PhoneNumberType::FixedLine, PhoneNumberType::Mobile] {
                if let Ok(number) =
                    PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind)
                    && number.get_national_significant_number().starts_with('0')
                {
                    found.insert(u16::try_from(number.country_code).unwrap());
                }
            }
        }
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ZEROS);
    }

    #[test]
    fn whatever_the_directory_takes_is_read_again() {
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            let Ok(number) = PHONE_NUMBER_UTIL.get_example_number(region) else {
                continue;
            };
            let written = number.format_as(PhoneNumberFormat::International);
            // Of a few islands numbers are shorter than what we call possible.
            let short = number.get_national_significant_number().len() < 6;
            match Phone::parse(&written) {
                Ok(phone) => assert_eq!(Phone::e164(phone.reveal()).unwrap(), phone),
                Err(_) => assert!(short, "{written}"),
            }
        }
        // The longest that some library would take, and what an older release kept.
        for long in ["+44 12345678901234", "+420 6011234567890"] {
            assert!(Phone::parse(long).is_err(), "{long}");
            let kept = serde_json::json!(long.replace(' ', ""));
            assert!(serde_json::from_value::<Phone>(kept).is_ok(), "{long}");
        }
    }

    #[test]
    fn what_was_read_once_is_read_again() {
        for (written, kept) in [
            ("+44 20 7946 0958", "+442079460958"),
            ("+44 (0)20 7946-0958", "+442079460958"),
            ("+1 (202) 555-0123", "+12025550123"),
            ("+39 06 1234567", "+39061234567"),
        ] {
            let phone = Phone::parse(written).unwrap();
            assert_eq!(phone.reveal(), kept);
            assert_eq!(Phone::e164(kept), Ok(phone));
        }
    }

    #[test]
    fn a_national_prefix_is_refused_where_no_library_can_tell() {
        for written in [
            "+44 (0)20 7946 0958",
            "+44 020 7946 0958",
            "+39 (0)6 1234567",
        ] {
            let zero = written.starts_with("+39");
            assert_eq!(Phone::e164(written).is_ok(), zero, "{written}");
        }
        assert_eq!(
            Phone::e164("+39 (0)6 1234567").unwrap().reveal(),
            "+39061234567"
        );
        assert_eq!(
            Phone::e164("+1 (202) 555-0123").unwrap().reveal(),
            "+12025550123"
        );
    }

    #[test]
    fn what_is_no_international_number_is_refused_by_both() {
        for written in [
            "",
            "+",
            "020 7946 0958",
            "442079460958",
            "+44",
            "+44 123",
            "+999 20 7946 0958",
            "+44 20 7946 0958 and more",
            "+44 2079 4609 5820 7946",
        ] {
            assert!(Phone::parse(written).is_err(), "{written:?}");
            assert!(Phone::e164(written).is_err(), "{written:?}");
        }
    }
}
