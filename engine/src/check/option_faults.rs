//! `option-faults`: an option fails on a plain question (S8).
//!
//! ## What it does
//! Calls each option once, on a question of a cell in which it takes part, with a plain value for every fact that it reads.
//!
//! ## Why this matters
//! An option that fails changes nothing, or refuses; either way every answer is marked degraded. Better to know before it counts.
//!
//! ## Example
//! ```text
//! fn decide(question, standing, config) {
//!     proposal(#{ level: "gold" })           // no level of the register
//! }
//! ```
//! `leidraad plugin run` calls a plugin alone, and shows what it says.

use std::collections::BTreeSet;

use super::cases::{Cases, everything};
use super::{Found, explore};
use crate::cover::{Boxed, KNOWN, Moment, ON, Part, Region, day_in, inside};
use crate::decide::{CustomerView, Evaluation, OptionOutcome, World};
use crate::diagnostic::{Code, Draft};
use crate::model::arena::{CustomerId, OptionId, ServiceId};
use crate::model::bitemporal::Proposals;
use crate::model::day::Day;
use crate::model::option::Binding;
use crate::model::question::Question;
use crate::model::rule::Level;
use crate::option::{Fault, FaultKind};
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    // One question tells of all options of its cell.
    let mut seen: BTreeSet<OptionId> = BTreeSet::new();
    for (id, binding) in register.options.iter() {
        if seen.contains(&id) {
            continue;
        }
        let cell =
            binding.scope.customers.iter().flat_map(|customer| binding.scope.services.iter().map(move |service| (*customer, *service)));
        let Some((question, asked)) =
            cell.filter(|(customer, service)| !cases.is_hole(*customer, *service)).find_map(|cell| plain(cases.world, cell, id))
        else {
            continue;
        };
        let Ok((settled, _)) = crate::decide::settle(&asked) else { continue };
        for part in &settled.reasons.options {
            let option = part.ran.option;
            // One that needs more was not tried.
            if matches!(part.ran.made, OptionOutcome::Needs(..)) || !seen.insert(option) {
                continue;
            }
            match &part.ran.made {
                // That it is another application's is a finding of its own.
                OptionOutcome::Fault(fault) if fault.kind != FaultKind::Absent => {
                    out.push(finding(&register.options[option], fault, question.clone()));
                }
                _ => {}
            }
        }
    }
}

fn finding(binding: &Binding, fault: &Fault, question: Question) -> Draft {
    let message = both!(
        "`{}` fails on a plain question: {} ({})",
        "`{}` faalt op een gewone vraag: {} ({})",
        binding.key,
        fault.message,
        fault.kind.word()
    );
    Draft::new(Code::OptionFaults, binding.place, message)
        .help(both!(
            "try it alone with `leidraad plugin run`, or ask the question below with --why",
            "probeer hem los met `leidraad plugin run`, of stel de vraag hieronder met --why"
        ))
        .witness(question)
}

/// A question in which an option takes part, with a plain value for every fact that the options of its cell read.
fn plain(world: World<'_>, (customer, service): (CustomerId, ServiceId), option: OptionId) -> Option<(Question, Evaluation<'_>)> {
    let view = CustomerView { world, proposals: Proposals::Included, customer };
    let slots = &world.cells.slots;
    if world.cells.contested.contains(&world.cells.cell_id(view.proposals, customer, service)) {
        return None;
    }
    let boxes: Vec<&Boxed> = view.cell(service).options.iter().filter(|(id, _)| *id == option).map(|(_, boxed)| boxed).collect();
    // With all that is known by now.
    let all = everything(view).with(KNOWN, Part::Point(Day::LAST.0));
    let regions = boxes.iter().flat_map(|boxed| inside(&all, boxed, &view)).collect();
    let mut found: Option<Region> = None;
    let reached = explore::any(view, regions, |piece| {
        let room = view.standing(service, piece, Moment::NOW)?.room();
        if room.1 > Level::NONE {
            found = Some(piece.clone());
        }
        Ok(room.1 > Level::NONE)
    });
    let region = found.filter(|_| reached.is_ok())?;
    let mut question =
        Question::new(&*world.register.customers[customer].id, &*world.register.services[service].id, day_in(region.part(ON)).date());
    question.proposed = true;
    for fact in view.cell(service).options.iter().flat_map(|(option, _)| &world.options[*option].reads) {
        let declared = &world.register.facts[*fact];
        if !declared.from_register {
            question.facts.insert(declared.name.to_string(), declared.raise(region.part(slots.dim(*fact, 0)).plainest()));
        }
    }
    let asked = Evaluation::resolve_plain(view, service, &question)?;
    Some((question, asked))
}
