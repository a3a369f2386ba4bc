//! Two registers in; for each customer and service the regions in which their answers differ out.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::changed::{self, Changed, ViewedCells};
use super::found::{CellDifference, Difference, LISTED};
use super::merge::merge;
use super::region_answer::{Counts, RegionAnswer, Where, compare};
use super::shared::{Shared, Which};
use super::side::Side;
use super::told::tell;
use super::view::PolicyView;
use super::witness::{asked_of, witness};
use crate::cover::{Boxed, Budget, Exhausted, Moment, Region, Split, Worklist, halving};
use crate::model::arena::{CellId, CustomerId, FactId, RuleId, ServiceId};
use crate::model::day::Days;
use crate::model::question::Question;
use crate::model::register::Register;

/// How many times a cell is looked at before its regions are too many to find them all.
const LOOKS: usize = 60_000;

/// A service or customer of both registers, or of one.
type Pair<I> = (Option<I>, Option<I>);

pub(super) struct Comparison<'p, 's> {
    shared: &'s Shared,
    old: ViewedCells<'p>,
    new: ViewedCells<'p>,
    /// Levels, ranks or what counts are others: no rule can be held against another.
    all: bool,
    /// The services of the older register by their ids.
    old_services: BTreeMap<&'p str, ServiceId>,
}

impl<'p, 's> Comparison<'p, 's> {
    pub(super) fn of(old: PolicyView<'p>, new: PolicyView<'p>, shared: &'s Shared) -> Self {
        let (a, b) = (old.world.register, new.world.register);
        let ids = |named: &[crate::model::register::Named]| named.iter().map(|named| named.id.clone()).collect::<Vec<_>>();
        let all = ids(&a.levels) != ids(&b.levels) || ids(&a.ranks) != ids(&b.ranks) || shared.odd;
        Comparison {
            shared,
            old: ViewedCells::of(old, Which::Old, shared),
            new: ViewedCells::of(new, Which::New, shared),
            all,
            old_services: a.services.iter().map(|(id, service)| (&*service.id, id)).collect(),
        }
    }

