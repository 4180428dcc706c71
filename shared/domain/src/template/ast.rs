//! What a template's source says, once parsed.

use std::ops::Range;

use super::source::Place;

/// A parsed part: its tree, and its tags as they follow each other in the source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    pub nodes: Vec<Node>,
    pub tags: Vec<Tag>,
}

/// One `{{ … }}` or `{% … %}`.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub output: bool,
    pub at: Place,
    /// From the opening to the closing brace.
    pub span: Range<usize>,
    /// Offset just after what stands inside, where a filter can be added.
    pub inside_end: usize,
    /// The path an output shows, a condition begins with or a loop goes over.
    pub path: Option<Path>,
}

#[derive(Debug, Clone)]
pub(crate) enum Node {
    Text,
    Output(Expression),
    If {
        branches: Vec<(Vec<Term>, Vec<Node>)>,
        otherwise: Vec<Node>,
    },
    For {
        item: String,
        list: Path,
        body: Vec<Node>,
    },
}

/// `name` or `item.field`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub root: String,
    pub field: Option<String>,
    pub at: Place,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Number(f64),
    Boolean(bool),
}

#[derive(Debug, Clone)]
pub(crate) enum Operand {
    Path(Path),
    Literal(Literal),
}

#[derive(Debug, Clone)]
pub(crate) struct Expression {
    pub operand: Operand,
    pub filters: Vec<Filter>,
    pub at: Place,
}

#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub name: String,
    pub arguments: Vec<(String, Literal, Place)>,
    pub at: Place,
}

/// One comparison or truth test of a condition.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub left: Expression,
    pub comparison: Option<(&'static str, Expression)>,
}

impl Expression {
    pub fn path(&self) -> Option<&Path> {
        match &self.operand {
            Operand::Path(path) => Some(path),
            Operand::Literal(_) => None,
        }
    }
}
