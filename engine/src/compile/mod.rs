//! A register in; cells of boxes in order of precedence out, and the register's dated facts along the days.

mod cells;
mod dated;
mod order;
mod paint;

pub(crate) use cells::{Cell, Cells, compile};
pub(crate) use paint::paint_versions;
