//! `rule-conflict`: two rules that nothing ranks give different answers to one question (S5).

use std::collections::BTreeSet;

use super::cases::{Case, Cases, apart};
use super::witness::finish;
use super::{Found, STEPS, too_large};
use crate::cover::{Boxed, Budget, Exhausted, Region, uncovered};
use crate::diagnostic::{Code, Draft};
use crate::model::arena::RuleId;
use crate::model::register::Plane;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let mut reported: BTreeSet<(RuleId, RuleId)> = BTreeSet::new();
    for case in &cases.list {
        let rules: Vec<(RuleId, Vec<&Boxed>)> = case.choices().into_iter().collect();
        for (at, (a, boxes_a)) in rules.iter().enumerate() {
            for (b, boxes_b) in rules.iter().skip(at + 1) {
                if !may_conflict(case, *a, *b) {
                    continue;
                }
                let finding = match find(case, &rules, (*a, boxes_a), (*b, boxes_b)) {
                    Ok(None) => continue,
                    Ok(Some((region, boxes))) => {
                        out.contested.insert(case.id);
                        finish(conflict(case, *a, *b), case, &region, boxes)
                    }
                    Err(Exhausted) => {
                        too_large(case.view.world.register.rules[*b].place, &format!("`{}`", case.view.world.register.rules[*b].key))
                    }
                };
                if reported.insert((*a, *b)) {
                    out.push(finding);
                }
            }
        }
    }
}

fn may_conflict(case: &Case<'_>, a: RuleId, b: RuleId) -> bool {
    let register = case.view.world.register;
    let differ = register.rules[a].effect != register.rules[b].effect;
    differ
        && register.rank(a) == register.rank(b)
        && !register.beats(a, b)
        && !register.beats(b, a)
        && (case.view.plane == Plane::Adopted || touches_proposal(case, &[a, b]))
}

/// Whether a proposal takes part at all: without one, the finding was made already.
pub(super) fn touches_proposal(case: &Case<'_>, rules: &[RuleId]) -> bool {
    let register = case.view.world.register;
    rules.iter().any(|rule| {
        let painted = &register.versions[register.rules[*rule].version].painted;
        painted.adopted != painted.proposed
    })
}

/// A piece in which both match and nothing that beats either does.
fn find<'p>(
    case: &Case<'p>,
    rules: &[(RuleId, Vec<&'p Boxed>)],
    a: (RuleId, &[&'p Boxed]),
    b: (RuleId, &[&'p Boxed]),
) -> Result<Option<(Region, Vec<&'p Boxed>)>, Exhausted> {
    let register = case.view.world.register;
    let beaters: Vec<&Boxed> = rules
        .iter()
        .filter(|(rule, _)| register.beats(*rule, a.0) || register.beats(*rule, b.0))
        .flat_map(|(_, boxes)| boxes.iter().copied())
        .collect();
    let mut budget = Budget::new(STEPS);
    for one in a.1 {
        for other in b.1.iter().filter(|other| !apart(one, other)) {
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
    let name = if first.version == second.version { &first.id } else { &first.key };
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
