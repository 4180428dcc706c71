//! One row of an import, read and checked on its own.

use std::collections::{BTreeMap, BTreeSet};

use csv::StringRecord;

use super::columns::{ATTRIBUTE, Columns};
use super::cut::{Lines, reader};
use crate::audience::GROUP_KINDS;
use crate::caller::Role;
use crate::ids::{GroupId, UserId};
use crate::people::{self, Complaint, MAX_ATTRIBUTE};
use crate::privacy::{Email, Phone};
use crate::problem::FieldError;

/// Groups that one row may name.
const MAX_GROUPS: usize = 20;

/// A place in a group: `class:5:student`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPlace {
    /// `group` when no kind is asserted.
    pub kind: String,
    pub id: GroupId,
    pub role: Role,
}

/// A row that is sound in itself. What its file has no column for, and what an
/// empty cell of a required setting leaves open, is `None`: it stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    pub line: u64,
    pub id: UserId,
    pub name: String,
    /// The inner `None` takes the address away.
    pub email: Option<Option<Email>>,
    pub phone: Option<Option<Phone>>,
    pub roles: Option<BTreeSet<Role>>,
    pub groups: Vec<GroupPlace>,
    pub guardian_of: BTreeSet<UserId>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
    /// An empty text takes the attribute away.
    pub attributes: BTreeMap<String, String>,
}

/// A row that cannot be imported, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    pub line: u64,
    /// The id, where it can be read.
    pub id: Option<UserId>,
    pub errors: Vec<FieldError>,
}

/// Reads the rows of a piece whose first record stands in `first_line`,
/// leaving out the first `skip` records.
pub fn read_piece(
    columns: &Columns,
    text: &str,
    first_line: u64,
    skip: usize,
) -> Vec<Result<ImportRow, BadRow>> {
    read_columns(columns, &|_| true, text, first_line, skip)
}

/// As [`read_piece`], but reads only who is whose guardian: telephone numbers
/// and addresses, which were checked before, are most of the work.
pub fn read_links(
    columns: &Columns,
    text: &str,
    first_line: u64,
    skip: usize,
) -> Vec<Result<ImportRow, BadRow>> {
    let wanted = |column: &str| column == "guardian_of";
    read_columns(columns, &wanted, text, first_line, skip)
}

fn read_columns(
    columns: &Columns,
    wanted: &dyn Fn(&str) -> bool,
    text: &str,
    first_line: u64,
    skip: usize,
) -> Vec<Result<ImportRow, BadRow>> {
    let records = reader(text).into_byte_records();
    let mut lines = Lines::new(text);
    let mut zones = Zones::new();
    let rows = records.skip(skip).map(|record| {
        let record = record.ok();
        if let Some(position) = record.as_ref().and_then(csv::ByteRecord::position) {
            lines.start_of(position.byte());
        }
        let line = first_line + lines.line - 1;
        match record.map(StringRecord::from_byte_record) {
            Some(Ok(record)) => read_row(columns, wanted, &mut zones, &record, line),
            _ => Err(BadRow {
                line,
                id: None,
                errors: vec![FieldError::new("", "bad_csv", "This row is not CSV.")],
            }),
        }
    });
    rows.collect()
}

fn read_row(
    columns: &Columns,
    wanted: &dyn Fn(&str) -> bool,
    zones: &mut Zones,
    record: &StringRecord,
    line: u64,
) -> Result<ImportRow, BadRow> {
    let mut errors = Vec::new();
    if record.len() != columns.len() {
        let message = format!(
            "The row has {} fields, the header has {}.",
            record.len(),
            columns.len()
        );
        errors.push(FieldError::new("", "wrong_field_count", message));
        return Err(BadRow {
            line,
            id: None,
            errors,
        });
    }
    let mut id = None;
    let mut row = Draft::default();
    for (column, cell) in columns.iter().zip(record.iter()) {
        let cell = cell.trim();
        let checked = if column == "id" {
            read_id(cell).map(|read| id = Some(read))
        } else if wanted(column) {
            row.take(column, cell, zones)
        } else {
            Ok(())
        };
        if let Err(complaint) = checked {
            errors.push(complaint.at(column));
        }
    }
    match id {
        Some(id) if errors.is_empty() && !row.guardian_of.contains(&id) => Ok(row.finish(line, id)),
        id => {
            if id.as_ref().is_some_and(|id| row.guardian_of.contains(id)) {
                let message = "Nobody is their own guardian.";
                errors.push(FieldError::new("guardian_of", "invalid", message));
            }
            Err(BadRow { line, id, errors })
        }
    }
}

/// Zones that were looked up: most rows of a file name the same one.
type Zones = BTreeMap<String, Result<String, Complaint>>;

