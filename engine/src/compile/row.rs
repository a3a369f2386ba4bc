//! What a rule comes to where it matches in; one word out: its level, and whether there is more to it than that.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers stand in words of four bytes, and come out as they went in"
)]

use crate::model::arena::{Id, RuleId};
use crate::model::rule::Level;

/// What a matching row comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(super) outcome: i32,
    pub(super) rule: i32,
}

/// The row is looser than its rule. (The low byte of an outcome is the level.)
pub(super) const LOOSE: i32 = 1 << 8;
/// A quota, another day or a bound: the level is not all there is to it.
pub(super) const MORE: i32 = 1 << 9;
/// Something comes with the level: obligations, or room above it.
pub(super) const BURDEN: i32 = 1 << 10;

impl Row {
    /// Where no row matches, it is as if a rule of no name refused.
    pub(crate) const NONE: Row = Row { outcome: 0, rule: -1 };

    /// The level that is chosen, where that is all there is to it: no quota, no other day.
    pub(crate) fn plain_level(self) -> Option<Level> {
        (self.outcome & MORE == 0).then_some(Level(self.outcome as u8))
    }
    /// The same where nothing comes with the level, either.
    pub(crate) fn bare_level(self) -> Option<Level> {
        (self.outcome & (MORE | BURDEN) == 0).then_some(Level(self.outcome as u8))
    }
    pub(crate) fn rule(self) -> Option<RuleId> {
        (self.rule >= 0).then(|| RuleId::new(self.rule as usize))
    }
}
