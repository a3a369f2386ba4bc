//! Ids of an older register in; those of the same things in a newer one out.

use crate::model::arena::Id;

/// Where ids lie now: from an old one on, so many further.
pub(super) struct Renumbering {
    from: usize,
    by: isize,
}

impl Renumbering {
    /// What was at the one place is at the other, and what followed it follows.
    pub(super) fn from_to(from: usize, to: usize) -> Renumbering {
        Renumbering { from, by: to.cast_signed() - from.cast_signed() }
    }
    pub(super) fn id<I: Id>(&self, id: I) -> I {
        if id.index() < self.from { id } else { I::new(id.index().saturating_add_signed(self.by)) }
    }
}
