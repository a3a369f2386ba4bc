//! Questions in; whether the answer to each is another one, out. Most are settled by a look at the regions, without asking anybody.

use super::found::{Difference, Differences, Index, Pass};
use super::region_answer::{Counts, RegionAnswer, Sum, Where, amount_of, holds};
use super::shared::Which;
use super::told::{ComparableAnswer, tell};
use super::view::PolicyView;
use super::witness::asked_of;
use crate::cover::{KNOWN, ON, Part, Region};
use crate::decide::Evaluation;
use crate::error::Error;
use crate::model::day::Day;
use crate::model::fact::unscale;
use crate::model::question::Question;

/// How a question lies to the regions in which answers differ.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Question, Relevance, View, date};
/// let (then, now) = (policy.at(View::known(date(2025, 2, 15))), policy.at(View::default()));
/// let differences = then.differences(&now);
/// assert_eq!(differences.touch(&Question::new("leiden", "hrm/payroll", date(2023, 1, 1))), Relevance::Outside);
/// assert!(differences.sensible(&Question::new("nobody", "hrm/payroll", date(2023, 1, 1))).unwrap_err().is_unknown_name());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relevance {
    /// In none: its answer is the same.
    Outside,
    /// In one, as far as can be said without asking: an option, or a fact that is missing, may decide.
    Perhaps,
    /// In one, with all that it depends on given: its answer is another one.
    Inside,
}

/// The answers to one question, where they differ; in words and as JSON by [`Change::words`] and [`Change::to_json`].
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, Question, View, date};
/// let (then, now) = (policy.at(View::known(date(2022, 1, 1))), policy.at(View::default()));
/// let differences = then.differences(&now);
/// let question = Question::new("leiden", "hrm/payroll", date(2026, 7, 1));
/// let change = differences.change(&question).unwrap().unwrap();
/// assert_eq!(change.words(Language::En), ("not entitled".to_owned(), "standard".to_owned()));
/// assert_eq!(change.to_json().1["level"], "standard");
/// ```
#[derive(Debug, Clone)]
pub struct Change<'p> {
    /// Each register as it is seen, with what it answers.
    pub(crate) old: (PolicyView<'p>, ComparableAnswer<'p>),
    pub(crate) new: (PolicyView<'p>, ComparableAnswer<'p>),
}

pub(super) fn index(pass: &Pass<'_>) -> Index {
    pass.cells.iter().enumerate().map(|(at, cell)| ((cell.customer.to_owned(), cell.service.to_owned()), at)).collect()
}

impl<'p> Differences<'p> {
    /// How a question lies to the differences. Names are resolved as both registers know them.
    pub fn touch(&self, question: &Question) -> Relevance {
        // A question that says itself from what it is answered may lie beside both views.
        let own = (question.known.is_some() && !(self.old.is_dated() && self.new.is_dated())) || question.proposed;
        if !self.unseen.is_empty() || own {
            return Relevance::Perhaps;
        }
        let cell = match (cell_of(self.old, question), cell_of(self.new, question)) {
            (Some(old), Some(new)) if old != new => return Relevance::Perhaps,
            (old, new) => new.or(old),
        };
        let Some(cell) = cell else { return Relevance::Outside };
        let mut touch = Relevance::Outside;
        for (pass, index) in self.passes.iter().zip(&self.indices) {
            if pass.shared.narrowed.iter().any(|fact| !question.facts.contains_key(&*pass.shared.facts[*fact].name)) {
                // What is left out, each register completes from its own values.
                return Relevance::Perhaps;
            }
            let Some(found) = index.get(&cell).and_then(|at| pass.cells.get(*at)) else { continue };
            if found.more.is_some() || found.contested {
                return Relevance::Perhaps;
            }
            let Some(region) = pass.region_of(question) else { return Relevance::Perhaps };
            for one in found.regions.iter().filter(|one| one.region.meets(&region, |dim| dim != KNOWN)) {
                match pass.certainty(one, &region, question) {
                    Relevance::Inside => return Relevance::Inside,
                    Relevance::Perhaps => touch = Relevance::Perhaps,
                    Relevance::Outside => {}
                }
            }
        }
        touch
    }

