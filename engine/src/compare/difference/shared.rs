//! Two registers in; the facts that questions to both can give out, as dimensions of their own, with each register's way to see them.

use std::collections::{BTreeMap, BTreeSet};

use crate::cover::{Part, Region, Slots};
use crate::model::arena::{Arena, FactId, Id};
use crate::model::fact::{Fact, Kind};
use crate::model::register::Register;
use crate::model::rule::Table;
use crate::model::set::{Ranges, Set, TagTest};
use crate::model::words::Words;
use crate::text::Text;

/// The older and the newer of two registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Which {
    Old,
    New,
}

/// The facts of the questions that are compared. A fact that is declared in two ways is two facts, each of one register.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) facts: Arena<FactId, Fact>,
    pub(crate) slots: Slots,
    old: Lenses,
    new: Lenses,
    pub(crate) quantity: Option<FactId>,
    pub(crate) used: Option<FactId>,
    /// The two do not count quotas by the same facts of the question (S9): no region can tell how an answer is divided.
    pub(super) odd: bool,
    /// The facts that both have, and that can have other values in the one than in the other.
    pub(super) narrowed: Vec<FactId>,
    /// The facts that the two registers declare in two ways, so that no question can mean the same to both.
    pub(crate) apart: Vec<Box<str>>,
    /// The facts that no question gives here.
    pub(super) left_out: BTreeSet<Box<str>>,
}

/// How one register sees the shared facts.
#[derive(Debug, Default)]
struct Lenses {
    /// By shared fact.
    seen: Vec<Option<Lens>>,
    /// The shared fact that one of its own is seen as.
    back: BTreeMap<FactId, FactId>,
}

impl Lenses {
    /// Enters how the next shared fact is seen.
    fn push(&mut self, lens: Option<Lens>) {
        if let Some(lens) = &lens {
            self.back.insert(lens.fact, FactId::new(self.seen.len()));
        }
        self.seen.push(lens);
    }
}

/// How one register sees a shared fact.
#[derive(Debug)]
pub(crate) struct Lens {
    pub(crate) fact: FactId,
    /// For each shared text or tag its place among those of the register; `None` if they are the same.
    places: Option<Vec<i64>>,
}

