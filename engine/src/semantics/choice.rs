//! S5: of the choice rules that match, the one decides that no other beats: the closer rank beats, and in one rank what `overrides` says, then
//! the narrower scope.

use crate::model::arena::RuleId;
use crate::model::register::Register;

/// Whether choice rule `a` beats choice rule `b` where both match.
pub(crate) fn beats(register: &Register, a: RuleId, b: RuleId) -> bool {
    let (rank_a, rank_b) = (register.rank(a), register.rank(b));
    if rank_a != rank_b {
        return rank_a > rank_b;
    }
    let a_over_b = register.overrides[a].binary_search(&b).is_ok();
    let b_over_a = register.overrides[b].binary_search(&a).is_ok();
    a_over_b || (!b_over_a && register.rules[a].scope.is_strictly_within(&register.rules[b].scope))
}
