//! A region and boxes in; a piece of the region that no box covers out, or the certainty that there is none.

use super::ground::Ground;
use super::part::Part;
use super::region::{Boxed, Moment, Region, Split};
use super::worklist::{Budget, Exhausted, Worklist};

/// A piece of the region in which none of the boxes holds.
pub(crate) fn uncovered(
    region: Region,
    boxes: &[&Boxed],
    ground: &impl Ground,
    budget: &mut Budget,
) -> Result<Option<Region>, Exhausted> {
    let mut open = Worklist::of([(region, boxes.to_vec())]);
    while let Some((region, boxes)) = open.next(budget)? {
        let mut across: Option<Split> = None;
        let mut left = Vec::with_capacity(boxes.len());
        let mut covered = false;
        for candidate in boxes {
            match region.relate(candidate, Moment::NOW, ground.slots()) {
                Ok(true) => {
                    covered = true;
                    break;
                }
                Ok(false) => {}
                Err(split) => {
                    across.get_or_insert(split);
                    left.push(candidate);
                }
            }
        }
        match across {
            _ if covered => {}
            None => return Ok(Some(region)),
            // What is clear of a box stays clear of it in both halves.
            Some(split) => open.settle((region, left), split, ground),
        }
    }
    Ok(None)
}

/// The pieces of a region that lie inside a box.
pub(crate) fn inside(region: &Region, boxed: &Boxed, ground: &impl Ground) -> Vec<Region> {
    let mut found = Vec::new();
    let mut open = Worklist::of([region.clone()]);
    // Each test of the box makes a cut or two: there is an end.
    while let Some(piece) = open.pop() {
        match piece.relate(boxed, Moment::NOW, ground.slots()) {
            Ok(true) => found.push(piece),
            Ok(false) => {}
            Err(split) => open.settle(piece, split, ground),
        }
    }
    found
}

impl Part {
    /// Whether only one value is possible.
    pub(crate) fn is_point(&self) -> bool {
        matches!(self, Part::Point(_))
    }
}
