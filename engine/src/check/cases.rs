//! Cells in; what has to be looked at out: each distinct cell once, or once a customer where register facts tell customers apart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::compile::{Affected, Cell, with_sources};
use crate::cover::{Boxed, KNOWN, ON, Part, Region, Relation, Slots, Split};
use crate::decide::{View, World, derive_in};
use crate::model::arena::{BoxId, CellId, CustomerId, FactId, Id, RuleId, ServiceId};
use crate::model::bitemporal::Proposals;
use crate::model::day::Days;
use crate::model::register::Register;
use crate::model::set::{Ranges, Set};
use crate::semantics::{beats, by_rank_and_scope};

/// Everything that has to be looked at.
pub(super) struct Cases<'p> {
    pub(super) world: World<'p>,
    pub(super) list: Vec<Case<'p>>,
    /// The cells that have to be looked at.
    cells: &'p Affected,
    /// The regions of each customer in which some facts are settled.
    regions: Mutex<CustomerRegions>,
}

/// By customer and facts.
type CustomerRegions = BTreeMap<(CustomerId, BTreeSet<FactId>), Arc<[Region]>>;

/// A cell as one customer has it, in the regions in which the register's facts are settled.
pub(super) struct Case<'p> {
    pub(super) view: View<'p>,
    pub(super) service: ServiceId,
    pub(super) id: CellId,
    pub(super) cell: &'p Cell,
    /// The register's facts that it reads.
    facts: BTreeSet<FactId>,
    regions: OnceLock<Vec<Region>>,
}

impl<'p> Cases<'p> {
    pub(super) fn of(world: World<'p>, cells: &'p Affected) -> Cases<'p> {
        let mut list = Vec::new();
        // The facts of each cell that was met; those without any are looked at once, whoever has them.
        let mut known: Vec<Option<BTreeSet<FactId>>> = vec![None; world.cells.shared.len()];
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
                    let facts = known.get_or_insert_with(|| register_facts(world, cell));
                    let is_new = if facts.is_empty() { is_new } else { seen.insert((id, customer)) };
                    if is_new {
                        let view = View { world, proposals, customer };
                        list.push(Case { view, service, id, cell, facts: facts.clone(), regions: OnceLock::new() });
                    }
                }
            }
        }
        Cases { world, list, cells, regions: Mutex::default() }
    }

    /// Whether a cell has to be looked at.
    pub(super) fn has(&self, customer: CustomerId, service: ServiceId) -> bool {
        self.cells.has(customer, service)
    }

    /// The regions to look at for some services of a customer together.
    pub(super) fn regions_of(&self, view: View<'_>, services: &[ServiceId]) -> Arc<[Region]> {
        let facts = services.iter().flat_map(|service| register_facts(view.world, view.cell(*service))).collect();
        let key = (view.customer, facts);
        if let Some(known) = self.regions.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let regions: Arc<[Region]> = regions(view, &key.1).into();
        self.regions.lock().unwrap_or_else(PoisonError::into_inner).insert(key, regions.clone());
        regions
    }

    /// Whether nothing certain can be said of a cell, since a rule of it could not be read.
    pub(super) fn is_hole(&self, customer: CustomerId, service: ServiceId) -> bool {
        self.world.register.is_hole(customer, service)
    }
}

impl<'p> Case<'p> {
    /// Everything, cut so that in each region each of the register's facts has one value, or none anywhere.
    pub(super) fn regions(&self) -> &[Region] {
        self.regions.get_or_init(|| regions(self.view, &self.facts))
    }
    pub(super) fn boxed(&self, id: BoxId) -> &'p Boxed {
        &self.view.world.cells.boxes[id]
    }
    pub(super) fn slots(&self) -> &'p Slots {
        &self.view.world.cells.slots
    }
    /// The choice rules with their boxes, in register order.
    pub(super) fn choices(&self) -> BTreeMap<RuleId, Vec<&'p Boxed>> {
        self.by_rule(&self.cell.matching)
    }
    /// The choice rules from closest rank and smallest scope on: whatever beats a rule without `overrides` stands before it.
    pub(super) fn ranked(&self) -> Ranked<'p> {
        let register = self.view.world.register;
        let mut choices = self.choices();
        let mut sorted: Vec<RuleId> = choices.keys().copied().collect();
        by_rank_and_scope(register, &mut sorted);
        let rules: Vec<_> = sorted.into_iter().filter_map(|rule| Some((rule, choices.remove(&rule)?))).collect();
        let places: BTreeMap<RuleId, usize> = rules.iter().enumerate().map(|(at, (rule, _))| (*rule, at)).collect();
        let mut overriders: BTreeMap<RuleId, Vec<usize>> = BTreeMap::new();
        for (at, (rule, _)) in rules.iter().enumerate() {
            for target in register.overrides.named(*rule).iter().filter(|target| places.contains_key(target)) {
                overriders.entry(*target).or_default().push(at);
            }
        }
        let mut lists: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, (rule, _)) in rules.iter().enumerate() {
            register.overrides.list(*rule).into_iter().for_each(|list| lists.entry(list.start).or_default().push(at));
        }
        Ranked { rules, overriders, lists }
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
        let mut pieces = self.regions().to_vec();
        for boxed in boxes {
            pieces = pieces.iter().flat_map(|piece| crate::cover::inside(piece, boxed, self.slots())).collect();
        }
        pieces
    }
}

