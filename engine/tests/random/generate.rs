//! A string of random bytes in, a register and questions out. Shorter strings and smaller bytes give simpler ones, so failures shrink.

use super::spec::*;

/// Choices, read from bytes; when they run out, the first of everything.
pub(crate) struct Choices<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % n.max(1)
    }
    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }
    fn day(&mut self, n: usize) -> i64 {
        self.below(n) as i64
    }
    fn maybe<T>(&mut self, n: usize, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.one_in(n) { Some(value(self)) } else { None }
    }
    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// `calm` registers have a rank for each set, and rules that override those before them: few conflicts.
pub(crate) fn register(choices: &mut Choices<'_>, calm: bool, facts: usize) -> Spec {
    let mut in_use: Vec<usize> = Vec::new();
    for _ in 0..facts {
        let fact = choices.below(FACTS.len());
        if !in_use.contains(&fact) {
            in_use.push(fact);
        }
    }
    // Now and then a fact changes often, or a file is long.
    let many = if choices.one_in(6) { 6 + choices.below(9) } else { choices.below(5) };
    // Each is decided on a day of its own then: two of one day would contradict each other.
    let values = (0..many)
        .map(|at| {
            let value = value(choices);
            if many > 4 { Value { decided: at as i64, ..value } } else { value }
        })
        .collect();
    let sets = (0..=choices.below(4))
        .map(|at| {
            let rank = if calm { at } else { choices.below(RANKS.len() - 1) };
            let mut versions: Vec<Version> = (0..=choices.below(3)).map(|number| version(choices, number, calm, &in_use)).collect();
            if choices.one_in(4) {
                cover(&mut versions);
            }
            Set { id: format!("set{at}"), rank, versions }
        })
        .collect();
    let mut listed = |count: usize| (0..count).map(|_| listed(choices)).collect();
    let (customers, services) = (listed(CUSTOMERS.len()), listed(SERVICES.len() + COMPOSITES.len()));
    let mut spec = Spec { customers, services, values, sets, requires: choices.one_in(2), in_use };
    keep_real_targets(&mut spec);
    spec
}

fn listed(choices: &mut Choices<'_>) -> Listed {
    if !choices.one_in(8) {
        return Listed::default();
    }
    let from = choices.maybe(2, |choices| choices.day(10));
    let until = choices.maybe(2, |choices| from.unwrap_or(0) + choices.day(9));
    Listed { from, until, decided: choices.maybe(2, |choices| choices.day(8)) }
}

fn value(choices: &mut Choices<'_>) -> Value {
    let from = choices.day(10);
    Value {
        fact: 8,
        customer: choices.maybe(2, |choices| choices.below(CUSTOMERS.len())),
        given: choices.day(4),
        from,
        until: choices.maybe(3, |choices| from + choices.day(6)),
        decided: choices.day(8),
    }
}

fn version(choices: &mut Choices<'_>, number: usize, calm: bool, in_use: &[usize]) -> Version {
    let from = choices.day(9);
    let mut version = Version {
        id: format!("v{number}"),
        from,
        until: choices.maybe(4, |choices| from + choices.day(7)),
        decided: if number > 0 && choices.one_in(6) { None } else { Some(choices.day(7) + if calm { 10 * number as i64 } else { 0 }) },
        patch: choices.one_in(6),
        first: choices.one_in(6),
        rules: Vec::new(),
        options: Vec::new(),
    };
    let many = if choices.one_in(4) && (calm || version.first) { 4 + choices.below(6) } else { choices.below(4) };
    for at in 0..many {
        let rule = rule(choices, at, many, &version, calm, in_use);
        version.rules.push(rule);
    }
    for at in 0..choices.below(4).saturating_sub(1) {
        version.options.push(option(choices, at, in_use));
    }
    version
}

/// Makes the last two of three or more versions proposals, of which the second covers the first from its first day on.
fn cover(versions: &mut [Version]) {
    if let [_, .., hidden, over] = versions {
        (hidden.decided, over.decided) = (None, None);
        // Never earlier than either was: what they do as on an earlier day has to stay earlier.
        hidden.from = hidden.from.max(over.from);
        hidden.until = hidden.until.map(|until| until.max(hidden.from));
        (over.from, over.until) = (hidden.from, None);
    }
}

fn option(choices: &mut Choices<'_>, at: usize, in_use: &[usize]) -> Opt {
    let (customers, customers_toml) = customers(choices);
    let (services, services_toml) = services(choices);
    let level = choices.below(LEVELS.len());
    let askable: Vec<usize> = in_use.iter().copied().filter(|fact| [2, 6, 7, 11].contains(fact)).collect();
    let act = match choices.below(7) {
        0 | 1 => Act::Level(level),
        2 => Act::Quota(choices.day(6)),
        3 => Act::Oblige,
        4 => Act::Fault,
        5 if !askable.is_empty() => {
            let fact = choices.pick(&askable);
            Act::Ask(fact, choices.day(FACTS[fact].max as usize + 1), level)
        }
        _ => {
            let first = choices.day(12);
            Act::Season(first, first + choices.day(5), level)
        }
    };
    Opt {
        id: format!("o{at}"),
        customers,
        services,
        customers_toml,
        services_toml,
        until: choices.maybe(4, |choices| 6 + choices.day(8)),
        order: choices.day(2),
        act,
        refuse: choices.one_in(2),
    }
}

