//! Rules with scopes in; for each cell of customer and service, its boxes in order out. Equal cells are shared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::dated::Dated;
use super::order::order;
use crate::cover::{Boxed, Slots, subtract};
use crate::model::arena::{Arena, BoxId, CellId, CustomerId, FactId, Id, RuleId, ServiceId};
use crate::model::day::Day;
use crate::model::painted::Plane;
use crate::model::register::Register;
use crate::model::rule::{Effect, Table};

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
    /// Cells in which a question could be answered in two ways; only proposals can make such, or the register does not load.
    pub(crate) contested: BTreeSet<CellId>,
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
    pub(crate) bounds: Vec<BoxId>,
}

impl Cells {
    pub(crate) fn cell(&self, plane: Plane, customer: CustomerId, service: ServiceId) -> &Cell {
        &self.shared[self.cell_id(plane, customer, service)]
    }
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

pub(crate) fn compile(register: &Register) -> Cells {
    let mut cells = Cells { slots: slots(register), dated: Dated::of(register), services: register.services.len(), ..Cells::default() };
    let number = |name: &str| register.fact(name).filter(|fact| register.facts[*fact].is_number());
    (cells.quantity, cells.used) = (number("quantity"), number("used"));
    cells.shared.push(Cell::default());
    let mut boxes = Arena::default();
    let by_rule: Vec<RuleBoxes> = register.rules.ids().map(|rule| rule_boxes(register, rule, &mut boxes)).collect();
    cells.boxes = boxes;
    let mut rules_of: Vec<Vec<RuleId>> = vec![Vec::new(); register.customers.len() * register.services.len()];
    for (id, rule) in register.rules.iter() {
        if by_rule.get(id.index()).is_none_or(|boxes| boxes.adopted.is_empty() && boxes.proposed.is_empty()) {
            continue;
        }
        for customer in rule.scope.customers.iter() {
            for service in rule.scope.services.iter() {
                if let Some(list) = rules_of.get_mut(customer.index() * register.services.len() + service.index()) {
                    list.push(id);
                }
            }
        }
    }
    let mut shared: BTreeMap<Vec<RuleId>, (CellId, CellId)> = BTreeMap::from([(Vec::new(), (CellId::new(0), CellId::new(0)))]);
    for list in rules_of {
        let (adopted, proposed) = if let Some(found) = shared.get(&list) {
            *found
        } else {
            let pair = pair(register, &list, &by_rule, &mut cells);
            shared.insert(list, pair);
            pair
        };
        cells.adopted.push(adopted);
        cells.proposed.push(proposed);
    }
    cells
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

/// The cell of a list of rules, without proposals and with them; one and the same where no proposal touches it.
fn pair(register: &Register, rules: &[RuleId], by_rule: &[RuleBoxes], cells: &mut Cells) -> (CellId, CellId) {
    let boxes_of = |rule: RuleId, plane: Plane| -> &[BoxId] {
        by_rule.get(rule.index()).map_or(&[], |boxes| if plane == Plane::Adopted { &boxes.adopted } else { &boxes.proposed })
    };
    let adopted = cell(register, rules, &|rule| boxes_of(rule, Plane::Adopted), cells);
    let adopted = cells.shared.push(adopted);
    if rules.iter().all(|rule| boxes_of(*rule, Plane::Adopted) == boxes_of(*rule, Plane::Proposed)) {
        return (adopted, adopted);
    }
    let proposed = cell(register, rules, &|rule| boxes_of(rule, Plane::Proposed), cells);
    (adopted, cells.shared.push(proposed))
}

fn cell<'a>(register: &Register, rules: &[RuleId], boxes_of: &impl Fn(RuleId) -> &'a [BoxId], cells: &mut Cells) -> Cell {
    let (choices, bounds): (Vec<RuleId>, Vec<RuleId>) =
        rules.iter().copied().filter(|rule| !boxes_of(*rule).is_empty()).partition(|rule| register.rules[*rule].effect.is_choice());
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