impl Shared {
    /// Facts in `left_out` are never given: where the register has a value, that is it.
    pub(crate) fn of<'r>(old: &'r Register, new: &'r Register, left_out: BTreeSet<Box<str>>) -> Shared {
        let mut shared = Shared {
            facts: Arena::default(),
            slots: Slots::default(),
            old: Lenses::default(),
            new: Lenses::default(),
            quantity: None,
            used: None,
            odd: false,
            narrowed: Vec::new(),
            apart: Vec::new(),
            left_out,
        };
        let out = shared.left_out.clone();
        let ids =
            |register: &'r Register| -> BTreeMap<&'r str, FactId> { register.facts.iter().map(|(id, fact)| (&*fact.name, id)).collect() };
        let (in_old, in_new) = (ids(old), ids(new));
        let given = |register: &Register, id: Option<&FactId>| {
            id.copied().filter(|id| !register.facts[*id].from_register && !out.contains(&register.facts[*id].name))
        };
        let all = new.facts.values().chain(old.facts.values().filter(|fact| !in_new.contains_key(&*fact.name))).map(|fact| &*fact.name);
        for name in all {
            match (given(old, in_old.get(name)), given(new, in_new.get(name))) {
                (Some(a), Some(b)) => {
                    if !shared.join((old, a), (new, b)) {
                        shared.apart.push(name.into());
                        shared.alone(old, a, Which::Old);
                        shared.alone(new, b, Which::New);
                    }
                }
                (Some(a), None) => shared.alone(old, a, Which::Old),
                (None, Some(b)) => shared.alone(new, b, Which::New),
                (None, None) => {}
            }
        }
        let both = |name: &str| {
            shared.facts.iter().find(|(id, fact)| {
                *fact.name == *name && fact.is_number() && shared.lens(Which::Old, *id).is_some() && shared.lens(Which::New, *id).is_some()
            })
        };
        (shared.quantity, shared.used) = (both("quantity").map(|(id, _)| id), both("used").map(|(id, _)| id));
        let counts = |register: &Register, name: &str| register.fact(name).is_some_and(|fact| register.facts[fact].is_number());
        let alike = |name: &str, both: bool| both || (!counts(old, name) && !counts(new, name));
        shared.odd = !alike("quantity", shared.quantity.is_some()) || !alike("used", shared.used.is_some());
        shared.slots = Slots::new(&shared.facts, vec![false; shared.facts.len()], Vec::new());
        shared
    }

    pub(crate) fn left_out(&self) -> impl Iterator<Item = &str> {
        self.left_out.iter().map(|name| &**name)
    }
    /// Every question that can be asked.
    pub(crate) fn everything(&self) -> Region {
        Region::everything(&self.slots)
    }
    pub(crate) fn dim(&self, fact: FactId) -> usize {
        self.slots.dim(fact, 0)
    }
    pub(crate) fn lens(&self, which: Which, shared: FactId) -> Option<&Lens> {
        self.of_side(which).seen.get(shared.index())?.as_ref()
    }
    pub(crate) fn lenses(&self, which: Which) -> impl Iterator<Item = (FactId, &Lens)> {
        self.of_side(which).seen.iter().enumerate().filter_map(|(at, lens)| Some((FactId::new(at), lens.as_ref()?)))
    }
    /// The shared fact that a register's fact is seen as.
    pub(super) fn back(&self, which: Which, own: FactId) -> Option<(FactId, &Lens)> {
        let shared = *self.of_side(which).back.get(&own)?;
        Some((shared, self.lens(which, shared)?))
    }
    /// A register's table of tests as far as it is about shared facts. What it leaves out, the register itself settles.
    pub(super) fn table(&self, which: Which, table: &Table) -> Table {
        let mut tests: Table = table
            .iter()
            .filter_map(|(own, set)| {
                let (shared, lens) = self.back(which, *own)?;
                Some((shared, lens.set(&self.facts[shared], set)))
            })
            .collect();
        tests.sort_by_key(|(fact, _)| *fact);
        tests
    }
    fn of_side(&self, which: Which) -> &Lenses {
        match which {
            Which::Old => &self.old,
            Which::New => &self.new,
        }
    }

    fn alone(&mut self, register: &Register, own: FactId, which: Which) {
        self.facts.push(copy(&register.facts[own]));
        let lens = Some(Lens { fact: own, places: None });
        let (old, new) = if which == Which::Old { (lens, None) } else { (None, lens) };
        self.old.push(old);
        self.new.push(new);
    }

    /// Enters a fact that both have, in the values that both accept; false where they have none in common.
    fn join(&mut self, (old, a): (&Register, FactId), (new, b): (&Register, FactId)) -> bool {
        let (mine, theirs) = (&old.facts[a], &new.facts[b]);
        if mine.kind != theirs.kind {
            return false;
        }
        let mut fact = copy(theirs);
        fact.range = (mine.range.0.max(theirs.range.0), mine.range.1.min(theirs.range.1));
        let listed = matches!(fact.kind, Kind::Text | Kind::Tags);
        if listed {
            let more = mine.values.iter().filter(|value| theirs.values.place(value).is_none());
            let accepts = |fact: &Fact, value: &str| fact.open || fact.values.place(value).is_some();
            fact.values = theirs.values.iter().chain(more).filter(|value| accepts(mine, value) && accepts(theirs, value)).collect();
            fact.open = mine.open && theirs.open;
        }
        if fact.range.0 > fact.range.1 || (listed && fact.values.is_empty() && !fact.open) {
            return false;
        }
        let lens = |own: &Fact, id: FactId| Lens { fact: id, places: (listed && own.values != fact.values).then(|| places(&fact, own)) };
        self.old.push(Some(lens(mine, a)));
        self.new.push(Some(lens(theirs, b)));
        let same = mine.range == theirs.range && mine.open == theirs.open && (mine.open || alike(&mine.values, &theirs.values));
        let id = self.facts.push(fact);
        if !same {
            self.narrowed.push(id);
        }
        true
    }
}

