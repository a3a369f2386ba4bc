//! The choice rules of one cell in; the same in order of precedence out, so that the first match decides (S5).

use std::collections::BTreeSet;

use crate::model::arena::RuleId;
use crate::model::register::Register;
use crate::semantics::{beats, by_rank_and_scope, is_in_order};

/// A rule in its turn, with those that beat it where being earlier does not tell: they come later, or themselves yield. Where they match, it
/// does not count.
pub(super) struct Turn {
    pub(super) rule: RuleId,
    pub(super) yields_to: Vec<RuleId>,
}

/// Closest rank first, then small scopes before large ones, then in register order; `overrides` can change that within a rank.
pub(super) fn order(register: &Register, choices: &[RuleId]) -> Vec<Turn> {
    let mut sorted = choices.to_vec();
    by_rank_and_scope(register, &mut sorted);
    let mut turns = Vec::with_capacity(sorted.len());
    for group in sorted.chunk_by(|a, b| register.rank(*a) == register.rank(*b)) {
        if is_in_order(register, group) {
            turns.extend(group.iter().map(|rule| Turn { rule: *rule, yields_to: Vec::new() }));
        } else {
            turns.extend(by_beating(register, group));
        }
    }
    turns
}

/// Takes, again and again, the first rule that none of the rest beats; in a circle, the first, which then yields to its beaters. What it beats
/// yields to it in turn: also where it does not count itself, it matches, and beats.
fn by_beating(register: &Register, group: &[RuleId]) -> Vec<Turn> {
    let places = 0..group.len();
    let beats = |a: usize, b: usize| match (group.get(a), group.get(b)) {
        (Some(a), Some(b)) => beats(register, *a, *b),
        _ => false,
    };
    let mut beaters: Vec<BTreeSet<usize>> = places.clone().map(|at| places.clone().filter(|other| beats(*other, at)).collect()).collect();
    let all = beaters.clone();
    let mut yielding: BTreeSet<usize> = BTreeSet::new();
    let mut beaten: Vec<Vec<usize>> = vec![Vec::new(); group.len()];
    for (at, list) in beaters.iter().enumerate() {
        list.iter().for_each(|beater| beaten.get_mut(*beater).into_iter().for_each(|mine| mine.push(at)));
    }
    let mut rest: BTreeSet<usize> = places.collect();
    let mut free: BTreeSet<usize> = rest.iter().copied().filter(|at| beaters.get(*at).is_some_and(BTreeSet::is_empty)).collect();
    let mut turns = Vec::with_capacity(group.len());
    while let Some(at) = free.first().or(rest.first()).copied() {
        free.remove(&at);
        rest.remove(&at);
        let of = |places: &BTreeSet<usize>| places.iter().filter_map(|place| group.get(*place)).copied().collect::<Vec<_>>();
        if let (Some(rule), Some(left), Some(all)) = (group.get(at), beaters.get(at), all.get(at)) {
            let open: BTreeSet<usize> = left.iter().chain(all.intersection(&yielding)).copied().collect();
            if !open.is_empty() {
                yielding.insert(at);
            }
            turns.push(Turn { rule: *rule, yields_to: of(&open) });
        }
        for other in beaten.get(at).into_iter().flatten() {
            if let Some(left) = beaters.get_mut(*other)
                && left.remove(&at)
                && left.is_empty()
                && rest.contains(other)
            {
                free.insert(*other);
            }
        }
    }
    turns
}
