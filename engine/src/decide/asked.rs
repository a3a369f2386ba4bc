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
use crate::model::painted::Plane;
use crate::model::question::Question;
use crate::model::value::FactValue;

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
        let asked = Asked::new(prepared.view, prepared.service, prepared.on, prepared.known, prepared.given.clone());
        Asked { texts: prepared.texts.clone(), ..asked }
    }

    /// A question in which every name is an id, while a register is checked.
    pub(crate) fn resolve_plain(view: View<'p>, service: ServiceId, question: &Question) -> Option<Asked<'p>> {
        let register = view.world.register;
        let lower = |(name, value): (&String, &FactValue)| {
            let id = register.fact(name)?;
            Some((id, register.facts[id].lower(value).ok()?))
        };
        let given = question.facts.iter().map(lower).collect::<Option<_>>()?;
        Some(Asked::new(view, service, Day::of(question.on), question.known.map_or(Day::LAST, Day::of), given))
    }

    fn new(view: View<'p>, service: ServiceId, on: Day, known: Day, given: Given) -> Asked<'p> {
        let register = view.world.register;
        let quantity = prepared::quantity(view.world, &given);
        let region = Region::everything(&view.world.cells.slots, &register.facts);
        let mut asked = Asked { view, service, region, quantity, given, texts: Vec::new(), calls: Rc::default() };
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
    /// The same question with proposals included, or left out.
    pub(crate) fn in_plane(&self, plane: Plane) -> Asked<'p> {
        let mut asked = self.clone();
        asked.view.plane = plane;
        asked
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
                Some(value) => {
                    self.region.set(cells.slots.dim(*id, epoch), Part::Point(value));
                    false
                }
                None => true,
            });
        }
    }

    /// A derived fact, when all that it follows from is known. A fault gives nothing: the fact is then missing (S11).
    fn derive(&self, id: FactId, epoch: usize) -> Option<i64> {
        let World { register, cells, .. } = self.view.world;
        let derive = register.facts[id].derive.as_ref()?;
        let mut values = Vec::with_capacity(derive.inputs.len());
        for input in &derive.inputs {
            let Part::Point(value) = self.region.part(cells.slots.dim(*input, epoch)) else { return None };
            let fact = &register.facts[*input];
            values.push((&*fact.name, fact.raise(*value)));
        }
        register.facts[id].lower(&derive.script.run(values)?).ok()
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
