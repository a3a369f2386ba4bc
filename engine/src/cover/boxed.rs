//! Boxes of days, knowledge and facts, one for each rule and more for what is left of one beside another.

use std::sync::Arc;

use super::part::{Relation, relate};
use crate::model::arena::{Arena, FactId, Id, RuleId};
use crate::model::day::Days;
use crate::model::fact::Fact;
use crate::model::rule::Table;
use crate::model::set::{Ranges, Set, TagTest};

/// A box in which a rule holds: days, knowledge, and a test for some facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Boxed {
    pub(crate) rule: RuleId,
    pub(crate) on: Days,
    pub(crate) known: Days,
    pub(crate) tests: Arc<Table>,
}

impl Boxed {
    /// Whether another box holds wherever this one does, as far as that shows at a glance.
    pub(crate) fn is_within(&self, other: &Boxed) -> bool {
        let spans = |outer: Days, inner: Days| outer.from <= inner.from && inner.until <= outer.until;
        spans(other.on, self.on)
            && spans(other.known, self.known)
            && other.tests.iter().all(|(fact, wide)| {
                self.tests.iter().find(|(own, _)| own == fact).is_some_and(|(_, narrow)| match (narrow, wide) {
                    (Set::Ranges(narrow), Set::Ranges(wide)) => relate(narrow, wide) == Relation::Inside,
                    (narrow, wide) => narrow == wide,
                })
            })
    }
    /// Days and knowledge alone, whatever the facts are and whichever rule it is.
    pub(crate) fn of_days(on: Days, known: Days) -> Boxed {
        Boxed { rule: RuleId::new(0), on, known, tests: Arc::new(Table::new()) }
    }
}

/// Whether two boxes have no point in common, as far as that shows at a glance.
pub(crate) fn apart(a: &Boxed, b: &Boxed) -> bool {
    if a.on.overlap(b.on).is_none() || a.known.overlap(b.known).is_none() {
        return true;
    }
    a.tests.iter().any(|(fact, mine)| {
        b.tests.iter().find(|(other, _)| other == fact).is_some_and(|(_, theirs)| match (mine, theirs) {
            (Set::Ranges(mine), Set::Ranges(theirs)) => relate(mine, theirs) == Relation::Outside,
            (Set::Tags(mine), Set::Tags(theirs)) => mine.all & theirs.none != 0 || mine.none & theirs.all != 0,
            _ => false,
        })
    })
}

/// What is left of a box outside another: boxes that do not overlap, unless both ask for any of some tags.
pub(crate) fn subtract(from: &Boxed, other: &Boxed, facts: &Arena<FactId, Fact>) -> Vec<Boxed> {
    let (Some(on), Some(known)) = (from.on.overlap(other.on), from.known.overlap(other.known)) else { return vec![from.clone()] };
    // What one test keeps apart is not cut by the others.
    if apart(from, other) {
        return vec![from.clone()];
    }
    let mut left = Vec::new();
    let mut rest = from.clone();
    for (whole, both, is_on) in [(from.on, on, true), (from.known, known, false)] {
        let before = Days { from: whole.from, until: both.from.previous() };
        let after = Days { from: both.until.next(), until: whole.until };
        for piece in [before, after] {
            if piece.from <= piece.until {
                left.push(if is_on { Boxed { on: piece, ..rest.clone() } } else { Boxed { known: piece, ..rest.clone() } });
            }
        }
        rest = if is_on { Boxed { on: both, ..rest } } else { Boxed { known: both, ..rest } };
    }
    for (fact, set) in other.tests.iter() {
        let mine = rest.tests.iter().find(|(known, _)| known == fact).map(|(_, set)| set.clone());
        let (inside, outside) = cut_set(mine, set, &facts[*fact]);
        left.extend(outside.into_iter().map(|set| with_test(&rest, *fact, set)));
        match inside {
            Some(set) => rest = with_test(&rest, *fact, set),
            None => return left,
        }
    }
    left
}

fn with_test(of: &Boxed, fact: FactId, set: Set) -> Boxed {
    let mut tests: Table = of.tests.iter().filter(|(known, _)| *known != fact).cloned().collect();
    tests.push((fact, set));
    tests.sort_by_key(|(fact, _)| *fact);
    Boxed { tests: Arc::new(tests), ..of.clone() }
}

/// What of a test (nothing: of everything) passes another, and what does not.
fn cut_set(mine: Option<Set>, other: &Set, fact: &Fact) -> (Option<Set>, Vec<Set>) {
    match other {
        Set::Ranges(theirs) => {
            let mine = match mine {
                Some(Set::Ranges(mine)) => mine,
                _ => fact.domain().unwrap_or_default(),
            };
            let keep = |ranges: Ranges| (!ranges.is_empty()).then_some(Set::Ranges(ranges));
            (keep(mine.intersect(theirs)), keep(mine.subtract(theirs)).into_iter().collect())
        }
        Set::Tags(test) => {
            let mut rest = match mine {
                Some(Set::Tags(mine)) => mine,
                _ => TagTest::default(),
            };
            let possible = |test: TagTest| test.all & test.none == 0 && (test.any == 0 || test.any & !test.none != 0);
            let mut outside = Vec::new();
            for at in 0..64 {
                let bit = 1u64 << at;
                if test.all & bit != 0 {
                    outside.push(TagTest { none: rest.none | bit, ..rest });
                    rest.all |= bit;
                }
                if test.none & bit != 0 {
                    outside.push(TagTest { all: rest.all | bit, ..rest });
                    rest.none |= bit;
                }
            }
            if test.any != 0 {
                outside.push(TagTest { none: rest.none | test.any, ..rest });
                // Inside, any of two lists must hold; the part kept here is only ever used to cut further, so the wider one is safe.
                if rest.any == 0 {
                    rest.any = test.any;
                }
            }
            outside.retain(|test| possible(*test));
            (possible(rest).then_some(Set::Tags(rest)), outside.into_iter().map(Set::Tags).collect())
        }
    }
}