    pub(super) fn cells(&self) -> Vec<CellDifference<'p>> {
        let (a, b) = (self.old.seen.world.register, self.new.seen.world.register);
        let customers = paired(a.customers.iter().map(|(id, one)| (&*one.id, id)), b.customers.iter().map(|(id, one)| (&*one.id, id)));
        let services = paired(a.services.iter().map(|(id, one)| (&*one.id, id)), b.services.iter().map(|(id, one)| (&*one.id, id)));
        let mut known: BTreeMap<(CellId, CellId), Changed> = BTreeMap::new();
        let mut cells = Vec::new();
        for (customer_id, customer) in &customers {
            for (service_id, service) in &services {
                let changed = self.changed(*customer, *service, &mut known);
                if self.contested(*customer, *service) {
                    if !changed.boxes.is_empty() {
                        cells.push(CellDifference {
                            customer: customer_id,
                            service: service_id,
                            regions: Vec::new(),
                            more: None,
                            contested: true,
                        });
                    }
                } else if !changed.boxes.is_empty() {
                    let (regions, more) = self.regions((customer_id, service_id), *customer, *service, &changed);
                    if !regions.is_empty() || more.is_some() {
                        cells.push(CellDifference { customer: customer_id, service: service_id, regions, more, contested: false });
                    }
                }
            }
        }
        cells
    }

    fn contested(&self, customer: Pair<CustomerId>, service: Pair<ServiceId>) -> bool {
        let one = |looked: &ViewedCells<'_>, customer: Option<CustomerId>, service: Option<ServiceId>| {
            let (Some(customer), Some(service)) = (customer, service) else { return false };
            let world = looked.seen.world;
            world.register.parts_of(service).into_iter().any(|part| world.cells.contested.contains(&looked.cell(customer, part).0))
        };
        one(&self.old, customer.0, service.0) || one(&self.new, customer.1, service.1)
    }

    /// Where the answers of a cell can differ at all.
    fn changed(&self, customer: Pair<CustomerId>, service: Pair<ServiceId>, known: &mut BTreeMap<(CellId, CellId), Changed>) -> Changed {
        let mut changed = Changed::default();
        let ((Some(old_customer), Some(new_customer)), (Some(old_service), Some(new_service))) = (customer, service) else {
            changed::everything(&mut changed, "");
            return changed;
        };
        let (a, b) = (self.old.seen.world.register, self.new.seen.world.register);
        let names = |register: &Register, service: ServiceId| -> Vec<Box<str>> {
            let mut names: Vec<Box<str>> = register.parts_of(service).into_iter().map(|part| register.services[part].id.clone()).collect();
            names.sort();
            names
        };
        let lowest =
            |register: &Register, service: ServiceId| register.services[service].composite.as_ref().map(|composite| composite.lowest);
        let unit = |register: &Register, service: ServiceId| register.services[service].unit.clone();
        if self.all || lowest(a, old_service) != lowest(b, new_service) || names(a, old_service) != names(b, new_service) {
            changed::everything(&mut changed, "");
        }
        // A composite is in the catalogue by itself; of all else, the rules of its cells tell.
        let offered = |looked: &ViewedCells<'_>, service: ServiceId| -> Vec<Option<Days>> {
            let register = looked.seen.world.register;
            let listed = |composite| Some(register.services[composite].listed).filter(|listed| listed.known.contains(looked.seen.known));
            register.composites_of(service).into_iter().map(|composite| listed(composite).map(|listed| listed.on)).collect()
        };
        if offered(&self.old, old_service) != offered(&self.new, new_service) {
            changed::everything(&mut changed, "");
        }
        for part in b.parts_of(new_service) {
            let Some(&old_part) = self.old_services.get(&*b.services[part].id) else { continue };
            let ((old_id, old_cell), (new_id, new_cell)) = (self.old.cell(old_customer, old_part), self.new.cell(new_customer, part));
            let mut own = known
                .entry((old_id, new_id))
                .or_insert_with(|| changed::rules_and_options(&self.old, &self.new, old_cell, new_cell, self.shared))
                .clone();
            changed::register_values((&self.old, old_cell, old_customer), (&self.new, new_cell, new_customer), self.shared, &mut own);
            if !new_cell.options.is_empty() && unit(a, old_part) != unit(b, part) {
                changed::everything(&mut own, "");
            }
            changed.boxes.extend(own.boxes);
            changed.old_rules.extend(own.old_rules);
            changed.new_rules.extend(own.new_rules);
            changed.other.extend(own.other);
        }
        changed
    }

    fn regions(
        &self,
        ids: (&'p str, &'p str),
        customer: Pair<CustomerId>,
        service: Pair<ServiceId>,
        changed: &Changed,
    ) -> (Vec<Difference<'p>>, Option<usize>) {
        let side = |looked: &ViewedCells<'p>, which, customer: Option<CustomerId>, service: Option<ServiceId>| {
            Some(Side::of(looked.seen, which, self.shared, customer?, service?))
        };
        let old = side(&self.old, Which::Old, customer.0, service.0);
        let new = side(&self.new, Which::New, customer.1, service.1);
        let mut found = Found::default();
        let all: Rc<[usize]> = (0..changed.boxes.len()).collect();
        let mut open = Worklist::of([(self.shared.everything(), all)]);
        let mut looks = Budget::new(LOOKS);
        let bounds = [&old, &new].into_iter().flatten().map(Side::bounds).sum();
        let whole = loop {
            let (region, near) = match open.next(&mut looks) {
                Ok(Some(piece)) => piece,
                Ok(None) => break true,
                Err(Exhausted) => break false,
            };
            let (near, may_differ) = self.may_differ(&region, &changed.boxes, &near);
            let split = match may_differ {
                Ok(false) => continue,
                Err(split) => Some(split),
                Ok(true) if looks.looks(bounds).is_err() => break false,
                Ok(true) => match differ(old.as_ref(), new.as_ref(), self.shared, &region) {
                    Ok(None) => None,
                    Ok(Some((a, b, at))) => {
                        if looks.keep(&region).is_err() {
                            break false;
                        }
                        let causes = self.causes(old.as_ref(), new.as_ref(), &region, changed);
                        let one = Difference {
                            region,
                            old: a,
                            new: b,
                            found: at,
                            old_rules: causes.0,
                            new_rules: causes.1,
                            other: Vec::new(),
                            witness: None,
                        };
                        found.enter(one);
                        continue;
                    }
                    Err(split) => Some(split),
                },
            };
            if let Some(split) = split {
                open.cut((region, near), &split);
            }
        };
        let mut all: Vec<Difference<'p>> = Vec::new();
        for (mut one, regions) in found.0 {
            if one.old_rules.is_empty() && one.new_rules.is_empty() {
                one.other = changed.other.iter().cloned().collect();
            }
            all.extend(merge(regions).into_iter().map(|region| Difference { region, ..one.clone() }));
        }
        all.sort_by(|a, b| a.region.cmp(&b.region));
        let listed = all.len().min(LISTED);
        let more = (all.len() > listed || !whole).then(|| all.len() - listed);
        all.truncate(listed);
        let tested = self.tested(customer, service);
        for one in &mut all {
            let question = witness(self.shared, ids, &one.region, (&one.old, &one.new, one.found), &tested);
            one.witness = Some(question).filter(|question| self.shows(question));
        }
        (all, more)
    }

    /// Whether the two registers do answer a question differently.
    fn shows(&self, question: &Question) -> bool {
        let told = |looked: &ViewedCells<'p>, which| tell(looked.seen, &asked_of(self.shared, which, question)).ok();
        match (told(&self.old, Which::Old), told(&self.new, Which::New)) {
            (Some(old), Some(new)) => !old.same(&new),
            _ => false,
        }
    }

    /// Whether the region lies in a box in which something changed; where it lies across, the cut to make. Of the boxes that are near, those
    /// that are so to what it is cut into come along.
    fn may_differ(&self, region: &Region, boxes: &[Boxed], near: &[usize]) -> (Rc<[usize]>, Result<bool, Split>) {
        let (mut across, mut splits) = (Vec::new(), Vec::new());
        for at in near.iter().copied() {
            match boxes.get(at).map_or(Ok(false), |boxed| region.relate(boxed, Moment::NOW, &self.shared.slots)) {
                Ok(true) => return (Rc::new([at]), Ok(true)),
                Ok(false) => {}
                Err(split) => {
                    across.push(at);
                    splits.push(split);
                }
            }
        }
        (across.into(), halving(region, splits).map_or(Ok(false), Err))
    }

    /// The rules that changed among those that made the answer.
    fn causes(
        &self,
        old: Option<&Side<'p, '_>>,
        new: Option<&Side<'p, '_>>,
        region: &Region,
        changed: &Changed,
    ) -> (Vec<&'p str>, Vec<&'p str>) {
        // Where no rule changed, all that made the answer are told.
        let any = changed.old_rules.is_empty() && changed.new_rules.is_empty() && changed.other.is_empty();
        let keys = |looked: &ViewedCells<'p>, side: Option<&Side<'p, '_>>, rules: &BTreeSet<RuleId>| -> Vec<&'p str> {
            let made = side.map(|side| side.rules(region)).unwrap_or_default();
            let register = looked.seen.world.register;
            made.into_iter().filter(|rule| any || rules.contains(rule)).map(|rule| &*register.rules[rule].key).collect()
        };
        (keys(&self.old, old, &changed.old_rules), keys(&self.new, new, &changed.new_rules))
    }

    /// The shared facts that either cell tests or counts by.
    fn tested(&self, customer: Pair<CustomerId>, service: Pair<ServiceId>) -> BTreeSet<FactId> {
        let one = |looked: &ViewedCells<'_>, which, customer: Option<CustomerId>, service: Option<ServiceId>| -> Vec<FactId> {
            let (Some(customer), Some(service)) = (customer, service) else { return Vec::new() };
            let world = looked.seen.world;
            let parts = world.register.parts_of(service).into_iter();
            let facts = parts.flat_map(|part| looked.cell(customer, part).1.reads.tested.iter().copied());
            facts.filter_map(|fact| self.shared.back(which, fact)).map(|(fact, _)| fact).collect()
        };
        let mut all = one(&self.old, Which::Old, customer.0, service.0);
        all.extend(one(&self.new, Which::New, customer.1, service.1));
        all.into_iter().collect()
    }
}

