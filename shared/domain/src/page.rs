//! Paging: `?page_size=` and `?after=` in, `{"items":…,"page":…}` out.

use serde::{Deserialize, Serialize};

use crate::problem::{Code, Problem};

pub const DEFAULT_PAGE_SIZE: u32 = 20;
pub const MAX_PAGE_SIZE: u32 = 100;

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub page: PageInfo,
}

#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PageInfo {
    /// Give this as `?after=` to get the next page; absent on the last one.
    pub after: Option<String>,
    pub page_size: u32,
}

impl<T> Page<T> {
    pub fn new(items: Vec<T>, after: Option<String>, page_size: u32) -> Self {
        Self {
            items,
            page: PageInfo { after, page_size },
        }
    }

    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(each).collect(),
            page: self.page,
        }
    }
}

/// What a caller asks of a list, checked. `after` is the opened cursor: the
/// position inside the list, already proved to belong to this caller and query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    pub size: u32,
    pub after: Option<String>,
}

/// Checks a page size.
pub fn page_size(asked: Option<u32>) -> Result<u32, Problem> {
    match asked.unwrap_or(DEFAULT_PAGE_SIZE) {
        size @ 1..=MAX_PAGE_SIZE => Ok(size),
        _ => Err(Problem::new(Code::BadQuery).field(
            "page_size",
            "out_of_range",
            format!("page_size must be from 1 to {MAX_PAGE_SIZE}."),
        )),
    }
}
