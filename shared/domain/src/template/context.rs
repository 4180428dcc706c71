//! Where in the HTML each template tag stands: between tags, inside one, or in
//! which attribute. What may stand where depends on it.

use super::ast::Tag;
use super::source::Fault;

/// The surroundings of one template tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Where {
    /// Between HTML tags.
    Flow,
    /// Inside an HTML tag, but not in a quoted attribute.
    Markup,
    /// In a quoted attribute; `leading` if nothing stands before it.
    Attribute {
        name: String,
        leading: bool,
    },
    Comment,
}

enum State {
    Flow,
    Markup(String),
    Equals(String),
    Quoted {
        name: String,
        quote: u8,
        leading: bool,
    },
    Unquoted,
    Comment,
}

/// The surroundings of each tag, in order.
pub(crate) fn contexts(source: &str, tags: &[Tag]) -> Vec<Where> {
    let bytes = source.as_bytes();
    let mut state = State::Flow;
    let mut found = Vec::with_capacity(tags.len());
    let mut from = 0;
    for tag in tags {
        state = walk(bytes.get(from..tag.span.start).unwrap_or_default(), state);
        found.push(surroundings(&state));
        state = match state {
            State::Quoted { name, quote, .. } => State::Quoted {
                name,
                quote,
                leading: false,
            },
            State::Equals(_) => State::Unquoted,
            state => state,
        };
        from = tag.span.end;
    }
    found
}

fn surroundings(state: &State) -> Where {
    match state {
        State::Flow => Where::Flow,
        State::Comment => Where::Comment,
        State::Quoted { name, leading, .. } => Where::Attribute {
            name: name.clone(),
            leading: *leading,
        },
        State::Markup(_) | State::Equals(_) | State::Unquoted => Where::Markup,
    }
}

fn walk(bytes: &[u8], mut state: State) -> State {
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        let rest = bytes.get(index..).unwrap_or_default();
        state = match state {
            State::Flow if rest.starts_with(b"<!--") => State::Comment,
            State::Flow if byte == b'<' && opens_tag(rest.get(1)) => State::Markup(String::new()),
            State::Comment if rest.starts_with(b"-->") => State::Flow,
            State::Markup(_) | State::Equals(_) | State::Unquoted if byte == b'>' => State::Flow,
            State::Markup(_) if byte.is_ascii_whitespace() || byte == b'/' => {
                State::Markup(String::new())
            }
            State::Markup(name) if byte == b'=' => State::Equals(name),
            State::Markup(mut name) => {
                name.push(byte.to_ascii_lowercase() as char);
                State::Markup(name)
            }
            State::Equals(name) if matches!(byte, b'"' | b'\'') => State::Quoted {
                name,
                quote: byte,
                leading: true,
            },
            State::Equals(name) if byte.is_ascii_whitespace() => State::Equals(name),
            State::Equals(_) => State::Unquoted,
            State::Unquoted if byte.is_ascii_whitespace() => State::Markup(String::new()),
            State::Quoted { quote, .. } if byte == quote => State::Markup(String::new()),
            State::Quoted {
                name,
                quote,
                leading,
            } => State::Quoted {
                name,
                quote,
                leading: leading && byte.is_ascii_whitespace(),
            },
            state => state,
        };
        index += 1;
    }
    state
}

fn opens_tag(next: Option<&u8>) -> bool {
    next.is_none_or(|next| next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?'))
}

/// Attributes whose value is an address.
pub(crate) fn is_address(name: &str) -> bool {
    matches!(name, "href" | "src" | "cite")
}

/// Refuses tags that stand where their output could become markup or code.
pub(crate) fn faults(tags: &[Tag], contexts: &[Where]) -> Vec<Fault> {
    tags.iter()
        .zip(contexts)
        .filter_map(|(tag, context)| {
            let message = match context {
                Where::Flow | Where::Comment => return None,
                Where::Markup => {
                    "a tag cannot stand inside an HTML tag except in a quoted attribute"
                }
                Where::Attribute { .. } if !tag.output => {
                    "conditions and loops stand between HTML tags, not inside one"
                }
                Where::Attribute { name, .. } if name == "style" || name.starts_with("on") => {
                    "a variable cannot stand in a style or an event attribute"
                }
                Where::Attribute { .. } => return None,
            };
            Some(Fault::forbidden(tag.at, message))
        })
        .collect()
}
