//! Where dated things count, by days and by knowledge (S1, S2).

use super::day::{Day, Days};

/// A stretch of days as it is known during a stretch of knowledge days (S1, S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Bitemporal {
    pub(crate) on: Days,
    pub(crate) known: Days,
}

/// Where a version counts: without proposals, and with them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Timelines {
    pub(crate) adopted: Vec<Bitemporal>,
    pub(crate) proposed: Vec<Bitemporal>,
}

impl Bitemporal {
    pub(crate) const EVERYWHERE: Bitemporal = Bitemporal { on: Days::EVER, known: Days::EVER };

    pub(crate) fn contains(self, on: Day, known: Day) -> bool {
        self.on.contains(on) && self.known.contains(known)
    }
    pub(crate) fn overlap(self, other: Bitemporal) -> Option<Bitemporal> {
        Some(Bitemporal { on: self.on.overlap(other.on)?, known: self.known.overlap(other.known)? })
    }
}

impl Timelines {
    pub(crate) fn of(&self, proposals: Proposals) -> &[Bitemporal] {
        match proposals {
            Proposals::Excluded => &self.adopted,
            Proposals::Included => &self.proposed,
        }
    }
}

/// Whether proposals are left out or included (S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Proposals {
    Excluded,
    Included,
}
