//! The choice rules of one cell in; the same in order of precedence out, so that the first match decides (S5).

use crate::model::arena::RuleId;
use crate::model::register::Register;

/// A rule in its turn, with those that beat it although they come later: where they match, it does not count.
pub(super) struct Turn {
    pub(super) rule: RuleId,
    pub(super) yields_to: Vec<RuleId>,
}

/// Closest rank first, then small scopes before large ones, then in register order; `overrides` can change that within a rank.
pub(super) fn order(register: &Register, choices: &[RuleId]) -> Vec<Turn> {
    let mut sorted = choices.to_vec();
    sorted.sort_by_key(|rule| (std::cmp::Reverse(register.rank(*rule)), register.rules[*rule].scope.size(), *rule));
    let mut turns = Vec::with_capacity(sorted.len());
    for group in sorted.chunk_by(|a, b| register.rank(*a) == register.rank(*b)) {
        let overriding = group.iter().any(|rule| register.rules[*rule].overrides.iter().any(|target| group.contains(target)));
        if overriding {
            turns.extend(by_beating(register, group));
        } else {
            turns.extend(group.iter().map(|rule| Turn { rule: *rule, yields_to: Vec::new() }));
        }
    }
    turns
}

/// Takes, again and again, the first rule that none of the rest beats; in a circle, the first, which then yields to its beaters.
fn by_beating(register: &Register, group: &[RuleId]) -> Vec<Turn> {
    let mut rest = group.to_vec();
    let mut turns = Vec::with_capacity(group.len());
    while !rest.is_empty() {
        let beaters = |rule: RuleId| rest.iter().copied().filter(|other| register.beats(*other, rule)).collect::<Vec<_>>();
        let at = rest.iter().position(|rule| !rest.iter().any(|other| register.beats(*other, *rule))).unwrap_or(0);
        let yields_to = rest.get(at).map(|rule| beaters(*rule)).unwrap_or_default();
        turns.push(Turn { rule: rest.remove(at), yields_to });
    }
    turns
}