fn customers(choices: &mut Choices<'_>) -> (Vec<usize>, Option<String>) {
    match choices.below(4) {
        0 => ((0..CUSTOMERS.len()).collect(), None),
        1 => (vec![1, 2], Some("\"@partner\"".to_owned())),
        2 => {
            let one = choices.below(CUSTOMERS.len());
            (vec![one], Some(format!("\"{}\"", CUSTOMERS[one].0)))
        }
        _ => (vec![0, 2], Some("[\"cor\", \"ada\"]".to_owned())),
    }
}

fn services(choices: &mut Choices<'_>) -> (Vec<usize>, Option<String>) {
    match choices.below(4) {
        0 => ((0..SERVICES.len()).collect(), None),
        1 => (vec![0, 1], Some("\"law/*\"".to_owned())),
        2 => {
            let one = choices.below(SERVICES.len());
            (vec![one], Some(format!("\"{}\"", SERVICES[one])))
        }
        _ => (vec![1, 2], Some("[\"net/desk\", \"law/court\"]".to_owned())),
    }
}

fn rule(choices: &mut Choices<'_>, at: usize, many: usize, version: &Version, calm: bool, in_use: &[usize]) -> Rule {
    let (customers, customers_toml) = customers(choices);
    let (services, services_toml) = services(choices);
    let when = (0..choices.below(3)).map(|_| table(choices, in_use)).collect();
    let effect = effect(choices, version, in_use);
    let overrides = if matches!(effect, Effect::Bound { .. }) {
        Vec::new()
    } else if calm {
        (0..at).map(|before| format!("r{before}")).collect()
    } else {
        (0..choices.below(3))
            .map(|_| {
                if choices.one_in(3) {
                    format!("set{}#r{}", choices.below(4), choices.below(3))
                } else {
                    format!("r{}", choices.below(many.max(3)))
                }
            })
            .collect()
    };
    let from = choices.maybe(5, |choices| choices.day(10));
    let until = choices.maybe(5, |choices| from.unwrap_or(2) + choices.day(6));
    Rule { id: format!("r{at}"), customers, services, customers_toml, services_toml, from, until, when, effect, overrides }
}

fn effect(choices: &mut Choices<'_>, version: &Version, in_use: &[usize]) -> Effect {
    let level = |choices: &mut Choices<'_>| 1 + choices.below(LEVELS.len() - 1);
    let granted = level(choices);
    match choices.below(8) {
        0..=2 => Effect::Grant {
            level: granted,
            up_to: choices.maybe(3, |choices| granted + choices.below(LEVELS.len() - granted)),
            quota: None,
            obligations: vec![],
        },
        3 | 4 => {
            let amounts: Vec<usize> = in_use.iter().copied().filter(|fact| [2, 8, 11].contains(fact)).collect();
            let amount =
                if amounts.is_empty() || choices.one_in(2) { Amount::Tenths(choices.day(6)) } else { Amount::Fact(choices.pick(&amounts)) };
            let beyond = choices
                .maybe(2, |choices| (1 + choices.below(LEVELS.len() - 1), if choices.one_in(2) { vec!["approval"] } else { vec![] }));
            Effect::Grant {
                level: granted,
                up_to: None,
                quota: Some(Quota { amount, per: choices.below(PERIODS.len()), beyond }),
                obligations: if choices.one_in(3) { vec!["notice"] } else { vec![] },
            }
        }
        5 => Effect::Deny,
        6 => {
            let low = choices.maybe(2, |choices| 1 + choices.below(LEVELS.len() - 1));
            let high = choices.below(LEVELS.len());
            match low {
                Some(low) if high < low => Effect::Bound { at_least: Some(low), at_most: None },
                Some(low) => Effect::Bound { at_least: Some(low), at_most: Some(high) },
                None => Effect::Bound { at_least: None, at_most: Some(high) },
            }
        }
        _ => Effect::AsAt(version.from - 1 - choices.day(3)),
    }
}

fn table(choices: &mut Choices<'_>, in_use: &[usize]) -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    for _ in 0..choices.below(3) {
        if in_use.is_empty() {
            break;
        }
        let fact = choices.pick(in_use);
        if tests.iter().all(|test| test.fact != fact)
            && let Some(test) = test(choices, fact)
        {
            tests.push(test);
        }
    }
    tests
}

