//! `bound-conflict`: two bounds of one rank leave no level (S4).
//!
//! ## What it does
//! Looks for two bounds of one rank that match one question, where the one asks for more than the other allows.
//!
//! ## Why this matters
//! Between ranks the higher one wins. Within one rank nobody does: no level is left.
//!
//! ## Example
//! ```toml
//! [[rule]]
//! id    = "floor"
//! bound = { at_least = "plus" }
//!
//! [[rule]]
//! id    = "ceiling"
//! bound = { at_most = "standard" }
//! ```
//! Change a level or a condition, or move one of them to another rank.

use std::collections::BTreeSet;

use super::Found;
use super::cases::Cases;
use super::witness::finish;
use crate::cover::apart;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::RuleId;
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut reported: BTreeSet<(RuleId, RuleId)> = BTreeSet::new();
    let ends = |rule: RuleId| register.rules[rule].effect.ends();
    for case in &cases.list {
        let bounds = case.bounds();
        let ceilings: Vec<_> = bounds.iter().filter(|(rule, _)| ends(**rule).1.is_some()).collect();
        for (low_rule, low_boxes) in bounds.iter().filter(|(rule, _)| ends(**rule).0.is_some()) {
            for (high_rule, high_boxes) in ceilings.iter().copied() {
                let (Some(low), Some(high)) = (ends(*low_rule).0, ends(*high_rule).1) else { continue };
                if low <= high || register.rank(*low_rule) != register.rank(*high_rule) {
                    continue;
                }
                let found = low_boxes
                    .iter()
                    .flat_map(|one| high_boxes.iter().map(move |other| [*one, *other]))
                    .filter(|[one, other]| !apart(one, other));
                let found = found
                    .into_iter()
                    .find_map(|pair| case.common(&pair).into_iter().find(|piece| !piece.is_empty()).map(|piece| (piece, pair)));
                if let Some((piece, pair)) = found {
                    out.contested.insert(case.id);
                    if !reported.insert((*low_rule, *high_rule)) {
                        continue;
                    }
                    let later = (*low_rule).max(*high_rule);
                    let message = both!(
                        "`{}` asks for at least `{}` where `{}` allows at most `{}`",
                        "`{}` vraagt ten minste `{}` waar `{}` ten hoogste `{}` toestaat",
                        register.rules[*low_rule].key,
                        register.level_id(low),
                        register.rules[*high_rule].key,
                        register.level_id(high)
                    );
                    let finding = Draft::new(Code::BoundConflict, register.rules[later].place, message).help(both!(
                        "both have the same rank: change a level or a condition, or move one to another rank",
                        "beide hebben dezelfde rang: verander een niveau of een voorwaarde, of geef een van beide een andere rang"
                    ));
                    out.push(finish(finding, case, &piece, pair));
                }
            }
        }
    }
}
