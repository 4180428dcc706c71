//! Reading a template's source: text up to the next tag, then one lexeme at a
//! time inside the tag, with line and column of each.

/// Where something stands. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub line: u32,
    pub column: u32,
    pub offset: usize,
}

/// Why a source is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub code: &'static str,
    pub at: Place,
    pub message: String,
}

impl Fault {
    pub fn new(code: &'static str, at: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            at,
            message: message.into(),
        }
    }

    pub fn forbidden(at: Place, message: impl Into<String>) -> Self {
        Self::new("forbidden_syntax", at, message)
    }

    pub fn syntax(at: Place, message: impl Into<String>) -> Self {
        Self::new("syntax", at, message)
    }
}

/// One thing inside a tag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Lexeme<'a> {
    Word(&'a str),
    Text(&'a str),
    Number(&'a str),
    /// `.` `|` `(` `)` `=` `,` and the comparisons.
    Symbol(&'static str),
    /// `}}` or `%}`, whichever closes the tag.
    End,
}

/// How a tag opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// `{{`
    Output,
    /// `{%`
    Block,
    /// `{#`
    Comment,
}

/// The longest literal inside a tag, in characters.
const LITERAL_MAX: usize = 100;
const SYMBOLS: [&str; 12] = [
    "==", "!=", "<=", ">=", "<", ">", ".", "|", "(", ")", "=", ",",
];

pub(crate) struct Reader<'a> {
    source: &'a str,
    place: Place,
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a str) -> Self {
        Self {
            source,
            place: Place {
                line: 1,
                column: 1,
                offset: 0,
            },
        }
    }

    pub fn place(&self) -> Place {
        self.place
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.place.offset..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) -> &'a str {
        let rest = self.rest();
        let passed = rest.get(..bytes).unwrap_or(rest);
        for character in passed.chars() {
            if character == '\n' {
                self.place.line += 1;
                self.place.column = 1;
            } else {
                self.place.column += 1;
            }
        }
        self.place.offset += passed.len();
        passed
    }

    /// Text up to the next tag or the end.
    pub fn text(&mut self) -> &'a str {
        let rest = self.rest();
        let next = rest
            .as_bytes()
            .windows(2)
            .position(|pair| pair[0] == b'{' && matches!(pair[1], b'{' | b'%' | b'#'));
        self.advance(next.unwrap_or(rest.len()))
    }

    /// The opening of the tag that stands here, or none at the end.
    pub fn opening(&mut self) -> Option<Opening> {
        let opening = match self.rest().as_bytes().get(..2)? {
            b"{{" => Opening::Output,
            b"{%" => Opening::Block,
            b"{#" => Opening::Comment,
            _ => return None,
        };
        self.advance(2);
        if self.rest().starts_with('-') {
            self.advance(1);
        }
        Some(opening)
    }

    /// The next lexeme inside a tag. `closing` is `}}` or `%}`.
    pub fn lexeme(&mut self, closing: &str) -> Result<(Lexeme<'a>, Place), Fault> {
        let blank = self.rest().find(|c: char| !c.is_ascii_whitespace());
        self.advance(blank.unwrap_or(self.rest().len()));
        let (rest, at) = (self.rest(), self.place);
        let Some(first) = rest.chars().next() else {
            return Err(Fault::syntax(
                at,
                format!("the tag is not closed with `{closing}`"),
            ));
        };
        let trimmed = rest.strip_prefix('-').unwrap_or(rest);
        if trimmed.starts_with(closing) {
            self.advance(rest.len() - trimmed.len() + closing.len());
            return Ok((Lexeme::End, at));
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            return Ok((Lexeme::Word(self.advance(end.unwrap_or(rest.len()))), at));
        }
        if first == '"' || first == '\'' {
            return self.quoted(first, at);
        }
        if first.is_ascii_digit()
            || (first == '-' && trimmed.starts_with(|c: char| c.is_ascii_digit()))
        {
            return self.number(at);
        }
        if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
            self.advance(symbol.len());
            return Ok((Lexeme::Symbol(symbol), at));
        }
        Err(Fault::forbidden(
            at,
            format!("`{}` has no place in a template", first.escape_default()),
        ))
    }

    fn quoted(&mut self, quote: char, at: Place) -> Result<(Lexeme<'a>, Place), Fault> {
        let inner = self.rest().get(1..).unwrap_or_default();
        let Some(length) = inner.find(quote) else {
            return Err(Fault::syntax(at, "the quotation is not closed"));
        };
        let literal = inner.get(..length).unwrap_or_default();
        if literal.contains('\\') {
            return Err(Fault::forbidden(at, "a quotation holds no backslash"));
        }
        if literal.chars().count() > LITERAL_MAX {
            return Err(Fault::new(
                "too_long",
                at,
                format!("a quotation holds at most {LITERAL_MAX} characters"),
            ));
        }
        self.advance(length + 2);
        Ok((Lexeme::Text(literal), at))
    }

    fn number(&mut self, at: Place) -> Result<(Lexeme<'a>, Place), Fault> {
        let rest = self.rest();
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let mut length = usize::from(rest.starts_with('-'));
        length += digits(rest.get(length..).unwrap_or_default());
        if rest.get(length..).is_some_and(|tail| tail.starts_with('.')) {
            let fraction = digits(rest.get(length + 1..).unwrap_or_default());
            if fraction == 0 {
                return Err(Fault::syntax(at, "a number does not end with a point"));
            }
            length += 1 + fraction;
        }
        if length > 15 {
            return Err(Fault::new("too_long", at, "a number has at most 15 digits"));
        }
        Ok((Lexeme::Number(self.advance(length)), at))
    }
}
