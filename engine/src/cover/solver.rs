//! A region and boxes in; a piece of the region that no box covers out, or the certainty that there is none.

use super::part::Part;
use super::region::{Boxed, Moment, Region, Slots, Split};

/// How many steps a query may take before it gives up, so that nothing ever hangs.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    left: usize,
}

/// The budget of a query ran out: neither yes nor no.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exhausted;

impl Budget {
    pub(crate) fn new(steps: usize) -> Budget {
        Budget { left: steps }
    }
    pub(crate) fn step(&mut self) -> Result<(), Exhausted> {
        self.left = self.left.checked_sub(1).ok_or(Exhausted)?;
        Ok(())
    }
}

/// A piece of the region in which none of the boxes holds.
pub(crate) fn uncovered(region: Region, boxes: &[&Boxed], slots: &Slots, budget: &mut Budget) -> Result<Option<Region>, Exhausted> {
    let mut stack: Vec<(Region, Vec<&Boxed>)> = vec![(region, boxes.to_vec())];
    while let Some((region, boxes)) = stack.pop() {
        budget.step()?;
        if region.is_empty() {
            continue;
        }
        let mut across: Option<Split> = None;
        let mut left = Vec::with_capacity(boxes.len());
        let mut covered = false;
        for candidate in boxes {
            match region.relate(candidate, Moment::NOW, slots) {
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
            Some(split) => {
                let [inside, outside] = region.cut(&split);
                stack.push((inside, left.clone()));
                stack.push((outside, left));
            }
        }
    }
    Ok(None)
}

/// The pieces of a region that lie inside a box.
pub(crate) fn within(region: &Region, inside: &Boxed, slots: &Slots) -> Vec<Region> {
    let mut found = Vec::new();
    let mut stack = vec![region.clone()];
    while let Some(region) = stack.pop() {
        if region.is_empty() {
            continue;
        }
        match region.relate(inside, Moment::NOW, slots) {
            Ok(true) => found.push(region),
            Ok(false) => {}
            Err(split) => {
                let [first, second] = region.cut(&split);
                stack.push(second);
                stack.push(first);
            }
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
