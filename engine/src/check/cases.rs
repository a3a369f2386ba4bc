//! Cells in; what has to be looked at out: each distinct cell once, or once a customer where register facts tell customers apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::{Affected, Cell};
use crate::cover::{Boxed, Near, Region, inside};
use crate::decide::{CustomerView, World};
use crate::model::arena::{BoxId, CellId, CustomerId, Id, RuleId, ServiceId};
use crate::model::bitemporal::Proposals;
use crate::model::register::Register;
use crate::semantics::{beats, by_rank_and_scope};

/// Everything that has to be looked at.
pub(super) struct Cases<'p> {
    pub(super) world: World<'p>,
    pub(super) list: Vec<Case<'p>>,
    /// The cells that have to be looked at.
    cells: &'p Affected,
}

/// A cell as one customer has it.
pub(super) struct Case<'p> {
    pub(super) view: CustomerView<'p>,
    pub(super) service: ServiceId,
    pub(super) id: CellId,
    pub(super) cell: &'p Cell,
}

impl<'p> Cases<'p> {
    pub(super) fn of(world: World<'p>, cells: &'p Affected) -> Cases<'p> {
        let mut list = Vec::new();
        // Whether each cell that was met reads what tells customers apart; those that do not are looked at once, whoever has them.
        let mut known: Vec<Option<bool>> = vec![None; world.cells.shared.len()];
        let mut seen: BTreeSet<(CellId, CustomerId)> = BTreeSet::new();
        let services = world.register.plain_services();
        for proposals in [Proposals::Excluded, Proposals::Included] {
            for customer in world.register.customers.ids().filter(|customer| cells.has_customer(*customer)) {
                for service in services.iter().copied().filter(|service| cells.has(customer, *service)) {
                    let id = world.cells.cell_id(proposals, customer, service);
                    let same = proposals == Proposals::Included && world.cells.cell_id(Proposals::Excluded, customer, service) == id;
                    if same || world.register.is_hole(customer, service) {
                        continue;
                    }
                    let cell = world.cells.cell(proposals, customer, service);
                    let Some(known) = known.get_mut(id.index()) else { continue };
                    let is_new = known.is_none();
                    let by_customer = *known.get_or_insert_with(|| reads_register(world, cell));
                    let wanted = if by_customer { seen.insert((id, customer)) } else { is_new };
                    if wanted {
                        list.push(Case { view: CustomerView { world, proposals, customer }, service, id, cell });
                    }
                }
            }
        }
        Cases { world, list, cells }
    }

    /// Whether a cell has to be looked at.
    pub(super) fn has(&self, customer: CustomerId, service: ServiceId) -> bool {
        self.cells.has(customer, service)
    }

    /// Whether nothing certain can be said of a cell, since a rule of it could not be read.
    pub(super) fn is_hole(&self, customer: CustomerId, service: ServiceId) -> bool {
        self.world.register.is_hole(customer, service)
    }
}

impl<'p> Case<'p> {
    pub(super) fn boxed(&self, id: BoxId) -> &'p Boxed {
        &self.view.world.cells.boxes[id]
    }
    /// The choice rules with their boxes, in register order.
    pub(super) fn choices(&self) -> BTreeMap<RuleId, Vec<&'p Boxed>> {
        self.by_rule(&self.cell.matching)
    }
    /// The choice rules from closest rank and smallest scope on.
    pub(super) fn ranked(&self) -> Ranked<'p> {
        let mut choices = self.choices();
        let mut sorted: Vec<RuleId> = choices.keys().copied().collect();
        by_rank_and_scope(self.view.world.register, &mut sorted);
        let rules: Vec<_> = sorted.into_iter().filter_map(|rule| Some((rule, choices.remove(&rule)?))).collect();
        let boxes = rules.iter().enumerate().flat_map(|(at, (_, boxes))| boxes.iter().map(move |boxed| (at, *boxed)));
        let near = Near::of(boxes.collect());
        Ranked { rules, near }
    }
    /// The bounds with their boxes, in register order.
    pub(super) fn bounds(&self) -> BTreeMap<RuleId, Vec<&'p Boxed>> {
        self.by_rule(&self.cell.bounds)
    }
    fn by_rule(&self, ids: &[BoxId]) -> BTreeMap<RuleId, Vec<&'p Boxed>> {
        let mut rules: BTreeMap<RuleId, Vec<&Boxed>> = BTreeMap::new();
        for id in ids {
            let boxed = self.boxed(*id);
            rules.entry(boxed.rule).or_default().push(boxed);
        }
        rules
    }
    /// The pieces of this case in which all of these boxes hold.
    pub(super) fn common(&self, boxes: &[&Boxed]) -> Vec<Region> {
        let mut pieces = vec![everything(self.view)];
        for boxed in boxes {
            pieces = pieces.iter().flat_map(|piece| inside(piece, boxed, &self.view)).collect();
        }
        pieces
    }
}

/// The choice rules of a case in order, and which boxes of theirs may meet.
pub(super) struct Ranked<'p> {
    pub(super) rules: Vec<(RuleId, Vec<&'p Boxed>)>,
    pub(super) near: Near<'p>,
}

impl<'p> Ranked<'p> {
    /// Of the rules that beat this one, the boxes that may meet a box of it.
    pub(super) fn beaters(&self, register: &Register, rule: RuleId, boxed: &Boxed) -> Vec<&'p Boxed> {
        let near = self.near.to(boxed).into_iter().map(|(_, other)| other);
        near.filter(|other| beats(register, other.rule, rule)).collect()
    }
}

/// Whether a cell reads facts that the register gives, and so may not be the same for each customer.
fn reads_register(world: World<'_>, cell: &Cell) -> bool {
    cell.reads.tested.iter().any(|fact| world.register.facts[*fact].from_register)
}

/// Whether register facts tell customers apart in these cells.
pub(super) fn uses_register_facts(world: World<'_>, view: CustomerView<'_>, services: &[ServiceId]) -> bool {
    services.iter().any(|service| reads_register(world, view.cell(*service)))
}

/// All days, all knowledge, all facts.
pub(super) fn everything(view: CustomerView<'_>) -> Region {
    Region::everything(&view.world.cells.slots)
}
