//! A question in; the same with its names resolved and its facts made small, ready to be answered as often as one likes, out.

use jiff::civil::Date;
use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::facts::{Given, Known, quantity, told};
use super::standing::{CustomerView, World};
use crate::compile::{Columns, Encoding, Group, MISSING, Reads};
use crate::cover::Boxed;
use crate::error::Error;
use crate::model::arena::{CellId, CustomerId, FactId, Id, ServiceId};
use crate::model::bitemporal::Proposals;
use crate::model::day::{Day, Days};
use crate::model::fact::{Fact, unscale};
use crate::model::nfc::nfc;
use crate::model::question::Question;
use crate::model::rule::Effect;
use crate::model::value::{FactRef, FactValue};
use crate::names::Names;

/// The facts of a question in the encoded columns of one day.
pub(super) type Encoded = SmallVec<[i32; 10]>;

/// A question whose names are resolved, against the policy that [`Policy::prepare`](crate::Policy::prepare) was asked of.
///
/// It can be answered again and again, by many threads at once: [`Prepared::verdict`] takes no memory. It borrows its policy, and no other
/// can answer it.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Question, date};
/// let prepared = policy.prepare(&Question::new("GM0546", "hrm/payroll", date(2026, 7, 1))).unwrap();
/// assert_eq!(prepared.question().customer, "leiden");
/// assert_eq!(prepared.verdict().level_id(), Some("standard"));
/// ```
#[derive(Debug, Clone)]
// What a verdict looks at comes first, and stays together.
#[repr(C)]
pub struct Prepared<'p> {
    pub(crate) view: CustomerView<'p>,
    /// The rows of which the first that matches is all there is to it: no options, no bounds, no fact missing that they test.
    pub(super) at_once: Option<Group>,
    /// What the question has in their columns.
    pub(super) columns: Columns,
    /// The facts as the rows of cells read them.
    pub(super) encoded: Encoded,
    pub(super) cell: CellId,
    pub(super) is_composite: bool,
    pub(crate) known: Day,
    pub(crate) on: Day,
    pub(crate) service: ServiceId,
    /// The day that it is about, and the day from whose knowledge it is answered, where one was named.
    pub(crate) date: Date,
    pub(crate) known_date: Option<Date>,
    pub(crate) given: Given,
    /// Texts that no rule names have no lowered form of their own: here they are as they were given.
    pub(crate) texts: Vec<(FactId, String)>,
}

