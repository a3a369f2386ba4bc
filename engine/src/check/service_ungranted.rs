//! `service-ungranted`: a service that no customer is granted on any day, for any facts, proposals included.
//!
//! ## What it does
//! Looks for services of the catalogue that no rule, adopted or proposed, ever grants to anybody.
//!
//! ## Why this matters
//! A catalogue that promises what nobody can have; or a rule that is missing.
//!
//! ## Example
//! ```toml
//! [service.litigation]            # and no rule for `legal/litigation` or `legal/*`
//! en = "Litigation"
//! ```
//! Add a rule that grants it, or take it out of the catalogue.

use super::Found;
use super::cases::{Cases, everything};
use super::granted::granted;
use crate::decide::CustomerView;
use crate::diagnostic::{Code, Draft};
use crate::model::bitemporal::Proposals;
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    if register.customers.len() == 0 {
        return;
    }
    for (service, entry) in register.services.iter().filter(|(_, entry)| entry.composite.is_none()) {
        let some = register.customers.ids().any(|customer| {
            [Proposals::Excluded, Proposals::Included].into_iter().any(|proposals| {
                let view = CustomerView { world: cases.world, proposals, customer };
                // What is too long to say, or cannot be said for a rule that could not be read, is no finding.
                let contested = out.contested.contains(&cases.world.cells.cell_id(proposals, customer, service));
                contested
                    || cases.is_hole(customer, service)
                    || granted(view, service, everything(view), true).map_or(true, |found| !found.is_empty())
            })
        });
        if !some {
            out.push(
                Draft::new(
                    Code::ServiceUngranted,
                    entry.place,
                    both!("nobody is ever granted `{}`", "niemand krijgt ooit `{}` toegekend", entry.id),
                )
                .help(both!(
                    "add a rule that grants it, or take it out of the catalogue",
                    "voeg een regel toe die hem toekent, of haal hem uit de catalogus"
                )),
            );
        }
    }
}
