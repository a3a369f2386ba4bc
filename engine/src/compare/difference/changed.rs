//! One cell of two registers in; the boxes outside which its answers are certainly the same, and the rules that changed, out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fingerprint::{option_fingerprint, rule_marks};
use super::shared::{Shared, Which};
use super::view::PolicyView;
use crate::compile::Cell;
use crate::cover::Boxed;
use crate::model::arena::{CellId, CustomerId, Id, RuleId, ServiceId};
use crate::model::day::{Day, Days};
use crate::model::rule::Effect;
use crate::model::set::Ranges;

/// One of the registers, with the marks of its rules and the days on which each counts as it is seen.
pub(super) struct ViewedCells<'p> {
    pub(super) seen: PolicyView<'p>,
    which: Which,
    marks: Vec<u128>,
}

/// Where answers of a cell can differ, and which rules, options and register facts changed there.
#[derive(Debug, Default, Clone)]
pub(super) struct Changed {
    pub(super) boxes: Vec<Boxed>,
    pub(super) old_rules: BTreeSet<RuleId>,
    pub(super) new_rules: BTreeSet<RuleId>,
    /// Names of facts whose values changed, keys of options that did.
    pub(super) other: BTreeSet<String>,
}

impl<'p> ViewedCells<'p> {
    pub(super) fn of(seen: PolicyView<'p>, which: Which, shared: &Shared) -> ViewedCells<'p> {
        let register = seen.world.register;
        ViewedCells { seen, which, marks: rule_marks(register, which, shared) }
    }
    pub(super) fn cell(&self, customer: CustomerId, service: ServiceId) -> (CellId, &'p Cell) {
        let cells = self.seen.world.cells;
        (cells.cell_id(self.seen.proposals, customer, service), cells.cell(self.seen.proposals, customer, service))
    }
    /// The rules of a cell that count on some day, each with its mark and the days on which it counts there.
    fn rules(&self, cell: &Cell) -> BTreeMap<RuleId, (u128, Ranges)> {
        let boxes = &self.seen.world.cells.boxes;
        let mut days: BTreeMap<RuleId, Vec<Days>> = BTreeMap::new();
        let here = cell.matching.iter().chain(&cell.bounds).map(|id| &boxes[*id]).filter(|boxed| boxed.known.contains(self.seen.known));
        here.for_each(|boxed| days.entry(boxed.rule).or_default().push(boxed.on));
        let mark = |rule: RuleId| self.marks.get(rule.index()).copied().unwrap_or(0);
        days.into_iter().map(|(rule, days)| (rule, (mark(rule), ranges(days)))).collect()
    }
    /// The options of a cell in the order in which they run, each with its mark, its key and its days.
    fn options(&self, cell: &Cell) -> Vec<(u128, String, Days)> {
        let world = self.seen.world;
        let here = cell.options.iter().filter(|(_, boxed)| boxed.known.contains(self.seen.known));
        here.map(|(option, boxed)| {
            (option_fingerprint(world.register, world.options, *option), world.register.options[*option].key.to_string(), boxed.on)
        })
        .collect()
    }
    fn boxes(&self, shared: &Shared, rule: RuleId, days: &Ranges, out: &mut Vec<Boxed>) {
        for table in self.seen.world.register.rules[rule].tables() {
            let tests = Arc::new(shared.table(self.which, &table));
            out.extend(
                days.parts().iter().map(|(from, until)| Boxed { tests: tests.clone(), ..Boxed::of_days(span(*from, *until), Days::EVER) }),
            );
        }
    }
}

/// What changed between a cell of the old register and one of the new, apart from register facts.
pub(super) fn rules_and_options(old: &ViewedCells<'_>, new: &ViewedCells<'_>, a: &Cell, b: &Cell, shared: &Shared) -> Changed {
    let mut changed = Changed::default();
    let (old_rules, new_rules) = (old.rules(a), new.rules(b));
    let of_marks = |rules: &BTreeMap<RuleId, (u128, Ranges)>| {
        together(rules.values().flat_map(|(mark, own)| own.parts().iter().map(|stretch| (*mark, *stretch))))
    };
    let (before, after) = (of_marks(&old_rules), of_marks(&new_rules));
    for (looked, rules, other, is_old) in [(old, &old_rules, &after, true), (new, &new_rules, &before, false)] {
        for (rule, (mark, own)) in rules {
            // A rule that now counts on fewer days, or on more, changed on those days.
            let apart = other.get(mark).map_or_else(|| own.clone(), |other| own.subtract(other));
            if !apart.is_empty() {
                looked.boxes(shared, *rule, &apart, &mut changed.boxes);
                if is_old { &mut changed.old_rules } else { &mut changed.new_rules }.insert(*rule);
            }
        }
    }
    let (old_options, new_options) = (old.options(a), new.options(b));
    let plain = |options: &[(u128, String, Days)]| options.iter().map(|(mark, _, days)| (*mark, *days)).collect::<Vec<_>>();
    // Each sees what those before it made: where the list is another one, all that take part in it may choose otherwise.
    if plain(&old_options) != plain(&new_options) {
        for (mark, key, days) in old_options.iter().chain(&new_options) {
            changed.boxes.push(Boxed::of_days(*days, Days::EVER));
            let there = |options: &[(u128, String, Days)]| options.iter().filter(|(other, _, on)| (other, on) == (mark, days)).count();
            if there(&old_options) != there(&new_options) {
                changed.other.insert(key.clone());
            }
        }
    }
    changed
}

/// Adds the days on which register facts that the cells look at have other values; then, where anything changed, all rules that look back.
pub(super) fn register_values(
    (old, a, old_customer): (&ViewedCells<'_>, &Cell, CustomerId),
    (new, b, new_customer): (&ViewedCells<'_>, &Cell, CustomerId),
    shared: &Shared,
    changed: &mut Changed,
) {
    let facts_of = |looked: &ViewedCells<'_>, cell: &Cell| -> BTreeSet<Box<str>> {
        let world = looked.seen.world;
        let all = super::side::settled_facts(world, cell.reads.tested.iter().copied(), &shared.left_out);
        all.into_iter().map(|fact| world.register.facts[fact].name.clone()).collect()
    };
    let names: BTreeSet<Box<str>> = facts_of(old, a).into_iter().chain(facts_of(new, b)).collect();
    for name in names {
        let (mine, theirs) = (old.seen.world.register.fact(&name), new.seen.world.register.fact(&name));
        let (Some(mine), Some(theirs)) = (mine, theirs) else {
            everything(changed, &name);
            continue;
        };
        let (one, other) = (&old.seen.world.register.facts[mine], &new.seen.world.register.facts[theirs]);
        let expression = |fact: &crate::model::fact::Fact| fact.derive.as_ref().map(|derive| derive.written.clone());
        if one.kind != other.kind || one.from_register != other.from_register || expression(one) != expression(other) {
            everything(changed, &name);
            continue;
        }
        let of_values = |looked: &ViewedCells<'_>, fact, customer| {
            together(looked.seen.values(fact, customer).map(|(days, value)| (value, (days.from.0, days.until.0))))
        };
        let (mine, theirs) = (of_values(old, mine, old_customer), of_values(new, theirs, new_customer));
        for (one, other) in [(&mine, &theirs), (&theirs, &mine)] {
            for (value, days) in one {
                let apart = other.get(value).map_or_else(|| days.clone(), |same| days.subtract(same));
                if !apart.is_empty() {
                    changed.other.insert(name.to_string());
                    changed.boxes.extend(apart.parts().iter().map(|(from, until)| Boxed::of_days(span(*from, *until), Days::EVER)));
                }
            }
        }
    }
    if changed.boxes.is_empty() {
        return;
    }
    for (looked, cell) in [(old, a), (new, b)] {
        let register = looked.seen.world.register;
        for (rule, (_, days)) in looked.rules(cell).into_iter().filter(|(rule, _)| matches!(register.rules[*rule].effect, Effect::AsAt(_)))
        {
            looked.boxes(shared, rule, &days, &mut changed.boxes);
        }
    }
}

/// Everything may differ.
pub(super) fn everything(changed: &mut Changed, because: &str) {
    changed.boxes = vec![Boxed::of_days(Days::EVER, Days::EVER)];
    if !because.is_empty() {
        changed.other.insert(because.to_owned());
    }
}

fn span(from: i64, until: i64) -> Days {
    Days { from: Day(from), until: Day(until) }
}

fn ranges(days: impl IntoIterator<Item = Days>) -> Ranges {
    Ranges::of(days.into_iter().map(|days| (days.from.0, days.until.0)).collect())
}

/// All days of each value, or of each mark.
fn together<K: Ord>(stretches: impl Iterator<Item = (K, (i64, i64))>) -> BTreeMap<K, Ranges> {
    let mut days: BTreeMap<K, Vec<(i64, i64)>> = BTreeMap::new();
    stretches.for_each(|(key, stretch)| days.entry(key).or_default().push(stretch));
    days.into_iter().map(|(key, days)| (key, Ranges::of(days.into_iter().collect()))).collect()
}

/// The facts that differ although questions may give them: what the register has for questions that leave them out.
pub(super) fn overridable(old: &PolicyView<'_>, new: &PolicyView<'_>) -> BTreeSet<Box<str>> {
    let values = |seen: &PolicyView<'_>| -> BTreeSet<(Box<str>, Box<str>, Days, String)> {
        let register = seen.world.register;
        let mut all = BTreeSet::new();
        for (customer, named) in register.customers.iter() {
            for (fact, declared) in register.facts.iter().filter(|(_, declared)| !declared.from_register) {
                all.extend(seen.values(fact, customer).map(|(on, value)| (declared.name.clone(), named.id.clone(), on, value)));
            }
        }
        all
    };
    let (mine, theirs) = (values(old), values(new));
    mine.symmetric_difference(&theirs).map(|(fact, ..)| fact.clone()).collect()
}
