//! Rules with scopes in; for each cell of customer and service, its boxes in order out. Equal cells are shared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::dated::Dated;
use super::order::order;
use super::rows::Rows;
use crate::cover::{Boxed, Slots, subtract};
use crate::model::arena::{Arena, BoxId, CellId, CustomerId, FactId, Id, OptionId, RuleId, ServiceId};
use crate::model::day::Day;
use crate::model::fact::Fact;
use crate::model::painted::Plane;
use crate::model::register::Register;
use crate::model::rule::{Effect, Scope, Table};

/// The rules of all cells, lowered to boxes.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub(crate) slots: Slots,
    pub(crate) dated: Dated,
    pub(crate) boxes: Arena<BoxId, Boxed>,
    pub(crate) shared: Arena<CellId, Cell>,
    /// The number facts that quotas are divided by, where the register declares them (S9).
    pub(crate) quantity: Option<FactId>,
    pub(crate) used: Option<FactId>,
    /// Whether any fact is derived.
    pub(crate) derives: bool,
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
    /// The cells of which proposals make others.
    pub(super) fn pending(&self) -> impl Iterator<Item = CellId> {
        self.adopted.iter().zip(&self.proposed).filter(|(adopted, proposed)| adopted != proposed).map(|(adopted, _)| *adopted)
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

/// The boxes of each rule, without proposals and with them.
struct RuleBoxes {
    adopted: Vec<BoxId>,
    proposed: Vec<BoxId>,
}

/// What takes part in a cell: rules and options, each in register order.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Members {
    rules: Vec<RuleId>,
    options: Vec<OptionId>,
}

