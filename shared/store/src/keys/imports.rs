//! Keys of directory imports.

use domain::ids::{ImportId, TenantId};

use super::t;
use crate::table::Keys;

pub fn import(tenant: &TenantId, import: &ImportId) -> Keys {
    Keys::new(imports(tenant), import.as_str())
}

pub fn imports(tenant: &TenantId) -> String {
    t(tenant, "IMPORTS")
}

/// What is kept of one import beside its rows: parts, plan, reports.
pub fn import_facts(tenant: &TenantId, import: &ImportId) -> String {
    t(tenant, format_args!("IMPORT#{import}"))
}

/// One uploaded part of an import.
pub fn import_part(tenant: &TenantId, import: &ImportId, part: u32) -> Keys {
    Keys::new(import_facts(tenant, import), format!("PART#{part:05}"))
}

/// All pieces of an import in order.
pub fn import_plan(tenant: &TenantId, import: &ImportId) -> Keys {
    Keys::new(import_facts(tenant, import), "PLAN")
}

/// The report on one chunk in one stage.
pub fn import_report(tenant: &TenantId, import: &ImportId, stage: &str, chunk: u32) -> Keys {
    Keys::new(
        import_facts(tenant, import),
        format!("REPORT#{stage}#{chunk:05}"),
    )
}

/// Some rows of an upload, as they came.
pub fn import_piece(
    tenant: &TenantId,
    import: &ImportId,
    part: u32,
    upload: &str,
    piece: u32,
) -> Keys {
    Keys::new(
        t(tenant, format_args!("IMPORT#{import}#PIECES")),
        format!("{part:05}#{upload}#{piece:05}"),
    )
}

/// Which row of an import has a person's or a group's id.
pub fn import_id(tenant: &TenantId, import: &ImportId, kind: &str, id: &str) -> Keys {
    Keys::new(
        t(tenant, format_args!("IMPORT#{import}#{kind}#{id}")),
        "ROW",
    )
}

/// A broken row of an import.
pub fn import_row(tenant: &TenantId, import: &ImportId, line: u64) -> Keys {
    Keys::new(
        t(tenant, format_args!("IMPORT#{import}#ROWS")),
        format!("{line:08}"),
    )
}

/// How the rows of one chunk ended.
pub fn import_outcomes(tenant: &TenantId, import: &ImportId, chunk: u32) -> Keys {
    Keys::new(
        t(tenant, format_args!("IMPORT#{import}#OUTCOMES")),
        format!("{chunk:05}"),
    )
}