    /// The two answers to a question, where they differ. Refused as [`Policy::decide`](crate::Policy::decide) refuses.
    pub fn change(&self, question: &Question) -> Result<Option<Change<'p>>, Error> {
        let shared = self.passes.first().map(|pass| &pass.shared);
        let ask = |which| shared.map_or_else(|| question.clone(), |shared| asked_of(shared, which, question));
        self.sensible(question)?;
        let (old, new) = (tell(self.old, &ask(Which::Old))?, tell(self.new, &ask(Which::New))?);
        Ok((!old.same(&new)).then_some(Change { old: (self.old, old), new: (self.new, new) }))
    }

    /// Whether a question can be asked of both registers, or of the one that has its customer and service: names are known, facts
    /// of their types.
    pub fn sensible(&self, question: &Question) -> Result<(), Error> {
        let shared = self.passes.first().map(|pass| &pass.shared);
        let here = [(self.new, Which::New), (self.old, Which::Old)];
        let there = here.iter().any(|(seen, _)| cell_of(*seen, question).is_some());
        for (seen, which) in here.into_iter().filter(|(seen, _)| !there || cell_of(*seen, question).is_some()) {
            let own = shared.map_or_else(|| question.clone(), |shared| asked_of(shared, which, question));
            Evaluation::resolve(seen.world, seen.names, &own).map(drop)?;
        }
        Ok(())
    }
}

/// The ids of a question's customer and service, as a register knows them.
fn cell_of(seen: PolicyView<'_>, question: &Question) -> Option<(String, String)> {
    let register = seen.world.register;
    let customer = seen.names.customer(register, &question.customer).ok()?;
    let service = seen.names.service(register, &question.service).ok()?;
    Some((register.customers[customer].id.to_string(), register.services[service].id.to_string()))
}

impl Pass<'_> {
    /// What a question leaves open among the shared facts; `None` if a value is none of its fact's.
    fn region_of(&self, question: &Question) -> Option<Region> {
        let mut region = self.whole.clone().with(ON, Part::Point(Day::of(question.on).0));
        for (id, fact) in self.shared.facts.iter() {
            if let Some(value) = question.facts.get(&*fact.name) {
                region.set(self.shared.dim(id), Part::Point(fact.lower(value).ok()?));
            }
        }
        Some(region)
    }

    fn certainty(&self, one: &Difference<'_>, region: &Region, question: &Question) -> Relevance {
        let open = matches!(
            (&one.old, &one.new),
            (RegionAnswer::Open(_) | RegionAnswer::Parts(_), _) | (_, RegionAnswer::Open(_) | RegionAnswer::Parts(_))
        );
        let dims = || one.region.narrowed().filter(|dim| *dim > KNOWN);
        if open || one.found == Where::Perhaps || dims().any(|dim| !region.part(dim).is_point()) {
            return Relevance::Perhaps;
        }
        let number = |fact| -> Option<rust_decimal::Decimal> {
            let id: crate::model::arena::FactId = fact?;
            question.facts.get(&*self.shared.facts[id].name)?;
            Some(unscale(region.part(self.shared.dim(id)).plainest(), self.shared.facts[id].decimals()))
        };
        let (quantity, used) = (number(self.shared.quantity), number(self.shared.used));
        let amount = match amount_of(&one.old, &one.new, &Counts::of(&self.shared, &one.region)) {
            Some(Sum::Exact(amount)) => Some(*amount),
            Some(Sum::Fact(fact)) => number(Some(*fact)),
            _ => None,
        };
        let asked = quantity.is_some_and(|quantity| quantity > rust_decimal::Decimal::ZERO);
        if asked && (used.is_none() || amount.is_none()) && !matches!(one.found, Where::Always) {
            return Relevance::Perhaps;
        }
        if holds(one.found, quantity, used, amount) { Relevance::Inside } else { Relevance::Outside }
    }
}
