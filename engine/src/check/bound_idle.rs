//! `bound-idle`: a bound that never narrows anything (S4).
//!
//! ## What it does
//! Looks for bounds which, wherever they match, leave the interval of levels as the other bounds leave it: since they allow
//! every level, since a higher rank allows no more than they do, or since another bound of their rank always asks for more.
//!
//! ## Why this matters
//! Whoever reads the register takes such a bound for a safeguard. It is none.
//!
//! ## Example
//! ```toml
//! [[rule]]
//! id      = "ceiling"
//! service = "legal/*"
//! bound   = { at_most = "bespoke" }      # the highest level there is
//! ```
//! Take it out, or ask for the level that is meant.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::Cases;
use super::{Found, explore};
use crate::cover::Moment;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::RuleId;
use crate::model::rule::Effect;
use crate::semantics::Chosen;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut binding: BTreeSet<RuleId> = BTreeSet::new();
    let mut idle: BTreeMap<RuleId, BTreeSet<RuleId>> = BTreeMap::new();
    // Whatever is chosen.
    let all = Chosen { level: register.top_level(), ..Chosen::NOTHING };
    for case in cases.list.iter().filter(|case| !out.contested.contains(&case.id)) {
        for (rule, boxes) in case.bounds() {
            if binding.contains(&rule) {
                continue;
            }
            let pieces = boxes.iter().flat_map(|boxed| case.common(&[boxed])).collect();
            let others = idle.entry(rule).or_default();
            let binds = explore::any(case.view, pieces, |piece| {
                let bounds = case.view.bounds_of(&all, case.service, piece, Moment::NOW)?;
                let Effect::Bound { at_least, at_most } = register.rules[rule].effect else { return Ok(true) };
                others.extend(at_least.iter().flat_map(|_| &bounds.floor_by).chain(at_most.iter().flat_map(|_| &bounds.ceiling_by)));
                Ok(bounds.floor_by.contains(&rule) || bounds.ceiling_by.contains(&rule))
            });
            // What is too long to say is no finding.
            if binds.unwrap_or(true) {
                binding.insert(rule);
            }
        }
    }
    for (rule, others) in idle.into_iter().filter(|(rule, _)| !binding.contains(rule)) {
        let stated = &register.rules[rule];
        let top = register.levels.len().saturating_sub(1);
        let all = matches!(stated.effect, Effect::Bound { at_least, at_most } if at_least.is_none() && at_most.is_some_and(|level| usize::from(level.0) >= top));
        let why = match others.first() {
            Some(other) if !all => format!("where it matches, `{}` holds the levels within as much or more", register.rules[*other].key),
            _ => "it allows every level there is".to_owned(),
        };
        out.push(
            Draft::new(Code::BoundIdle, stated.place, format!("`{}` never binds: {why}", stated.id))
                .help("take it out, or ask for another level"),
        );
    }
}
