//! A register in; cells of boxes in order of precedence out, and the register's dated facts along the days.

mod blocks;
mod boxes;
mod build;
mod cell;
mod cells;
mod dated;
mod kept;
mod lanes;
mod lay;
mod moved;
mod order;
mod paint;
mod proposals;
mod row;
mod rows;
mod sieve;
mod touched;

pub(crate) use build::compile;
pub(crate) use cells::{Cell, Cells};
pub(crate) use lanes::MISSING;
pub(crate) use paint::paint_versions;
pub(crate) use proposals::with_proposals;
pub(crate) use row::Row;
pub(crate) use rows::{CellRows, Columns, Group, Unsettled};
pub(crate) use touched::Touched;
