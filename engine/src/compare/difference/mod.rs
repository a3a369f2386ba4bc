//! Two registers, each as it is seen, in; every region of days and facts in which their answers differ out: all of them, each once.

mod cells;
mod changed;
mod fingerprint;
mod found;
mod impact;
mod merge;
mod region_answer;
mod shared;
mod side;
mod told;
mod view;
mod witness;

use std::collections::BTreeSet;

use cells::Comparison;
pub(crate) use fingerprint::marks;
pub use found::Differences;
pub(crate) use found::{CellDifference, Difference, LISTED, Pass};
pub use impact::{Change, Relevance};
pub(super) use merge::merge;
pub(crate) use region_answer::{QuotaTerms, RegionAnswer, Sum, Where};
pub(crate) use shared::{Shared, Which};
pub(super) use side::Side;
pub(crate) use told::ComparableAnswer;
pub use view::PolicyView;

use crate::compile::with_sources;
use crate::model::arena::FactId;
use crate::model::day::Days;
use crate::model::register::Register;

/// The most facts with register values that questions may override of which all combinations are compared.
const LEFT_OUT: usize = 4;
impl<'p> PolicyView<'p> {
    /// Every difference between the answers that are given here and those of a newer view, of the same policy or another: all regions of
    /// days and facts in which level, lines, quota or obligations differ, each once.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::View;
    /// let (adopted, proposed) = (policy.at(View::default()), policy.at(View::with_proposals()));
    /// assert!(!adopted.differences(&proposed).is_empty());
    /// ```
    pub fn differences(&self, newer: &PolicyView<'p>) -> Differences<'p> {
        differences(*self, *newer)
    }
}

fn differences<'p>(old: PolicyView<'p>, new: PolicyView<'p>) -> Differences<'p> {
    let overridable: Vec<Box<str>> = changed::overridable(&old, &new).into_iter().collect();
    let mut unseen = unseen(old, new);
    // Each choice of those that a question leaves to the register is a question of its own.
    let mut passes = vec![pass(old, new, BTreeSet::new())];
    if overridable.len() <= LEFT_OUT {
        for chosen in 1u32..1 << overridable.len() {
            let left_out = overridable.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, name)| name.clone());
            passes.push(pass(old, new, left_out.collect()));
        }
    } else {
        unseen.extend(overridable);
    }
    let indices = passes.iter().map(impact::index).collect();
    Differences { old, new, passes, indices, unseen }
}

fn pass<'p>(old: PolicyView<'p>, new: PolicyView<'p>, left_out: BTreeSet<Box<str>>) -> Pass<'p> {
    let shared = Shared::of(old.world.register, new.world.register, left_out);
    let cells = Comparison::of(old, new, &shared).cells();
    Pass { whole: shared.everything(), shared, cells }
}

/// Derived facts that may come out otherwise although a question gives the same.
fn unseen(old: PolicyView<'_>, new: PolicyView<'_>) -> BTreeSet<Box<str>> {
    let (a, b) = (old.world.register, new.world.register);
    let derived = |register: &Register, id: FactId| register.facts[id].derive.as_ref().map(|derive| derive.written.clone());
    let mut unseen = BTreeSet::new();
    for (mine, fact) in a.facts.iter().filter(|(_, fact)| !fact.from_register) {
        let Some(theirs) = b.fact(&fact.name) else { continue };
        let other = &b.facts[theirs];
        if other.from_register || (fact.derive.is_none() && other.derive.is_none()) {
            continue;
        }
        let names = |register: &Register, id: FactId| -> BTreeSet<Box<str>> {
            with_sources(register, vec![id]).into_iter().map(|source| register.facts[source].name.clone()).collect()
        };
        let sources: BTreeSet<Box<str>> = names(a, mine).into_iter().chain(names(b, theirs)).collect();
        let declared = (fact.kind, fact.range, &fact.values, fact.open) == (other.kind, other.range, &other.values, other.open);
        let otherwise = |name: &str| match (a.fact(name), b.fact(name)) {
            (Some(one), Some(two)) => derived(a, one) != derived(b, two) || values_differ(old, new, name),
            _ => true,
        };
        if !declared || sources.iter().any(|name| otherwise(name)) {
            unseen.insert(fact.name.clone());
        }
    }
    unseen
}

fn values_differ(old: PolicyView<'_>, new: PolicyView<'_>, name: &str) -> bool {
    let values = |seen: PolicyView<'_>| -> Vec<(Box<str>, Days, String)> {
        let register = seen.world.register;
        let Some(fact) = register.fact(name) else { return Vec::new() };
        let mut all = Vec::new();
        for (customer, named) in register.customers.iter() {
            all.extend(seen.values(fact, customer).map(|(on, value)| (named.id.clone(), on, value)));
        }
        all.sort();
        all
    };
    values(old) != values(new)
}
