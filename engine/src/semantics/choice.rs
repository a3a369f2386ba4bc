//! S5: of the choice rules that match, the one decides that no other beats: the closer rank beats, and in one rank what `overrides` says, then
//! the narrower scope.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::model::arena::RuleId;
use crate::model::register::Register;

/// Whether choice rule `a` beats choice rule `b` where both match.
pub(crate) fn beats(register: &Register, a: RuleId, b: RuleId) -> bool {
    let (rank_a, rank_b) = (register.rank(a), register.rank(b));
    if rank_a != rank_b {
        return rank_a > rank_b;
    }
    let a_over_b = register.overrides.says(a, b);
    let b_over_a = register.overrides.says(b, a);
    a_over_b || (!b_over_a && register.rules[a].scope.is_strictly_within(&register.rules[b].scope))
}

/// The choice rules of a cell from closest rank and smallest scope on, then in register order. Unless `overrides` or a list say otherwise,
/// none is beaten by one behind it.
pub(crate) fn by_rank_and_scope(register: &Register, rules: &mut [RuleId]) {
    rules.sort_by_key(|rule| (std::cmp::Reverse(register.rank(*rule)), register.rules[*rule].scope.size(), *rule));
}

/// Whether none of these rules, one behind the other as [`by_rank_and_scope`] has them, is beaten by one behind it. That takes a look at
/// what is written, not at every pair.
pub(crate) fn is_in_order(register: &Register, sorted: &[RuleId]) -> bool {
    let mut seen: FxHashSet<RuleId> = FxHashSet::default();
    let mut lists: BTreeMap<usize, RuleId> = BTreeMap::new();
    sorted.iter().all(|rule| {
        seen.insert(*rule);
        let same_rank = |target: &RuleId| seen.contains(target) && register.rank(*target) == register.rank(*rule);
        let named = register.overrides.named(*rule).iter().any(|target| target != rule && same_rank(target));
        let list = register.overrides.list(*rule).map(|list| list.start);
        let behind = list.and_then(|list| lists.insert(list, *rule)).is_some_and(|before| before > *rule);
        !named && !behind
    })
}
