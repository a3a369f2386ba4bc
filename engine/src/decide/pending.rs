//! A question and its answer in; the proposed versions that would change it out, each weighed by itself (S2).

use std::collections::BTreeSet;

use super::complete::{Conclusion, Found, core};
use super::evaluation::Evaluation;
use super::explained::{Outcome, outcome};
use super::reasons::is_one_choice;
use super::standing::{CustomerView, World};
use crate::compile::{Open, with_proposals};
use crate::cover::Exhausted;
use crate::model::arena::{CustomerId, ServiceId, VersionId};
use crate::model::bitemporal::Proposals;
use crate::model::register::Register;
use crate::model::rule::Level;

/// A proposed version that would change the answer.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) version: VersionId,
    pub(crate) outcome: Outcome,
    pub(crate) level: Option<Level>,
    /// The customers whose consent it waits for and who are not to be named.
    pub(crate) unnamed: Vec<CustomerId>,
}

impl Pending {
    /// The customers whose consent it waits for and who may be named.
    pub(crate) fn named<'r>(&'r self, register: &'r Register) -> impl Iterator<Item = CustomerId> + 'r {
        register.versions[self.version].awaits.iter().copied().filter(|customer| !self.unnamed.contains(customer))
    }
}

/// What the answer would be.
#[derive(Clone, Copy, PartialEq, Eq)]
struct After {
    outcome: Outcome,
    level: Option<Level>,
}

/// Each proposal that changes the answer by itself; of those that do not, the ones that do so together.
pub(super) fn pending<'p>(asked: &Evaluation<'p>, answer: &Conclusion<'p>) -> Result<Vec<Pending>, Exhausted> {
    let world = asked.view.world;
    let parts = world.register.parts_of(asked.service);
    let proposals = if asked.view.proposals == Proposals::Included { BTreeSet::new() } else { proposals(asked, &parts) };
    if proposals.is_empty() {
        return Ok(Vec::new());
    }
    // Only where some contradict each other can one of them contradict what is adopted; or where one of a rule set keeps another from showing.
    let sets: BTreeSet<_> = proposals.iter().map(|version| world.register.versions[*version].set).collect();
    let cell = |part: &ServiceId| world.cells.cell_id(Proposals::Included, asked.view.customer, *part);
    let is_contested = sets.len() < proposals.len() || parts.iter().any(|part| world.cells.contested.contains(&cell(part)));
    let weigh = |proposals: &BTreeSet<VersionId>| asked.after(answer, proposals, &parts, is_contested);
    let (mut found, mut rest) = (Vec::new(), BTreeSet::new());
    for version in proposals {
        match weigh(&BTreeSet::from([version]))? {
            Some(after) => found.push((version, after)),
            None => {
                rest.insert(version);
            }
        }
    }
    if rest.len() > 1
        && let Some(together) = weigh(&rest)?
    {
        for version in rest.clone() {
            let mut without = rest.clone();
            without.remove(&version);
            if weigh(&without)?.as_ref() == Some(&together) {
                rest = without;
            }
        }
        found.extend(rest.into_iter().map(|version| (version, together)));
    }
    found.sort_by_key(|(version, _)| *version);
    Ok(found.into_iter().map(|(version, After { outcome, level })| Pending { version, outcome, level, unnamed: Vec::new() }).collect())
}

/// The proposed versions that hold a rule or an option for the cells of a question, or come after a version that does. A rule for other facts
/// than the question gives changes nothing, wherever it stands.
fn proposals(asked: &Evaluation<'_>, parts: &[ServiceId]) -> BTreeSet<VersionId> {
    let World { register, cells, .. } = asked.view.world;
    let cell = |part: &ServiceId| cells.cell(Proposals::Excluded, asked.view.customer, *part).open.as_deref();
    let open: Vec<&Open> = parts.iter().filter_map(cell).collect();
    let rules = open.iter().flat_map(|open| &open.rules).map(|rule| &register.rules[*rule]);
    let rules = rules.filter(|rule| asked.may_pass(rule)).map(|rule| rule.version);
    let options = open.iter().flat_map(|open| &open.options).map(|option| register.options[*option].version);
    let sets: BTreeSet<_> = rules.chain(options).map(|version| register.versions[version].set).collect();
    let all = open.iter().flat_map(|open| &open.proposals).copied();
    all.filter(|id| sets.contains(&register.versions[*id].set)).collect()
}

impl<'p> Evaluation<'p> {
    /// What the answer would be with some proposals in force; `None` if it would be the same.
    fn after(
        &self,
        answer: &Conclusion<'p>,
        proposals: &BTreeSet<VersionId>,
        parts: &[ServiceId],
        is_contested: bool,
    ) -> Result<Option<After>, Exhausted> {
        let World { register, cells, options } = self.view.world;
        let with = with_proposals(register, cells, proposals, self.view.customer, parts);
        let asked = self.seen_in(World { register, cells: &with, options });
        let Found { core, regions, .. } = core(&asked)?;
        // Proposals that contradict what is adopted, or each other, say nothing certain.
        if is_contested && !parts.iter().all(|part| is_one_choice(&asked.about(*part), &regions)) {
            return Ok(Some(After { outcome: Outcome::Undetermined, level: None }));
        }
        if core == *answer {
            return Ok(None);
        }
        let level = if let Conclusion::Answered(answer) = &core { Some(answer.level) } else { None };
        Ok(Some(After { outcome: outcome(&core), level }))
    }

    /// The same question to cells made otherwise, proposals included.
    fn seen_in<'w>(&self, world: World<'w>) -> Evaluation<'w>
    where
        'p: 'w,
    {
        let view = CustomerView { world, proposals: Proposals::Included, customer: self.view.customer };
        self.in_view(view)
    }
}
