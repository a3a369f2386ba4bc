//! One dimension of a region: the values that a day or a fact can still have there.

use crate::model::set::{Ranges, Set, TagTest, bits, from_bits};

/// The values that are still possible in one dimension.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// One known value (for tags: one bit set).
    Point(i64),
    /// Several whole numbers.
    Ranges(Ranges),
    /// All sets of tags that hold `must` and nothing of `not`.
    Tags { must: u64, not: u64 },
}

/// How a part, or a whole region, lies to a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Every value passes.
    Inside,
    /// No value passes.
    Outside,
    /// Some pass and some do not.
    Across,
}

impl Part {
    pub(crate) fn of(ranges: Ranges) -> Part {
        match ranges.single() {
            Some(value) => Part::Point(value),
            None => Part::Ranges(ranges),
        }
    }

    pub(crate) fn relate(&self, set: &Set) -> Relation {
        match (self, set) {
            (Part::Point(value), set) => {
                if set.contains(*value) {
                    Relation::Inside
                } else {
                    Relation::Outside
                }
            }
            (Part::Ranges(mine), Set::Ranges(theirs)) => relate(mine, theirs),
            (Part::Tags { must, not }, Set::Tags(test)) => {
                let refused = test.all & not != 0 || test.none & must != 0 || (test.any != 0 && test.any & !not == 0);
                let passed = test.all & !must == 0 && test.none & !not == 0 && (test.any == 0 || test.any & must != 0);
                if refused {
                    Relation::Outside
                } else if passed {
                    Relation::Inside
                } else {
                    Relation::Across
                }
            }
            // A fact's tests are of its own type; a mixed pair cannot be built.
            _ => Relation::Outside,
        }
    }

    /// Two smaller parts that together are this one; for scalars, those inside the set come first.
    pub(crate) fn split(&self, set: &Set) -> (Part, Part) {
        match (self, set) {
            (Part::Ranges(mine), Set::Ranges(theirs)) => (Part::of(mine.intersect(theirs)), Part::of(mine.subtract(theirs))),
            (Part::Tags { must, not }, Set::Tags(test)) => {
                let open = (test.all | test.any | test.none) & !(must | not);
                let bit = open & open.wrapping_neg();
                (Part::Tags { must: must | bit, not: *not }, Part::Tags { must: *must, not: not | bit })
            }
            _ => (self.clone(), self.clone()),
        }
    }

    /// The test that just its values pass.
    pub(crate) fn to_set(&self) -> Set {
        match self {
            Part::Point(value) => Set::Ranges(Ranges::one(*value, *value)),
            Part::Ranges(ranges) => Set::Ranges(ranges.clone()),
            Part::Tags { must, not } => Set::Tags(TagTest { all: *must, any: 0, none: *not }),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Part::Ranges(ranges) if ranges.is_empty())
    }

    pub(crate) fn meets(&self, other: &Part) -> bool {
        match (self, other) {
            (Part::Point(a), Part::Point(b)) => a == b,
            (Part::Point(value), Part::Ranges(ranges)) | (Part::Ranges(ranges), Part::Point(value)) => ranges.contains(*value),
            (Part::Ranges(a), Part::Ranges(b)) => !a.intersect(b).is_empty(),
            (Part::Point(value), Part::Tags { must, not }) | (Part::Tags { must, not }, Part::Point(value)) => {
                bits(*value) & must == *must && bits(*value) & not == 0
            }
            (Part::Tags { must: a, not: b }, Part::Tags { must: c, not: d }) => a & d == 0 && b & c == 0,
            _ => false,
        }
    }

    /// The lowest and highest value of a scalar part.
    pub(crate) fn ends(&self) -> (i64, i64) {
        match self {
            Part::Point(value) => (*value, *value),
            Part::Ranges(ranges) => (ranges.lowest().unwrap_or(0), ranges.highest().unwrap_or(0)),
            Part::Tags { must, .. } => (from_bits(*must), from_bits(*must)),
        }
    }

    pub(crate) fn contains(&self, value: i64) -> bool {
        self.meets(&Part::Point(value))
    }

    /// A plain value of this part: the one closest to zero, as few tags as can be.
    pub(crate) fn plainest(&self) -> i64 {
        match self {
            Part::Point(value) => *value,
            Part::Tags { must, .. } => from_bits(*must),
            Part::Ranges(ranges) => {
                let near = |part: &(i64, i64)| 0i64.max(part.0).min(part.1);
                ranges.parts().iter().map(near).min_by_key(|value| value.unsigned_abs()).unwrap_or(0)
            }
        }
    }
}

pub(super) fn relate(mine: &Ranges, theirs: &Ranges) -> Relation {
    if let ([(low, high)], [(from, to)]) = (mine.parts(), theirs.parts()) {
        return if from <= low && high <= to {
            Relation::Inside
        } else if high < from || to < low {
            Relation::Outside
        } else {
            Relation::Across
        };
    }
    let both = mine.intersect(theirs);
    if both.is_empty() {
        Relation::Outside
    } else if both == *mine {
        Relation::Inside
    } else {
        Relation::Across
    }
}
