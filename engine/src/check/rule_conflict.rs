//! `rule-conflict`: two rules that nothing ranks give different answers to one question (S5).
//!
//! ## What it does
//! Compares all rules of one customer and service that can match the same question and that nothing ranks: neither has the closer
//! rank, neither overrides the other, neither has the smaller scope. Every view of knowledge is looked at.
//!
//! ## Why this matters
//! The question would have two answers. A register that could answer in two ways does not load.
//!
//! ## Example
//! ```toml
//! [[rule]]
//! id    = "all"
//! grant = { level = "standard" }
//!
//! [[rule]]
//! id    = "also-all"
//! grant = { level = "plus" }
//! ```
//! Let one override the other (`overrides = ["all"]`), give one a smaller scope, or keep them apart by a condition.

use std::collections::BTreeSet;

use super::cases::{Case, Cases, Ranked};
use super::witness::finish;
use super::{Found, STEPS, too_large};
use crate::cover::{Boxed, Budget, Exhausted, Region, apart, uncovered};
use crate::diagnostic::{Code, Draft};
use crate::model::arena::RuleId;
use crate::model::bitemporal::Proposals;
use crate::semantics::beats;

/// The most pairs of rules of one cell that are compared.
const PAIRS: usize = 20_000_000;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let mut reported: BTreeSet<(RuleId, RuleId)> = BTreeSet::new();
    for case in &cases.list {
        let ranked = case.ranked();
        for rivals in rivals(case, &ranked) {
            let mut pairs = Budget::new(PAIRS);
            for (at, one) in rivals.iter().enumerate() {
                for other in rivals.iter().skip(at + 1).flatten() {
                    if one.iter().try_for_each(|rule| pairs.step().map(|()| pair(case, &ranked, rule, other, &mut reported, out))).is_err()
                    {
                        out.push(too_large(case.view.world.register.rules[other.0].place, "this rule, among all of its cell,"));
                        return;
                    }
                }
            }
        }
    }
}

/// A rule of a case with its boxes.
type Stated<'r, 'p> = &'r (RuleId, Vec<&'p Boxed>);

/// The rules of each rank, in groups of one effect each: only rules of two groups can conflict. Ranks of one effect are left out.
fn rivals<'r, 'p>(case: &Case<'p>, ranked: &'r Ranked<'p>) -> Vec<Vec<Vec<Stated<'r, 'p>>>> {
    let register = case.view.world.register;
    let mut ranks = Vec::new();
    for rank in ranked.rules.chunk_by(|a, b| register.rank(a.0) == register.rank(b.0)) {
        let mut groups: Vec<Vec<Stated<'r, 'p>>> = Vec::new();
        for rule in rank {
            let effect = &register.rules[rule.0].effect;
            let same = |group: &&mut Vec<Stated<'r, 'p>>| group.first().is_some_and(|first| register.rules[first.0].effect == *effect);
            match groups.iter_mut().find(same) {
                Some(group) => group.push(rule),
                None => groups.push(vec![rule]),
            }
        }
        if groups.len() > 1 {
            ranks.push(groups);
        }
    }
    ranks
}

fn pair<'p>(
    case: &Case<'p>,
    ranked: &Ranked<'p>,
    one: Stated<'_, 'p>,
    other: Stated<'_, 'p>,
    reported: &mut BTreeSet<(RuleId, RuleId)>,
    out: &mut Found,
) {
    let register = case.view.world.register;
    let ((a, boxes_a), (b, boxes_b)) = if one.0 < other.0 { (one, other) } else { (other, one) };
    let ranked_apart = beats(register, *a, *b) || beats(register, *b, *a);
    if ranked_apart || (case.view.proposals == Proposals::Included && !touches_proposal(case, &[*a, *b])) {
        return;
    }
    let finding = match find(case, ranked, (*a, boxes_a), (*b, boxes_b)) {
        Ok(None) => return,
        Ok(Some((region, boxes))) => {
            out.contested.insert(case.id);
            finish(conflict(case, *a, *b), case, &region, boxes)
        }
        Err(Exhausted) => too_large(register.rules[*b].place, &format!("`{}`", register.rules[*b].key)),
    };
    if reported.insert((*a, *b)) {
        out.push(finding);
    }
}

/// Whether a proposal takes part at all: without one, the finding was made already.
fn touches_proposal(case: &Case<'_>, rules: &[RuleId]) -> bool {
    let register = case.view.world.register;
    rules.iter().any(|rule| {
        let timelines = &register.versions[register.rules[*rule].version].timelines;
        timelines.adopted != timelines.proposed
    })
}

/// A piece, and the boxes that matter in it.
type Shown<'p> = (Region, Vec<&'p Boxed>);

/// A piece in which both match and nothing that beats either does.
fn find<'p>(
    case: &Case<'p>,
    ranked: &Ranked<'p>,
    a: (RuleId, &[&'p Boxed]),
    b: (RuleId, &[&'p Boxed]),
) -> Result<Option<Shown<'p>>, Exhausted> {
    let register = case.view.world.register;
    let mut beaters: Option<Vec<&Boxed>> = None;
    let mut budget = Budget::new(STEPS);
    for one in a.1 {
        for other in b.1.iter().filter(|other| !apart(one, other)) {
            let beaters = beaters.get_or_insert_with(|| {
                let mut all = ranked.beaters(register, a.0);
                all.extend(ranked.beaters(register, b.0));
                all
            });
            let near: Vec<&Boxed> = beaters.iter().copied().filter(|beater| !apart(one, beater) && !apart(other, beater)).collect();
            for piece in case.common(&[one, other]) {
                if let Some(region) = uncovered(piece, &near, case.slots(), &mut budget)? {
                    let boxes = [*one, *other].into_iter().chain(near).collect();
                    return Ok(Some((region, boxes)));
                }
            }
        }
    }
    Ok(None)
}

fn conflict(case: &Case<'_>, a: RuleId, b: RuleId) -> Draft {
    let register = case.view.world.register;
    let (first, second) = (&register.rules[a], &register.rules[b]);
    let name = if first.version == second.version { &*first.id } else { &*first.key };
    let rank = register.ranks.get(usize::from(register.rank(a))).map_or("", |rank| &rank.id);
    let overriding = if register.versions[first.version].set == register.versions[second.version].set {
        first.id.to_string()
    } else {
        format!("{}#{}", register.sets[register.versions[first.version].set].id, first.id)
    };
    Draft::new(Code::RuleConflict, second.place, format!("`{}` and `{name}` answer the same question differently", second.id)).help(format!(
        "both have the rank `{rank}` and neither has the smaller scope: let one override the other (`overrides = [\"{overriding}\"]`), or change a condition"
    ))
}
