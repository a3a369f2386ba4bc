//! The choice rules of one cell in; the same in order of precedence out, so that the first match decides (S5).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::arena::RuleId;
use crate::model::register::Register;
use crate::model::rule::Scope;
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

/// The rules of a cell that are in a circle of beating, or wait for one that is.
pub(crate) fn in_circles(register: &Register, choices: &[RuleId]) -> Vec<RuleId> {
    let mut sorted = choices.to_vec();
    by_rank_and_scope(register, &mut sorted);
    let ranks = sorted.chunk_by(|a, b| register.rank(*a) == register.rank(*b)).filter(|group| !is_in_order(register, group));
    let left = |group: &[RuleId]| -> Vec<RuleId> {
        let mut waiting = Waiting::of(register, group);
        while !waiting.free.is_empty() {
            waiting.next();
        }
        waiting.rest.into_iter().filter_map(|at| group.get(at)).copied().collect()
    };
    ranks.flat_map(left).collect()
}

/// Takes, again and again, the first rule that none of the rest beats; in a circle, the first, which then yields to its beaters. What it beats
/// yields to it in turn: also where it does not count itself, it matches, and beats.
fn by_beating(register: &Register, group: &[RuleId]) -> Vec<Turn> {
    let mut waiting = Waiting::of(register, group);
    let mut yielding: BTreeSet<usize> = BTreeSet::new();
    let mut turns = Vec::with_capacity(group.len());
    while let Some((at, rule, is_free)) = waiting.next() {
        let beaters = |of: &BTreeSet<usize>| -> BTreeSet<usize> {
            of.iter().copied().filter(|other| group.get(*other).is_some_and(|other| beats(register, *other, rule))).collect()
        };
        let mut open = beaters(&yielding);
        if !is_free {
            open.append(&mut beaters(&waiting.rest));
        }
        if !open.is_empty() {
            yielding.insert(at);
        }
        turns.push(Turn { rule, yields_to: open.into_iter().filter_map(|at| group.get(at)).copied().collect() });
    }
    turns
}

/// The rules of one rank that wait for their turn, by their places. Who waits for whom is told by what is written and by scopes, of which
/// there are few: nobody looks at every pair of rules.
struct Waiting<'r> {
    register: &'r Register,
    group: &'r [RuleId],
    rest: BTreeSet<usize>,
    /// Those that none of the rest beats.
    free: BTreeSet<usize>,
    /// By what each names in `overrides`, and the other way round.
    names: Vec<Vec<usize>>,
    named_by: Vec<Vec<usize>>,
    /// What is left of each first-match list.
    lists: BTreeMap<usize, BTreeSet<(RuleId, usize)>>,
    /// The scope of each, by number; which scopes lie within which; and how many of each are left.
    scope: Vec<usize>,
    within: Vec<Vec<usize>>,
    left: Vec<usize>,
    /// Those that override one whose scope is narrower.
    against: Vec<usize>,
}

impl<'r> Waiting<'r> {
    fn of(register: &'r Register, group: &'r [RuleId]) -> Self {
        let places: BTreeMap<RuleId, usize> = group.iter().enumerate().map(|(at, rule)| (*rule, at)).collect();
        let mut scopes: Vec<&Scope> = Vec::new();
        let mut scope = Vec::with_capacity(group.len());
        let mut left: Vec<usize> = Vec::new();
        let mut lists: BTreeMap<usize, BTreeSet<(RuleId, usize)>> = BTreeMap::new();
        let (mut names, mut named_by) = (Vec::new(), vec![Vec::new(); group.len()]);
        for (at, rule) in group.iter().enumerate() {
            let own = &register.rules[*rule].scope;
            // Those of one scope often stand together.
            let number = scopes.iter().rposition(|known| *known == own).unwrap_or_else(|| {
                scopes.push(own);
                left.push(0);
                scopes.len() - 1
            });
            scope.push(number);
            left.get_mut(number).into_iter().for_each(|left| *left += 1);
            if let Some(list) = register.overrides.list(*rule) {
                lists.entry(list.start).or_default().insert((*rule, at));
            }
            let targets: Vec<usize> = register.overrides.named(*rule).iter().filter_map(|target| places.get(target).copied()).collect();
            targets.iter().for_each(|target: &usize| named_by.get_mut(*target).into_iter().for_each(|by: &mut Vec<usize>| by.push(at)));
            names.push(targets);
        }
        let narrower =
            |wide: &&Scope| scopes.iter().enumerate().filter(|(_, narrow)| narrow.is_strictly_within(wide)).map(|(at, _)| at).collect();
        let within: Vec<Vec<usize>> = scopes.iter().map(narrower).collect();
        let mut waiting = Waiting {
            register,
            group,
            rest: (0..group.len()).collect(),
            free: BTreeSet::new(),
            names,
            named_by,
            lists,
            scope,
            within,
            left,
            against: Vec::new(),
        };
        waiting.against = waiting.rest.iter().copied().filter(|at| waiting.is_against(*at)).collect();
        waiting.free = waiting.rest.iter().copied().filter(|at| waiting.is_free(*at)).collect();
        waiting
    }