/// A test in one of the notations that its fact allows, with the values that pass it; nothing when none would.
fn test(choices: &mut Choices<'_>, fact: usize) -> Option<Test> {
    let Fact { kind, max, .. } = FACTS[fact];
    let all: Vec<i64> = (0..=max).collect();
    let (a, b) = (choices.day(max as usize + 1), choices.day(max as usize + 1));
    let (low, high) = (a.min(b), a.max(b));
    let write = |value: i64| literal(fact, value, false);
    let (toml, accepts): (String, Vec<i64>) = match kind {
        Kind::Truth => (write(a), vec![a]),
        Kind::Tags => tags(choices),
        Kind::Text | Kind::OpenText => {
            let (a, b) = if kind == Kind::OpenText { (a.min(1), b.min(1)) } else { (a, b) };
            let inner = |value: i64| write(value).replace('"', "\\\"");
            match choices.below(4) {
                0 => (write(a), vec![a]),
                1 => (format!("[{}, {}]", write(a), write(b)), vec![a, b]),
                2 => (format!("\"not({})\"", inner(a)), all.into_iter().filter(|value| *value != a).collect()),
                _ => (format!("\"{}, {}\"", inner(a), inner(b)), vec![a, b]),
            }
        }
        Kind::Tenths | Kind::Whole | Kind::Day => match choices.below(9) {
            0 => (write(a), vec![a]),
            1 => (format!("\">= {}\"", write(a)), all.into_iter().filter(|value| *value >= a).collect()),
            2 => (format!("\"< {}\"", write(a)), all.into_iter().filter(|value| *value < a).collect()),
            3 => {
                (format!("\"[{}..{})\"", write(low), write(high)), all.into_iter().filter(|value| low <= *value && *value < high).collect())
            }
            4 => {
                (format!("\"({}..{}]\"", write(low), write(high)), all.into_iter().filter(|value| low < *value && *value <= high).collect())
            }
            5 => (
                format!("\"not({}, > {})\"", write(low), write(high)),
                all.into_iter().filter(|value| *value != low && *value <= high).collect(),
            ),
            6 => (format!("[{}, {}]", write(a), write(b)), vec![a, b]),
            7 => (
                format!("\"<= {}, {}\"", write(low), write(high)),
                all.into_iter().filter(|value| *value <= low || *value == high).collect(),
            ),
            _ => ("\"-\"".to_owned(), all),
        },
    };
    (!accepts.is_empty()).then_some(Test { fact, toml, accepts })
}

fn tags(choices: &mut Choices<'_>) -> (String, Vec<i64>) {
    let sets = 1 << TAGS.len();
    let (all, any, none) = (choices.day(sets), choices.day(sets), choices.day(sets));
    let accepts = (0..sets as i64).filter(|tags| tags & all == all && (any == 0 || tags & any != 0) && tags & none == 0).collect();
    let key = |name: &str, mask: i64| if mask == 0 { None } else { Some(format!("{name} = {}", literal(4, mask, false))) };
    let keys: Vec<String> = [key("all", all), key("any", any), key("none", none)].into_iter().flatten().collect();
    (if keys.is_empty() { "\"-\"".to_owned() } else { format!("{{ {} }}", keys.join(", ")) }, accepts)
}

/// Takes out of `overrides` what does not exist, or not at that rank.
fn keep_real_targets(spec: &mut Spec) {
    let sets = spec.sets.clone();
    let exists = |set: &Set, id: &str| {
        set.versions.iter().flat_map(|version| &version.rules).any(|rule| rule.id == id && !matches!(rule.effect, Effect::Bound { .. }))
    };
    for set in &mut spec.sets {
        let rank = set.rank;
        let own = set.id.clone();
        for rule in set.versions.iter_mut().flat_map(|version| &mut version.rules) {
            rule.overrides.retain(|target| {
                let (name, id) = target.split_once('#').unwrap_or((&own, target));
                sets.iter().any(|set| set.id == name && set.rank == rank && exists(set, id))
            });
        }
    }
}

pub(crate) fn question(choices: &mut Choices<'_>, spec: &Spec) -> Question {
    let mut facts = Vec::new();
    for fact in spec.in_use.iter().copied().chain([QUANTITY, USED]) {
        if !FACTS[fact].from_register
            && !facts.iter().any(|(known, _)| *known == fact)
            && (FACTS[fact].derive.is_none() || choices.one_in(4))
            && choices.below(3) > 0
        {
            facts.push((fact, choices.day(FACTS[fact].max as usize + 1)));
        }
    }
    facts.sort_unstable();
    Question {
        customer: choices.below(CUSTOMERS.len()),
        service: choices.below(SERVICES.len() + COMPOSITES.len()),
        on: choices.day(16) - 1,
        known: choices.maybe(3, |choices| choices.day(24)),
        proposed: choices.one_in(5),
        facts,
    }
}
