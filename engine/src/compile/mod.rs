//! A register in; cells of boxes in order of precedence out, and the register's dated facts along the days.

mod blocks;
mod cells;
mod dated;
mod lanes;
mod order;
mod paint;
mod rows;
mod sieve;

pub(crate) use cells::{Cell, Cells, compile};
pub(crate) use lanes::MISSING;
pub(crate) use paint::paint_versions;
pub(crate) use rows::{CellRows, Columns, Group, Row, Unsettled, Wide};