#[derive(Default)]
struct Draft {
    name: String,
    email: Option<Option<Email>>,
    phone: Option<Option<Phone>>,
    roles: Option<BTreeSet<Role>>,
    groups: Vec<GroupPlace>,
    guardian_of: BTreeSet<UserId>,
    locale: Option<String>,
    time_zone: Option<String>,
    attributes: BTreeMap<String, String>,
}

impl Draft {
    fn take(&mut self, column: &str, cell: &str, zones: &mut Zones) -> Result<(), Complaint> {
        let filled = (!cell.is_empty()).then_some(cell);
        let invalid = |message: String| Complaint::new("invalid", message);
        match column {
            "name" => self.name = people::name(cell)?,
            "email" => {
                self.email = Some(filled.map(Email::parse).transpose().map_err(invalid)?);
            }
            "phone" => {
                self.phone = Some(filled.map(Phone::parse).transpose().map_err(invalid)?);
            }
            "roles" => self.roles = filled.map(|cell| people::roles(list(cell))).transpose()?,
            "groups" => self.groups = read_groups(cell)?,
            "guardian_of" => self.guardian_of = read_guardians(cell)?,
            "locale" => self.locale = filled.map(people::locale).transpose()?,
            "time_zone" => {
                let zone = filled.map(|zone| {
                    let known = zones.entry(zone.to_owned());
                    known.or_insert_with(|| people::time_zone(zone)).clone()
                });
                self.time_zone = zone.transpose()?;
            }
            attribute => {
                let key = attribute.strip_prefix(ATTRIBUTE).unwrap_or(attribute);
                let value = people::line(cell, MAX_ATTRIBUTE)?;
                self.attributes.insert(key.to_owned(), value);
            }
        }
        Ok(())
    }

    fn finish(self, line: u64, id: UserId) -> ImportRow {
        ImportRow {
            line,
            id,
            name: self.name,
            email: self.email,
            phone: self.phone,
            roles: self.roles,
            groups: self.groups,
            guardian_of: self.guardian_of,
            locale: self.locale,
            time_zone: self.time_zone,
            attributes: self.attributes,
        }
    }
}

/// The entries of a cell that holds several.
fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', ',', '|'])
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
}

fn read_id(cell: &str) -> Result<UserId, Complaint> {
    if cell.is_empty() {
        return Err(Complaint::new("required", "An id is required."));
    }
    cell.parse().map_err(|_| bad_id())
}

fn bad_id() -> Complaint {
    Complaint::new(
        "bad_id",
        "An id has 1 to 64 letters, digits, `_`, `-` or `.`.",
    )
}

fn read_groups(cell: &str) -> Result<Vec<GroupPlace>, Complaint> {
    let mut places: Vec<GroupPlace> = Vec::new();
    for entry in list(cell) {
        let place = read_group(entry)?;
        if places.iter().any(|known| known.id == place.id) {
            let message = format!("The group {} stands twice.", place.id);
            return Err(Complaint::new("duplicate", message));
        }
        places.push(place);
    }
    if places.len() > MAX_GROUPS {
        let message = format!("At most {MAX_GROUPS} groups in one row.");
        return Err(Complaint::new("too_many", message));
    }
    Ok(places)
}

fn read_group(entry: &str) -> Result<GroupPlace, Complaint> {
    let mut parts = entry.splitn(3, ':');
    let kind = parts.next().unwrap_or_default();
    if kind != "group" && !GROUP_KINDS.contains(&kind) {
        let kinds = GROUP_KINDS.join(", ");
        let message = format!("A group is kind:id or kind:id:role; kinds are {kinds} and group.");
        return Err(Complaint::new("unknown_kind", message));
    }
    let id = parts.next().unwrap_or_default();
    let role = match parts.next() {
        Some(role) => role,
        None if matches!(kind, "class" | "course" | "cohort") => "student",
        None => "member",
    };
    Ok(GroupPlace {
        kind: kind.to_owned(),
        id: id.parse().map_err(|_| bad_id())?,
        role: Role::parse(role).map_err(|message| Complaint::new("unknown_role", message))?,
    })
}

fn read_guardians(cell: &str) -> Result<BTreeSet<UserId>, Complaint> {
    let children = list(cell)
        .map(|entry| entry.parse().map_err(|_| bad_id()))
        .collect::<Result<BTreeSet<UserId>, Complaint>>()?;
    if children.len() > people::MAX_GUARDIANS {
        let message = format!("At most {} people in one row.", people::MAX_GUARDIANS);
        return Err(Complaint::new("too_many", message));
    }
    Ok(children)
}
