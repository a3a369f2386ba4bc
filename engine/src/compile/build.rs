//! Rules with scopes in; for each cell of customer and service, its boxes and rows out. Cells that are as they were in an older register
//! are copied from there.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::affected::Affected;
use super::boxes::{RuleBoxes, boxes};
use super::cell::{BuiltCell, CellBuilder, Members, members};
use super::cells::Cells;
use super::dated::Dated;
use super::encoding::Encoding;
use super::incremental::Unchanged;
use super::rows::Rows;
use crate::cover::Slots;
use crate::model::arena::{CellId, FactId, Id};
use crate::model::day::Day;
use crate::model::fact::Fact;
use crate::model::register::Register;
use crate::model::rule::Effect;
use crate::parallel::{both, side_by_side};
use crate::script::Scripts;

/// How many cells are made before they are entered.
const SHARE: usize = 8_192;
/// How many cells are one core's work at a time.
const FEW: usize = 128;

/// Compiles a register's cells. Those that are as they were in another one are copied from there. The cells made anew come with them.
pub(crate) fn compile(register: &Register, before: Option<(&Register, &Cells)>) -> (Cells, Affected) {
    let number = |name: &str| register.fact(name).filter(|fact| register.facts[*fact].is_number());
    let slots = slots(register);
    let (encoding, (boxes, by_rule)) =
        both(|| Encoding::of(&register.facts, register.rules.values().flat_map(|rule| &rule.when)), || boxes(register));
    let mut cells = Cells {
        rule_boxes: boxes.len(),
        boxes,
        slots,
        dated: Arc::new(Dated::of(register)),
        services: register.services.len(),
        quantity: number("quantity"),
        used: number("used"),
        // Cells are only ever made from older ones where the facts are the same.
        scripts: before.map_or_else(|| Arc::new(Scripts::of(&register.facts)), |(_, older)| Arc::clone(&older.scripts)),
        alphabet: alphabet(register),
        composites: register.services.values().map(|service| service.composite.is_some()).collect(),
        rows: Rows::new(encoding),
        ..Cells::default()
    };
    let kept = before.and_then(|(older, before)| Unchanged::of(older, before, register, &by_rule, &cells));
    if let Some(kept) = &kept {
        cells.rows = kept.empty_rows();
    }
    let affected = kept.as_ref().map_or_else(|| Affected::all(register), |kept| kept.affected(register));
    let made = cells.make(register, &by_rule, &members(register, &by_rule, &affected));
    let mut copied = kept.map(|kept| kept.copy(&affected, &mut cells)).unwrap_or_default().into_iter();
    let mut pair = |place: Option<usize>| place.map_or_else(|| copied.next(), |place| made.get(place).copied());
    let pairs = affected.places().map(|place| pair(place).unwrap_or((CellId::new(0), CellId::new(0))));
    (cells.adopted, cells.proposed) = pairs.unzip();
    for adopted in &cells.adopted {
        if cells.shared[*adopted].open.is_some() {
            cells.rows.mark_pending(*adopted);
        }
    }
    (cells, affected)
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
            let ground =
                CellBuilder { register, slots, encoding: &rows.encoding, boxes, rule_boxes: self.rule_boxes, by_rule, used: *used };
            let few: Vec<&[&Members]> = share.chunks(FEW).collect();
            let made = side_by_side(&few, |few| few.iter().map(|members| ground.make(members)).collect::<Vec<_>>());
            for (adopted, proposed) in made.into_iter().flatten() {
                let adopted = self.enter(adopted);
                pairs.push((adopted, proposed.map_or(adopted, |proposed| self.enter(proposed))));
            }
        }
        each.into_iter().filter_map(|at| pairs.get(at).copied()).collect()
    }

    fn enter(&mut self, made: BuiltCell) -> CellId {
        let BuiltCell { cell, pieces, rows } = made;
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
