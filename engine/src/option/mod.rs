//! The seam for options (S8): a standing's base and room in, a level within the room out.
//!
//! No option can be bound yet, so nothing is proposed but the base. What stands here already is what the pipeline
//! around it relies on: the room is enforced outside the plugins, whatever they propose.

use crate::model::rule::Level;

/// The level that is chosen within a room, given what was proposed.
pub(crate) fn enforce(proposed: Level, (lowest, highest): (Level, Level)) -> Level {
    proposed.within(lowest, highest)
}
