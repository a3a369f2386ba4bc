//! A register, the cells of an older one, and what tells the two apart, in; the cells that are as they were out, their ids made good.

use std::sync::Arc;

use super::affected::Affected;
use super::boxes::RuleBoxes;
use super::cells::{Cell, Cells, Open};
use super::renumber::Renumbering;
use super::rows::Rows;
use crate::cover::Boxed;
use crate::model::arena::{BoxId, CellId, Id};
use crate::model::register::Register;
use crate::model::rule::{Rule, Scope};

/// All rules before the first that differs are what they were, and so are all after the last. Nothing but rules differs.
pub(super) struct Unchanged<'b> {
    before: &'b Cells,
    /// The scopes of the rules between, as they were and as they are.
    scopes: Vec<&'b Scope>,
    rules: Renumbering,
    boxes: Renumbering,
}

impl<'b> Unchanged<'b> {
    /// `None` if cells would be made with other dimensions than they were.
    pub(super) fn of(
        older: &'b Register,
        before: &'b Cells,
        register: &'b Register,
        by_rule: &[RuleBoxes],
        cells: &Cells,
    ) -> Option<Unchanged<'b>> {
        if before.slots != cells.slots || before.rows.encoding != cells.rows.encoding {
            return None;
        }
        let same = |(one, other): &(&Arc<Rule>, &Arc<Rule>)| Arc::ptr_eq(one, other) || one.counts_as(other);
        let start = older.rules.values().zip(register.rules.values()).take_while(same).count();
        let shorter = older.rules.len().min(register.rules.len());
        let end = older.rules.values().rev().zip(register.rules.values().rev()).take(shorter - start).take_while(same).count();
        let between = |register: &'b Register| register.rules.values().take(register.rules.len() - end).skip(start);
        let scopes = between(older).chain(between(register)).map(|rule| &rule.scope).collect();
        // The boxes of the rules at the end are the last of all rules' boxes.
        let end_boxes = by_rule.get(register.rules.len() - end).map_or(0, |first| cells.rule_boxes - first.start());
        Some(Unchanged {
            before,
            scopes,
            rules: Renumbering::from_to(older.rules.len() - end, register.rules.len() - end),
            boxes: Renumbering::from_to(before.rule_boxes - end_boxes, cells.rule_boxes - end_boxes),
        })
    }

    /// The cells that are not as they were.
    pub(super) fn affected(&self, register: &Register) -> Affected {
        Affected::of(register, self.scopes.iter().copied())
    }

    /// Rows for the cells, none of them there yet.
    pub(super) fn empty_rows(&self) -> Rows {
        Rows::like(&self.before.rows)
    }

    /// Enters all others; their ids, in order.
    pub(super) fn copy(&self, affected: &Affected, cells: &mut Cells) -> Vec<(CellId, CellId)> {
        let mut known: Vec<Option<CellId>> = vec![None; self.before.shared.len()];
        // The empty cell is the first of any.
        known.first_mut().into_iter().for_each(|first| *first = Some(CellId::new(0)));
        let mut id = |old: CellId| {
            if let Some(Some(new)) = known.get(old.index()) {
                return *new;
            }
            let new = self.enter(old, cells);
            known.get_mut(old.index()).into_iter().for_each(|known| *known = Some(new));
            new
        };
        let untouched = affected.places().zip(self.before.pairs()).filter(|(place, _)| place.is_none());
        untouched.map(|(_, (adopted, proposed))| (id(adopted), id(proposed))).collect()
    }

    fn enter(&self, old: CellId, cells: &mut Cells) -> CellId {
        let cell = &self.before.shared[old];
        let mut renumber = |id: &BoxId| {
            if id.index() < self.before.rule_boxes {
                return self.boxes.id(*id);
            }
            let piece = &self.before.boxes[*id];
            cells.boxes.push(Boxed { rule: self.rules.id(piece.rule), ..piece.clone() })
        };
        let cell = Cell {
            choices: cell.choices.iter().map(&mut renumber).collect(),
            matching: cell.matching.iter().map(&mut renumber).collect(),
            bounds: cell.bounds.iter().map(&mut renumber).collect(),
            options: cell.options.clone(),
            reads: cell.reads.clone(),
            open: cell.open.as_ref().map(|open| Box::new(self.open(open))),
            ..Cell::default()
        };
        cells.rows.keep(&self.before.rows, old, |rule| self.rules.id(rule));
        cells.shared.push(cell)
    }

    fn open(&self, open: &Open) -> Open {
        let rules = open.rules.iter().map(|rule| self.rules.id(*rule)).collect();
        Open { proposals: open.proposals.clone(), rules, options: open.options.clone() }
    }
}
