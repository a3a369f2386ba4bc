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
use crate::cover::{Boxed, Moment, Near};
use crate::diagnostic::{Code, Draft};
use crate::model::arena::RuleId;
use crate::model::register::Register;
use crate::model::rule::Effect;
use crate::semantics::Chosen;
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut binding: BTreeSet<RuleId> = BTreeSet::new();
    let mut idle: BTreeMap<RuleId, BTreeSet<RuleId>> = BTreeMap::new();
    // Whatever is chosen.
    let all = Chosen { level: register.top_level(), ..Chosen::NOTHING };
    for case in cases.list.iter().filter(|case| !out.contested.contains(&case.id)) {
        let near = Near::of(case.cell.bounds.iter().map(|id| case.boxed(*id)).enumerate().collect());
        for (rule, boxes) in case.bounds() {
            if binding.contains(&rule) {
                continue;
            }
            let others = idle.entry(rule).or_default();
            let (at_least, at_most) = register.rules[rule].effect.ends();
            let mut looks = boxes.iter().map(|boxed| {
                let near = near.to(boxed).into_iter().map(|(_, other)| other);
                let near: Vec<&Boxed> = near.filter(|other| other.rule == rule || can_hide(register, other.rule, rule)).collect();
                explore::any(case.view, case.common(&[boxed]), |piece| {
                    let bounds = case.view.bounds_among(near.iter().copied(), &all, piece, Moment::NOW)?;
                    others.extend(at_least.iter().flat_map(|_| &bounds.floor_by).chain(at_most.iter().flat_map(|_| &bounds.ceiling_by)));
                    Ok(bounds.floor_by.contains(&rule) || bounds.ceiling_by.contains(&rule))
                })
            });
            // What is too long to say is no finding.
            if looks.any(|binds| binds.unwrap_or(true)) {
                binding.insert(rule);
            }
        }
    }
    for (rule, others) in idle.into_iter().filter(|(rule, _)| !binding.contains(rule)) {
        let stated = &register.rules[rule];
        let top = register.levels.len().saturating_sub(1);
        let all = matches!(stated.effect, Effect::Bound { at_least, at_most } if at_least.is_none() && at_most.is_some_and(|level| usize::from(level.0) >= top));
        let why = match others.first() {
            Some(other) if !all => both!(
                "where it matches, `{}` holds the levels within as much or more",
                "waar hij past, begrenst `{}` de niveaus evenveel of meer",
                register.rules[*other].key
            ),
            _ => both!("it allows every level there is", "hij laat elk niveau toe dat er is"),
        };
        out.push(
            Draft::new(Code::BoundIdle, stated.place, both!([why] "`{}` never binds: {why}", "`{}` begrenst nooit iets: {why}", stated.id))
                .help(both!("take it out, or ask for another level", "haal hem weg, of vraag een ander niveau")),
        );
    }
}

/// Whether a bound may leave nothing to another: by more of it, or by as much from a higher rank. All others of a cell need not be looked at.
fn can_hide(register: &Register, one: RuleId, other: RuleId) -> bool {
    let ends = |rule: RuleId| register.rules[rule].effect.ends();
    let ((floor, ceiling), (own_floor, own_ceiling)) = (ends(one), ends(other));
    let more = own_floor.is_some() && floor > own_floor || own_ceiling.is_some_and(|own| ceiling.is_some_and(|ceiling| ceiling < own));
    more || register.rank(one) < register.rank(other)
}
