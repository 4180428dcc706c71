//! What people write to each other: kept as it came, as long as it shows what
//! it says.

use crate::people::Complaint;
use crate::problem::{Code, Problem};
use crate::template::headers::header_fault;

/// Several lines of text: trimmed, not empty, at most `max` bytes of UTF-8, and
/// no characters that hide or turn around what stands there.
pub fn check(field: &str, text: &str, max: usize) -> Result<String, Problem> {
    checked(text, max)
        .map_err(|complaint| Problem::new(Code::Invalid).errors(vec![complaint.at(field)]))
}

fn checked(text: &str, max: usize) -> Result<String, Complaint> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Complaint::new("required", "A text is required."));
    }
    if text.len() > max {
        return Err(Complaint::new(
            "too_long",
            format!("At most {max} bytes of UTF-8."),
        ));
    }
    // Line breaks and tabs are the only controls that a text needs.
    let fault = text
        .split(['\n', '\t'])
        .find_map(|part| header_fault(&part.replace("\r", "")));
    match fault {
        None => Ok(text.replace("\r\n", "\n").replace('\r', "\n")),
        Some((_, character)) => Err(Complaint::new(
            "forbidden_character",
            format!(
                "The character U+{:04X} is not allowed here.",
                u32::from(character)
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Result<String, String> {
        check("text", text, 20).map_err(|problem| problem.errors[0].code.clone())
    }

    #[test]
    fn a_text_keeps_its_lines_and_markup() {
        assert_eq!(code(" a\r\nb\tc "), Ok("a\nb\tc".to_owned()));
        assert_eq!(code("<b>hi</b>"), Ok("<b>hi</b>".to_owned()));
        assert_eq!(code(&"é".repeat(10)), Ok("é".repeat(10)));
    }

    #[test]
    fn what_hides_or_turns_is_refused() {
        assert_eq!(code(" \n "), Err("required".to_owned()));
        assert_eq!(code(&"é".repeat(11)), Err("too_long".to_owned()));
        for bad in [
            "a\u{202E}b",
            "a\u{2066}",
            "a\u{0}b",
            "a\u{1b}[31m",
            "a\u{2028}b",
        ] {
            assert_eq!(code(bad), Err("forbidden_character".to_owned()), "{bad:?}");
        }
    }
}
