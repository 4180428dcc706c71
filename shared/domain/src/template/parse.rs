//! The parser of the template language. It accepts an allow-list and nothing
//! else; every refusal says where.

use super::ast::{Expression, Filter, Literal, Node, Operand, Path, Tag, Term, Tree};
use super::source::{Fault, Lexeme, Opening, Place, Reader};
use super::words::{FILTERS, RESERVED};

const FILTERS_MAX: usize = 5;
const TERMS_MAX: usize = 20;
const LOOPS_MAX: usize = 2;
const DEPTH_MAX: usize = 16;
const COMPARISONS: [&str; 6] = ["==", "!=", "<=", ">=", "<", ">"];

/// Parses the source of one part.
pub(crate) fn parse(source: &str) -> Result<Tree, Fault> {
    let mut parser = Parser {
        reader: Reader::new(source),
        tags: Vec::new(),
        loops: 0,
        depth: 0,
    };
    let (nodes, end) = parser.nodes()?;
    match end {
        None => Ok(Tree {
            nodes,
            tags: parser.tags,
        }),
        Some((word, at)) => Err(Fault::syntax(at, format!("`{word}` closes nothing"))),
    }
}

struct Parser<'a> {
    reader: Reader<'a>,
    tags: Vec<Tag>,
    loops: usize,
    depth: usize,
}

type Closer<'a> = Option<(&'a str, Place)>;

impl<'a> Parser<'a> {
    /// Nodes up to the end or to a word that ends or continues a block; the
    /// reader then stands just after that word.
    fn nodes(&mut self) -> Result<(Vec<Node>, Closer<'a>), Fault> {
        let mut nodes = Vec::new();
        loop {
            if !self.reader.text().is_empty() {
                nodes.push(Node::Text);
            }
            let at = self.reader.place();
            match self.reader.opening() {
                None => return Ok((nodes, None)),
                Some(Opening::Comment) => {
                    return Err(Fault::forbidden(at, "comments are not kept in templates"));
                }
                Some(Opening::Output) => nodes.push(self.output(at)?),
                Some(Opening::Block) => match self.word("%}")? {
                    ("if", _) => nodes.push(self.condition(at)?),
                    ("for", _) => nodes.push(self.repetition(at)?),
                    (word @ ("elif" | "else" | "endif" | "endfor"), _) => {
                        return Ok((nodes, Some((word, at))));
                    }
                    (word, place) => {
                        return Err(Fault::forbidden(
                            place,
                            format!("`{word}` is not allowed; use if or for"),
                        ));
                    }
                },
            }
        }
    }

    fn output(&mut self, at: Place) -> Result<Node, Fault> {
        let (expression, next) = self.expression("}}")?;
        let inside_end = self.end(next, "}}")?;
        self.tag(true, at, inside_end, expression.path().cloned());
        Ok(Node::Output(expression))
    }

    fn tag(&mut self, output: bool, at: Place, inside_end: usize, path: Option<Path>) {
        let span = at.offset..self.reader.place().offset;
        self.tags.push(Tag {
            output,
            at,
            span,
            inside_end,
            path,
        });
    }

    fn condition(&mut self, at: Place) -> Result<Node, Fault> {
        self.enter(at)?;
        let mut branches = Vec::new();
        let mut terms = self.terms(at)?;
        loop {
            let (body, end) = self.nodes()?;
            branches.push((std::mem::take(&mut terms), body));
            match end {
                Some(("elif", place)) => terms = self.terms(place)?,
                Some(("else", place)) => {
                    self.bare_end(place)?;
                    let (otherwise, end) = self.nodes()?;
                    self.close(end, "endif", at)?;
                    return Ok(Node::If {
                        branches,
                        otherwise,
                    });
                }
                end => {
                    self.close(end, "endif", at)?;
                    return Ok(Node::If {
                        branches,
                        otherwise: Vec::new(),
                    });
                }
            }
        }
    }

