//! Names and kinds: whether everything a template names is declared, and
//! whether it is used as what it is.

use std::collections::BTreeSet;

use super::ast::{Expression, Filter, Literal, Node, Operand, Path, Term};
use super::catalogue::{Catalogue, Kind, Variable};
use super::source::{Fault, Place};

/// What an expression gives.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape<'a> {
    Text,
    Number,
    Date,
    Boolean,
    List,
    Row(&'a Variable),
}

impl Shape<'_> {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text => Shape::Text,
            Kind::Number => Shape::Number,
            Kind::Date => Shape::Date,
            Kind::Boolean => Shape::Boolean,
            Kind::List => Shape::List,
        }
    }

    fn is_textual(self) -> bool {
        matches!(self, Shape::Text | Shape::Date)
    }
}

/// Walks one part's tree.
pub(crate) struct Scope<'a> {
    catalogue: &'a Catalogue,
    items: Vec<(String, Shape<'a>)>,
    pub used: BTreeSet<String>,
    pub faults: Vec<Fault>,
}

impl<'a> Scope<'a> {
    pub fn new(catalogue: &'a Catalogue) -> Self {
        Self {
            catalogue,
            items: Vec::new(),
            used: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    pub fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text => {}
                Node::Output(expression) => self.output(expression),
                Node::If {
                    branches,
                    otherwise,
                } => {
                    for (terms, body) in branches {
                        terms.iter().for_each(|term| self.term(term));
                        self.nodes(body);
                    }
                    self.nodes(otherwise);
                }
                Node::For { item, list, body } => self.repetition(item, list, body),
            }
        }
    }

    fn fault(&mut self, code: &'static str, at: Place, message: impl Into<String>) {
        self.faults.push(Fault::new(code, at, message));
    }

    fn output(&mut self, expression: &Expression) {
        if let Some(Shape::List | Shape::Row(_)) = self.expression(expression) {
            self.fault(
                "forbidden_syntax",
                expression.at,
                "a list is shown row by row and field by field, in a loop",
            );
        }
    }

    fn repetition(&mut self, item: &str, list: &Path, body: &[Node]) {
        let shape = self.path(list);
        let variable = self.catalogue.get(&list.root);
        let row = match (shape, variable) {
            (Some(Shape::List), Some(variable)) if variable.fields.is_empty() => Shape::Text,
            (Some(Shape::List), Some(variable)) => Shape::Row(variable),
            (Some(_), _) => {
                self.fault(
                    "forbidden_syntax",
                    list.at,
                    format!("`{}` is not a list", list.root),
                );
                return;
            }
            (None, _) => return,
        };
        self.items.push((item.to_owned(), row));
        self.nodes(body);
        self.items.pop();
    }

    fn term(&mut self, term: &Term) {
        let left = self.expression(&term.left);
        let Some((symbol, right)) = &term.comparison else {
            return;
        };
        let right_shape = self.expression(right);
        let (Some(a), Some(b)) = (left, right_shape) else {
            return;
        };
        let alike = a == b || (a.is_textual() && b.is_textual());
        let plain = !matches!(a, Shape::List | Shape::Row(_));
        let ordered = matches!(*symbol, "==" | "!=") || a != Shape::Boolean;
        if !(alike && plain && ordered) {
            self.fault("forbidden_syntax", right.at, "these two cannot be compared");
        }
    }

    fn expression(&mut self, expression: &Expression) -> Option<Shape<'a>> {
        let mut shape = match &expression.operand {
            Operand::Path(path) => self.path(path)?,
            Operand::Literal(literal) => literal_shape(literal),
        };
        for filter in &expression.filters {
            shape = self.filter(shape, filter);
        }
        Some(shape)
    }

    fn path(&mut self, path: &Path) -> Option<Shape<'a>> {
        if path.root == "loop" {
            return self.loop_field(path);
        }
        let item = self
            .items
            .iter()
            .rev()
            .find(|(name, _)| *name == path.root)
            .map(|(_, shape)| *shape);
        let shape = match item {
            Some(shape) => shape,
            None => {
                let Some(variable) = self.catalogue.get(&path.root) else {
                    // The other names are not listed: an error must not tell what exists.
                    self.fault(
                        "unknown_variable",
                        path.at,
                        format!("`{}` is not a declared variable", path.root),
                    );
                    return None;
                };
                self.used.insert(variable.name.clone());
                Shape::of(variable.kind)
            }
        };
        let Some(field) = &path.field else {
            return Some(shape);
        };
        let found = match shape {
            Shape::Row(list) => list.fields.iter().find(|known| known.name == *field),
            _ => None,
        };
        if found.is_none() {
            self.fault(
                "unknown_variable",
                path.at,
                format!("`{}` has no field `{field}`", path.root),
            );
        }
        found.map(|field| Shape::of(field.kind))
    }

    fn loop_field(&mut self, path: &Path) -> Option<Shape<'a>> {
        let shape = match path.field.as_deref() {
            _ if self.items.is_empty() => None,
            Some("index" | "index0" | "length") => Some(Shape::Number),
            Some("first" | "last") => Some(Shape::Boolean),
            _ => None,
        };
        if shape.is_none() {
            self.fault(
                "unknown_variable",
                path.at,
                "`loop` has index, index0, length, first and last, inside a loop",
            );
        }
        shape
    }

    fn filter(&mut self, input: Shape<'a>, filter: &Filter) -> Shape<'a> {
        if matches!(input, Shape::List | Shape::Row(_)) {
            self.fault(
                "forbidden_syntax",
                filter.at,
                "a filter takes a single value, not a list",
            );
            return Shape::Text;
        }
        for (name, value, at) in &filter.arguments {
            let fits = match (filter.name.as_str(), name.as_str(), value) {
                ("default", "value", value) => {
                    let given = literal_shape(value);
                    given == input || (given.is_textual() && input.is_textual())
                }
                ("date", "format", Literal::Text(format)) => super::filters::is_date_format(format),
                ("truncate", "length", Literal::Number(length)) => {
                    length.fract() == 0.0 && (1.0..=10_000.0).contains(length)
                }
                ("truncate", "end", Literal::Text(_)) => true,
                _ => false,
            };
            if !fits {
                self.fault(
                    "syntax",
                    *at,
                    format!("`{name}` of `{}` is not right", filter.name),
                );
            }
        }
        let has = |wanted: &str| {
            filter
                .arguments
                .iter()
                .filter(|(name, ..)| name == wanted)
                .count()
        };
        let duplicated = filter.arguments.iter().any(|(name, ..)| has(name) > 1);
        let missing = match filter.name.as_str() {
            "default" => has("value") == 0,
            "truncate" => has("length") == 0,
            _ => false,
        };
        if missing || duplicated {
            self.fault(
                "syntax",
                filter.at,
                format!("`{}` needs each of its arguments once", filter.name),
            );
        }
        if filter.name == "default" {
            input
        } else {
            Shape::Text
        }
    }
}

fn literal_shape<'a>(literal: &Literal) -> Shape<'a> {
    match literal {
        Literal::Text(_) => Shape::Text,
        Literal::Number(_) => Shape::Number,
        Literal::Boolean(_) => Shape::Boolean,
    }
}
