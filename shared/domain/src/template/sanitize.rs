//! Author HTML is cleaned once, at save. The template's tags are put aside
//! while the HTML is parsed and cleaned, and put back afterwards: a tag with an
//! output as a word, which may stand in text and attributes, a block tag as an
//! HTML comment, which may stand anywhere, even between the rows of a table.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;

use super::ast::Tag;
use super::context::{Where, contexts};
use super::parse::parse;
use crate::problem::FieldError;

/// Cleans author HTML and leaves its template tags as they are.
pub fn sanitize_html(source: &str) -> Result<String, FieldError> {
    let tree = parse(source).map_err(|fault| super::check::field_error("html", &fault))?;
    let mask = Mask::over(source, &tree.tags);
    Ok(mask.lift(&mask.cleaned()))
}

/// HTML whose template tags are put aside.
pub(crate) struct Mask<'a> {
    source: &'a str,
    tags: &'a [Tag],
    prefix: String,
    html: String,
}

impl<'a> Mask<'a> {
    pub fn over(source: &'a str, tags: &'a [Tag]) -> Self {
        let mut mask = Self {
            source,
            tags,
            prefix: prefix(source),
            html: String::new(),
        };
        let mut from = 0;
        for (index, (tag, context)) in tags.iter().zip(contexts(source, tags)).enumerate() {
            mask.html
                .push_str(source.get(from..tag.span.start).unwrap_or_default());
            if !tag.output && context == Where::Flow {
                mask.html.push_str(&format!("<!--{}-->", mask.word(index)));
            } else {
                mask.html.push_str(&mask.word(index));
            }
            from = tag.span.end;
        }
        mask.html.push_str(source.get(from..).unwrap_or_default());
        mask
    }

    /// The cleaned HTML, tags still aside.
    pub fn cleaned(&self) -> String {
        BUILDER.clean(&self.html).to_string()
    }

    fn word(&self, index: usize) -> String {
        format!("{}{index}z", self.prefix)
    }

    /// Whether a comment's text stands for a tag.
    pub fn is_word(&self, text: &str) -> bool {
        self.at(text)
            .is_some_and(|(_, length)| length == text.len())
    }

    /// The tag whose word a text begins with, and the word's length.
    fn at(&self, text: &str) -> Option<(&'a Tag, usize)> {
        let rest = text.strip_prefix(self.prefix.as_str())?;
        let (digits, _) = rest.split_once('z')?;
        let tag = self.tags.get(digits.parse::<usize>().ok()?)?;
        Some((tag, self.prefix.len() + digits.len() + 1))
    }

    /// Puts the tags back into cleaned HTML; comments that stand for none go.
    pub fn lift(&self, html: &str) -> String {
        let mut out = String::with_capacity(html.len());
        let mut rest = html;
        // The serialiser escapes `<` everywhere else, so this begins a comment.
        while let Some((before, after)) = rest.split_once("<!--") {
            out.push_str(before);
            let (comment, after) = after.split_once("-->").unwrap_or((after, ""));
            if self.is_word(comment) {
                out.push_str(comment);
            }
            rest = after;
        }
        out.push_str(rest);
        self.lift_words(&out)
    }

    /// Puts the tags back where their words stand.
    pub fn lift_words(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(self.prefix.as_str()) {
            let (before, from) = rest.split_at(start);
            out.push_str(before);
            let length = match self.at(from) {
                Some((tag, length)) => {
                    out.push_str(self.source.get(tag.span.clone()).unwrap_or_default());
                    length
                }
                None => self.prefix.len(),
            };
            rest = from.get(length..).unwrap_or_default();
        }
        out.push_str(rest);
        out
    }
}

/// A word that does not occur in the source.
fn prefix(source: &str) -> String {
    let source = source.to_lowercase();
    let mut salt = 0u32;
    loop {
        let prefix = format!("qx{salt}y");
        if !source.contains(&prefix) {
            return prefix;
        }
        salt += 1;
    }
}

static BUILDER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .rm_tags(["map", "area", "details", "summary"])
        .add_tags(["tfoot"])
        .add_clean_content_tags([
            "title", "template", "noscript", "textarea", "select", "object", "iframe",
        ])
        .add_generic_attributes(["align", "dir", "style"])
        .add_tag_attributes(
            "table",
            [
                "bgcolor",
                "border",
                "cellpadding",
                "cellspacing",
                "height",
                "role",
                "width",
            ],
        )
        .add_tag_attributes("td", ["bgcolor", "height", "valign", "width"])
        .add_tag_attributes("th", ["bgcolor", "height", "valign", "width"])
        .add_tag_attributes("tr", ["bgcolor", "height", "valign"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .filter_style_properties(style_properties())
        .strip_comments(false);
    builder
});

/// Properties that colour, space and align. None of them can load anything or
/// move text over other text.
fn style_properties() -> HashSet<&'static str> {
    HashSet::from([
        "background-color",
        "border",
        "border-bottom",
        "border-collapse",
        "border-color",
        "border-left",
        "border-radius",
        "border-right",
        "border-spacing",
        "border-style",
        "border-top",
        "border-width",
        "color",
        "direction",
        "display",
        "font",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "height",
        "letter-spacing",
        "line-height",
        "list-style-type",
        "margin",
        "margin-bottom",
        "margin-left",
        "margin-right",
        "margin-top",
        "max-width",
        "min-width",
        "padding",
        "padding-bottom",
        "padding-left",
        "padding-right",
        "padding-top",
        "text-align",
        "text-decoration",
        "text-transform",
        "vertical-align",
        "white-space",
        "width",
        "word-break",
    ])
}
