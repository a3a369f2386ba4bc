//! Rules with scopes in; for each cell of customer and service, its boxes in order out. Equal cells are shared.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::boxes::{RuleBoxes, boxes};
use super::cell::{Ground, Made, Members, members};
use super::dated::Dated;
use super::kept::{Kept, Moved};
use super::lanes::Lanes;
use super::rows::Rows;
use super::touched::Touched;
use crate::cover::{Boxed, Slots};
use crate::model::arena::{Arena, BoxId, CellId, CustomerId, FactId, Id, OptionId, ServiceId};
use crate::model::day::Day;
use crate::model::fact::Fact;
use crate::model::painted::Plane;
use crate::model::register::Register;
use crate::model::rule::Effect;
use crate::parallel::{both, side_by_side};
use crate::script::Scripts;

/// So many cells are made before they are entered, and so many are one core's work at a time.
const SHARE: usize = 8_192;
const FEW: usize = 128;

/// The rules of all cells, lowered to boxes.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub(crate) slots: Slots,
    pub(crate) dated: Arc<Dated>,
    /// Those of all rules, then those that single cells have.
    pub(crate) boxes: Arena<BoxId, Boxed>,
    /// How many of them are of rules.
    pub(super) rule_boxes: usize,
    pub(crate) shared: Arena<CellId, Cell>,
    /// The number facts that quotas are divided by, where the register declares them (S9).
    pub(crate) quantity: Option<FactId>,
    pub(crate) used: Option<FactId>,
    /// Whether any fact is derived.
    pub(crate) derives: bool,
    /// The expressions of derived facts.
    pub(crate) scripts: Arc<Scripts>,
    /// Cells in which a question could be answered in two ways; only proposals can make such, or the register does not load.
    pub(crate) contested: BTreeSet<CellId>,
    /// The same cells as rows, for questions whose facts are known.
    pub(crate) rows: Rows,
    /// Which services are composites (S10): they have no rules of their own.
    composites: Vec<bool>,
    /// The place of each fact among all, by name.
    alphabet: Vec<usize>,
    services: usize,
    adopted: Vec<CellId>,
    proposed: Vec<CellId>,
}

/// What holds for one customer and one service, or for all that have the same.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    /// Choice rules in order of precedence: the first that matches decides.
    pub(crate) choices: Vec<BoxId>,
    /// The same rules with nothing cut away for circles of overriding: all that match.
    pub(crate) matching: Vec<BoxId>,
    /// Those of the highest rank first.
    pub(crate) bounds: Vec<BoxId>,
    /// Options with the days and knowledge in which each takes part, in the order in which they run (S8).
    pub(crate) options: Vec<(OptionId, Boxed)>,
}

impl Cells {
    pub(crate) fn cell(&self, plane: Plane, customer: CustomerId, service: ServiceId) -> &Cell {
        &self.shared[self.cell_id(plane, customer, service)]
    }
    pub(crate) fn alphabetical(&self, fact: FactId) -> usize {
        self.alphabet.get(fact.index()).copied().unwrap_or(usize::MAX)
    }
    /// The cells of all customers and services, without proposals and with them.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (CellId, CellId)> {
        self.adopted.iter().copied().zip(self.proposed.iter().copied())
    }
    pub(crate) fn is_composite(&self, service: ServiceId) -> bool {
        self.composites.get(service.index()).copied().unwrap_or(false)
    }
    #[inline]
    pub(crate) fn cell_id(&self, plane: Plane, customer: CustomerId, service: ServiceId) -> CellId {
        let index = match plane {
            Plane::Adopted => &self.adopted,
            Plane::Proposed => &self.proposed,
        };
        index.get(customer.index() * self.services + service.index()).copied().unwrap_or(CellId::new(0))
    }
}

/// Compiles a register's cells. Those that are as they were in another one are copied from there; which were made anew comes with them.
pub(crate) fn compile(register: &Register, before: Option<(&Register, &Cells)>) -> (Cells, Touched) {
    let number = |name: &str| register.fact(name).filter(|fact| register.facts[*fact].is_number());
    let slots = slots(register);
    let tables = register.rules.values().flat_map(|rule| &rule.when);
    let (lanes, (boxes, by_rule)) = both(|| Lanes::of(&register.facts, tables, &slots), || boxes(register));
    let mut cells = Cells {
        rule_boxes: boxes.len(),
        boxes,
        slots,
        dated: Arc::new(Dated::of(register)),
        services: register.services.len(),
        quantity: number("quantity"),
        used: number("used"),
        derives: register.facts.values().any(|fact| fact.derive.is_some()),
        scripts: Arc::new(Scripts::of(&register.facts)),
        alphabet: alphabet(register),
        composites: register.services.values().map(|service| service.composite.is_some()).collect(),
        rows: Rows::new(lanes),
        ..Cells::default()
    };
    let kept = before.and_then(|(older, before)| Kept::of(older, before, register, &by_rule, &cells));
    if let Some(kept) = &kept {
        cells.rows = kept.empty_rows();
    }
    let touched = kept.as_ref().map_or_else(|| Touched::all(register), |kept| kept.touched(register));
    let made = cells.make(register, &by_rule, &members(register, &by_rule, &touched));
    let mut copied = kept.map(|kept| kept.copy(&touched, &mut cells)).unwrap_or_default().into_iter();
    let mut pair = |place: Option<usize>| place.map_or_else(|| copied.next(), |place| made.get(place).copied());
    let pairs = touched.places().map(|place| pair(place).unwrap_or((CellId::new(0), CellId::new(0))));
    (cells.adopted, cells.proposed) = pairs.unzip();
    for (adopted, proposed) in cells.adopted.iter().zip(&cells.proposed) {
        if adopted != proposed {
            cells.rows.mark_pending(*adopted);
        }
    }
    (cells, touched)
}

