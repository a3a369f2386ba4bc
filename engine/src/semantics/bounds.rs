//! S4: bounds are taken rank by rank, from the highest down. Of one rank, the highest floor and the lowest ceiling count, each held within
//! what the ranks above left.

use smallvec::SmallVec;

use crate::model::arena::RuleId;
use crate::model::register::Register;
use crate::model::rule::Level;

/// The levels that bounds leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) floor: Level,
    pub(crate) ceiling: Level,
}

impl Interval {
    /// Every level.
    pub(crate) fn all(register: &Register) -> Interval {
        Interval { floor: Level::NONE, ceiling: register.top_level() }
    }
    /// The level in it that is nearest to a level.
    pub(crate) fn hold(self, level: Level) -> Level {
        level.within(self.floor, self.ceiling)
    }
    /// What is left of it by the bounds of the next rank: the highest of their floors, the lowest of their ceilings.
    pub(crate) fn narrowed(self, floor: Option<Level>, ceiling: Option<Level>) -> Interval {
        Interval {
            floor: floor.map_or(self.floor, |floor| self.hold(floor)),
            ceiling: ceiling.map_or(self.ceiling, |ceiling| self.hold(ceiling)),
        }
    }
}

/// A list that seldom has more than four.
pub(crate) type Few<T> = SmallVec<[T; 4]>;

/// The bounds that hold in a region: the interval that is left, and which rules made it.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    pub(crate) left: Interval,
    pub(crate) floor_by: Few<RuleId>,
    pub(crate) ceiling_by: Few<RuleId>,
    /// Bounds that wanted more than the ranks above leave: rule, wanted, got, by which.
    pub(crate) clamped: Few<(RuleId, Level, Level, RuleId)>,
}

/// Narrows the interval of all levels by the bounds that hold, which come with those of the highest rank first, and keeps by which.
pub(crate) fn narrow(register: &Register, matching: &[RuleId]) -> Bounds {
    let mut bounds = Bounds::none(register);
    for of_rank in matching.chunk_by(|one, next| register.rank(*one) == register.rank(*next)) {
        bounds.narrow(register, of_rank);
    }
    bounds
}

/// The floor or the ceiling that a bound asks for.
fn end(register: &Register, rule: RuleId, low: bool) -> Option<Level> {
    let (floor, ceiling) = register.rules[rule].effect.ends();
    if low { floor } else { ceiling }
}

/// The lowest ceiling that makes no difference to a choice that wants up to this level, whichever of these bounds hold.
pub(crate) fn ample(register: &Register, bounds: impl Iterator<Item = RuleId>, wanted: Level) -> Level {
    bounds.filter_map(|rule| end(register, rule, true)).fold(wanted, Level::max)
}

impl Bounds {
    /// No bound holds.
    pub(crate) fn none(register: &Register) -> Bounds {
        Bounds { left: Interval::all(register), floor_by: Few::new(), ceiling_by: Few::new(), clamped: Few::new() }
    }

    /// Whether another bound of the next rank, beside those that hold of it, would leave less. A ceiling from `ample` on makes no difference.
    pub(crate) fn would_narrow(&self, register: &Register, of_rank: &[RuleId], other: RuleId, ample: Level) -> bool {
        let floor = of_rank.iter().filter_map(|rule| end(register, *rule, true)).max();
        let ceiling = of_rank.iter().filter_map(|rule| end(register, *rule, false)).min();
        let own = end(register, other, false).filter(|ceiling| *ceiling < ample);
        let with = self.left.narrowed(floor.max(end(register, other, true)), ceiling.into_iter().chain(own).min());
        with != self.left.narrowed(floor, ceiling)
    }

    /// Narrows what is left by the bounds of the next rank.
    pub(crate) fn narrow(&mut self, register: &Register, of_rank: &[RuleId]) {
        let ends = |low: bool| of_rank.iter().filter_map(move |rule| Some((*rule, end(register, *rule, low)?)));
        let floor = ends(true).map(|(_, level)| level).max();
        let ceiling = ends(false).map(|(_, level)| level).min();
        let before = self.left;
        if let Some(by) = self.ceiling_by.first().copied() {
            self.note_clamped(ends(true).filter(|(_, level)| *level > before.ceiling), before.ceiling, by);
        }
        if let Some(by) = self.floor_by.first().copied() {
            self.note_clamped(ends(false).filter(|(_, level)| *level < before.floor), before.floor, by);
        }
        self.left = before.narrowed(floor, ceiling);
        if self.left.floor > before.floor {
            self.floor_by = ends(true).filter(|(_, level)| Some(*level) == floor).map(|(rule, _)| rule).collect();
        }
        if self.left.ceiling < before.ceiling {
            self.ceiling_by = ends(false).filter(|(_, level)| Some(*level) == ceiling).map(|(rule, _)| rule).collect();
        }
    }

    fn note_clamped(&mut self, beyond: impl Iterator<Item = (RuleId, Level)>, limit: Level, by: RuleId) {
        self.clamped.extend(beyond.map(|(rule, level)| (rule, level, limit, by)));
    }
}
