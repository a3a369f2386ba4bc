//! A register in; cells of boxes in order of precedence out, and the register's dated facts along the days.

mod blocks;
mod boxes;
mod cell;
mod cells;
mod dated;
mod kept;
mod lanes;
mod lay;
mod order;
mod paint;
mod proposals;
mod rows;
mod sieve;
mod touched;

pub(crate) use cells::{Cell, Cells, compile};
pub(crate) use lanes::MISSING;
pub(crate) use paint::paint_versions;
pub(crate) use proposals::with_proposals;
pub(crate) use rows::{CellRows, Columns, Group, Row, Unsettled};
pub(crate) use touched::Touched;
