//! The cells of customer and service, compiled: each with its boxes in order. Equal cells are shared.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::dated::Dated;
use super::reads::Reads;
use super::renumber::Renumbering;
use super::rows::Rows;
use crate::cover::{Boxed, Moment, Places, Region, Slots};
use crate::model::arena::{Arena, BoxId, CellId, CustomerId, FactId, Id, OptionId, RuleId, ServiceId, VersionId};
use crate::model::bitemporal::Proposals;
use crate::script::Scripts;

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
    /// The expressions of derived facts.
    pub(crate) scripts: Arc<Scripts>,
    /// Cells in which a question could be answered in two ways; only proposals can make such, or the register does not load.
    pub(crate) contested: BTreeSet<CellId>,
    /// The same cells as rows, for questions whose facts are known.
    pub(crate) rows: Rows,
    /// Which services are composites (S10): they have no rules of their own.
    pub(super) composites: Arc<[bool]>,
    /// The place of each fact among all, by name.
    pub(super) alphabet: Vec<usize>,
    pub(super) services: usize,
    /// How many cells come before the first that there is.
    pub(super) before: usize,
    pub(super) adopted: Vec<CellId>,
    pub(super) proposed: Vec<CellId>,
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
    /// What rules read: options say themselves what they do.
    pub(crate) reads: Reads,
    /// What proposals may change in it, if there are any of its rule sets. It stands in the cell without them.
    pub(crate) open: Option<Box<Open>>,
    /// Where many choices ask for what, made when it is first asked for.
    pub(super) places: OnceLock<Places>,
}

/// All that takes part in a cell, and the proposals of its rule sets.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) proposals: Vec<VersionId>,
    pub(crate) rules: Vec<RuleId>,
    pub(crate) options: Vec<OptionId>,
}

/// So many choices are few.
const FEW: usize = 256;

impl Cell {
    /// Whether its choices may as well be looked at one by one.
    pub(crate) fn has_few(&self) -> bool {
        self.choices.len() <= FEW
    }
    /// The choices that may hold in a region, in order of precedence.
    pub(crate) fn choices_near(&self, region: &Region, moment: Moment, cells: &Cells) -> impl Iterator<Item = BoxId> {
        let places = || self.places.get_or_init(|| Places::of(self.choices.iter().map(|id| &cells.boxes[*id])));
        let near = (!self.has_few()).then(|| places().near(region, moment, &cells.slots)).flatten();
        let all = if near.is_none() { self.choices.as_slice() } else { &[] };
        near.unwrap_or_default().into_iter().filter_map(|at| self.choices.get(at)).chain(all).copied()
    }
}

impl Cells {
    pub(crate) fn cell(&self, proposals: Proposals, customer: CustomerId, service: ServiceId) -> &Cell {
        &self.shared[self.cell_id(proposals, customer, service)]
    }
    /// The rules and options that take part in a cell, with proposals or without.
    pub(super) fn members(&self, cell: &Cell) -> (BTreeSet<RuleId>, Vec<OptionId>) {
        if let Some(open) = &cell.open {
            return (open.rules.iter().copied().collect(), open.options.clone());
        }
        let rules = cell.matching.iter().chain(&cell.bounds).map(|id| self.boxes[*id].rule).collect();
        let mut options: Vec<OptionId> = cell.options.iter().map(|(id, _)| *id).collect();
        options.sort_unstable();
        options.dedup();
        (rules, options)
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
    pub(crate) fn cell_id(&self, proposals: Proposals, customer: CustomerId, service: ServiceId) -> CellId {
        let index = match proposals {
            Proposals::Excluded => &self.adopted,
            Proposals::Included => &self.proposed,
        };
        let place = (customer.index() * self.services + service.index()).wrapping_sub(self.before);
        index.get(place).copied().unwrap_or(CellId::new(0))
    }
}

impl Cells {
    /// The same facts, days and values, with cells for one customer and some services alone; without rows.
    pub(super) fn with(&self, boxes: Arena<BoxId, Boxed>, customer: CustomerId, arranged: Vec<(ServiceId, (Cell, Vec<Boxed>))>) -> Cells {
        let all = || arranged.iter().map(|(service, _)| service.index());
        let (first, last) = (all().min().unwrap_or_default(), all().max().unwrap_or_default());
        let mut cells = Cells {
            slots: self.slots.clone(),
            dated: Arc::clone(&self.dated),
            rule_boxes: boxes.len(),
            boxes,
            quantity: self.quantity,
            used: self.used,
            scripts: Arc::clone(&self.scripts),
            composites: Arc::clone(&self.composites),
            services: self.services,
            before: customer.index() * self.services + first,
            adopted: vec![CellId::new(0); last - first + 1],
            ..Cells::default()
        };
        cells.shared.push(Cell::default());
        for (service, (cell, pieces)) in arranged {
            let id = cells.place(cell, pieces);
            cells.adopted.get_mut(service.index() - first).into_iter().for_each(|own| *own = id);
        }
        cells.proposed.clone_from(&cells.adopted);
        cells
    }

    /// Enters a cell, its own boxes behind all others.
    pub(super) fn place(&mut self, mut cell: Cell, pieces: Vec<Boxed>) -> CellId {
        let renumbering = Renumbering::from_to(self.rule_boxes, self.boxes.len());
        let own = cell.choices.iter_mut().chain(&mut cell.matching).chain(&mut cell.bounds);
        own.for_each(|id| *id = renumbering.id(*id));
        for piece in pieces {
            self.boxes.push(piece);
        }
        self.shared.push(cell)
    }
}
