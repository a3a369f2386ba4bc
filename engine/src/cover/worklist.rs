//! Regions in; the pieces that they have to be cut into before something can be said of each, one by one, out.

use super::ground::{Ground, Step};
use super::part::Part;
use super::region::{Region, Split};

/// How many steps a query may take before it gives up, so that nothing ever hangs; and how much it may keep.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    left: usize,
    room: usize,
}

/// So many looks at a thing take as long as a step.
const THINGS: usize = 128;

/// So many narrowed dimensions, of all pieces together, may be kept at a time: some sixty megabytes.
const ROOM: usize = 1 << 20;

/// The budget of a query ran out: neither yes nor no.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exhausted;

impl Budget {
    pub(crate) fn new(steps: usize) -> Budget {
        Budget { left: steps, room: ROOM }
    }
    pub(crate) fn step(&mut self) -> Result<(), Exhausted> {
        self.left = self.left.checked_sub(1).ok_or(Exhausted)?;
        Ok(())
    }
    /// So many things are looked at for one piece.
    pub(crate) fn looks(&mut self, things: usize) -> Result<(), Exhausted> {
        self.left = self.left.checked_sub(things / THINGS).ok_or(Exhausted)?;
        Ok(())
    }
    /// A piece is kept to the end of the query.
    pub(crate) fn keep(&mut self, region: &Region) -> Result<(), Exhausted> {
        self.room = self.room.checked_sub(region.size()).ok_or(Exhausted)?;
        Ok(())
    }
}

/// A region, with what goes along with it into its halves.
pub(crate) trait Piece: Sized {
    fn region(&self) -> &Region;
    fn halves(self, split: &Split) -> [Self; 2];
    /// The same with one value in a dimension.
    fn at(self, dim: usize, value: i64) -> Self;
}

impl Piece for Region {
    fn region(&self) -> &Region {
        self
    }
    fn halves(self, split: &Split) -> [Region; 2] {
        self.cut(split)
    }
    fn at(self, dim: usize, value: i64) -> Region {
        self.with(dim, Part::Point(value))
    }
}

impl<T: Clone> Piece for (Region, T) {
    fn region(&self) -> &Region {
        &self.0
    }
    fn halves(self, split: &Split) -> [Self; 2] {
        let (region, along) = self;
        let [inside, outside] = region.cut(split);
        [(inside, along.clone()), (outside, along)]
    }
    fn at(self, dim: usize, value: i64) -> Self {
        (self.0.with(dim, Part::Point(value)), self.1)
    }
}

/// The pieces that are still to be looked at. Whoever looks at one either says something of it, or has it cut: its halves come next.
pub(crate) struct Worklist<P> {
    open: Vec<P>,
    /// The narrowed dimensions of all of them.
    size: usize,
}

impl<P: Piece> Worklist<P> {
    pub(crate) fn of(pieces: impl IntoIterator<Item = P>) -> Self {
        let mut list = Worklist { open: Vec::new(), size: 0 };
        list.add(pieces);
        list
    }
    /// These come next, the first of them first.
    pub(crate) fn add(&mut self, pieces: impl IntoIterator<Item = P>) {
        let from = self.open.len();
        self.open.extend(pieces);
        let added = self.open.get_mut(from..).unwrap_or_default();
        self.size += added.iter().map(|piece| piece.region().size()).sum::<usize>();
        added.reverse();
    }
    /// The next piece in which there is anything: a step, if there is one.
    pub(crate) fn next(&mut self, budget: &mut Budget) -> Result<Option<P>, Exhausted> {
        if self.size > budget.room {
            return Err(Exhausted);
        }
        self.pop().map(|piece| budget.step().map(|()| piece)).transpose()
    }
    /// The next piece in which there is anything, for whoever makes few cuts.
    pub(crate) fn pop(&mut self) -> Option<P> {
        let next = || {
            let piece = self.open.pop()?;
            self.size -= piece.region().size();
            Some(piece)
        };
        std::iter::from_fn(next).find(|piece| !piece.region().is_empty())
    }
    /// Nothing can be said of a piece as a whole.
    pub(crate) fn cut(&mut self, piece: P, split: &Split) {
        self.add(piece.halves(split));
    }
    /// Nothing can be said of a piece as a whole, on a ground that may settle what it asks for.
    pub(crate) fn settle(&mut self, piece: P, split: Split, ground: &impl Ground) {
        match ground.step(piece.region(), split) {
            Step::Cut(split) => self.cut(piece, &split),
            Step::Value(dim, value) => self.add([piece.at(dim, value)]),
        }
    }
    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }
}
