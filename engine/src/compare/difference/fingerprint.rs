//! A rule or an option in; a mark of all that answers follow from in it out, so that two registers can be compared rule by rule.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::shared::{Shared, Which};
use crate::decide::World;
use crate::model::arena::{CustomerId, Id, OptionId, RuleId, ServiceId, VersionId};
use crate::model::option::{OnFault, Wanted};
use crate::model::register::Register;
use crate::model::rule::{Amount, Effect, Level};
use crate::model::set::Set;
use crate::option::LoadedOptions;

/// Words and numbers in, a mark out: each with its length, so that no two lists read alike.
#[derive(Default)]
struct Marker(Sha256);

impl Marker {
    fn text(&mut self, text: &str) -> &mut Self {
        self.number(text.len());
        self.0.update(text.as_bytes());
        self
    }
    fn texts<'a>(&mut self, texts: impl ExactSizeIterator<Item = &'a str>) -> &mut Self {
        self.number(texts.len());
        texts.for_each(|text| {
            self.text(text);
        });
        self
    }
    fn number(&mut self, number: usize) -> &mut Self {
        self.0.update((number as u64).to_le_bytes());
        self
    }
    fn whole(&mut self, number: i64) -> &mut Self {
        self.0.update(number.to_le_bytes());
        self
    }
    fn level(&mut self, register: &Register, level: Option<Level>) -> &mut Self {
        self.text(level.map_or("-", |level| register.level_id(level)))
    }
    fn finish(self) -> u128 {
        let mut mark = [0u8; 16];
        mark.iter_mut().zip(self.0.finalize()).for_each(|(to, from)| *to = from);
        u128::from_le_bytes(mark)
    }
}

/// The marks of all rules of a register, by rule.
pub(super) fn rule_marks(register: &Register, which: Which, shared: &Shared) -> Vec<u128> {
    let mut customers: BTreeMap<&[CustomerId], u128> = BTreeMap::new();
    let mut services: BTreeMap<&[ServiceId], u128> = BTreeMap::new();
    let behind = behind(register);
    register
        .rules
        .iter()
        .map(|(id, rule)| {
            let customers = *customers.entry(&rule.scope.customers).or_insert_with(|| {
                let mut mark = Marker::default();
                mark.texts(rule.scope.customers.iter().map(|id| &*register.customers[*id].id));
                mark.finish()
            });
            let services = *services.entry(&rule.scope.services).or_insert_with(|| {
                let mut mark = Marker::default();
                mark.texts(rule.scope.services.iter().map(|id| &*register.services[*id].id));
                mark.finish()
            });
            rule_mark(register, id, which, shared, customers ^ services.rotate_left(1), behind.get(&id).copied())
        })
        .collect()
}

/// What stands behind each rule of a first-match list (S5), as one mark.
fn behind(register: &Register) -> BTreeMap<RuleId, u128> {
    let mut marks = BTreeMap::new();
    for list in register.overrides.lists() {
        let mut rest = 0;
        for id in list.clone().rev().map(RuleId::new).filter(|id| register.rules[*id].effect.is_choice()) {
            marks.insert(id, rest);
            let mut mark = Marker::default();
            mark.text(&stable_id(register, id)).0.update(u128::to_le_bytes(rest));
            rest = mark.finish();
        }
    }
    marks
}

/// A rule's id apart from its version: the same rule in the next version is the same rule.
fn stable_id(register: &Register, rule: RuleId) -> String {
    let rule = &register.rules[rule];
    format!("{}#{}", register.sets[register.versions[rule.version].set].id, rule.id)
}

