//! The boxes of a cell in; the facts and days that its answer can depend on out. What an answer costs grows with these, not with what the register
//! declares.

use std::collections::BTreeSet;

use crate::cover::Boxed;
use crate::model::arena::FactId;
use crate::model::day::Day;
use crate::model::register::Register;
use crate::model::rule::{Amount, Effect};

/// What the answers of a cell, or of several, can depend on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    /// The facts that rules test, or count quotas by; in order.
    pub(crate) tested: Vec<FactId>,
    /// What those follow from, apart from themselves; in order.
    pub(crate) sources: Vec<FactId>,
    /// The days on which `as_at` rules look, in order (S6).
    pub(crate) as_at: Vec<Day>,
}

impl Reads {
    /// What some facts are read from.
    pub(crate) fn of(register: &Register, mut tested: Vec<FactId>, mut as_at: Vec<Day>) -> Reads {
        tested.sort_unstable();
        tested.dedup();
        as_at.sort_unstable();
        as_at.dedup();
        let derived: Vec<FactId> = tested.iter().copied().filter(|fact| register.facts[*fact].derive.is_some()).collect();
        let sources = if derived.is_empty() { BTreeSet::new() } else { with_sources(register, derived) };
        Reads { sources: sources.into_iter().filter(|fact| tested.binary_search(fact).is_err()).collect(), tested, as_at }
    }

    /// What the rules of some boxes read.
    pub(super) fn of_boxes<'b>(register: &Register, boxes: impl Iterator<Item = &'b Boxed>) -> Reads {
        let (mut tested, mut as_at) = (Vec::new(), Vec::new());
        for boxed in boxes {
            tested.extend(tested_by(register, boxed));
            if let Effect::AsAt(day) = register.rules[boxed.rule].effect {
                as_at.push(day);
            }
        }
        Reads::of(register, tested, as_at)
    }

    /// All facts that are read.
    pub(crate) fn facts(&self) -> impl Iterator<Item = FactId> {
        self.tested.iter().chain(&self.sources).copied()
    }
}

/// The facts that a box tests, or its rule counts a quota by.
pub(crate) fn tested_by(register: &Register, boxed: &Boxed) -> impl Iterator<Item = FactId> {
    let counted = match &register.rules[boxed.rule].effect {
        Effect::Grant(grant) => grant.quota.as_ref().map(|quota| quota.amount),
        _ => None,
    };
    let counted = if let Some(Amount::Fact(fact)) = counted { Some(fact) } else { None };
    boxed.tests.iter().map(|(fact, _)| *fact).chain(counted)
}

/// Facts with all that they follow from.
pub(crate) fn with_sources(register: &Register, mut stack: Vec<FactId>) -> BTreeSet<FactId> {
    let mut all = BTreeSet::new();
    while let Some(fact) = stack.pop() {
        if all.insert(fact) {
            stack.extend(register.facts[fact].derive.iter().flat_map(|derive| derive.inputs.iter().copied()));
        }
    }
    all
}
