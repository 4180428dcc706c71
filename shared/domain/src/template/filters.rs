//! The filters, as Tera calls them. They take any single value, so that what
//! was accepted at save cannot fail on a number where a text was expected.

use jiff::civil;
use jiff::fmt::strtime;
use tera::{Kwargs, State, Tera, TeraResult, Value};

use crate::time::Timestamp;

/// Begins the message of an error that a forbidden address caused.
pub(crate) const BAD_LINK: &str = "bad link";
/// Added by us, never by an author, where a variable leads an `href` or `src`.
pub(crate) const LINK_FILTER: &str = "link_target";

const DATE_FORMAT: &str = "%-d %B %Y";

/// Replaces Tera's filters of the same names by ours.
pub(crate) fn register(tera: &mut Tera) {
    tera.register_filter("upper", |value: Value, _: Kwargs, _: &State| {
        Ok::<_, tera::Error>(text(&value)?.to_uppercase())
    });
    tera.register_filter("lower", |value: Value, _: Kwargs, _: &State| {
        Ok::<_, tera::Error>(text(&value)?.to_lowercase())
    });
    tera.register_filter("trim", |value: Value, _: Kwargs, _: &State| {
        Ok::<_, tera::Error>(text(&value)?.trim().to_owned())
    });
    tera.register_filter("title", |value: Value, _: Kwargs, _: &State| {
        Ok::<_, tera::Error>(titled(&text(&value)?))
    });
    tera.register_filter("truncate", truncate);
    tera.register_filter("date", date);
    tera.register_filter(LINK_FILTER, link_target);
}

fn text(value: &Value) -> TeraResult<String> {
    if value.is_undefined() {
        return Err(tera::Error::message("the value is undefined"));
    }
    Ok(value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned))
}

fn titled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for character in text.chars() {
        if begins {
            out.extend(character.to_uppercase());
        } else {
            out.extend(character.to_lowercase());
        }
        begins = !character.is_alphanumeric() && character != '\'' && character != '’';
    }
    out
}

fn truncate(value: Value, arguments: Kwargs, _: &State) -> TeraResult<String> {
    let value = text(&value)?;
    let length = arguments.must_get::<usize>("length")?;
    let end = arguments.get::<&str>("end")?.unwrap_or("…");
    Ok(match value.char_indices().nth(length) {
        Some((cut, _)) => format!("{}{end}", value.get(..cut).unwrap_or_default()),
        None => value,
    })
}

/// A day as it stands, an instant as the clock on the recipient's wall shows it.
/// A text that is neither passes as it is.
fn date(value: Value, arguments: Kwargs, state: &State) -> TeraResult<String> {
    let value = text(&value)?;
    let format = arguments.get::<&str>("format")?.unwrap_or(DATE_FORMAT);
    let zone = state
        .get::<String>("time_zone")?
        .unwrap_or_else(|| "UTC".to_owned());
    Ok(formatted(&value, format, &zone).unwrap_or(value))
}

fn formatted(value: &str, format: &str, zone: &str) -> Option<String> {
    if let Ok(instant) = value.parse::<Timestamp>() {
        let local = instant.in_tz(zone).or_else(|_| instant.in_tz("UTC")).ok()?;
        return strtime::format(format, &local).ok();
    }
    if let Ok(moment) = value.parse::<civil::DateTime>() {
        return strtime::format(format, moment).ok();
    }
    strtime::format(format, value.parse::<civil::Date>().ok()?.at(0, 0, 0, 0)).ok()
}

/// Whether a format can show both a day and an instant.
pub(crate) fn is_date_format(format: &str) -> bool {
    let moment = civil::datetime(2026, 9, 1, 12, 0, 0, 0);
    !format.is_empty() && strtime::format(format, moment).is_ok_and(|shown| shown.len() <= 200)
}

fn link_target(value: Value, _: Kwargs, _: &State) -> TeraResult<String> {
    let value = text(&value)?;
    let address = value.trim();
    let known = ["https://", "http://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| {
            address
                .get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
    if known && !address.chars().any(|c| c.is_control() || c.is_whitespace()) {
        Ok(address.to_owned())
    } else {
        Err(tera::Error::message(BAD_LINK))
    }
}
