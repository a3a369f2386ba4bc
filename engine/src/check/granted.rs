//! A service in; the days and knowledge on which a customer has it for some facts out.

use super::STEPS;
use crate::cover::{Boxed, Budget, Exhausted, KNOWN, Moment, ON, Part, Region, Split, Worklist};
use crate::decide::CustomerView;
use crate::model::arena::ServiceId;
use crate::model::day::{Day, Days};
use crate::model::rule::Level;
use crate::semantics::join;

/// A stretch of days and knowledge in which the service is granted for some facts, and a region that shows it.
pub(super) struct Granted {
    pub(super) rects: Vec<Boxed>,
    pub(super) shown: Region,
}

/// All such stretches in a region; the first only, where one is enough.
pub(super) fn granted(view: CustomerView<'_>, service: ServiceId, region: Region, first_only: bool) -> Result<Vec<Granted>, Exhausted> {
    let mut budget = Budget::new(STEPS);
    let mut found: Vec<Granted> = Vec::new();
    let mut open = Worklist::of([region]);
    while let Some(region) = open.next(&mut budget)? {
        if found.iter().flat_map(|known| &known.rects).any(|rect| region.is_when(rect)) {
            continue;
        }
        match level(view, service, &region) {
            Ok(Level::NONE) => {}
            Ok(_) => {
                found.push(Granted { rects: rects(&region), shown: region });
                if first_only {
                    break;
                }
            }
            Err(split) => open.settle(region, split, &view),
        }
    }
    Ok(found)
}

/// The right as such in a region: a composite's from its parts' (S10).
fn level(view: CustomerView<'_>, service: ServiceId, region: &Region) -> Result<Level, Split> {
    let Some(composite) = &view.world.register.services[service].composite else {
        return Ok(view.standing(service, region, Moment::NOW)?.base);
    };
    if !view.is_listed(service, region)? {
        return Ok(Level::NONE);
    }
    let parts = composite.of.iter().map(|part| level(view, *part, region)).collect::<Result<Vec<_>, _>>()?;
    Ok(join(composite, parts))
}

fn rects(region: &Region) -> Vec<Boxed> {
    let spans = |dim: usize| -> Vec<Days> {
        match region.part(dim) {
            Part::Ranges(ranges) => ranges.parts().iter().map(|(low, high)| Days { from: Day(*low), until: Day(*high) }).collect(),
            other => {
                let (low, high) = other.ends();
                vec![Days { from: Day(low), until: Day(high) }]
            }
        }
    };
    let known = spans(KNOWN);
    spans(ON).into_iter().flat_map(|on| known.iter().map(move |known| Boxed::of_days(on, *known))).collect()
}
