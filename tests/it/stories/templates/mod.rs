//! TPL-1…5: templates, their preview, and the catalogue of variables.

mod catalogue;
mod preview;
mod refused;
mod rendering;
mod versions;
