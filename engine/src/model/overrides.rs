//! Which choice rules come before which others within a rank, as their files say (S5).

use std::ops::Range;

use super::arena::{Arena, Id, RuleId};

/// What `overrides` and first-match lists say. A list of any length takes as much room as its rules do: nobody writes its pairs down.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    /// The rules that each rule names in `overrides`, sorted.
    named: Arena<RuleId, Vec<RuleId>>,
    /// The first-match lists, in register order: rules that stand one behind the other.
    lists: Vec<Range<usize>>,
}

impl Overrides {
    pub(crate) fn new(named: Arena<RuleId, Vec<RuleId>>, lists: Vec<Range<usize>>) -> Self {
        Overrides { named, lists }
    }
    /// Whether one choice rule is said to override another.
    pub(crate) fn says(&self, one: RuleId, other: RuleId) -> bool {
        self.named(one).binary_search(&other).is_ok() || (one < other && self.list(one).is_some_and(|list| list.contains(&other.index())))
    }
    /// The rules that a rule names in `overrides`, sorted.
    pub(crate) fn named(&self, rule: RuleId) -> &[RuleId] {
        &self.named[rule]
    }
    /// The first-match list in which a rule stands.
    pub(crate) fn list(&self, rule: RuleId) -> Option<&Range<usize>> {
        let after = self.lists.partition_point(|list| list.end <= rule.index());
        self.lists.get(after).filter(|list| list.contains(&rule.index()))
    }
    pub(crate) fn lists(&self) -> &[Range<usize>] {
        &self.lists
    }
}
