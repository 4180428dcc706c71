//! Which links a template may carry. A link that hides where it leads is the
//! commonest way to abuse a school's name.

use url::{Host, Url};

/// Hosts that hide where a link leads.
const SHORTENERS: [&str; 16] = [
    "bit.ly",
    "tinyurl.com",
    "t.co",
    "goo.gl",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "rebrand.ly",
    "cutt.ly",
    "rb.gy",
    "shorturl.at",
    "t.ly",
    "tiny.cc",
    "v.gd",
    "bl.ink",
    "s.id",
];

/// The most links in one part.
pub const LINKS_MAX: usize = 300;

/// Where the links of a part appear; a text message has stricter rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPlace {
    Mail,
    Sms,
}

/// Why an address may not stand in a template, or none.
pub fn link_fault(address: &str, place: LinkPlace, allowed: &[String]) -> Option<String> {
    // What a tag puts into the path or the query is not known at save.
    let literal = address.split("{{").next().unwrap_or_default();
    let tagged = literal.len() < address.len();
    let Ok(url) = Url::parse(literal) else {
        return Some("this is not a complete web address".to_owned());
    };
    if matches!(url.scheme(), "mailto" | "tel") && place == LinkPlace::Mail {
        return None;
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Some(format!("`{}:` addresses are not allowed", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some("an address must not carry a name or password".to_owned());
    }
    let after = literal.split_once("//").map_or("", |(_, after)| after);
    if tagged && !after.contains(['/', '?', '#']) {
        return Some("the host of an address must be written out".to_owned());
    }
    match url.host() {
        Some(Host::Domain(host)) => host_fault(host, url.scheme(), place, allowed),
        Some(Host::Ipv4(_) | Host::Ipv6(_))
            if is_allowed(url.host_str().unwrap_or_default(), allowed) =>
        {
            None
        }
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => {
            Some("an address must name its host, not a number".to_owned())
        }
        None => Some("the address has no host".to_owned()),
    }
}

fn host_fault(host: &str, scheme: &str, place: LinkPlace, allowed: &[String]) -> Option<String> {
    if is_allowed(host, allowed) {
        return None;
    }
    let shortener = SHORTENERS
        .iter()
        .any(|name| host == *name || host.ends_with(&format!(".{name}")));
    if place == LinkPlace::Sms {
        Some("a text message may only link to hosts on the organisation's list".to_owned())
    } else if host.split('.').any(|label| label.starts_with("xn--")) {
        Some(
            "a host with letters beyond a–z can imitate another; put it on the organisation's list"
                .to_owned(),
        )
    } else if shortener {
        Some("a shortened address hides where it leads".to_owned())
    } else if scheme == "http" {
        Some("use https".to_owned())
    } else if !host.contains('.') {
        Some("the host is not a complete name".to_owned())
    } else {
        None
    }
}

/// Whether a host, or a domain that it belongs to, is on the list.
pub fn is_allowed(host: &str, allowed: &[String]) -> bool {
    let host = host.to_lowercase();
    allowed.iter().any(|entry| {
        let entry =
            url::Host::parse(entry).map_or_else(|_| entry.to_lowercase(), |host| host.to_string());
        host == entry
            || host
                .strip_suffix(&entry)
                .is_some_and(|sub| sub.ends_with('.'))
    })
}

/// Why a rendered text message may not leave, or none: values can bring links
/// in that its template did not show.
pub fn message_fault(text: &str, allowed: &[String]) -> Option<String> {
    // What looks like a tag by now is none, and must not hide what follows it.
    let found = addresses(&text.replace('{', "%7B"), LinkPlace::Sms);
    if found.len() > LINKS_MAX {
        return Some(format!("more than {LINKS_MAX} links"));
    }
    found
        .iter()
        .find_map(|(_, address)| link_fault(address, LinkPlace::Sms, allowed))
}

/// Web addresses in a text with their byte offsets. `www.` counts as one,
/// because every reader of mail and messages makes it a link; so does a name
/// with a path in a text message.
pub fn addresses(text: &str, place: LinkPlace) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut from = 0;
    while found.len() <= LINKS_MAX
        && let Some(start) = next_address(text, from, place)
    {
        let rest = text.get(start..).unwrap_or_default();
        let length = address_length(rest);
        let address = rest
            .get(..length)
            .unwrap_or(rest)
            .trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
        let full = if address.contains("://") {
            address.to_owned()
        } else {
            format!("https://{address}")
        };
        found.push((start, full));
        from = start + length.max(1);
    }
    found
}

fn next_address(text: &str, from: usize, place: LinkPlace) -> Option<usize> {
    let rest = text.get(from..)?;
    let scheme = rest.find("://").map(|colon| {
        let before = rest.get(..colon).unwrap_or_default();
        let letters = before
            .bytes()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
            .count();
        colon - letters
    });
    // Only what stands before the scheme matters, so that a long text is read once.
    let bare = rest
        .as_bytes()
        .get(..scheme.unwrap_or(rest.len()))
        .unwrap_or_default()
        .windows(4)
        .enumerate()
        .find(|(at, window)| {
            let inside = at
                .checked_sub(1)
                .and_then(|before| rest.as_bytes().get(before));
            window.eq_ignore_ascii_case(b"www.")
                && inside.is_none_or(|byte| {
                    !byte.is_ascii_alphanumeric() && !matches!(byte, b'/' | b'.' | b'-' | b'@')
                })
        })
        .map(|(at, _)| at);
    let before = rest.get(..scheme.unwrap_or(rest.len())).unwrap_or_default();
    let named = match place {
        LinkPlace::Sms => host_with_path(before),
        LinkPlace::Mail => None,
    };
    [scheme, bare, named]
        .into_iter()
        .flatten()
        .min()
        .map(|at| from + at)
}

/// Where something like `example.org/` begins.
fn host_with_path(text: &str) -> Option<usize> {
    text.match_indices('/').find_map(|(slash, _)| {
        let before = text.get(..slash)?;
        let port = before.trim_end_matches(|c: char| c.is_ascii_digit());
        let before = port.strip_suffix(':').unwrap_or(before);
        let begins = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| c.is_alphanumeric() || matches!(c, '.' | '-'))
            .last()
            .map(|(at, _)| at)?;
        let (label, top) = before.get(begins..)?.rsplit_once('.')?;
        let is_name =
            !label.is_empty() && top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
        // Behind an @ it is a mail address.
        let is_mail = before.get(..begins)?.ends_with('@');
        (is_name && !is_mail).then_some(begins)
    })
}

