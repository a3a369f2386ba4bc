//! `option-idle`: an option that can change nothing, since its room is empty wherever it takes part (S7, S8).
//!
//! ## What it does
//! Looks for options whose room is one level only wherever they take part, and which declare nothing else that they could change.
//!
//! ## Why this matters
//! A municipality was given a choice that is none.
//!
//! ## Example
//! ```toml
//! [[rule]]
//! id    = "workplace"
//! grant = { level = "standard" }          # no `up_to`: and a bound leaves `standard` alone
//! ```
//! Give the grant an `up_to`, bind the option to other services or days, or take it out.

use super::cases::{Cases, everything};
use super::{Found, explore};
use crate::cover::{Boxed, Exhausted, Moment, inside};
use crate::decide::CustomerView;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::{OptionId, ServiceId};
use crate::model::bitemporal::Proposals;
use crate::model::rule::Level;
use crate::option::Choices;
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    for (id, binding) in register.options.iter() {
        let Some(described) = cases.world.options[id].described() else { continue };
        let some = binding.scope.customers.iter().any(|customer| {
            binding.scope.services.iter().any(|service| {
                [Proposals::Excluded, Proposals::Included].into_iter().any(|proposals| {
                    let view = CustomerView { world: cases.world, proposals, customer: *customer };
                    // What cannot be said is no finding.
                    let contested = out.contested.contains(&cases.world.cells.cell_id(proposals, *customer, *service));
                    contested || cases.is_hole(*customer, *service) || changes(view, *service, id, described.sets).unwrap_or(true)
                })
            })
        });
        if !some {
            out.push(
                Draft::new(
                    Code::OptionIdle,
                    binding.place,
                    both!(
                        "`{}` can change nothing: its room is empty wherever it takes part",
                        "`{}` kan niets veranderen: waar hij meedoet, is er geen speelruimte",
                        binding.key
                    ),
                )
                .help(both!(
                    "give the grant an `up_to`, bind the option to other services or days, or take it out",
                    "geef de toekenning een `up_to`, bind de optie aan andere diensten of dagen, of haal de optie weg"
                )),
            );
        }
    }
}

/// Whether there is a day, knowledge and facts on which this option could change an answer.
fn changes(view: CustomerView<'_>, service: ServiceId, option: OptionId, sets: Choices) -> Result<bool, Exhausted> {
    let boxes: Vec<&Boxed> = view.cell(service).options.iter().filter(|(id, _)| *id == option).map(|(_, boxed)| boxed).collect();
    let all = everything(view);
    let regions = boxes.iter().flat_map(|boxed| inside(&all, boxed, &view)).collect();
    explore::any(view, regions, |region| {
        let (lowest, highest) = view.standing(service, region, Moment::NOW)?.room();
        Ok(highest > Level::NONE && ((sets.level && lowest < highest) || sets.quota || sets.obligations))
    })
}