    fn repetition(&mut self, at: Place) -> Result<Node, Fault> {
        self.enter(at)?;
        self.loops += 1;
        if self.loops > LOOPS_MAX {
            return Err(Fault::forbidden(
                at,
                format!("loops nest at most {LOOPS_MAX} deep"),
            ));
        }
        let (item, item_at) = self.word("%}")?;
        if RESERVED.contains(&item) || item.starts_with("__") {
            return Err(Fault::forbidden(
                item_at,
                format!("`{item}` cannot name an item"),
            ));
        }
        match self.word("%}")? {
            ("in", _) => {}
            (_, place) => return Err(Fault::syntax(place, "expected `for item in list`")),
        }
        let (list, next) = match self.reader.lexeme("%}")? {
            (Lexeme::Word(word), place) => self.path(word, place, "%}")?,
            (_, place) => return Err(Fault::forbidden(place, "a loop goes over a declared list")),
        };
        let inside_end = self.end(next, "%}")?;
        self.tag(false, at, inside_end, Some(list.clone()));
        let (body, end) = self.nodes()?;
        self.close(end, "endfor", at)?;
        self.loops -= 1;
        Ok(Node::For {
            item: item.to_owned(),
            list,
            body,
        })
    }

    fn enter(&mut self, at: Place) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Fault::forbidden(
                at,
                format!("blocks nest at most {DEPTH_MAX} deep"),
            ));
        }
        Ok(())
    }

    fn close(&mut self, end: Closer<'a>, wanted: &str, opened: Place) -> Result<(), Fault> {
        match end {
            Some((word, at)) if word == wanted => {
                self.depth -= 1;
                self.bare_end(at)
            }
            Some((word, at)) => Err(Fault::syntax(
                at,
                format!("expected `{wanted}`, found `{word}`"),
            )),
            None => Err(Fault::syntax(
                opened,
                format!("this block is not closed with `{wanted}`"),
            )),
        }
    }

    fn bare_end(&mut self, at: Place) -> Result<(), Fault> {
        let next = self.reader.lexeme("%}")?;
        let inside_end = self.end(next, "%}")?;
        self.tag(false, at, inside_end, None);
        Ok(())
    }

    fn terms(&mut self, at: Place) -> Result<Vec<Term>, Fault> {
        let mut terms = Vec::new();
        loop {
            let first = match self.reader.lexeme("%}")? {
                (Lexeme::Word("not"), _) => self.reader.lexeme("%}")?,
                first => first,
            };
            let (left, mut next) = self.expression_from(first, "%}")?;
            let mut comparison = None;
            if let (Lexeme::Symbol(symbol), _) = next
                && COMPARISONS.contains(&symbol)
            {
                let (right, after) = self.expression("%}")?;
                comparison = Some((symbol, right));
                next = after;
            }
            terms.push(Term { left, comparison });
            match next {
                (Lexeme::Word("and" | "or"), place) if terms.len() >= TERMS_MAX => {
                    return Err(Fault::forbidden(
                        place,
                        format!("a condition has at most {TERMS_MAX} parts"),
                    ));
                }
                (Lexeme::Word("and" | "or"), _) => {}
                next => {
                    let inside_end = self.end(next, "%}")?;
                    let path = terms.first().and_then(|term| term.left.path().cloned());
                    self.tag(false, at, inside_end, path);
                    return Ok(terms);
                }
            }
        }
    }

    fn expression(&mut self, closing: &str) -> Result<(Expression, (Lexeme<'a>, Place)), Fault> {
        let first = self.reader.lexeme(closing)?;
        self.expression_from(first, closing)
    }

    /// An operand with its filters, and the lexeme after it.
    fn expression_from(
        &mut self,
        first: (Lexeme<'a>, Place),
        closing: &str,
    ) -> Result<(Expression, (Lexeme<'a>, Place)), Fault> {
        let (lexeme, at) = first;
        let (operand, mut next) = match lexeme {
            Lexeme::Word(word) if !matches!(word, "true" | "false") => {
                let (path, next) = self.path(word, at, closing)?;
                (Operand::Path(path), next)
            }
            lexeme => (
                Operand::Literal(literal(lexeme, at)?),
                self.reader.lexeme(closing)?,
            ),
        };
        let mut filters = Vec::new();
        while next.0 == Lexeme::Symbol("|") {
            if filters.len() == FILTERS_MAX {
                return Err(Fault::forbidden(
                    next.1,
                    format!("at most {FILTERS_MAX} filters follow each other"),
                ));
            }
            let (filter, after) = self.filter(closing)?;
            filters.push(filter);
            next = after;
        }
        Ok((
            Expression {
                operand,
                filters,
                at,
            },
            next,
        ))
    }

    fn path(
        &mut self,
        root: &str,
        at: Place,
        closing: &str,
    ) -> Result<(Path, (Lexeme<'a>, Place)), Fault> {
        let reserved = RESERVED.contains(&root) && root != "loop";
        if reserved || root.starts_with("__") {
            return Err(Fault::forbidden(
                at,
                format!("`{root}` is not allowed here"),
            ));
        }
        let mut path = Path {
            root: root.to_owned(),
            field: None,
            at,
        };
        let mut next = self.reader.lexeme(closing)?;
        if next.0 == Lexeme::Symbol(".") {
            let (field, _) = self.word(closing)?;
            path.field = Some(field.to_owned());
            next = self.reader.lexeme(closing)?;
        }
        match next {
            (Lexeme::Symbol("("), place) => {
                Err(Fault::forbidden(place, "functions are not allowed"))
            }
            (Lexeme::Symbol("."), place) => {
                Err(Fault::forbidden(place, "a path has at most two parts"))
            }
            next => Ok((path, next)),
        }
    }

    fn filter(&mut self, closing: &str) -> Result<(Filter, (Lexeme<'a>, Place)), Fault> {
        let (name, at) = self.word(closing)?;
        if !FILTERS.contains(&name) {
            let allowed = FILTERS.join(", ");
            return Err(Fault::new(
                "unknown_filter",
                at,
                format!("`{name}` is not a filter; there are {allowed}"),
            ));
        }
        let mut filter = Filter {
            name: name.to_owned(),
            arguments: Vec::new(),
            at,
        };
        let mut next = self.reader.lexeme(closing)?;
        if next.0 != Lexeme::Symbol("(") {
            return Ok((filter, next));
        }
        loop {
            let (argument, place) = self.word(closing)?;
            match self.reader.lexeme(closing)? {
                (Lexeme::Symbol("="), _) => {}
                (_, place) => {
                    return Err(Fault::syntax(
                        place,
                        "expected `=` after the argument's name",
                    ));
                }
            }
            let (value, value_at) = self.reader.lexeme(closing)?;
            filter
                .arguments
                .push((argument.to_owned(), literal(value, value_at)?, place));
            next = self.reader.lexeme(closing)?;
            match next {
                (Lexeme::Symbol(","), _) if filter.arguments.len() < 3 => {}
                (Lexeme::Symbol(")"), _) => return Ok((filter, self.reader.lexeme(closing)?)),
                (_, place) => return Err(Fault::syntax(place, "expected `)` after the arguments")),
            }
        }
    }

    fn word(&mut self, closing: &str) -> Result<(&'a str, Place), Fault> {
        match self.reader.lexeme(closing)? {
            (Lexeme::Word(word), at) => Ok((word, at)),
            (_, at) => Err(Fault::syntax(at, "expected a name")),
        }
    }

    /// Checks that the tag ends here; the offset before its closing braces.
    fn end(&self, next: (Lexeme<'a>, Place), closing: &str) -> Result<usize, Fault> {
        match next {
            (Lexeme::End, at) => Ok(at.offset),
            (_, at) => Err(Fault::forbidden(at, format!("expected `{closing}` here"))),
        }
    }
}

fn literal(lexeme: Lexeme<'_>, at: Place) -> Result<Literal, Fault> {
    match lexeme {
        Lexeme::Text(text) => Ok(Literal::Text(text.to_owned())),
        Lexeme::Number(number) => number
            .parse()
            .map(Literal::Number)
            .map_err(|_| Fault::syntax(at, "this is not a number")),
        Lexeme::Word("true") => Ok(Literal::Boolean(true)),
        Lexeme::Word("false") => Ok(Literal::Boolean(false)),
        Lexeme::End => Err(Fault::syntax(at, "the tag is empty or ends too early")),
        _ => Err(Fault::forbidden(at, "expected a variable or a plain value")),
    }
}
