//! A register and its cells in; findings out: what could be answered in two ways, or never. A check a file, all built on the cover solver.

mod bound_conflict;
mod cases;
mod granted;
mod option_idle;
mod precedence_cycle;
mod requires_broken;
mod rule_conflict;
mod rule_unreachable;
mod service_ungranted;
mod version_overlap;
mod witness;

pub(crate) use cases::{derive, tested_facts, with_sources};
pub(crate) use witness::day_in;

use std::collections::BTreeSet;

use crate::decide::World;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::CellId;
use cases::Cases;

/// How many steps a single question to the solver may take.
const STEPS: usize = 200_000;

/// A check looks at all cases and adds what it finds.
type Check = fn(&Cases<'_>, &mut Found);

/// What the checks found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) findings: Vec<Draft>,
    /// The cells in which a question could be answered in two ways.
    pub(crate) contested: BTreeSet<CellId>,
}

impl Found {
    fn push(&mut self, finding: Draft) {
        self.findings.push(finding);
    }
}

/// Every check, in the order in which they run.
const CHECKS: [Check; 8] = [
    version_overlap::check,
    precedence_cycle::check,
    rule_conflict::check,
    bound_conflict::check,
    requires_broken::check,
    rule_unreachable::check,
    service_ungranted::check,
    option_idle::check,
];

pub(crate) fn check(world: World<'_>) -> Found {
    let cases = Cases::of(world);
    let mut found = Found::default();
    for check in CHECKS {
        check(&cases, &mut found);
    }
    found
}

/// The finding for a question that the solver could not settle within its steps.
fn too_large(place: crate::model::place::Place, what: &str) -> Draft {
    Draft::new(Code::CheckTooLarge, place, format!("{what} cannot be checked: there are too many combinations"))
        .help("use fewer tests in one rule, or give overlapping rules one effect")
}
