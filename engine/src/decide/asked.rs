//! A question in; the region that it leaves open out: what is given is a point, what is missing is a whole domain.

use std::collections::BTreeSet;
use std::rc::Rc;

use rust_decimal::Decimal;

use super::calls::Calls;
use super::names::Names;
use super::prepared::{self, Given, Prepared};
use super::standing::{View, World};
use crate::Error;
use crate::cover::{KNOWN, ON, Part, Region};
use crate::model::arena::{FactId, ServiceId};
use crate::model::day::Day;
use crate::model::nfc::nfc;
use crate::model::question::Question;
use crate::model::value::FactValue;

/// What came of a derived fact, beside its number.
#[derive(Debug, Clone)]
enum Derived {
    Text(String),
    Failed(String),
}

/// A question with its names resolved and its facts in place.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'p> {
    pub(crate) view: View<'p>,
    pub(crate) service: ServiceId,
    pub(crate) region: Region,
    /// How much is asked for, when more than zero is (S9).
    pub(crate) quantity: Option<Decimal>,
    given: Given,
    /// Texts that no rule names have no lowered form of their own: here they are as they were given.
    pub(crate) texts: Vec<(FactId, String)>,
    /// Of derived facts: the texts that no rule names, and what could not be computed, each on the question's day or an `as_at` day.
    derived: Vec<(FactId, usize, Derived)>,
    /// The calls of options that were made for it; whatever is derived from this question shares them.
    pub(super) calls: Rc<Calls<'p>>,
}

impl<'p> Asked<'p> {
    /// Resolves a question, and says what it reads once resolved.
    pub(crate) fn resolve(world: World<'p>, names: &Names, question: &Question) -> Result<(Asked<'p>, Question), Error> {
        let prepared = Prepared::of(world, names, question)?;
        Ok((Asked::of(&prepared), prepared.question()))
    }