pub(crate) fn compile(register: &Register) -> Cells {
    let mut cells = Cells { slots: slots(register), dated: Dated::of(register), services: register.services.len(), ..Cells::default() };
    let number = |name: &str| register.fact(name).filter(|fact| register.facts[*fact].is_number());
    (cells.quantity, cells.used) = (number("quantity"), number("used"));
    cells.alphabet = alphabet(register);
    cells.composites = register.services.values().map(|service| service.composite.is_some()).collect();
    cells.derives = register.facts.values().any(|fact| fact.derive.is_some());
    cells.shared.push(Cell::default());
    let mut boxes = Arena::default();
    let by_rule: Vec<RuleBoxes> = register.rules.ids().map(|rule| rule_boxes(register, rule, &mut boxes)).collect();
    cells.boxes = boxes;
    let mut shared: BTreeMap<Members, (CellId, CellId)> = BTreeMap::from([(Members::default(), (CellId::new(0), CellId::new(0)))]);
    for members in members(register, &by_rule) {
        let (adopted, proposed) = if let Some(found) = shared.get(&members) {
            *found
        } else {
            let pair = pair(register, &members, &by_rule, &mut cells);
            shared.insert(members, pair);
            pair
        };
        cells.adopted.push(adopted);
        cells.proposed.push(proposed);
    }
    cells.rows = Rows::compile(register, &cells);
    cells
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

/// What takes part in each cell, customer after customer.
fn members(register: &Register, by_rule: &[RuleBoxes]) -> Vec<Members> {
    let services = register.services.len();
    let mut all = vec![Members::default(); register.customers.len() * services];
    let mut each = |scope: &Scope, enter: &dyn Fn(&mut Members)| {
        for customer in scope.customers.iter() {
            for service in scope.services.iter() {
                all.get_mut(customer.index() * services + service.index()).into_iter().for_each(enter);
            }
        }
    };
    for (id, rule) in register.rules.iter() {
        let counts = by_rule.get(id.index()).is_some_and(|boxes| !boxes.adopted.is_empty() || !boxes.proposed.is_empty());
        if counts {
            each(&rule.scope, &|members| members.rules.push(id));
        }
    }
    for (id, binding) in register.options.iter() {
        each(&binding.scope, &|members| members.options.push(id));
    }
    all
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

fn rule_boxes(register: &Register, rule: RuleId, boxes: &mut Arena<BoxId, Boxed>) -> RuleBoxes {
    let painted = &register.versions[register.rules[rule].version].painted;
    let adopted = plane_boxes(register, rule, Plane::Adopted, boxes);
    let proposed = if painted.adopted == painted.proposed { adopted.clone() } else { plane_boxes(register, rule, Plane::Proposed, boxes) };
    RuleBoxes { adopted, proposed }
}

fn plane_boxes(register: &Register, id: RuleId, plane: Plane, boxes: &mut Arena<BoxId, Boxed>) -> Vec<BoxId> {
    let rule = &register.rules[id];
    let always = [Table::new()];
    let tables: Vec<Arc<Table>> =
        if rule.when.is_empty() { &always[..] } else { &rule.when[..] }.iter().map(|table| Arc::new(table.clone())).collect();
    let mut ids = Vec::new();
    for rect in register.versions[rule.version].painted.of(plane) {
        let Some(on) = rect.on.overlap(rule.days) else { continue };
        for tests in &tables {
            ids.push(boxes.push(Boxed { rule: id, on, known: rect.known, tests: tests.clone() }));
        }
    }
    ids
}

/// The cell of what takes part in it, without proposals and with them; one and the same where no proposal touches it.
fn pair(register: &Register, members: &Members, by_rule: &[RuleBoxes], cells: &mut Cells) -> (CellId, CellId) {
    let boxes_of = |rule: RuleId, plane: Plane| -> &[BoxId] {
        by_rule.get(rule.index()).map_or(&[], |boxes| if plane == Plane::Adopted { &boxes.adopted } else { &boxes.proposed })
    };
    let options = |plane| offered(register, &members.options, plane);
    let adopted =
        Cell { options: options(Plane::Adopted), ..cell(register, &members.rules, &|rule| boxes_of(rule, Plane::Adopted), cells) };
    let proposed_options = options(Plane::Proposed);
    let same_options = adopted.options == proposed_options;
    let adopted = cells.shared.push(adopted);
    if same_options && members.rules.iter().all(|rule| boxes_of(*rule, Plane::Adopted) == boxes_of(*rule, Plane::Proposed)) {
        return (adopted, adopted);
    }
    let proposed = cell(register, &members.rules, &|rule| boxes_of(rule, Plane::Proposed), cells);
    let proposed = Cell { options: proposed_options, ..proposed };
    (adopted, cells.shared.push(proposed))
}

/// The options of a cell in the order in which they run, each with the days and knowledge in which it takes part.
fn offered(register: &Register, options: &[OptionId], plane: Plane) -> Vec<(OptionId, Boxed)> {
    let mut sorted = options.to_vec();
    sorted.sort_by_key(|id| (register.options[*id].order, *id));
    let mut offered = Vec::new();
    for id in sorted {
        let binding = &register.options[id];
        for rect in register.versions[binding.version].painted.of(plane) {
            offered.extend(rect.on.overlap(binding.days).map(|on| (id, Boxed::of_days(on, rect.known))));
        }
    }
    offered
}

fn cell<'a>(register: &Register, rules: &[RuleId], boxes_of: &impl Fn(RuleId) -> &'a [BoxId], cells: &mut Cells) -> Cell {
    let (choices, mut bounds): (Vec<RuleId>, Vec<RuleId>) =
        rules.iter().copied().filter(|rule| !boxes_of(*rule).is_empty()).partition(|rule| register.rules[*rule].effect.is_choice());
    bounds.sort_by_key(|rule| register.rank(*rule));
    let mut cell = Cell { bounds: bounds.into_iter().flat_map(|rule| boxes_of(rule).iter().copied()).collect(), ..Cell::default() };
    for turn in order(register, &choices) {
        let own = boxes_of(turn.rule);
        cell.matching.extend(own);
        if turn.yields_to.is_empty() {
            cell.choices.extend(own);
        } else {
            let mut left: Vec<Boxed> = own.iter().map(|id| cells.boxes[*id].clone()).collect();
            for beater in turn.yields_to.iter().flat_map(|rule| boxes_of(*rule)) {
                let beater = cells.boxes[*beater].clone();
                left = left.iter().flat_map(|piece| subtract(piece, &beater, &register.facts)).collect();
            }
            cell.choices.extend(left.into_iter().map(|piece| cells.boxes.push(piece)));
        }
    }
    cell
}
