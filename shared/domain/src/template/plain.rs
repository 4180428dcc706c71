//! The text part of an e-mail whose author gave none, out of its cleaned HTML.

use url::Url;

/// A text, and links whose words name another host than they lead to.
pub(crate) struct Plain {
    pub text: String,
    pub misleading: Vec<String>,
}

/// Reduces cleaned HTML to text. `keep` tells which comments stand for a
/// template tag; their words stay, all others go.
pub(crate) fn from_html(html: &str, keep: &dyn Fn(&str) -> bool) -> Plain {
    let mut writer = Writer::default();
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        writer.text(text);
        rest = match after.strip_prefix("!--") {
            Some(comment) => {
                let (comment, after) = comment.split_once("-->").unwrap_or((comment, ""));
                if keep(comment) {
                    writer.block_tag(comment);
                }
                after
            }
            None => {
                let (tag, after) = after.split_once('>').unwrap_or((after, ""));
                writer.tag(tag);
                after
            }
        };
    }
    writer.text(rest);
    Plain {
        text: writer.out.trim().to_owned(),
        misleading: writer.misleading,
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Line breaks owed before the next text.
    breaks: usize,
    space: bool,
    /// The address of the open link and where its words begin.
    link: Option<(String, usize)>,
    preformatted: bool,
    misleading: Vec<String>,
}

impl Writer {
    fn owe(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
        self.space = false;
    }

    fn settle(&mut self) {
        if self.breaks > 0 && !self.out.is_empty() {
            self.out
                .push_str(if self.breaks > 1 { "\n\n" } else { "\n" });
        } else if self.space && !self.out.is_empty() {
            self.out.push(' ');
        }
        self.breaks = 0;
        self.space = false;
    }

    fn text(&mut self, html: &str) {
        let text = decoded(html);
        if self.preformatted && !text.is_empty() {
            self.settle();
            self.out.push_str(&text);
            return;
        }
        let mut words = text.split_whitespace().peekable();
        if words.peek().is_none() {
            self.space |= !text.is_empty() && self.breaks == 0;
            return;
        }
        self.space |= text.starts_with(char::is_whitespace) && self.breaks == 0;
        for word in words {
            self.settle();
            self.out.push_str(word);
            self.space = true;
        }
        self.space = text.ends_with(char::is_whitespace);
    }

    /// A loop or condition: it keeps one break inside, so that each turn
    /// begins a line.
    fn block_tag(&mut self, word: &str) {
        if self.breaks > 1 && !self.out.is_empty() {
            self.out.push('\n');
            self.breaks = 1;
        }
        if self.space && self.breaks == 0 {
            self.settle();
        }
        self.out.push_str(word);
    }

    fn tag(&mut self, tag: &str) {
        let name = tag
            .split([' ', '/'])
            .find(|part| !part.is_empty())
            .unwrap_or_default();
        let closing = tag.starts_with('/');
        match name {
            "br" => {
                self.settle();
                self.out.push('\n');
            }
            "hr" => {
                self.owe(2);
                self.text("---");
                self.owe(2);
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "table"
            | "blockquote" | "pre" => {
                self.owe(2);
                self.preformatted = name == "pre" && !closing;
            }
            "li" => {
                self.owe(1);
                if !closing {
                    self.settle();
                    self.out.push_str("- ");
                }
            }
            "td" | "th" if closing => self.cell(),
            "div" | "tr" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "center"
            | "figure" => self.owe(1),
            "img" => self.text(attribute(tag, "alt").unwrap_or_default()),
            "a" if closing => self.close_link(),
            "a" => self.link = attribute(tag, "href").map(|href| (decoded(href), self.out.len())),
            _ => {}
        }
    }

    fn cell(&mut self) {
        if self.breaks == 0 {
            self.out.push_str(" | ");
            self.space = false;
        }
    }

    fn close_link(&mut self) {
        let Some((address, from)) = self.link.take() else {
            return;
        };
        let words = self.out.get(from..).unwrap_or_default().trim().to_owned();
        let bare = address
            .strip_prefix("mailto:")
            .or(address.strip_prefix("tel:"))
            .unwrap_or(&address);
        if misleads(&words, &address) {
            self.misleading.push(words.clone());
        }
        if words.is_empty() {
            self.text(bare);
        } else if words != bare && words != address {
            self.out.push_str(&format!(" ({bare})"));
        }
    }
}

/// Whether the words of a link name another host than it leads to.
fn misleads(words: &str, address: &str) -> bool {
    let named = words.contains('.') && !words.contains(char::is_whitespace) && !words.contains('@');
    let full = if words.contains("://") {
        words.to_owned()
    } else {
        format!("https://{words}")
    };
    let host = |text: &str| {
        Url::parse(text).ok().and_then(|url| {
            url.host_str()
                .map(|host| host.trim_start_matches("www.").to_owned())
        })
    };
    match (host(&full), host(address)) {
        (Some(said), Some(real)) => named && said != real,
        _ => false,
    }
}

/// An attribute's value in a cleaned tag, where each stands as `name="value"`.
pub(crate) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// Undoes the few entities that the serialiser writes.
pub(crate) fn decoded(html: &str) -> String {
    html.replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}
