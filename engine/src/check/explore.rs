//! Regions and a look at each in; the pieces in which it is settled, one by one, until somebody has seen enough.

use super::STEPS;
use crate::cover::{Budget, Exhausted, Region, Split, Worklist};
use crate::decide::CustomerView;

/// Looks at every piece of some regions; true as soon as a look says so. A look may ask for the piece to be cut first.
pub(super) fn any(
    view: CustomerView<'_>,
    regions: Vec<Region>,
    mut look: impl FnMut(&Region) -> Result<bool, Split>,
) -> Result<bool, Exhausted> {
    let mut budget = Budget::new(STEPS);
    let mut open = Worklist::of(regions);
    while let Some(region) = open.next(&mut budget)? {
        match look(&region) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(split) => open.settle(region, split, &view),
        }
    }
    Ok(false)
}
