//! `customer-gap`: one customer is never granted what all others of its role are.
//!
//! ## What it does
//! Looks, among the customers of one role, for the only one that is granted a service on no day, for no facts.
//!
//! ## Why this matters
//! Often it is an oversight: a matrix without one cell, a scope without one name. Where it is meant, a rule should say so
//! (`deny = true`), so that a service desk can tell the reason.
//!
//! ## Example
//! ```toml
//! [[rule]]
//! id       = "cleaning"
//! customer = ["leiderdorp", "oegstgeest"]      # and not the third partner
//! service  = "facilities/cleaning"
//! grant    = { level = "standard" }
//! ```
//! Grant it to the third as well, or deny it with a reason.

use std::collections::BTreeMap;

use super::Found;
use super::cases::{Cases, everything, uses_register_facts};
use super::granted::granted;
use crate::decide::CustomerView;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::{CellId, CustomerId, ServiceId};
use crate::model::bitemporal::Proposals;
use crate::text::both;

/// Two customers alone have nothing that all others do.
const FEWEST: usize = 3;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut roles: BTreeMap<u8, Vec<CustomerId>> = BTreeMap::new();
    for (id, customer) in register.customers.iter() {
        if let Some(role) = customer.role {
            roles.entry(role).or_default().push(id);
        }
    }
    let mut known: BTreeMap<CellId, bool> = BTreeMap::new();
    for customers in roles.values().filter(|customers| customers.len() >= FEWEST) {
        for service in register.plain_services().iter().copied() {
            let without: Vec<CustomerId> =
                customers.iter().copied().filter(|customer| !ever(cases, *customer, service, &mut known)).take(2).collect();
            let [only] = without.as_slice() else { continue };
            if is_denied(cases, *only, service) || cases.is_hole(*only, service) {
                continue;
            }
            let (customer, entry) = (&register.customers[*only], &register.services[service]);
            out.push(
                Draft::new(
                    Code::CustomerGap,
                    entry.place,
                    both!(
                        "`{}` is never granted to {}, though to all others of its role",
                        "`{}` wordt nooit toegekend aan {}, wel aan alle andere klanten met deze rol",
                        entry.id,
                        customer.id
                    ),
                )
                .help(both!("grant it, or deny it with a reason", "ken hem toe, of weiger hem met een reden")),
            );
        }
    }
}

/// Whether a customer has a service on some day for some facts, proposals included.
fn ever(cases: &Cases<'_>, customer: CustomerId, service: ServiceId, known: &mut BTreeMap<CellId, bool>) -> bool {
    [Proposals::Excluded, Proposals::Included].into_iter().any(|proposals| {
        let view = CustomerView { world: cases.world, proposals, customer };
        let id = cases.world.cells.cell_id(proposals, customer, service);
        if let Some(known) = known.get(&id) {
            return *known;
        }
        // What cannot be said is no finding.
        let some = granted(view, service, everything(view), true).map_or(true, |found| !found.is_empty());
        if !uses_register_facts(cases.world, view, &[service]) {
            known.insert(id, some);
        }
        some
    })
}

/// Whether some rule says that the customer does not have it.
fn is_denied(cases: &Cases<'_>, customer: CustomerId, service: ServiceId) -> bool {
    let world = cases.world;
    let cell = world.cells.cell(Proposals::Included, customer, service);
    cell.matching.iter().any(|id| matches!(world.register.rules[world.cells.boxes[*id].rule].effect, crate::model::rule::Effect::Deny))
}