/// What was found so far: each change once, with all its regions.
#[derive(Default)]
struct Found<'p>(Vec<(Difference<'p>, Vec<Region>)>);

impl<'p> Found<'p> {
    fn enter(&mut self, one: Difference<'p>) {
        if let Some((known, regions)) = self.0.iter_mut().find(|(known, _)| known.is_like(&one)) {
            known.old_rules.extend(one.old_rules);
            known.old_rules.sort_unstable();
            known.old_rules.dedup();
            regions.push(one.region);
        } else {
            let region = one.region.clone();
            self.0.push((one, vec![region]));
        }
    }
}

impl Difference<'_> {
    /// Whether both are one change: the same answers, for the same questions, by the same new rule.
    fn is_like(&self, other: &Difference<'_>) -> bool {
        self.old == other.old && self.new == other.new && self.found == other.found && self.new_rules == other.new_rules
    }
}

/// What the registers say in a region, and for which of its questions that differs.
fn differ<'p>(
    old: Option<&Side<'p, '_>>,
    new: Option<&Side<'p, '_>>,
    shared: &Shared,
    region: &Region,
) -> Result<Option<(RegionAnswer<'p>, RegionAnswer<'p>, Where)>, Split> {
    let a = old.map_or(Ok(RegionAnswer::Absent), |side| side.say(region))?;
    let b = new.map_or(Ok(RegionAnswer::Absent), |side| side.say(region))?;
    Ok(compare(&a, &b, &Counts::of(shared, region))?.map(|found| (a, b, found)))
}

/// What stands in both lists under one id, or in one of them: in the order of the new one, then what is gone.
fn paired<'a, I: Copy>(old: impl Iterator<Item = (&'a str, I)>, new: impl Iterator<Item = (&'a str, I)>) -> Vec<(&'a str, Pair<I>)> {
    let old: Vec<(&str, I)> = old.collect();
    let before: BTreeMap<&str, I> = old.iter().copied().collect();
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for (id, one) in new {
        seen.insert(id);
        all.push((id, (before.get(id).copied(), Some(one))));
    }
    all.extend(old.into_iter().filter(|(id, _)| !seen.contains(id)).map(|(id, one)| (id, (Some(one), None))));
    all
}