impl<'p> Prepared<'p> {
    pub(crate) fn of(world: World<'p>, names: &Names, question: &Question) -> Result<Prepared<'p>, Error> {
        let mut prepared = Prepared::blank(world);
        prepared.view.customer = names.customer(world.register, &question.customer)?;
        prepared.view.proposals = if question.proposed { Proposals::Included } else { Proposals::Excluded };
        prepared.service = names.service(world.register, &question.service)?;
        for (name, value) in &question.facts {
            prepared.take(names.fact(world.register, name)?, value.told())?;
        }
        prepared.place(question.on, question.known)?;
        Ok(prepared)
    }

    /// Room for a question: it is read into place, not moved there.
    #[inline]
    pub(super) fn blank(world: World<'p>) -> Prepared<'p> {
        Prepared {
            view: CustomerView { world, proposals: Proposals::Excluded, customer: CustomerId::new(0) },
            at_once: None,
            columns: Columns::new(),
            encoded: Encoded::new(),
            cell: CellId::new(0),
            is_composite: false,
            known: Day::LAST,
            on: Day::FIRST,
            service: ServiceId::new(0),
            date: Date::ZERO,
            known_date: None,
            given: Given::new(),
            texts: Vec::new(),
        }
    }

    /// Takes a fact as it is told.
    #[inline]
    pub(super) fn take(&mut self, id: FactId, value: FactRef<'_>) -> Result<(), Error> {
        let fact = &self.view.world.register.facts[id];
        if fact.from_register {
            return Err(Error::not_settable(fact));
        }
        let lowered = fact.lower_told(value).map_err(|misfit| Error::bad_value(fact, misfit))?;
        if self.given.iter().any(|(known, _)| *known == id) {
            return Err(Error::given_twice(fact));
        }
        self.given.push((id, lowered));
        if let FactRef::Text(text) = value
            && fact.is_unnamed(lowered)
        {
            self.texts.push((id, nfc(text).into_owned()));
        }
        Ok(())
    }

    /// Finds the rows that matter, and puts days and facts in their encoded columns. Refused where proposals contradict each other.
    pub(super) fn place(&mut self, on: Date, known: Option<Date>) -> Result<(), Error> {
        let World { register, cells, .. } = self.view.world;
        let contested = |part: ServiceId| cells.contested.contains(&cells.cell_id(self.view.proposals, self.view.customer, part));
        if !cells.contested.is_empty() && register.parts_of(self.service).into_iter().any(contested) {
            return Err(Error::contested());
        }
        (self.date, self.known_date) = (on, known);
        (self.on, self.known) = (Day::of(on), known.map_or(Day::LAST, Day::of));
        self.cell = cells.cell_id(self.view.proposals, self.view.customer, self.service);
        self.is_composite = cells.is_composite(self.service);
        let mut encoded = std::mem::take(&mut self.encoded);
        self.encode(0, self.on, &mut encoded);
        self.encoded = encoded;
        let cell = cells.rows.cell(self.cell);
        if cell.is_plain()
            && !self.is_composite
            && self.known >= cell.settled_since
            && cells.rows.columns(cell.choices, &self.encoded, &mut self.columns).is_ok()
        {
            self.at_once = Some(cell.choices);
        }
        Ok(())
    }

    /// How much is asked for, when more than zero is (S9).
    pub(crate) fn quantity(&self) -> Option<Decimal> {
        quantity(self.view.world, &self.given)
    }
    /// A fact as the question gives it.
    pub(crate) fn given(&self, fact: FactId) -> Option<i64> {
        told(&self.given, fact)
    }
    /// A fact as the question or the register gives it on a day.
    pub(super) fn told(&self, fact: FactId, day: Day) -> Option<i64> {
        self.given(fact).or_else(|| self.view.world.cells.dated.value(fact, self.view.customer, day, self.known))
    }

    /// The days around a day on which the register's facts that the cell reads have the same values (S1).
    pub(super) fn same_facts(&self, day: Day) -> Days {
        let cells = self.view.world.cells;
        let read = self.view.cell(self.service).reads.facts().chain(cells.used);
        let open = read.filter(|fact| self.given(*fact).is_none());
        open.fold(Days::EVER, |days, fact| days.narrowed(cells.dated.same(fact, self.view.customer, day, self.known)))
    }

    /// Puts the facts in their encoded columns, as they are on the question's own day, or on an `as_at` day. Of the register's facts only those
    /// that the cells test.
    pub(super) fn encode(&self, epoch: usize, day: Day, encoded: &mut Encoded) {
        let cells = self.view.world.cells;
        let encoding = &cells.rows.encoding;
        encoded.clear();
        encoded.resize(encoding.len(), MISSING);
        Encoding::put_day(encoded, day);
        for (fact, value) in &self.given {
            encoding.put(encoded, *fact, *value);
        }
        if !cells.dated.is_empty() || !cells.scripts.is_empty() {
            self.encode_known(epoch, day, encoded);
        }
    }

    /// What the question does not give, but the register, and what follows from it.
    fn encode_known(&self, epoch: usize, day: Day, encoded: &mut Encoded) {
        let World { register, cells, .. } = self.view.world;
        for part in register.parts_of(self.service) {
            let mut derived = Vec::new();
            for fact in self.view.cell(part).reads.tested.iter().copied() {
                match self.told(fact, day) {
                    Some(value) => cells.rows.encoding.put(encoded, fact, value),
                    None if register.facts[fact].derive.is_some() => derived.push(fact),
                    None => {}
                }
            }
            if !derived.is_empty() {
                // What is derived takes the long way.
                let reads = Reads::of(register, derived, Vec::new());
                let known = Known::at(self.view, &reads, (epoch, day), self.known, &self.given, self.texts.clone());
                for fact in &reads.tested {
                    if let Some(value) = known.value(cells.slots.dim(*fact, epoch)) {
                        cells.rows.encoding.put(encoded, *fact, value);
                    }
                }
            }
        }
    }

    /// Whether some rule grants a service on the question's day, if under other facts.
    pub(crate) fn may_be_granted(&self, service: ServiceId) -> bool {
        let World { register, cells, .. } = self.view.world;
        let here = self.view.cell(service).matching.iter().map(|id| &cells.boxes[*id]);
        let counts = |boxed: &Boxed| boxed.on.contains(self.on) && boxed.known.contains(self.known);
        here.filter(|boxed| counts(boxed)).any(|boxed| matches!(register.rules[boxed.rule].effect, Effect::Grant(_) | Effect::AsAt(_)))
    }

    pub(crate) fn is_proposed(&self) -> bool {
        self.view.proposals == Proposals::Included
    }
    pub(crate) fn customer_id(&self) -> &'p str {
        &self.view.world.register.customers[self.view.customer].id
    }
    pub(crate) fn service_id(&self) -> &'p str {
        &self.view.world.register.services[self.service].id
    }
    /// How much is used, where the question says so.
    pub(crate) fn used(&self) -> Option<Decimal> {
        let fact = self.view.world.cells.used?;
        Some(unscale(self.given(fact)?, self.view.world.register.facts[fact].decimals()))
    }
    /// The text that was given, also where no rule names it.
    pub(crate) fn text(&self, fact: FactId, lowered: i64) -> Option<&str> {
        let own = self.texts.iter().find(|(known, _)| *known == fact).map(|(_, text)| text.as_str());
        let named = || self.view.world.register.facts[fact].values.get(usize::try_from(lowered).ok()?).map(|text| &**text);
        own.or_else(named)
    }

    /// The question as it was understood: with ids for names.
    pub fn question(&self) -> Question {
        Question {
            customer: self.customer_id().to_owned(),
            service: self.service_id().to_owned(),
            on: self.date,
            known: self.known_date,
            proposed: self.is_proposed(),
            facts: self.facts().map(|(fact, value)| (fact.name.to_string(), value)).collect(),
        }
    }

    /// The facts that were given.
    fn facts(&self) -> impl Iterator<Item = (&'p Fact, FactValue)> {
        let register = self.view.world.register;
        self.given.iter().map(|(id, lowered)| {
            let fact = &register.facts[*id];
            let own = fact.is_unnamed(*lowered).then(|| self.text(*id, *lowered)).flatten();
            (fact, own.map_or_else(|| fact.raise(*lowered), FactValue::from))
        })
    }
}