    /// The long form of a prepared question.
    pub(crate) fn of(prepared: &Prepared<'p>) -> Asked<'p> {
        let texts = prepared.texts.clone();
        Asked::new(prepared.view, prepared.service, prepared.on, prepared.known, prepared.given.clone(), texts)
    }

    /// A question in which every name is an id, while a register is checked.
    pub(crate) fn resolve_plain(view: View<'p>, service: ServiceId, question: &Question) -> Option<Asked<'p>> {
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
        Some(Asked::new(view, service, Day::of(question.on), question.known.map_or(Day::LAST, Day::of), given, texts))
    }

    fn new(view: View<'p>, service: ServiceId, on: Day, known: Day, given: Given, texts: Vec<(FactId, String)>) -> Asked<'p> {
        let register = view.world.register;
        let quantity = prepared::quantity(view.world, &given);
        let region = Region::everything(&view.world.cells.slots, &register.facts);
        let mut asked = Asked { view, service, region, quantity, given, texts, derived: Vec::new(), calls: Rc::default() };
        asked.region.set(KNOWN, Part::Point(known.0));
        asked.fill(on);
        asked
    }

    /// The same question as the next of several, if it is, for which a call is made once.
    pub(crate) fn among(self, calls: Option<&Rc<Calls<'p>>>) -> Asked<'p> {
        let Some(calls) = calls else { return self };
        calls.next(self.view.world.register);
        Asked { calls: Rc::clone(calls), ..self }
    }
    /// The same question about another day.
    pub(crate) fn on(&self, day: Day) -> Asked<'p> {
        let mut asked = self.clone();
        asked.fill(day);
        asked
    }
    /// The same question about another service.
    pub(crate) fn about(&self, service: ServiceId) -> Asked<'p> {
        Asked { service, ..self.clone() }
    }
    /// The same question before anybody knows what is used.
    pub(super) fn without_used(&self) -> Asked<'p> {
        let used = self.view.world.cells.used;
        Asked { given: self.given.iter().copied().filter(|(fact, _)| Some(*fact) != used).collect(), ..self.clone() }
    }
    /// The same question, seen otherwise.
    pub(super) fn in_view<'w>(&self, view: View<'w>) -> Asked<'w> {
        let Asked { service, region, quantity, given, texts, derived, .. } = self;
        Asked {
            view,
            service: *service,
            region: region.clone(),
            quantity: *quantity,
            given: given.clone(),
            texts: texts.clone(),
            derived: derived.clone(),
            calls: Rc::default(),
        }
    }
    pub(crate) fn day(&self) -> Day {
        Day(self.region.part(ON).plainest())
    }
    pub(crate) fn known(&self) -> Day {
        Day(self.region.part(KNOWN).plainest())
    }

    /// Puts the facts in place for a day: given, else from the register, else derived, else missing.
    fn fill(&mut self, on: Day) {
        let slots = &self.view.world.cells.slots;
        self.region.set(ON, Part::Point(on.0));
        self.derived.clear();
        let days: Vec<Day> = std::iter::once(on).chain(slots.as_at_days().iter().copied()).collect();
        for (epoch, day) in days.into_iter().enumerate() {
            self.fill_epoch(epoch, day);
        }
    }

    fn fill_epoch(&mut self, epoch: usize, day: Day) {
        let World { register, cells, .. } = self.view.world;
        let known = self.known();
        let mut derived = Vec::new();
        for (id, fact) in register.facts.iter() {
            if epoch > 0 && !cells.slots.is_dated(id) {
                continue;
            }
            let value = prepared::told(&self.given, id).or_else(|| cells.dated.value(id, self.view.customer, day, known));
            if let Some(value) = value {
                self.region.set(cells.slots.dim(id, epoch), Part::Point(value));
            } else {
                self.region.set(cells.slots.dim(id, epoch), crate::cover::free(fact));
                if fact.derive.is_some() {
                    derived.push(id);
                }
            }
        }
        // Facts may follow from derived facts: again, as long as that makes another one known.
        let mut open = derived;
        let mut before = usize::MAX;
        while open.len() < before {
            before = open.len();
            open.retain(|id| match self.derive(*id, epoch) {
                Some(Ok((value, text))) => {
                    self.region.set(cells.slots.dim(*id, epoch), Part::Point(value));
                    self.derived.extend(text.map(|text| (*id, epoch, Derived::Text(text))));
                    false
                }
                Some(Err(reason)) => {
                    self.derived.push((*id, epoch, Derived::Failed(reason)));
                    false
                }
                None => true,
            });
        }
    }

    /// A derived fact, when all that it follows from is known: its value, with the text where no rule names it; or why it cannot be
    /// computed. The fact is then missing (S11).
    fn derive(&self, id: FactId, epoch: usize) -> Option<Result<(i64, Option<String>), String>> {
        let World { register, cells, .. } = self.view.world;
        let fact = &register.facts[id];
        let derive = fact.derive.as_ref()?;
        let mut values = Vec::with_capacity(derive.inputs.len());
        for input in &derive.inputs {
            let Part::Point(value) = self.region.part(cells.slots.dim(*input, epoch)) else { return None };
            values.push((&*register.facts[*input].name, self.value_of(*input, *value, epoch)?));
        }
        let computed = cells.scripts.get(id)?.run(values);
        Some(computed.and_then(|value| {
            let lowered = fact.lower(&value).map_err(|misfit| misfit.to_string())?;
            let text = if let FactValue::Text(text) = value { Some(nfc(&text).into_owned()) } else { None };
            Ok((lowered, text.filter(|_| fact.is_unnamed(lowered))))
        }))
    }

    /// The value that a fact has on the question's day or an `as_at` day. A text that no rule names is known as it was given, or derived.
    pub(super) fn value_of(&self, id: FactId, lowered: i64, epoch: usize) -> Option<FactValue> {
        let fact = &self.view.world.register.facts[id];
        if !fact.is_unnamed(lowered) {
            return Some(fact.raise(lowered));
        }
        let given = || self.texts.iter().find(|(known, _)| *known == id).map(|(_, text)| text);
        let derived = || {
            self.derived.iter().find_map(|(known, of, derived)| match derived {
                Derived::Text(text) if *known == id && (*of == epoch || !self.view.world.cells.slots.is_dated(id)) => Some(text),
                _ => None,
            })
        };
        given().or_else(derived).cloned().map(FactValue::Text)
    }

    /// Why a fact could not be computed on the question's day, though all that it follows from is known.
    pub(crate) fn failed(&self, id: FactId) -> Option<&str> {
        self.derived.iter().find_map(|(known, epoch, derived)| match derived {
            Derived::Failed(reason) if *known == id && *epoch == 0 => Some(reason.as_str()),
            _ => None,
        })
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