/// Up to the first character that cannot be in an address; what stands in a
/// tag belongs to it, spaces and all.
fn address_length(rest: &str) -> usize {
    let mut inside = false;
    let bytes = rest.as_bytes();
    for (index, character) in rest.char_indices() {
        let pair = bytes.get(index..index + 2);
        if pair == Some(b"{{") {
            inside = true;
        } else if pair == Some(b"{%") && !inside {
            return index;
        } else if inside && pair == Some(b"}}") {
            inside = false;
        } else if !inside
            && (character.is_whitespace() || matches!(character, '"' | '\'' | '<' | '>' | '`'))
        {
            return index;
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_message_links_to_listed_hosts_only() {
        let allowed = ["school.example".to_owned()];
        for good in [
            "",
            "See https://school.example/news.",
            "See www.school.example or school.example/a and news.school.example/b.",
            "Bring scissors and/or glue, 10 a.m./2 p.m., 1/2 pages.",
            "Write to office@school.example/room 4.",
        ] {
            assert_eq!(message_fault(good, &allowed), None, "{good}");
        }
        for bad in [
            "See https://evil.example",
            "See evil.example/pay",
            "See EVIL.example/pay",
            "and/or evil.example/pay",
            "https://school.example/a evil.example/pay",
            "See www.evil.example",
            "See evil.example:8080/pay",
            "https://school.example/{{ https://evil.example/ }}",
            "https://school.example{{@evil.example/",
            "https://a@school.example/",
            "ftp://school.example/",
        ] {
            assert!(message_fault(bad, &allowed).is_some(), "{bad}");
        }
    }
}
