//! `rule-redundant`: a row of a first-match list that says what the next one says anyway (S5).
//!
//! ## What it does
//! Looks for rows of lists with `first = true` after which the next one matches wherever they do, with the same effect and for the same
//! reason. Without such a row, every answer would be the same.
//!
//! ## Why this matters
//! A list is read from top to bottom: a row that changes nothing makes the reader look for what it changes.
//!
//! ## Example
//! ```toml
//! first = true
//!
//! [[rule]]
//! id    = "large"
//! when  = { desks = "> 100" }
//! grant = { level = "plus" }
//!
//! [[rule]]
//! id    = "middle"
//! when  = { desks = "> 50" }
//! grant = { level = "plus" }
//! ```
//! Take it out, or say what it was meant to change.

use std::collections::{BTreeMap, BTreeSet};

use super::Found;
use super::cases::{Case, Cases, Ranked};
use crate::cover::Boxed;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::RuleId;
use crate::model::register::Register;
use crate::semantics::beats;
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut redundant: BTreeMap<RuleId, RuleId> = BTreeMap::new();
    let mut needed: BTreeSet<RuleId> = BTreeSet::new();
    for case in cases.list.iter().filter(|case| !out.contested.contains(&case.id)) {
        let ranked = case.ranked();
        // In their order, the rows of each list that have a say in this cell.
        let mut rows: BTreeMap<usize, BTreeMap<RuleId, &[&Boxed]>> = BTreeMap::new();
        for (rule, boxes) in &ranked.rules {
            if let Some(list) = register.overrides.list(*rule) {
                rows.entry(list.start).or_default().insert(*rule, boxes);
            }
        }
        for list in rows.values() {
            for (row, next) in list.iter().zip(list.iter().skip(1).map(Some).chain([None])) {
                match next.filter(|next| says_the_same(case, &ranked, row, *next)) {
                    Some((next, _)) => {
                        redundant.entry(*row.0).or_insert(*next);
                    }
                    None => {
                        needed.insert(*row.0);
                    }
                }
            }
        }
    }
    for (rule, next) in redundant.into_iter().filter(|(rule, _)| !needed.contains(rule)) {
        let (stated, next) = (&register.rules[rule], &register.rules[next]);
        let message = both!(
            "`{}` changes nothing: `{}` comes next, matches wherever it does, and says the same",
            "`{}` verandert niets: `{}` komt erna, past overal waar hij past, en zegt hetzelfde",
            stated.id,
            next.id
        );
        out.push(
            Draft::new(Code::RuleRedundant, stated.place, message)
                .help(both!("take it out, or say what it was meant to change", "haal hem weg, of zeg wat hij moest veranderen")),
        );
    }
}

/// A row of a list, with its boxes in a cell.
type Row<'r, 'p> = (&'r RuleId, &'r &'r [&'p Boxed]);

/// Whether the next row gives the same answers wherever this one decides.
fn says_the_same(case: &Case<'_>, ranked: &Ranked<'_>, (row, boxes): Row<'_, '_>, (next, next_boxes): Row<'_, '_>) -> bool {
    let register = case.view.world.register;
    let (one, other) = (&register.rules[*row], &register.rules[*next]);
    let same = one.effect == other.effect && one.text == other.text && one.reference == other.reference;
    same && boxes.iter().all(|boxed| {
        let covers = next_boxes.iter().any(|wider| boxed.is_within(wider));
        // Something else that beats the next row, and not this one, would come in between.
        covers && !ranked.near.to(boxed).into_iter().any(|(_, between)| comes_between(register, between.rule, *row, *next))
    })
}

fn comes_between(register: &Register, rule: RuleId, row: RuleId, next: RuleId) -> bool {
    rule != row && rule != next && beats(register, rule, next) && !beats(register, rule, row)
}
