//! Audience expressions: a list is a union, `except` subtracts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::caller::Role;
use crate::ids::{GroupId, UserId};
use crate::privacy::{Email, Phone};
use crate::problem::{FieldError, Problem};

/// A list may hold this many expressions; larger audiences are groups.
pub const MAX_EXPRESSIONS: usize = 500;

/// One expression that resolves to people (or to one bare address).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expression {
    /// Everybody in the tenant.
    All,
    Role(Role),
    /// `group:5`, or `class:5` which also asserts the kind.
    Group {
        kind: Option<String>,
        id: GroupId,
    },
    /// `user:10`, or `student:10` which also asserts the role.
    User {
        role: Option<Role>,
        id: UserId,
    },
    /// The guardians of the students of a group.
    GuardiansOf {
        kind: Option<String>,
        id: GroupId,
    },
    /// The guardians of one person.
    GuardiansOfUser {
        role: Option<Role>,
        id: UserId,
    },
    /// The students of a group, without those who teach it.
    StudentsOf {
        kind: Option<String>,
        id: GroupId,
    },
    /// An address that need not belong to anybody in the directory.
    Email(Email),
    Phone(Phone),
}

/// Words before the colon that name a kind of group.
pub const GROUP_KINDS: [&str; 6] = ["class", "course", "webinar", "team", "cohort", "ward"];
/// Words before the colon that name a person by role.
const PERSON_ROLES: [&str; 9] = [
    "student",
    "teacher",
    "parent",
    "staff",
    "admin",
    "instructor",
    "coordinator",
    "patient",
    "participant",
];

impl FromStr for Expression {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (head, rest) = match text.split_once(':') {
            None if text == "all" => return Ok(Self::All),
            None => return Self::from_word(text),
            Some(parts) => parts,
        };
        let user = |role: Option<Role>| {
            Ok(Self::User {
                role,
                id: rest.parse().map_err(|_| bad_id(rest))?,
            })
        };
        match head {
            "role" => Ok(Self::Role(Role::parse(rest)?)),
            "group" => Ok(Self::Group {
                kind: None,
                id: rest.parse().map_err(|_| bad_id(rest))?,
            }),
            "user" => user(None),
            "email" => Ok(Self::Email(Email::parse(rest)?)),
            "phone" => Ok(Self::Phone(Phone::e164(rest)?)),
            "guardians-of" => match rest.parse()? {
                Self::Group { kind, id } => Ok(Self::GuardiansOf { kind, id }),
                Self::User { role, id } => Ok(Self::GuardiansOfUser { role, id }),
                _ => Err("guardians-of: takes a group or a person, such as guardians-of:class:5 or guardians-of:student:10.".to_owned()),
            },
            "students-of" => match rest.parse()? {
                Self::Group { kind, id } => Ok(Self::StudentsOf { kind, id }),
                _ => Err("students-of: takes a group, such as students-of:class:5.".to_owned()),
            },
            kind if GROUP_KINDS.contains(&kind) => Ok(Self::Group {
                kind: Some(kind.to_owned()),
                id: rest.parse().map_err(|_| bad_id(rest))?,
            }),
            role if PERSON_ROLES.contains(&role) => user(Some(Role::parse(role)?)),
            _ => Err(unknown(text)),
        }
    }
}

impl Expression {
    /// Plain words for whole roles (`students`), and bare addresses and numbers.
    fn from_word(text: &str) -> Result<Self, String> {
        let role = match text {
            "students" => "student",
            "teachers" => "teacher",
            "parents" => "parent",
            "staff" => "staff",
            _ if text.contains('@') => return Email::parse(text).map(Self::Email),
            _ if text.starts_with('+') => return Phone::e164(text).map(Self::Phone),
            _ => return Err(unknown(text)),
        };
        Role::parse(role).map(Self::Role)
    }

    /// Whether the expression names one recipient rather than a partition.
    pub fn is_single(&self) -> bool {
        matches!(self, Self::User { .. } | Self::Email(_) | Self::Phone(_))
    }
}

fn bad_id(id: &str) -> String {
    format!("{id:?} is not an id.")
}

