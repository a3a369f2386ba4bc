//! A register in; cells of boxes in order of precedence out, and the register's dated facts along the days.

mod affected;
mod bitmap;
mod boxes;
mod build;
mod cell;
mod cells;
mod cuts;
mod dated;
mod encoding;
mod incremental;
mod order;
mod pack;
mod packed;
mod proposals;
mod reads;
mod renumber;
mod row;
mod rows;
mod timelines;

pub(crate) use affected::Affected;
pub(crate) use build::compile;
pub(crate) use cells::{Cell, Cells, Open};
pub(crate) use encoding::{Encoding, MISSING};
pub(crate) use order::in_circles;
pub(crate) use proposals::with_proposals;
pub(crate) use reads::{Reads, tested_by, with_sources};
pub(crate) use row::Row;
pub(crate) use rows::{CellRows, Columns, Fallback, Group};
pub(crate) use timelines::resolve_timelines;