impl Cells {
    /// Makes the cells that some members come to, each once: without proposals, and with them. The first of all is the empty one.
    fn make(&mut self, register: &Register, by_rule: &[RuleBoxes], members: &[Members]) -> Vec<(CellId, CellId)> {
        let nobody = Members::default();
        let mut distinct = vec![&nobody];
        let mut places: FxHashMap<&Members, usize> = FxHashMap::from_iter([(&nobody, 0)]);
        let place = |own| {
            *places.entry(own).or_insert_with(|| {
                distinct.push(own);
                distinct.len() - 1
            })
        };
        let each: Vec<usize> = members.iter().map(place).collect();
        let mut pairs: Vec<(CellId, CellId)> = Vec::with_capacity(distinct.len());
        for share in distinct.chunks(SHARE) {
            let Cells { slots, boxes, rows, used, .. } = &*self;
            let ground = Ground { register, slots, lanes: &rows.lanes, boxes, rule_boxes: self.rule_boxes, by_rule, used: *used };
            let few: Vec<&[&Members]> = share.chunks(FEW).collect();
            let made = side_by_side(&few, |few| few.iter().map(|members| ground.make(members)).collect::<Vec<_>>());
            for (adopted, proposed) in made.into_iter().flatten() {
                let adopted = self.enter(adopted);
                pairs.push((adopted, proposed.map_or(adopted, |proposed| self.enter(proposed))));
            }
        }
        each.into_iter().filter_map(|at| pairs.get(at).copied()).collect()
    }

    /// The same facts, days and values, with cells for one customer and some services alone; without rows.
    pub(super) fn with(&self, boxes: Arena<BoxId, Boxed>, customer: CustomerId, arranged: Vec<(ServiceId, (Cell, Vec<Boxed>))>) -> Cells {
        let mut cells = Cells {
            slots: self.slots.clone(),
            dated: Arc::clone(&self.dated),
            rule_boxes: boxes.len(),
            boxes,
            quantity: self.quantity,
            used: self.used,
            derives: self.derives,
            scripts: Arc::clone(&self.scripts),
            composites: self.composites.clone(),
            services: self.services,
            adopted: vec![CellId::new(0); (customer.index() + 1) * self.services],
            ..Cells::default()
        };
        cells.shared.push(Cell::default());
        for (service, (cell, pieces)) in arranged {
            let id = cells.place(cell, pieces);
            cells.adopted.get_mut(customer.index() * self.services + service.index()).into_iter().for_each(|own| *own = id);
        }
        cells.proposed.clone_from(&cells.adopted);
        cells
    }

    /// Enters a cell, its own boxes behind all others.
    fn place(&mut self, mut cell: Cell, pieces: Vec<Boxed>) -> CellId {
        let moved = Moved::from_to(self.rule_boxes, self.boxes.len());
        let own = cell.choices.iter_mut().chain(&mut cell.matching).chain(&mut cell.bounds);
        own.for_each(|id| *id = moved.id(*id));
        for piece in pieces {
            self.boxes.push(piece);
        }
        self.shared.push(cell)
    }

    fn enter(&mut self, made: Made) -> CellId {
        let Made { cell, pieces, rows } = made;
        self.rows.enter(rows);
        self.place(cell, pieces)
    }
}

fn alphabet(register: &Register) -> Vec<usize> {
    let mut sorted: Vec<(FactId, &Fact)> = register.facts.iter().collect();
    sorted.sort_unstable_by_key(|(_, fact)| &*fact.name);
    let mut places = vec![0; sorted.len()];
    for (place, (fact, _)) in sorted.into_iter().enumerate() {
        places.get_mut(fact.index()).into_iter().for_each(|own| *own = place);
    }
    places
}

fn slots(register: &Register) -> Slots {
    let as_at: BTreeSet<Day> = register
        .rules
        .values()
        .filter_map(|rule| match rule.effect {
            Effect::AsAt(day) => Some(day),
            _ => None,
        })
        .collect();
    Slots::new(&register.facts, dated(register), as_at.into_iter().collect())
}

/// Which facts have a value of their own on each day: those with register values, and what is derived from such.
fn dated(register: &Register) -> Vec<bool> {
    let with_values: BTreeSet<_> = register.values.iter().map(|value| value.fact).collect();
    let mut dated: Vec<bool> = register.facts.iter().map(|(id, fact)| fact.from_register || with_values.contains(&id)).collect();
    let mut changed = true;
    while changed {
        changed = false;
        for (id, fact) in register.facts.iter() {
            let follows =
                fact.derive.as_ref().is_some_and(|derive| derive.inputs.iter().any(|input| dated.get(input.index()) == Some(&true)));
            if let Some(slot) = dated.get_mut(id.index())
                && follows
                && !*slot
            {
                *slot = true;
                changed = true;
            }
        }
    }
    dated
}
