//! Ids in, items out: a list that is indexed by its own kind of id, so that ids of two kinds never mix.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut, Range};

/// An id that was handed out by an [`Arena`].
pub(crate) trait Id: Copy {
    fn new(index: usize) -> Self;
    fn index(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(u32);
        impl Id for $name {
            fn new(index: usize) -> Self {
                // More than four thousand million items do not fit in memory in the first place.
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

ids! {
    /// A customer of the register.
    CustomerId,
    /// A service of the catalogue.
    ServiceId,
    /// A declared fact.
    FactId,
    /// A rule set, in the order of their folder names.
    SetId,
    /// A version of a rule set, in register order.
    VersionId,
    /// A rule, in register order: path, then position.
    RuleId,
    /// A box of days, knowledge and facts in which a rule holds.
    BoxId,
    /// An option: a plugin bound to customers and services, in register order.
    OptionId,
    /// The rules of one cell, shared by all cells that have the same.
    CellId,
}

/// A list indexed by its own id type. Ids are made by [`Arena::push`] alone.
#[derive(Debug, Clone)]
pub(crate) struct Arena<I, T> {
    items: Vec<T>,
    kind: PhantomData<I>,
}

impl<I, T> Default for Arena<I, T> {
    fn default() -> Self {
        Self { items: Vec::new(), kind: PhantomData }
    }
}

impl<I: Id, T> Arena<I, T> {
    pub(crate) fn push(&mut self, item: T) -> I {
        let id = I::new(self.items.len());
        self.items.push(item);
        id
    }
    /// Puts items in the place of others; those that follow get other ids.
    pub(crate) fn replace(&mut self, range: Range<usize>, items: impl IntoIterator<Item = T>) {
        let end = range.end.min(self.items.len());
        drop(self.items.splice(range.start.min(end)..end, items));
    }
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }
    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.items.iter()
    }
    pub(crate) fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.items.iter().enumerate().map(|(at, item)| (I::new(at), item))
    }
    pub(crate) fn ids(&self) -> impl Iterator<Item = I> + use<I, T> {
        (0..self.items.len()).map(I::new)
    }
    /// The id that was handed out last.
    pub(crate) fn last(&self) -> Option<I> {
        self.items.len().checked_sub(1).map(I::new)
    }
    pub(crate) fn find(&self, wanted: impl Fn(&T) -> bool) -> Option<I> {
        self.items.iter().position(wanted).map(I::new)
    }
}

#[allow(clippy::indexing_slicing, reason = "an id is made by the arena that it indexes, and arenas never shrink")]
impl<I: Id, T> Index<I> for Arena<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.items[id.index()]
    }
}

#[allow(clippy::indexing_slicing, reason = "an id is made by the arena that it indexes, and arenas never shrink")]
impl<I: Id, T> IndexMut<I> for Arena<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.index()]
    }
}
