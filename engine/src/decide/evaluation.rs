//! A question in; the region that it leaves open out: what is given is a point, what is missing is a whole domain.

use std::collections::BTreeSet;
use std::rc::Rc;

use rust_decimal::Decimal;

use super::calls::Calls;
use super::facts::{self, Given, Known, Texts};
use super::prepared::Prepared;
use super::standing::{CustomerView, World};
use crate::compile::Reads;
use crate::cover::{KNOWN, ON, Region};
use crate::error::Error;
use crate::model::arena::{FactId, ServiceId};
use crate::model::day::Day;
use crate::model::nfc::nfc;
use crate::model::question::Question;
use crate::model::rule::Rule;
use crate::model::set::Set;
use crate::model::value::FactValue;
use crate::names::Names;

/// A question with its names resolved and its facts in place.
#[derive(Debug, Clone)]
pub(crate) struct Evaluation<'p> {
    pub(crate) view: CustomerView<'p>,
    pub(crate) service: ServiceId,
    pub(crate) region: Region,
    /// How much is asked for, when more than zero is (S9).
    pub(crate) quantity: Option<Decimal>,
    given: Given,
    /// The facts that are known, given or not.
    facts: Known,
    /// What its answer can depend on.
    reads: Rc<Reads>,
    /// The calls of options that were made for it; whatever is derived from this question shares them.
    pub(super) calls: Rc<Calls<'p>>,
}

impl<'p> Evaluation<'p> {
    /// Resolves a question, and says what it reads once resolved.
    pub(crate) fn resolve(world: World<'p>, names: &Names, question: &Question) -> Result<(Evaluation<'p>, Question), Error> {
        let prepared = Prepared::of(world, names, question)?;
        Ok((Evaluation::of(&prepared), prepared.question()))
    }

    /// The long form of a prepared question.
    pub(crate) fn of(prepared: &Prepared<'p>) -> Evaluation<'p> {
        let texts = prepared.texts.clone();
        Evaluation::new(prepared.view, prepared.service, prepared.on, prepared.known, prepared.given.clone(), texts)
    }

    /// A question in which every name is an id, while a register is checked.
    pub(crate) fn resolve_plain(view: CustomerView<'p>, service: ServiceId, question: &Question) -> Option<Evaluation<'p>> {
        let register = view.world.register;
        let lower = |(name, value): (&String, &FactValue)| {
            let id = register.fact(name)?;
            Some((id, register.facts[id].lower(value).ok()?))
        };
        let given: Given = question.facts.iter().map(lower).collect::<Option<_>>()?;
        let text = |(id, lowered): &(FactId, i64)| match question.facts.get(&*register.facts[*id].name) {
            Some(FactValue::Text(text)) if register.facts[*id].is_unnamed(*lowered) => Some((*id, nfc(text).into_owned())),
            _ => None,
        };
        let texts = given.iter().filter_map(text).collect();
        Some(Evaluation::new(view, service, Day::of(question.on), question.known.map_or(Day::LAST, Day::of), given, texts))
    }

    fn new(view: CustomerView<'p>, service: ServiceId, on: Day, known: Day, given: Given, texts: Texts) -> Evaluation<'p> {
        let reads = Rc::new(view.reads(service));
        let facts = Known::of(view, &reads, on, known, &given, texts);
        let quantity = facts::quantity(view.world, &given);
        Evaluation { view, service, region: region(view, &facts, on, known), quantity, given, facts, reads, calls: Rc::default() }
    }

    /// The same question as the next of several, if it is, for which a call is made once.
    pub(crate) fn among(self, calls: Option<&Rc<Calls<'p>>>) -> Evaluation<'p> {
        let Some(calls) = calls else { return self };
        calls.next(self.view.world.register);
        Evaluation { calls: Rc::clone(calls), ..self }
    }
    /// The same question about another day.
    pub(crate) fn on(&self, day: Day) -> Evaluation<'p> {
        let Evaluation { view, service, quantity, given, reads, calls, .. } = self;
        let facts = self.facts.on(*view, reads, day, self.known(), given);
        Evaluation {
            view: *view,
            service: *service,
            region: region(*view, &facts, day, self.known()),
            quantity: *quantity,
            given: given.clone(),
            facts,
            reads: Rc::clone(reads),
            calls: Rc::clone(calls),
        }
    }
    /// The same question about another service.
    pub(crate) fn about(&self, service: ServiceId) -> Evaluation<'p> {
        Evaluation { service, ..self.clone() }
    }
    /// The same question before anybody knows what is used.
    pub(super) fn without_used(&self) -> Evaluation<'p> {
        let used = self.view.world.cells.used;
        Evaluation { given: self.given.iter().copied().filter(|(fact, _)| Some(*fact) != used).collect(), ..self.clone() }
    }
    /// The same question, seen otherwise.
    pub(super) fn in_view<'w>(&self, view: CustomerView<'w>) -> Evaluation<'w> {
        Evaluation::new(view, self.service, self.day(), self.known(), self.given.clone(), self.facts.texts().clone())
    }
    pub(crate) fn day(&self) -> Day {
        Day(self.region.part(ON).plainest())
    }
    pub(crate) fn known(&self) -> Day {
        Day(self.region.part(KNOWN).plainest())
    }

    /// Whether what is given passes the tests of a rule, whatever else is missing. Of what the register may have another value for on an
    /// `as_at` day, nothing is said.
    pub(super) fn may_pass(&self, rule: &Rule) -> bool {
        let slots = &self.view.world.cells.slots;
        let passes = |(fact, set): &(FactId, Set)| {
            slots.is_dated(*fact) || self.given.iter().all(|(given, value)| given != fact || set.contains(*value))
        };
        rule.tables().any(|table| table.iter().all(passes))
    }

    /// The facts that its answer can depend on.
    pub(crate) fn reads(&self) -> impl Iterator<Item = FactId> {
        self.reads.facts()
    }

    /// The value that a number stands for on the question's day. A text that no rule names is known as it was given, or derived.
    pub(super) fn value_of(&self, id: FactId, lowered: i64) -> Option<FactValue> {
        self.facts.as_told(self.view.world, id, lowered, 0)
    }

    /// Why a fact could not be computed on the question's day, though all that it follows from is known.
    pub(crate) fn failed(&self, id: FactId) -> Option<&str> {
        self.facts.failed(id)
    }

    /// The facts to ask for when this one is missing: itself, or what it follows from and is missing too.
    pub(crate) fn sources_of(&self, id: FactId, epoch: usize) -> BTreeSet<FactId> {
        let World { register, cells, .. } = self.view.world;
        let missing = |id: &FactId| !self.region.part(cells.slots.dim(*id, epoch)).is_point();
        let (mut sources, mut seen, mut stack) = (BTreeSet::new(), BTreeSet::from([id]), vec![id]);
        while let Some(id) = stack.pop() {
            let inputs = register.facts[id].derive.iter().flat_map(|derive| derive.inputs.iter().copied());
            let open: Vec<FactId> = inputs.filter(missing).collect();
            if open.is_empty() {
                sources.insert(id);
            }
            stack.extend(open.into_iter().filter(|input| seen.insert(*input)));
        }
        sources
    }
}

/// What is known is a point; what is missing, everything.
fn region(view: CustomerView<'_>, facts: &Known, on: Day, known: Day) -> Region {
    let days = [(ON, on.0), (KNOWN, known.0)];
    Region::of_points(&view.world.cells.slots, days.into_iter().chain(facts.values()))
}