fn rule_mark(register: &Register, id: RuleId, which: Which, shared: &Shared, scope: u128, behind: Option<u128>) -> u128 {
    let rule = &register.rules[id];
    let mut mark = Marker::default();
    mark.0.update(scope.to_le_bytes());
    let set = &register.sets[register.versions[rule.version].set];
    mark.text(&set.id).text(&rule.id).number(usize::from(set.rank));
    let named = register.overrides.named(id);
    mark.number(named.len());
    for target in named {
        mark.text(&stable_id(register, *target));
    }
    if let Some(behind) = behind {
        mark.0.update(behind.to_le_bytes());
    }
    mark.number(rule.when.len());
    for table in &rule.when {
        mark.number(table.len());
        for (fact, set) in table.iter() {
            mark.text(&register.facts[*fact].name);
            match shared.back(which, *fact) {
                Some((id, lens)) => mark_set(&mut mark, &lens.set(&shared.facts[id], set)),
                None => mark_set(&mut mark, set),
            }
        }
    }
    match &rule.effect {
        Effect::Deny => {
            mark.text("deny");
        }
        Effect::AsAt(day) => {
            mark.text("as_at").whole(day.0);
        }
        Effect::Bound { at_least, at_most } => {
            mark.text("bound").level(register, *at_least).level(register, *at_most);
        }
        Effect::Grant(grant) => {
            mark.text("grant").level(register, Some(grant.level)).level(register, grant.up_to);
            mark.texts(grant.obligations.iter().map(|id| &**id));
            if let Some(quota) = &grant.quota {
                let amount = match quota.amount {
                    Amount::Exact(amount) => amount.normalize().to_string(),
                    Amount::Fact(fact) => format!("fact {}", register.facts[fact].name),
                };
                mark.text(&amount).text(&quota.unit).text(&quota.per);
                if let Some(beyond) = &quota.beyond {
                    mark.level(register, Some(beyond.level)).texts(beyond.obligations.iter().map(|id| &**id));
                }
            }
        }
    }
    mark.finish()
}

fn mark_set(mark: &mut Marker, set: &Set) {
    match set {
        Set::Ranges(ranges) => {
            mark.number(ranges.parts().len());
            for (low, high) in ranges.parts() {
                mark.whole(*low).whole(*high);
            }
        }
        Set::Tags(test) => {
            for bits in [test.all, test.any, test.none] {
                mark.0.update(bits.to_le_bytes());
            }
        }
    }
}

/// The mark of an option: its plugin, its settings, its limits, and its turn.
pub(super) fn option_fingerprint(register: &Register, bound: &LoadedOptions, option: OptionId) -> u128 {
    let binding = &register.options[option];
    let mut mark = Marker::default();
    mark.whole(binding.order);
    match &binding.plugin {
        Wanted::File { digest, .. } => mark.text("file").text(digest),
        Wanted::Native { name, .. } => mark.text("native").text(name),
    };
    if option.index() < bound.len() {
        for (name, value) in &bound[option].config {
            mark.text(name).text(&serde_json::to_string(value).unwrap_or_default());
        }
    }
    mark.text(&binding.limits.fuel.to_string()).text(&binding.limits.memory.to_string());
    mark.text(&binding.most.map_or_else(|| "-".to_owned(), |most| most.normalize().to_string()));
    mark.text(if binding.on_fault == OnFault::Refuse { "refuse" } else { "keep" });
    mark.finish()
}

/// The marks of all rules and options by key, each with the days and knowledge in which it counts.
pub(crate) fn marks(world: World<'_>) -> BTreeMap<String, String> {
    let register = world.register;
    let shared = Shared::of(register, register, std::collections::BTreeSet::new());
    let when = |version: VersionId, days: crate::model::day::Days| {
        let mut mark = Marker::default();
        let timelines = &register.versions[version].timelines;
        for rect in timelines.adopted.iter().chain(&timelines.proposed) {
            for day in [rect.on.from, rect.on.until, rect.known.from, rect.known.until, days.from, days.until] {
                mark.whole(day.0);
            }
        }
        mark.finish()
    };
    let rules = register.rules.values().zip(rule_marks(register, Which::New, &shared));
    let rules = rules.map(|(rule, mark)| (rule.key.to_string(), mark, when(rule.version, rule.days)));
    let options = register
        .options
        .iter()
        .map(|(id, option)| (option.key.to_string(), option_fingerprint(register, world.options, id), when(option.version, option.days)));
    rules.chain(options).map(|(key, mark, when)| (key, format!("{:016x}-{:08x}", mark >> 64, when >> 96))).collect()
}
