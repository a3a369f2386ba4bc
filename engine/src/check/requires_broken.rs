//! `requires-broken`: on some day a customer has a service for some facts, while one that it requires is refused for all (S12).
//!
//! ## What it does
//! Looks for days on which a customer has a service for some facts, while what that service requires is refused it for all facts.
//!
//! ## Why this matters
//! A tender without procurement advice, a network without identities: what is granted cannot be delivered.
//!
//! ## Example
//! ```toml
//! [service.eu-tender]
//! requires = ["procurement/advice"]
//!
//! [[rule]]
//! id       = "no-advice"
//! customer = "zoeterwoude"
//! service  = "procurement/advice"
//! deny     = true
//! ```
//! Grant what is required on the same days, or refuse what requires it.

use std::collections::BTreeSet;

use super::cases::{Cases, everything};
use super::granted::granted;
use super::witness::witness;
use super::{Found, too_large};
use crate::cover::{Boxed, Budget, Exhausted, KNOWN, Part, Region, uncovered};
use crate::decide::CustomerView;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::{CellId, CustomerId, ServiceId};
use crate::model::bitemporal::Proposals;
use crate::model::day::Day;
use crate::model::place::Place;
use crate::parallel::side_by_side;
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let services = cases.world.register.services.iter();
    let pairs: Vec<Pair> =
        services.flat_map(|(service, entry)| entry.requires.iter().map(move |(required, place)| (service, *required, *place))).collect();
    side_by_side(&pairs, |pair| looked(cases, *pair)).into_iter().flatten().for_each(|finding| out.push(finding));
}

/// A service, one that it requires, and where it says so.
type Pair = (ServiceId, ServiceId, Place);

fn looked(cases: &Cases<'_>, (service, required, place): Pair) -> Vec<Draft> {
    let register = cases.world.register;
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    let mut broken: Vec<(CustomerId, Proposals, Region)> = Vec::new();
    for proposals in [Proposals::Excluded, Proposals::Included] {
        for customer in register.customers.ids() {
            let view = CustomerView { world: cases.world, proposals, customer };
            if broken.iter().any(|(known, ..)| *known == customer) || !is_new(cases, view, service, required, &mut seen) {
                continue;
            }
            if let Ok(found) = find(view, service, required) {
                broken.extend(found.map(|region| (customer, proposals, region)));
            } else {
                let (required, service) = (&register.services[required].id, &register.services[service].id);
                findings.push(too_large(
                    place,
                    &both!("whether `{required}` is there for `{service}`", "of `{required}` er is voor `{service}`,"),
                ));
            }
        }
    }
    for proposals in [Proposals::Excluded, Proposals::Included] {
        let here: Vec<_> = broken.iter().filter(|(_, found, _)| *found == proposals).collect();
        if let Some((customer, _, region)) = here.first() {
            let names: Vec<&str> = here.iter().map(|(customer, ..)| &*register.customers[*customer].id).collect();
            let view = CustomerView { world: cases.world, proposals, customer: *customer };
            findings.push(finding(view, service, required, place, &names, region));
        }
    }
    findings
}

/// Whether this pair of cells was not looked at before, and can be looked at.
fn is_new(cases: &Cases<'_>, view: CustomerView<'_>, service: ServiceId, required: ServiceId, seen: &mut BTreeSet<Vec<CellId>>) -> bool {
    let world = cases.world;
    let parts: Vec<ServiceId> = world.register.parts_of(service).into_iter().chain(world.register.parts_of(required)).collect();
    if !parts.iter().any(|part| cases.has(view.customer, *part)) || parts.iter().any(|part| cases.is_hole(view.customer, *part)) {
        return false;
    }
    let cells = |proposals| parts.iter().map(|part| world.cells.cell_id(proposals, view.customer, *part)).collect::<Vec<_>>();
    let key = cells(view.proposals);
    if view.proposals == Proposals::Included && key == cells(Proposals::Excluded) {
        return false;
    }
    super::cases::uses_register_facts(world, view, &parts) || seen.insert(key)
}

/// A piece of days and knowledge in which the one is granted for some facts, and the other for none.
fn find(view: CustomerView<'_>, service: ServiceId, required: ServiceId) -> Result<Option<Region>, Exhausted> {
    let mut region = everything(view);
    if view.proposals == Proposals::Included {
        // A proposal is weighed among all that is known: with less, whatever it builds on may not be decided yet.
        region.set(KNOWN, Part::Point(Day::LAST.0));
    }
    let there = granted(view, required, region.clone(), false)?;
    let rects: Vec<&Boxed> = there.iter().flat_map(|found| &found.rects).collect();
    let mut budget = Budget::new(super::STEPS);
    for found in granted(view, service, region, false)? {
        if let Some(region) = uncovered(found.shown, &rects, &view, &mut budget)? {
            return Ok(Some(region));
        }
    }
    Ok(None)
}

fn finding(view: CustomerView<'_>, service: ServiceId, required: ServiceId, place: Place, customers: &[&str], region: &Region) -> Draft {
    let register = view.world.register;
    let (service_id, required_id) = (&register.services[service].id, &register.services[required].id);
    let boxes =
        register.parts_of(service).into_iter().flat_map(|part| view.cell(part).matching.iter()).map(|id| &view.world.cells.boxes[*id]);
    let question = witness(view, service, region, boxes);
    let finding = Draft::new(
        Code::RequiresBroken,
        place,
        both!(
            "`{service_id}` requires `{required_id}`, which is refused to {} on days on which `{service_id}` is granted",
            "`{service_id}` heeft `{required_id}` nodig, en die wordt geweigerd aan {} op dagen waarop `{service_id}` wordt toegekend",
            customers.join(", ")
        ),
    )
    .help(both!(
        "grant `{required_id}` too, or refuse `{service_id}` on the same days",
        "ken ook `{required_id}` toe, of weiger `{service_id}` op dezelfde dagen"
    ))
    .witness(question);
    if view.proposals == Proposals::Included { finding.until_adoption() } else { finding }
}
