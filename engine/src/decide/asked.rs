//! A question in; the region that it leaves open out: what is given is a point, what is missing is a whole domain.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::calls::Calls;
use super::names::Names;
use super::standing::{View, World};
use crate::Error;
use crate::cover::{KNOWN, ON, Part, Region};
use crate::model::arena::{FactId, ServiceId};
use crate::model::day::Day;
use crate::model::fact::unscale;
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
    given: BTreeMap<FactId, i64>,
    /// Texts as they were given: one that no rule names has no lowered form of its own.
    pub(crate) texts: BTreeMap<FactId, String>,
    /// The calls of options that were made for it; whatever is derived from this question shares them.
    pub(crate) calls: Rc<Calls>,
}

impl<'p> Asked<'p> {
    /// Resolves a question, and says what it reads once resolved.
    pub(crate) fn resolve(world: World<'p>, names: &Names, question: &Question) -> Result<(Asked<'p>, Question), Error> {
        let register = world.register;
        let customer = names.customer(register, &question.customer)?;
        let service = names.service(register, &question.service)?;
        let (mut given, mut texts) = (BTreeMap::new(), BTreeMap::new());
        let mut echo = Question {
            customer: register.customers[customer].id.to_string(),
            service: register.services[service].id.to_string(),
            facts: BTreeMap::new(),
            ..question.clone()
        };
        for (name, value) in &question.facts {
            let id = names.fact(register, name)?;
            let fact = &register.facts[id];
            if fact.from_register {
                return Err(Error::not_settable(fact));
            }
            let lowered = fact.lower(value).map_err(|misfit| Error::bad_fact(fact, misfit))?;
            if given.insert(id, lowered).is_some() {
                return Err(Error::given_twice(fact));
            }
            if let FactValue::Text(text) = value {
                texts.insert(id, text.clone());
            }
            let shown = if let FactValue::Text(_) = value { value.clone() } else { fact.raise(lowered) };
            echo.facts.insert(
                fact.name.to_string(),
                if matches!(shown, FactValue::Text(_)) && fact.kind == crate::model::fact::Kind::Day { fact.raise(lowered) } else { shown },
            );
        }
        let plane = if question.proposed { Plane::Proposed } else { Plane::Adopted };
        let view = View { world, plane, customer };
        let contested = |part: ServiceId| world.cells.contested.contains(&world.cells.cell_id(plane, customer, part));
        if register.parts_of(service).into_iter().any(contested) {
            return Err(Error::contested());
        }
        Ok((Asked { texts, ..Asked::new(view, service, question.on, question.known, given) }, echo))
    }

    /// A question in which every name is an id, while a register is checked.
    pub(crate) fn resolve_plain(view: View<'p>, service: ServiceId, question: &Question) -> Option<Asked<'p>> {
        let register = view.world.register;
        let lower = |(name, value): (&String, &FactValue)| {
            let id = register.fact(name)?;
            Some((id, register.facts[id].lower(value).ok()?))
        };
        let given = question.facts.iter().map(lower).collect::<Option<_>>()?;
        Some(Asked::new(view, service, question.on, question.known, given))
    }

    fn new(view: View<'p>, service: ServiceId, on: Date, known: Option<Date>, given: BTreeMap<FactId, i64>) -> Asked<'p> {
        let known = known.map_or(Day::LAST, Day::of);
        let register = view.world.register;
        let quantity = view
            .world
            .cells
            .quantity
            .and_then(|fact| Some(unscale(*given.get(&fact)?, register.facts[fact].decimals())))
            .filter(|quantity| *quantity > Decimal::ZERO);
        let region = Region::everything(&view.world.cells.slots, &register.facts);
        let mut asked = Asked { view, service, region, quantity, given, texts: BTreeMap::new(), calls: Rc::default() };
        asked.region.set(KNOWN, Part::Point(known.0));
        asked.fill(Day::of(on));
        asked
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
            let value = self.given.get(&id).copied().or_else(|| cells.dated.value(id, self.view.customer, day, known));
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
