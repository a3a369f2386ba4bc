//! A region and boxes in; a piece of the region that no box covers out, or the certainty that there is none.

use std::collections::BTreeMap;

use super::boxed::Boxed;
use super::ground::Ground;
use super::part::{Part, Relation};
use super::region::{Moment, Region, Split};
use super::worklist::{Budget, Exhausted, Worklist};
use crate::model::set::{Ranges, Set};

/// A piece of the region in which none of the boxes holds.
pub(crate) fn uncovered(region: Region, boxes: &[&Boxed], ground: &impl Ground, budget: &mut Budget) -> Result<Option<Region>, Exhausted> {
    let mut open = Worklist::of([(region, boxes.to_vec())]);
    while let Some((mut region, boxes)) = open.next(budget)? {
        let mut across: Option<Split> = None;
        let mut left = Vec::with_capacity(boxes.len());
        // What lies across in one dimension alone is taken out of it, all at once.
        let mut alone: BTreeMap<usize, Vec<(i64, i64)>> = BTreeMap::new();
        let mut covered = false;
        for candidate in boxes {
            match region.relate(candidate, Moment::NOW, ground.slots()) {
                Ok(true) => {
                    covered = true;
                    break;
                }
                Ok(false) => {}
                Err(split) => match region.lies_across(candidate, ground.slots()) {
                    Some((dim, ranges)) if !ground.is_given(dim) => alone.entry(dim).or_default().extend(ranges),
                    _ => {
                        across.get_or_insert(split);
                        left.push(candidate);
                    }
                },
            }
        }
        for (dim, ranges) in alone {
            let rest = region.part(dim).split(&Set::Ranges(Ranges::of(ranges))).1;
            region.set(dim, rest);
        }
        match across {
            _ if covered || region.is_empty() => {}
            None => return Ok(Some(region)),
            // What is clear of a box stays clear of it in both halves. Of what has become smaller, other cuts may have to be made.
            Some(split) if region.part(split.dim).relate(&split.set) == Relation::Across => open.settle((region, left), split, ground),
            Some(_) => open.add([(region, left)]),
        }
    }
    Ok(None)
}

/// The pieces of a region that lie inside a box.
pub(crate) fn inside(region: &Region, boxed: &Boxed, ground: &impl Ground) -> Vec<Region> {
    let mut found = Vec::new();
    // What has no other say than its own values is not cut off piece by piece.
    let mut open = Worklist::of([region.clone().narrowed_to(boxed, ground.slots(), |dim| !ground.is_given(dim))]);
    // Each other test of the box makes a cut or two: there is an end.
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

/// Of many cuts that have to be made, one that leaves half of them on either side: cut off one by one, each would be looked at as often as
/// there are others.
pub(crate) fn halving(region: &Region, splits: Vec<Split>) -> Option<Split> {
    const MANY: usize = 16;
    let dim = splits.first()?.dim;
    let lowest = |split: &Split| if let Set::Ranges(ranges) = &split.set { ranges.lowest().filter(|_| split.dim == dim) } else { None };
    let mut ends: Vec<i64> = splits.iter().filter_map(lowest).collect();
    let middle = ends.len() / 2;
    if ends.len() > MANY {
        let (_, &mut end, _) = ends.select_nth_unstable(middle);
        let (from, _) = region.part(dim).ends();
        if from < end {
            return Some(Split { dim, set: Set::Ranges(Ranges::one(from, end - 1)) });
        }
    }
    splits.into_iter().next()
}
