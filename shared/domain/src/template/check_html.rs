//! The check of an e-mail's HTML part, before and after cleaning.

use super::check::Checker;
use super::context::{contexts, faults};
use super::links::{LinkPlace, link_fault};
use super::parse::parse;
use super::plain::{self, attribute, decoded};
use super::sanitize::Mask;
use super::scope::Scope;
use super::source::{Fault, Place};
use crate::problem::FieldError;

impl Checker<'_> {
    /// The cleaned HTML, the text that it reduces to, and warnings.
    pub(super) fn html(
        &mut self,
        source: Option<&str>,
    ) -> (Option<String>, Option<String>, Vec<FieldError>) {
        let nothing = (None, None, Vec::new());
        let Some(source) = source.filter(|source| !source.trim().is_empty()) else {
            return nothing;
        };
        let before = self.errors.len();
        let Some(tree) = self.tree("html", source) else {
            return nothing;
        };
        self.names("html", &tree);
        self.links("html", source);
        faults(&tree.tags, &contexts(source, &tree.tags))
            .iter()
            .for_each(|fault| self.fault("html", fault));
        if self.errors.len() > before {
            return nothing;
        }
        let mask = Mask::over(source, &tree.tags);
        let aside = mask.cleaned();
        let html = mask.lift(&aside);
        self.cleaned(&html);
        let plain = plain::from_html(&aside, &|comment| mask.is_word(comment));
        let warnings = plain.misleading.iter().map(|words| {
            let message = format!(
                "A link says `{}` but leads to another host.",
                mask.lift_words(words)
            );
            FieldError::new("html", "link_text_mismatch", message)
        });
        (
            Some(html),
            Some(mask.lift_words(&plain.text)),
            warnings.collect(),
        )
    }

    /// Checks what cleaning left: blocks must still match, variables must
    /// stand where they may, and every address must be fit.
    fn cleaned(&mut self, html: &str) {
        let at = Place {
            line: 1,
            column: 1,
            offset: 0,
        };
        let broken = "once unsafe HTML is taken out, its conditions and loops no longer match";
        let Ok(tree) = parse(html) else {
            return self.fault("html", &Fault::forbidden(at, broken));
        };
        let mut scope = Scope::new(self.catalogue);
        scope.nodes(&tree.nodes);
        if !scope.faults.is_empty() || !faults(&tree.tags, &contexts(html, &tree.tags)).is_empty() {
            return self.fault("html", &Fault::forbidden(at, broken));
        }
        for tag in html.split('<').skip(1) {
            let tag = tag.split_once('>').map_or(tag, |(tag, _)| tag);
            for name in ["href", "src", "cite"] {
                let Some(value) = attribute(tag, name) else {
                    continue;
                };
                let address = decoded(value);
                if address.trim_start().starts_with("{{") {
                    continue;
                }
                if let Some(message) =
                    link_fault(&address, LinkPlace::Mail, self.catalogue.link_hosts())
                {
                    let message = format!("in an HTML attribute, {message}");
                    self.fault("html", &Fault::new("bad_link", at, message));
                }
            }
        }
    }
}
