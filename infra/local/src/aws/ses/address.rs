//! Addresses: which are well formed, and what the simulator's ones do.

use crate::aws::mailbox::Fate;

const SIMULATOR: &str = "@simulator.amazonses.com";

/// The bare address inside `Name <address>`, or the text itself.
pub(super) fn bare(address: &str) -> &str {
    match (address.rfind('<'), address.trim_end().strip_suffix('>')) {
        (Some(start), Some(text)) => &text[start + 1..],
        _ => address.trim(),
    }
}

/// Why SES would refuse the address, if it would.
pub(super) fn check(address: &str) -> Result<(), String> {
    if address.chars().any(char::is_control) {
        return Err("Control characters are not allowed in addresses".to_owned());
    }
    let text = bare(address);
    let Some((local, host)) = text.rsplit_once('@') else {
        return Err("Missing final '@domain'".to_owned());
    };
    if local.is_empty() || local.len() > 64 {
        return Err("Local address is empty or too long".to_owned());
    }
    let loose = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '@');
    if !local.is_ascii() || local.contains(loose) || local.contains("..") {
        return Err("Local address contains control or whitespace".to_owned());
    }
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if host.len() > 253 || !host.contains('.') || !host.split('.').all(label) {
        return Err("Domain contains illegal character".to_owned());
    }
    Ok(())
}

/// What the mailbox simulator makes of a mail to this address.
pub(super) fn fate(address: &str) -> Fate {
    let address = bare(address).to_ascii_lowercase();
    let Some(local) = address.strip_suffix(SIMULATOR) else {
        return Fate::Delivered;
    };
    if local.starts_with("bounce") || local.starts_with("suppressionlist") {
        Fate::Bounced
    } else if local.starts_with("complaint") {
        Fate::Complained
    } else if local.starts_with("reject") {
        Fate::Rejected
    } else {
        Fate::Delivered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_the_simulator_is_known() {
        for good in [
            "a@b.org",
            "\"Jo, the < 2nd\" <jo+x@mail.b.org>",
            "bounce+7@simulator.amazonses.com",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "a",
            "a@b",
            "@b.org",
            "a b@c.org",
            "a@b..org",
            "a@b.org\r\nBcc: x@y.z",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert_eq!(fate("X <bounce+7@simulator.amazonses.com>"), Fate::Bounced);
        assert_eq!(fate("bounce@example.org"), Fate::Delivered);
    }
}
