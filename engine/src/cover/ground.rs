//! A region and a cut that somebody asks for in; what to do about it out. What has its value from the register is not cut by values: it is cut
//! along the days and knowledge on which that value stands.

use super::region::{Region, Slots, Split};

/// What has to be done to a region before more can be said of it.
pub(crate) enum Step {
    /// It has to be cut here.
    Cut(Split),
    /// In all of it, this dimension has this value.
    Value(usize, i64),
}

/// What regions are looked at before: the dimensions, and what is known of some.
pub(crate) trait Ground {
    fn slots(&self) -> &Slots;
    /// Whether something may be known of a dimension.
    fn is_given(&self, dim: usize) -> bool;
    /// What to do in place of a cut.
    fn step(&self, region: &Region, split: Split) -> Step;
}

/// Nothing is known of any dimension.
impl Ground for Slots {
    fn slots(&self) -> &Slots {
        self
    }
    fn is_given(&self, _: usize) -> bool {
        false
    }
    fn step(&self, _: &Region, split: Split) -> Step {
        Step::Cut(split)
    }
}