fn unknown(text: &str) -> String {
    format!(
        "{text:?} is not an audience. Use all, role:teacher, group:5, class:5, user:10, student:10, guardians-of:class:5, guardians-of:student:10, students-of:class:5, email:a@b.c or phone:+44…"
    )
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Role(role) => write!(f, "role:{role}"),
            Self::Group { kind, id } => write!(f, "{}:{id}", kind.as_deref().unwrap_or("group")),
            Self::User { role, id } => {
                write!(f, "{}:{id}", role.as_ref().map_or("user", Role::as_str))
            }
            Self::GuardiansOf { kind, id } => {
                write!(
                    f,
                    "guardians-of:{}:{id}",
                    kind.as_deref().unwrap_or("group")
                )
            }
            Self::GuardiansOfUser { role, id } => {
                let role = role.as_ref().map_or("user", Role::as_str);
                write!(f, "guardians-of:{role}:{id}")
            }
            Self::StudentsOf { kind, id } => {
                write!(f, "students-of:{}:{id}", kind.as_deref().unwrap_or("group"))
            }
            // The stored form needs the clear value.
            Self::Email(email) => write!(f, "email:{}", email.reveal()),
            Self::Phone(phone) => write!(f, "phone:{}", phone.reveal()),
        }
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A union of expressions, less another union.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Audience {
    pub include: Vec<Expression>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Expression>,
}

impl Audience {
    /// The same people, each expression once: what stands twice would only be
    /// walked twice.
    #[must_use]
    pub fn distinct(self) -> Self {
        let once = |expressions: Vec<Expression>| {
            let mut kept: Vec<Expression> = Vec::with_capacity(expressions.len());
            for expression in expressions {
                if !kept.contains(&expression) {
                    kept.push(expression);
                }
            }
            kept
        };
        Self {
            include: once(self.include),
            except: once(self.except),
        }
    }
}

/// An audience as callers write it: one expression, a list, or a list with
/// exceptions.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum AudienceInput {
    One(String),
    Many(Vec<String>),
    #[schema(title = "AudienceWithExceptions")]
    Difference(AudienceDifference),
}

#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AudienceDifference {
    pub include: Vec<String>,
    #[serde(default)]
    pub except: Vec<String>,
}

impl AudienceInput {
    /// Parses every expression; all the wrong ones are reported, by position.
    pub fn parse(&self, field: &str) -> Result<Audience, Problem> {
        let (include, except): (Vec<&str>, Vec<&str>) = match self {
            Self::One(one) => (vec![one], vec![]),
            Self::Many(many) => (many.iter().map(String::as_str).collect(), vec![]),
            Self::Difference(difference) => (
                difference.include.iter().map(String::as_str).collect(),
                difference.except.iter().map(String::as_str).collect(),
            ),
        };
        if include.is_empty() {
            return Err(Problem::invalid(
                field,
                "required",
                "Name at least one audience.",
            ));
        }
        if include.len() + except.len() > MAX_EXPRESSIONS {
            let message =
                format!("At most {MAX_EXPRESSIONS} expressions; use a group for more people.");
            return Err(Problem::invalid(field, "too_many", message));
        }
        let mut errors = Vec::new();
        let include = parse_list(field, &include, &mut errors);
        let except = parse_list(&format!("{field}.except"), &except, &mut errors);
        if errors.is_empty() {
            Ok(Audience { include, except })
        } else {
            Err(Problem::new(crate::Code::Invalid).errors(errors))
        }
    }
}

fn parse_list(field: &str, texts: &[&str], errors: &mut Vec<FieldError>) -> Vec<Expression> {
    let mut parsed: Vec<Expression> = Vec::with_capacity(texts.len());
    for (position, text) in texts.iter().enumerate() {
        match text.parse() {
            // What stands twice stays in the list: complaints count positions as
            // the caller does.
            Ok(expression) => parsed.push(expression),
            Err(message) => {
                errors.push(FieldError::new(
                    format!("{field}[{position}]"),
                    "unknown_audience",
                    message,
                ));
            }
        }
    }
    parsed
}
