//! `grant-clamped`: a grant whose level is never what it says, since bounds always change it (S7).
//!
//! ## What it does
//! Looks for grants which decide somewhere, but of which the level lies outside the bounds wherever they do.
//!
//! ## Why this matters
//! The contract promises one level, and everybody gets another. Either the promise or the bound is not what was meant.
//!
//! ## Example
//! ```toml
//! [[rule]]
//! id    = "ceiling"                       # in a scheme
//! bound = { at_most = "plus" }
//!
//! [[rule]]
//! id    = "promise"                       # in an agreement below it
//! grant = { level = "bespoke" }           # never more than `plus`
//! ```
//! Grant what the bounds allow, or change the bound.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::Cases;
use super::{Found, STEPS, explore};
use crate::cover::{Budget, Moment, Near, uncovered};
use crate::diagnostic::{Code, Draft};
use crate::model::arena::RuleId;
use crate::model::rule::Effect;
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut free: BTreeSet<RuleId> = BTreeSet::new();
    let mut clamped: BTreeMap<RuleId, RuleId> = BTreeMap::new();
    for case in cases.list.iter().filter(|case| !out.contested.contains(&case.id) && !case.cell.bounds.is_empty()) {
        let ranked = case.ranked();
        let bounds = Near::of(case.cell.bounds.iter().map(|id| case.boxed(*id)).enumerate().collect());
        for (rule, boxes) in case.choices() {
            let Effect::Grant(grant) = &register.rules[rule].effect else { continue };
            if free.contains(&rule) {
                continue;
            }
            // Where no rule that beats it holds, and no bound that asks for another level, it is as it says: most are somewhere.
            let other_level = |bound: &RuleId| {
                let (floor, ceiling) = register.rules[*bound].effect.ends();
                floor.is_some_and(|floor| floor > grant.level) || ceiling.is_some_and(|ceiling| ceiling < grant.level)
            };
            let clear = boxes.iter().any(|boxed| {
                let mut against = ranked.beaters(register, rule, boxed);
                against.extend(bounds.to(boxed).into_iter().map(|(_, bound)| bound).filter(|bound| other_level(&bound.rule)));
                let mut budget = Budget::new(STEPS);
                let found = |piece| uncovered(piece, &against, &case.view, &mut budget).is_ok_and(|found| found.is_some());
                case.common(&[boxed]).into_iter().any(found)
            });
            if clear {
                free.insert(rule);
                continue;
            }
            let pieces = boxes.iter().flat_map(|boxed| case.common(&[boxed])).collect();
            let as_said = explore::any(case.view, pieces, |piece| {
                if case.view.choice(case.service, piece, Moment::NOW)? != Some(rule) {
                    return Ok(false);
                }
                let chosen = case.view.chosen(Some(rule), case.service, piece, Moment::NOW)?;
                let bounds = case.view.bounds_of(&chosen, case.service, piece, Moment::NOW)?;
                let by = if grant.level < bounds.left.floor {
                    bounds.floor_by.first()
                } else if grant.level > bounds.left.ceiling {
                    bounds.ceiling_by.first()
                } else {
                    return Ok(true);
                };
                clamped.extend(by.map(|by| (rule, *by)));
                Ok(false)
            });
            if as_said.unwrap_or(true) {
                free.insert(rule);
            }
        }
    }
    // In a cell without bounds, a grant is what it says.
    for case in cases.list.iter().filter(|case| case.cell.bounds.is_empty()) {
        free.extend(case.choices().into_keys());
    }
    for (rule, by) in clamped.into_iter().filter(|(rule, _)| !free.contains(rule)) {
        let stated = &register.rules[rule];
        let Effect::Grant(grant) = &stated.effect else { continue };
        let (level, by) = (register.level_id(grant.level), &register.rules[by].key);
        out.push(
            Draft::new(
                Code::GrantClamped,
                stated.place,
                both!(
                    "`{}` never grants `{level}`: `{by}` always changes that",
                    "`{}` kent nooit `{level}` toe: `{by}` verandert dat altijd",
                    stated.id
                ),
            )
            .help(both!("grant what the bounds allow, or change the bound", "ken toe wat de grenzen toelaten, of verander de grens")),
        );
    }
}
