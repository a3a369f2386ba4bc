//! Two registers, each as it is seen, in; every region of days and facts in which their answers differ out: all of them, each once.

mod cells;
mod changed;
mod impact;
mod mark;
mod merge;
mod said;
mod shared;
mod side;
mod told;
mod witness;

use std::collections::BTreeSet;

use cells::Comparison;
pub use impact::{Change, Touch};
pub(crate) use mark::marks;
pub(super) use merge::merge;
pub(crate) use said::{Said, Sum, Terms, Where};
pub(crate) use shared::{Shared, Which};
pub(crate) use side::Seen;
pub(super) use side::Side;
pub(crate) use told::Told;
use told::tell;
use witness::asked_of;

use crate::check::with_sources;
use crate::cover::Region;
use crate::model::arena::FactId;
use crate::model::day::Days;
use crate::model::question::Question;
use crate::model::register::Register;

/// So many facts with register values that questions may override are compared in all their combinations.
const LEFT_OUT: usize = 4;
/// So many regions of one cell are listed.
pub(crate) const LISTED: usize = 500;

/// Every difference between the answers of two registers.
///
/// Made by [`Policy::differences`](crate::Policy::differences).
#[derive(Debug)]
pub struct Differences<'p> {
    pub(crate) old: Seen<'p>,
    pub(crate) new: Seen<'p>,
    pub(crate) passes: Vec<Pass<'p>>,
    /// For each pass, where its cells stand.
    indices: Vec<impact::Index>,
    /// Facts of which no region can show the difference: derived in another way, or from register facts that changed.
    pub(crate) unseen: BTreeSet<Box<str>>,
}

/// The differences for questions that give facts, or that leave some of them to the register.
#[derive(Debug)]
pub(crate) struct Pass<'p> {
    pub(crate) shared: Shared,
    /// Every question that can be asked.
    whole: Region,
    pub(crate) cells: Vec<CellDifference<'p>>,
}

/// The differences of one customer and service.
#[derive(Debug)]
pub(crate) struct CellDifference<'p> {
    pub(crate) customer: &'p str,
    pub(crate) service: &'p str,
    pub(crate) regions: Vec<Difference<'p>>,
    /// At least so many more than are listed; nothing where all are.
    pub(crate) more: Option<usize>,
    /// In one of the two, proposals contradict each other here: it has no one answer.
    pub(crate) contested: bool,
}

/// One region in which the answers differ.
#[derive(Debug, Clone)]
pub(crate) struct Difference<'p> {
    pub(crate) region: Region,
    pub(crate) old: Said<'p>,
    pub(crate) new: Said<'p>,
    pub(crate) found: Where,
    /// The rules that changed and made the answer, in the old register and in the new one.
    pub(crate) old_rules: Vec<&'p str>,
    pub(crate) new_rules: Vec<&'p str>,
    /// What else changed: register facts, options.
    pub(crate) other: Vec<String>,
    /// A question that shows it. Options may decide the same all the same: then there may be none.
    pub(crate) witness: Option<Question>,
}

pub(crate) fn differences<'p>(old: Seen<'p>, new: Seen<'p>) -> Differences<'p> {
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

impl Differences<'_> {
    /// Whether no answer differs, as far as regions can show.
    pub fn is_empty(&self) -> bool {
        self.passes.iter().all(|pass| pass.cells.is_empty())
    }
}

fn pass<'p>(old: Seen<'p>, new: Seen<'p>, left_out: BTreeSet<Box<str>>) -> Pass<'p> {
    let shared = Shared::of(old.world.register, new.world.register, left_out);
    let cells = Comparison::of(old, new, &shared).cells();
    Pass { whole: shared.everything(), shared, cells }
}

/// Derived facts that may come out otherwise although a question gives the same.
fn unseen(old: Seen<'_>, new: Seen<'_>) -> BTreeSet<Box<str>> {
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

fn values_differ(old: Seen<'_>, new: Seen<'_>, name: &str) -> bool {
    let values = |seen: Seen<'_>| -> Vec<(Box<str>, Days, String)> {
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
