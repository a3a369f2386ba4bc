//! A region in; a question in it that anyone can ask again out.

use super::cases::Case;
use crate::cover::{Boxed, KNOWN, ON, Region, day_in};
use crate::decide::CustomerView;
use crate::diagnostic::Draft;
use crate::model::arena::{FactId, ServiceId};
use crate::model::bitemporal::Proposals;
use crate::model::day::Day;
use crate::model::question::Question;

/// A question in this region that sets the facts which these boxes test.
pub(super) fn witness<'a>(
    view: CustomerView<'_>,
    service: ServiceId,
    region: &Region,
    boxes: impl IntoIterator<Item = &'a Boxed>,
) -> Question {
    let register = view.world.register;
    let mut question =
        Question::new(&*register.customers[view.customer].id, &*register.services[service].id, day_in(region.part(ON)).date());
    if !region.part(KNOWN).contains(Day::LAST.0) {
        question.known = Some(day_in(region.part(KNOWN)).date());
    }
    question.proposed = view.proposals == Proposals::Included;
    let facts: std::collections::BTreeSet<FactId> = boxes.into_iter().flat_map(|boxed| boxed.tests.iter().map(|(fact, _)| *fact)).collect();
    for id in facts {
        let fact = &register.facts[id];
        if !fact.from_register {
            let value = region.part(view.world.cells.slots.dim(id, 0)).plainest();
            question.facts.insert(fact.name.to_string(), fact.raise(value));
        }
    }
    question
}

/// Finishes a finding of a case: with its witness, and as a warning where it arises only with proposals in (S5).
pub(super) fn finish<'a>(finding: Draft, case: &Case<'_>, region: &Region, boxes: impl IntoIterator<Item = &'a Boxed>) -> Draft {
    let finding = finding.witness(witness(case.view, case.service, region, boxes));
    if case.view.proposals == Proposals::Included { finding.until_adoption() } else { finding }
}
