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
use crate::model::rule::Effect;
use crate::semantics::beats;
use crate::text::{Bilingual, both};

/// The most pairs of rules of one cell that are compared.
const PAIRS: usize = 20_000_000;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let mut reported: BTreeSet<(RuleId, RuleId)> = BTreeSet::new();
    for case in &cases.list {
        let ranked = case.ranked();
        let effects = effects(case, &ranked);
        let effect = |at: usize| effects.get(at).copied().unwrap_or_default();
        let mut pairs = Budget::new(PAIRS);
        for (at, (rule, boxes)) in ranked.rules.iter().enumerate().filter(|(at, _)| effect(*at).is_rival) {
            let near = boxes.iter().flat_map(|boxed| ranked.near.to(boxed)).map(|(other, _)| other);
            let others = near.filter(|other| effect(*other).is_against(effect(at)) && (*other > at || !effect(*other).is_rival));
            let others: BTreeSet<usize> = others.collect();
            for other in others.iter().filter_map(|other| ranked.rules.get(*other)) {
                if beats(cases.world.register, *rule, other.0) || beats(cases.world.register, other.0, *rule) {
                    continue;
                }
                if pairs.step().is_err() {
                    out.push(too_large(
                        cases.world.register.rules[other.0].place,
                        &both!("this rule, among all of its cell,", "deze regel, tussen alle andere van zijn cel,"),
                    ));
                    return;
                }
                pair(case, &ranked, (*rule, boxes), (other.0, &other.1), &mut reported, out);
            }
        }
    }
}

/// A rule of a case with its boxes.
type Stated<'r, 'p> = (RuleId, &'r [&'p Boxed]);

/// The effect of a rule, as far as conflicts go: rules of one rank conflict where their effects are not the same.
#[derive(Debug, Clone, Copy, Default)]
struct EffectOf {
    rank: usize,
    number: usize,
    /// Whether it is looked at from this side. Those that share the most frequent effect of their rank are looked at from the others'.
    is_rival: bool,
}

impl EffectOf {
    fn is_against(self, other: EffectOf) -> bool {
        self.rank == other.rank && self.number != other.number
    }
}

/// The effect of each rule, in their order.
fn effects(case: &Case<'_>, ranked: &Ranked<'_>) -> Vec<EffectOf> {
    let register = case.view.world.register;
    let mut effects = Vec::with_capacity(ranked.rules.len());
    for (rank, rules) in ranked.rules.chunk_by(|a, b| register.rank(a.0) == register.rank(b.0)).enumerate() {
        let mut known: Vec<(&Effect, usize)> = Vec::new();
        let start = effects.len();
        for (rule, _) in rules {
            let effect = &register.rules[*rule].effect;
            let number = known.iter().position(|(other, _)| *other == effect).unwrap_or_else(|| {
                known.push((effect, 0));
                known.len() - 1
            });
            known.get_mut(number).into_iter().for_each(|(_, count)| *count += 1);
            effects.push(EffectOf { rank, number, is_rival: true });
        }
        let most = known.iter().enumerate().max_by_key(|(_, (_, count))| *count).map(|(number, _)| number);
        effects.iter_mut().skip(start).for_each(|effect| effect.is_rival = Some(effect.number) != most);
    }
    effects
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
    if case.view.proposals == Proposals::Included && !touches_proposal(case, &[a, b]) {
        return;
    }
    let finding = match find(case, ranked, (a, boxes_a), (b, boxes_b)) {
        Ok(None) => return,
        Ok(Some((region, boxes))) => {
            out.contested.insert(case.id);
            finish(conflict(case, a, b), case, &region, boxes)
        }
        Err(Exhausted) => too_large(register.rules[b].place, &Bilingual::same(format!("`{}`", register.rules[b].key))),
    };
    if reported.insert((a, b)) {
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
fn find<'p>(case: &Case<'p>, ranked: &Ranked<'p>, a: Stated<'_, 'p>, b: Stated<'_, 'p>) -> Result<Option<Shown<'p>>, Exhausted> {
    let register = case.view.world.register;
    let mut budget = Budget::new(STEPS);
    for one in a.1 {
        for other in b.1.iter().filter(|other| !apart(one, other)) {
            let near = ranked.near.to(one).into_iter().map(|(_, beater)| beater).filter(|beater| !apart(other, beater));
            let near: Vec<&Boxed> = near.filter(|beater| beats(register, beater.rule, a.0) || beats(register, beater.rule, b.0)).collect();
            for piece in case.common(&[one, other]) {
                if let Some(region) = uncovered(piece, &near, &case.view, &mut budget)? {
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
    Draft::new(Code::RuleConflict, second.place, both!("`{}` and `{name}` answer the same question differently", "`{}` en `{name}` geven op dezelfde vraag een ander antwoord", second.id)).help(both!("both have the rank `{rank}` and neither has the smaller scope: let one override the other (`overrides = [\"{overriding}\"]`), or change a condition", "beide hebben de rang `{rank}` en geen van beide heeft het kleinste bereik: laat de ene voorgaan (`overrides = [\"{overriding}\"]`), of verander een voorwaarde"
    ))
}