    /// The next rule, with its place, and whether none of the rest beats it.
    fn next(&mut self) -> Option<(usize, RuleId, bool)> {
        let at = self.free.first().or(self.rest.first()).copied()?;
        let rule = *self.group.get(at)?;
        let is_free = self.free.remove(&at);
        self.rest.remove(&at);
        let mut perhaps: Vec<usize> = self.names.get(at)?.clone();
        if let Some(list) = self.list(at) {
            let left = self.lists.get_mut(&list)?;
            left.remove(&(rule, at));
            perhaps.extend(self.first_of(list));
        }
        let scope = *self.scope.get(at)?;
        let left = self.left.get_mut(scope)?;
        *left -= 1;
        let is_last = *left == 0;
        let wider = |other: &usize| self.scopes_within(*other).contains(&scope);
        if is_last {
            perhaps.extend(self.rest.iter().copied().filter(wider));
        } else {
            perhaps.extend(self.against.iter().copied().filter(|other| self.rest.contains(other)).filter(wider));
        }
        for other in perhaps.into_iter().filter(|other| self.rest.contains(other)).collect::<Vec<_>>() {
            if self.is_free(other) {
                self.free.insert(other);
            }
        }
        Some((at, rule, is_free))
    }

    fn list(&self, at: usize) -> Option<usize> {
        self.group.get(at).and_then(|rule| self.register.overrides.list(*rule)).map(|list| list.start)
    }
    /// Of a list, what comes before all else that is left of it.
    fn first_of(&self, list: usize) -> Option<usize> {
        self.lists.get(&list)?.first().map(|(_, at)| *at)
    }
    fn scopes_within(&self, at: usize) -> &[usize] {
        self.scope.get(at).and_then(|scope| self.within.get(*scope)).map_or(&[], Vec::as_slice)
    }
    /// Those of the rest that a rule overrides, each once.
    fn overridden(&self, at: usize) -> BTreeSet<usize> {
        let listed = self.list(at).and_then(|list| self.lists.get(&list));
        let behind = listed.into_iter().flatten().filter(|(other, _)| Some(other) > self.group.get(at)).map(|(_, other)| *other);
        self.names.get(at).into_iter().flatten().copied().chain(behind).filter(|other| self.rest.contains(other)).collect()
    }
    fn is_against(&self, at: usize) -> bool {
        let within = self.scopes_within(at);
        !within.is_empty() && self.overridden(at).iter().any(|other| self.scope.get(*other).is_some_and(|scope| within.contains(scope)))
    }
    /// Whether none of the rest beats it.
    fn is_free(&self, at: usize) -> bool {
        if self.named_by.get(at).into_iter().flatten().any(|by| self.rest.contains(by)) {
            return false;
        }
        if self.list(at).and_then(|list| self.first_of(list)).is_some_and(|first| first != at) {
            return false;
        }
        let narrower = self.scopes_within(at).iter().filter(|scope| self.left.get(**scope).is_some_and(|left| *left > 0));
        let narrower: Vec<usize> = narrower.copied().collect();
        if narrower.is_empty() {
            return true;
        }
        let overridden = self.overridden(at);
        narrower.into_iter().all(|scope| {
            let spared = overridden.iter().filter(|other| self.scope.get(**other) == Some(&scope)).count();
            self.left.get(scope) == Some(&spared)
        })
    }
}