/// The choice rules of a case in an order that makes those that beat a rule easy to find.
pub(super) struct Ranked<'p> {
    pub(super) rules: Vec<(RuleId, Vec<&'p Boxed>)>,
    overriders: BTreeMap<RuleId, Vec<usize>>,
    /// By the first-match list, where its rules stand.
    lists: BTreeMap<usize, Vec<usize>>,
}

impl<'p> Ranked<'p> {
    /// The boxes of the rules that beat this one.
    pub(super) fn beaters(&self, register: &Register, rule: RuleId) -> Vec<&'p Boxed> {
        let size = |rule: RuleId| register.rules[rule].scope.size();
        let before = self.rules.partition_point(|(other, _)| {
            (std::cmp::Reverse(register.rank(*other)), size(*other)) < (std::cmp::Reverse(register.rank(rule)), size(rule))
        });
        let overriders = self.overriders.get(&rule).into_iter().flatten().copied().filter(|at| *at >= before);
        let candidates = (0..before).chain(overriders).filter_map(|at| self.rules.get(at));
        let others = candidates.filter(|(other, _)| beats(register, *other, rule));
        // Of its own list, all that stand before it beat it.
        let list = register.overrides.list(rule).and_then(|list| self.lists.get(&list.start));
        let ahead = list.into_iter().flatten().filter(|at| **at >= before).filter_map(|at| self.rules.get(*at));
        let ahead = ahead.filter(|(other, _)| *other < rule);
        others.chain(ahead).flat_map(|(_, boxes)| boxes.iter().copied()).collect()
    }
}

/// The facts that a cell tests, or counts quotas by, and that only the register gives; with all that they follow from.
fn register_facts(world: World<'_>, cell: &Cell) -> BTreeSet<FactId> {
    let own = cell.reads.tested.iter().copied().filter(|fact| world.register.facts[*fact].from_register);
    with_sources(world.register, own.collect())
}

/// Whether register facts tell customers apart in these cells.
pub(super) fn uses_register_facts(world: World<'_>, view: View<'_>, services: &[ServiceId]) -> bool {
    services.iter().any(|service| !register_facts(world, view.cell(*service)).is_empty())
}

/// Everything, cut so that in each region each of these facts has one value, or none anywhere.
fn regions(view: View<'_>, facts: &BTreeSet<FactId>) -> Vec<Region> {
    let World { register, cells, .. } = view.world;
    let mut regions = vec![Region::everything(&cells.slots)];
    let epochs: Vec<Option<crate::model::day::Day>> =
        std::iter::once(None).chain(cells.slots.as_at_days().iter().copied().map(Some)).collect();
    for (epoch, day) in epochs.iter().enumerate() {
        for fact in facts.iter().filter(|fact| register.facts[**fact].derive.is_none()) {
            for (rect, value) in cells.dated.rects(*fact, view.customer) {
                if day.is_some_and(|day| !rect.on.contains(day)) {
                    continue;
                }
                let on = if day.is_none() { rect.on } else { Days::EVER };
                let dim = cells.slots.dim(*fact, epoch);
                regions = regions.into_iter().flat_map(|region| settle(region, on, rect.known, dim, *value)).collect();
            }
        }
        regions.iter_mut().for_each(|region| derive_in(view.world, facts, region, epoch));
    }
    regions
}

/// Cuts a region by days and knowledge; inside, the fact has this value.
fn settle(region: Region, on: Days, known: Days, dim: usize, value: i64) -> Vec<Region> {
    let apart = |dim: usize, days: Days| region.part(dim).relate(&Set::Ranges(Ranges::one(days.from.0, days.until.0))) == Relation::Outside;
    if apart(ON, on) || apart(KNOWN, known) {
        return vec![region];
    }
    let cut = |region: Region, dim: usize, days: Days| {
        let split = Split { dim, set: Set::Ranges(Ranges::one(days.from.0, days.until.0)) };
        match region.part(dim).relate(&split.set) {
            Relation::Inside => (Some(region), None),
            Relation::Outside => (None, Some(region)),
            Relation::Across => {
                let [inside, outside] = region.cut(&split);
                (Some(inside), Some(outside))
            }
        }
    };
    let (inside, mut rest) = match cut(region, ON, on) {
        (Some(inside), outside) => (cut(inside, KNOWN, known), outside.into_iter().collect::<Vec<_>>()),
        (None, outside) => ((None, outside), Vec::new()),
    };
    rest.extend(inside.1);
    rest.extend(inside.0.map(|region| region.with(dim, Part::Point(value))));
    rest
}
