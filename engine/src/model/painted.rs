//! Where dated things count, by days and by knowledge (S1, S2).

use super::day::{Day, Days};

/// A stretch of days as it is known during a stretch of knowledge days (S1, S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Rect {
    pub(crate) on: Days,
    pub(crate) known: Days,
}

/// Where a version counts: without proposals, and with them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Painted {
    pub(crate) adopted: Vec<Rect>,
    pub(crate) proposed: Vec<Rect>,
}

impl Rect {
    pub(crate) const EVERYWHERE: Rect = Rect { on: Days::EVER, known: Days::EVER };

    pub(crate) fn contains(self, on: Day, known: Day) -> bool {
        self.on.contains(on) && self.known.contains(known)
    }
    pub(crate) fn overlap(self, other: Rect) -> Option<Rect> {
        Some(Rect { on: self.on.overlap(other.on)?, known: self.known.overlap(other.known)? })
    }
}

impl Painted {
    pub(crate) fn of(&self, plane: Plane) -> &[Rect] {
        match plane {
            Plane::Adopted => &self.adopted,
            Plane::Proposed => &self.proposed,
        }
    }
}

/// Whether proposals are left out or included (S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plane {
    Adopted,
    Proposed,
}