/// Whether two lists have the same values, in whatever order.
fn alike(a: &Words, b: &Words) -> bool {
    a.len() == b.len() && a.iter().all(|value| b.place(value).is_some())
}

/// The place of each shared text (and of any other) among a register's own.
fn places(shared: &Fact, own: &Fact) -> Vec<i64> {
    let other = own.values.len();
    let mut places: Vec<i64> =
        shared.values.iter().map(|value| i64::try_from(own.values.place(value).unwrap_or(other)).unwrap_or(i64::MAX)).collect();
    if shared.open {
        places.push(i64::try_from(other).unwrap_or(i64::MAX));
    }
    places
}

fn copy(fact: &Fact) -> Fact {
    Fact {
        name: fact.name.clone(),
        kind: fact.kind,
        range: fact.range,
        values: fact.values.clone(),
        open: fact.open,
        label: Text::default(),
        synonyms: Vec::new(),
        value_labels: fact.value_labels.clone(),
        unit: fact.unit.clone(),
        from_register: false,
        changeable: fact.changeable,
        personal: fact.personal,
        derive: None,
        place: fact.place,
    }
}

impl Lens {
    /// A shared part as the register sees it.
    pub(super) fn part(&self, part: &Part) -> Part {
        let Some(places) = &self.places else { return part.clone() };
        let bit = |from: u64| mapped(from, |at| places.get(at).copied());
        match part {
            Part::Tags { must, not } => {
                // A tag that no shared question can give is never there.
                let known = places.iter().fold(0, |known, place| known | mask(*place));
                Part::Tags { must: bit(*must), not: bit(*not) | !known }
            }
            Part::Point(value) => {
                places.get(usize::try_from(*value).unwrap_or(usize::MAX)).map_or(Part::Point(*value), |at| Part::Point(*at))
            }
            Part::Ranges(ranges) => {
                let inside = places.iter().enumerate().filter(|(at, _)| i64::try_from(*at).is_ok_and(|at| ranges.contains(at)));
                Part::of(Ranges::of(inside.map(|(_, place)| (*place, *place)).collect()))
            }
        }
    }
    /// A test of the register as a test on shared values.
    pub(super) fn set(&self, shared: &Fact, set: &Set) -> Set {
        let Some(places) = &self.places else { return set.clone() };
        match set {
            Set::Ranges(ranges) => {
                let passes = places.iter().enumerate().filter(|(_, place)| ranges.contains(**place));
                Set::Ranges(Ranges::of(passes.filter_map(|(at, _)| i64::try_from(at).ok()).map(|at| (at, at)).collect()))
            }
            Set::Tags(test) => {
                let back = |from: u64| {
                    mapped(from, |own| {
                        places.iter().position(|place| usize::try_from(*place) == Ok(own)).and_then(|at| i64::try_from(at).ok())
                    })
                };
                let every = mask(i64::try_from(shared.values.len()).unwrap_or(64)).wrapping_sub(1);
                let lost = |from: u64| back(from).count_ones() != from.count_ones();
                if lost(test.all) || (test.any != 0 && back(test.any) == 0) {
                    // It asks for a tag that no shared question can give: all of them and none of them, which nothing passes.
                    return Set::Tags(TagTest { all: every.max(1), any: 0, none: every.max(1) });
                }
                Set::Tags(TagTest { all: back(test.all), any: back(test.any), none: back(test.none) })
            }
        }
    }
}

fn mask(bit: i64) -> u64 {
    u32::try_from(bit).ok().and_then(|bit| 1u64.checked_shl(bit)).unwrap_or(0)
}

/// Each set bit at its new place; those without one are left out.
fn mapped(from: u64, place: impl Fn(usize) -> Option<i64>) -> u64 {
    (0..64).filter(|at| from >> at & 1 == 1).filter_map(place).fold(0, |all, place| all | mask(place))
}
