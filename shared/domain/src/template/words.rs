//! The words of the template language.

/// Filters whose work is linear in the length of their input.
pub(crate) const FILTERS: [&str; 7] = [
    "upper", "lower", "title", "trim", "date", "default", "truncate",
];

/// Words with a meaning of their own: nothing can be called so.
pub(crate) const RESERVED: [&str; 26] = [
    "true",
    "false",
    "none",
    "null",
    "loop",
    "self",
    "and",
    "or",
    "not",
    "is",
    "in",
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "set",
    "block",
    "include",
    "extends",
    "raw",
    "filter",
    "component",
    "continue",
    "break",
];
