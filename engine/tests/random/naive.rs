//! S1–S12 as they are written, over plain data: no cells, no index, no solver, no cleverness.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::options::{Counted, Made, Ran, Standing};
use super::spec::*;

/// The outermost days that are looked at; nothing changes beyond them.
pub(crate) const DAYS: std::ops::RangeInclusive<i64> = -12..=34;

/// A rule with where it stands, in register order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'s> {
    pub(crate) set: &'s Set,
    pub(crate) version: &'s Version,
    pub(crate) rule: &'s Rule,
    /// Its place in register order.
    pub(crate) at: usize,
}

impl Placed<'_> {
    pub(crate) fn key(&self) -> String {
        format!("{}@{}#{}", self.set.id, self.version.id, self.rule.id)
    }
    fn is_choice(&self) -> bool {
        !matches!(self.rule.effect, Effect::Bound { .. })
    }
}

/// A missing value: of a fact, on a day for facts that the register gives.
pub(crate) type Unknown = (usize, Option<i64>);
/// One completion of what is missing.
pub(crate) type Completion = BTreeMap<Unknown, i64>;

/// A question's circumstances, apart from the day that rules are looked at on.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'s> {
    pub(crate) spec: &'s Spec,
    pub(crate) rules: Vec<Placed<'s>>,
    pub(crate) customer: usize,
    pub(crate) known: Option<i64>,
    pub(crate) proposed: bool,
    /// Of proposals, only these count: set and version.
    pub(crate) only: Option<BTreeSet<(String, String)>>,
    pub(crate) facts: BTreeMap<usize, i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Answer {
    pub(crate) level: usize,
    pub(crate) lines: Vec<(usize, Option<i64>, Vec<&'static str>)>,
    /// Amount, and per what.
    pub(crate) quota: Option<(i64, usize)>,
    pub(crate) obligations: Vec<&'static str>,
}

impl Answer {
    /// S9, S11: one line, no conditions; all of these are the same answer, whatever the quota is that is told with them.
    fn refusal(quantity: Option<i64>, quota: Option<(i64, usize)>) -> Answer {
        Answer { level: 0, lines: vec![(0, quantity, vec![])], quota, obligations: vec![] }
    }
    fn is_refusal(&self) -> bool {
        self.level == 0
    }
}

/// What lost: rule, what, wanted, got, to which rule.
pub(crate) type Lost = (usize, u8, Option<usize>, Option<usize>, usize);

#[derive(Debug, Clone, Default)]
pub(crate) struct Reasons<'s> {
    pub(crate) deciding: BTreeSet<usize>,
    pub(crate) then: BTreeSet<usize>,
    pub(crate) shaping: BTreeSet<usize>,
    pub(crate) lost: BTreeSet<Lost>,
    pub(crate) room: Option<(usize, usize)>,
    pub(crate) options: Vec<(Ran<'s>, Option<usize>)>,
}

/// What comes of one completion.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leaf {
    Answer(Answer),
    /// An option needs these facts; until then these levels are possible.
    Asks(BTreeSet<usize>, BTreeSet<usize>),
}

impl Leaf {
    /// What S11 compares: of a refusal, the quota says nothing.
    fn compared(&self) -> Leaf {
        match self {
            Leaf::Answer(answer) if answer.is_refusal() => Leaf::Answer(Answer { quota: None, ..answer.clone() }),
            other => other.clone(),
        }
    }
    pub(crate) fn levels(&self) -> BTreeSet<usize> {
        match self {
            Leaf::Answer(answer) => BTreeSet::from([answer.level]),
            Leaf::Asks(_, levels) => levels.clone(),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Core {
    Settled(Answer),
    Undetermined { needs: Vec<usize>, possible: Vec<usize> },
}

impl PartialEq for Core {
    fn eq(&self, other: &Core) -> bool {
        match (self, other) {
            (Core::Settled(a), Core::Settled(b)) => Leaf::Answer(a.clone()).compared() == Leaf::Answer(b.clone()).compared(),
            (Core::Undetermined { needs: a, possible: b }, Core::Undetermined { needs: c, possible: d }) => a == c && b == d,
            _ => false,
        }
    }
}

/// What a day's rules choose, before the day's bounds.
#[derive(Debug, Clone, Default)]
struct Chosen<'s> {
    level: usize,
    up_to: Option<usize>,
    quota: Option<(&'s Quota, i64)>,
    obligations: Vec<&'static str>,
}

#[derive(Debug, Clone, Default)]
struct Bounds {
    floor: usize,
    ceiling: usize,
    floor_by: Vec<usize>,
    ceiling_by: Vec<usize>,
    clamped: Vec<(usize, usize, usize, usize)>,
}

pub(crate) fn rules(spec: &Spec) -> Vec<Placed<'_>> {
    let all = spec
        .sets
        .iter()
        .flat_map(|set| set.versions.iter().flat_map(move |version| version.rules.iter().map(move |rule| (set, version, rule))));
    all.enumerate().map(|(at, (set, version, rule))| Placed { set, version, rule, at }).collect()
}

/// S1, S2: which of some dated things owns a day: the last that painted it.
fn owner<T>(
    items: &[T],
    on: i64,
    mut paints: impl FnMut(&T) -> Option<(i64, i64)>,
    span: impl Fn(&T) -> (i64, Option<i64>, bool),
) -> Option<usize> {
    let mut order: Vec<(i64, i64, usize)> =
        items.iter().enumerate().filter_map(|(at, item)| paints(item).map(|(turn, from)| (turn, from, at))).collect();
    order.sort_unstable();
    let mut owner = None;
    for (_, _, at) in order {
        let (from, until, patch) = span(&items[at]);
        if from <= on && until.is_none_or(|until| on <= until) {
            owner = Some(at);
        } else if until.is_some_and(|until| on > until) && !patch {
            owner = None;
        }
    }
    owner
}

impl<'s> Asked<'s> {
    fn knows(&self, decided: i64) -> bool {
        self.known.is_none_or(|known| decided <= known)
    }

    pub(crate) fn version_on(&self, set: &'s Set, on: i64) -> Option<usize> {
        owner(
            &set.versions,
            on,
            |version| {
                if let Some(decided) = version.decided {
                    return self.knows(decided).then_some((decided, version.from));
                }
                let counts = self.only.as_ref().is_none_or(|only| only.contains(&(set.id.clone(), version.id.clone())));
                (self.proposed && counts).then_some((i64::MAX, version.from))
            },
            |version| (version.from, version.until, version.patch),
        )
    }

    /// S1: whether a customer or service stands in the catalogue on a day, as far as is known.
    pub(crate) fn is_listed(&self, listed: Listed, on: i64) -> bool {
        listed.from.is_none_or(|from| from <= on)
            && listed.until.is_none_or(|until| on <= until)
            && listed.decided.is_none_or(|day| self.knows(day))
    }

    /// S1: whether rules and options reach a service on a day.
    pub(crate) fn is_reached(&self, service: usize, on: i64) -> bool {
        self.is_listed(self.spec.customers[self.customer], on) && self.is_listed(self.spec.services[service], on)
    }

    /// The register's value of a fact on a day.
    fn dated(&self, fact: usize, on: i64) -> Option<i64> {
        let values: Vec<&Value> = self
            .spec
            .values
            .iter()
            .filter(|value| value.fact == fact && value.customer.is_none_or(|customer| customer == self.customer))
            .collect();
        let at = owner(
            &values,
            on,
            |value| self.knows(value.decided).then_some((value.decided, value.from)),
            |value| (value.from, value.until, false),
        )?;
        Some(values[at].given)
    }

    /// A fact's value on a day: given, from the register, or derived.
    pub(crate) fn known_value(&self, fact: usize, on: i64) -> Option<i64> {
        let derived = || FACTS[fact].derive.and_then(|(source, _, derive)| self.known_value(source, on).map(derive));
        self.facts.get(&fact).copied().or_else(|| self.dated(fact, on)).or_else(derived)
    }

    fn value(&self, fact: usize, on: i64, completion: &Completion) -> i64 {
        self.known_value(fact, on).unwrap_or_else(|| completion[&unknown(fact, on)])
    }

    /// S3, for a service on a day.
    pub(crate) fn matching(&self, service: usize, on: i64, completion: &Completion) -> Vec<Placed<'s>> {
        self.rules
            .iter()
            .copied()
            .filter(|placed| {
                let rule = placed.rule;
                let in_scope = rule.customers.contains(&self.customer) && rule.services.contains(&service) && self.is_reached(service, on);
                let in_days = rule.from.is_none_or(|from| from <= on) && rule.until.is_none_or(|until| on <= until);
                let owned =
                    || self.version_on(placed.set, on).is_some_and(|at| std::ptr::eq(&raw const placed.set.versions[at], placed.version));
                let holds = |table: &Vec<Test>| table.iter().all(|test| test.accepts.contains(&self.value(test.fact, on, completion)));
                in_scope && in_days && owned() && (rule.when.is_empty() || rule.when.iter().any(holds))
            })
            .collect()
    }

    /// S5: the choice rules that no matching rule beats.
    pub(crate) fn unbeaten(matching: &[Placed<'s>]) -> Vec<Placed<'s>> {
        let choices: Vec<Placed<'s>> = matching.iter().copied().filter(Placed::is_choice).collect();
        choices.iter().copied().filter(|rule| !choices.iter().any(|other| beats(other, rule))).collect()
    }

    fn chosen(&self, service: usize, on: i64, matching: &[Placed<'s>], completion: &Completion) -> Chosen<'s> {
        match Self::unbeaten(matching).first().map(|placed| &placed.rule.effect) {
            Some(Effect::Grant { level, up_to, quota, obligations }) => {
                Chosen { level: *level, up_to: *up_to, quota: quota.as_ref().map(|quota| (quota, on)), obligations: obligations.clone() }
            }
            Some(Effect::AsAt(day)) => {
                let then = self.matching(service, *day, completion);
                let chosen = self.chosen(service, *day, &then, completion);
                let bounds = bounds(&then);
                Chosen { level: chosen.level.clamp(bounds.floor, bounds.ceiling), ..chosen }
            }
            _ => Chosen::default(),
        }
    }

    /// S7, S8: what stands for a plain service in one completion, once the options had their say.
    pub(crate) fn standing(&self, service: usize, on: i64, completion: &Completion) -> Standing<'s> {
        let matching = self.matching(service, on, completion);
        let chosen = self.chosen(service, on, &matching, completion);
        let bounds = bounds(&matching);
        let level = chosen.level.clamp(bounds.floor, bounds.ceiling);
        let room = (bounds.floor, bounds.ceiling.min(level.max(chosen.up_to.unwrap_or(0))));
        let decider = Self::unbeaten(&matching).first().copied();
        let quota = chosen.quota.map(|(quota, day)| {
            let amount = match quota.amount {
                Amount::Tenths(amount) => amount,
                Amount::Fact(fact) => self.value(fact, day, completion) * if FACTS[fact].kind == Kind::Whole { 10 } else { 1 },
            };
            // Only a rule that chose has a quota.
            let version = decider.map(|placed| (placed.set, placed.version)).unwrap();
            Counted { amount, per: quota.per, beyond: quota.beyond.clone(), version }
        });
        let standing =
            Standing { level, room, ceiling: bounds.ceiling, quota, obligations: chosen.obligations, ran: Vec::new(), asks: None };
        standing.refine(self, service, on, completion)
    }

    /// How much is used, where that is known or supposed.
    pub(crate) fn used(&self, on: i64, completion: &Completion) -> Option<i64> {
        self.known_value(USED, on).or_else(|| completion.get(&unknown(USED, on)).copied())
    }

    /// S9: the answer for a plain service in one completion.
    fn plain_answer(&self, service: usize, on: i64, completion: &Completion) -> Leaf {
        let standing = self.standing(service, on, completion);
        if let Some((fact, levels)) = standing.asks {
            return Leaf::Asks(BTreeSet::from([fact]), levels);
        }
        let level = standing.level;
        let quantity = self.facts.get(&QUANTITY).copied().filter(|quantity| *quantity > 0);
        let told = standing.quota.as_ref().map(|quota| (quota.amount, quota.per));
        if level == 0 {
            return Leaf::Answer(Answer::refusal(quantity, told));
        }
        let (Some(quota), Some(quantity)) = (&standing.quota, quantity) else {
            return Leaf::Answer(Answer { level, lines: vec![(level, quantity, vec![])], quota: told, obligations: standing.obligations });
        };
        let used = self.value(USED, on, completion);
        let fits = quantity.min((quota.amount - used).max(0));
        let (beyond, conditions) = quota.beyond.clone().unwrap_or((0, vec![]));
        let mut lines = vec![(level, Some(fits), vec![]), (beyond.min(standing.ceiling), Some(quantity - fits), conditions)];
        lines.retain(|(_, quantity, _)| *quantity != Some(0));
        if lines[0].0 == 0 {
            return Leaf::Answer(Answer::refusal(Some(quantity), told));
        }
        Leaf::Answer(Answer { level: lines[0].0, lines, quota: told, obligations: standing.obligations })
    }

    /// S9: the periods that `used` was counted in, where what is left of a quota is told.
    fn periods(&self, service: usize, on: i64, completion: &Completion) -> Vec<(Option<i64>, Option<i64>)> {
        if let Some(composite) = service.checked_sub(SERVICES.len()) {
            if !self.is_listed(self.spec.services[service], on) {
                return Vec::new();
            }
            return COMPOSITES[composite].1.iter().flat_map(|part| self.periods(*part, on, completion)).collect();
        }
        let standing = self.standing(service, on, completion);
        let is_known = self.known_value(USED, on).is_some();
        let counted = standing.quota.filter(|quota| standing.asks.is_none() && standing.level > 0 && is_known && quota.amount > 0);
        counted.map(|quota| self.period(quota.per, quota.version, on)).into_iter().collect()
    }

    /// The calendar's period around a day, or the days of the version that grants; an end that is nothing lies beyond all that is looked at.
    fn period(&self, per: usize, (set, version): (&'s Set, &'s Version), on: i64) -> (Option<i64>, Option<i64>) {
        let day: Date = date(on).parse().unwrap();
        let back = |date: Date| i64::from(date.since(jiff::civil::date(2024, 1, 1)).unwrap().get_days());
        let (first, last) = match PERIODS[per] {
            "day" => (day, day),
            "week" => {
                let monday = day.saturating_sub(jiff::Span::new().days(day.weekday().to_monday_zero_offset()));
                (monday, monday.saturating_add(jiff::Span::new().days(6)))
            }
            "month" => (day.first_of_month(), day.last_of_month()),
            "quarter" => {
                let first = jiff::civil::date(day.year(), (day.month() - 1) / 3 * 3 + 1, 1);
                (first, first.saturating_add(jiff::Span::new().months(2)).last_of_month())
            }
            "year" => (day.first_of_year(), day.last_of_year()),
            _ => {
                let owns = |on: &i64| self.version_on(set, *on).is_some_and(|at| std::ptr::eq(&raw const set.versions[at], version));
                let days: Vec<i64> = DAYS.filter(owns).collect();
                let (first, last) = (*days.first().unwrap(), *days.last().unwrap());
                return ((first > *DAYS.start()).then_some(first), (last < *DAYS.end()).then_some(last));
            }
        };
        (Some(back(first)), Some(back(last)))
    }

    /// S10 on top of that.
    pub(crate) fn answer(&self, service: usize, on: i64, completion: &Completion) -> Leaf {
        let Some(composite) = service.checked_sub(SERVICES.len()) else { return self.plain_answer(service, on, completion) };
        let (_, parts, lowest) = COMPOSITES[composite];
        if !self.is_listed(self.spec.services[service], on) {
            return Leaf::Answer(Answer { level: 0, lines: vec![], quota: None, obligations: vec![] });
        }
        let mut levels: Option<BTreeSet<usize>> = None;
        let mut asks = BTreeSet::new();
        for part in parts {
            let leaf = self.answer(*part, on, completion);
            if let Leaf::Asks(facts, _) = &leaf {
                asks.extend(facts);
            }
            let own = leaf.levels();
            let join = |a: usize, b: usize| if lowest { a.min(b) } else { a.max(b) };
            levels = Some(levels.map_or(own.clone(), |all| all.iter().flat_map(|a| own.iter().map(move |b| join(*a, *b))).collect()));
        }
        let levels = levels.unwrap();
        if levels.len() > 1 {
            return Leaf::Asks(asks, levels);
        }
        Leaf::Answer(Answer { level: *levels.first().unwrap(), lines: vec![], quota: None, obligations: vec![] })
    }

    /// Everything that is missing and that any rule could look at.
    pub(crate) fn unknowns(&self, on: i64) -> Vec<Unknown> {
        let mut facts: BTreeSet<usize> =
            self.rules.iter().flat_map(|placed| placed.rule.when.iter().flatten().map(|test| test.fact)).collect();
        let mut days = BTreeSet::from([on]);
        for placed in &self.rules {
            match &placed.rule.effect {
                Effect::AsAt(day) => {
                    days.insert(*day);
                }
                Effect::Grant { quota: Some(quota), .. } => {
                    facts.insert(USED);
                    if let Amount::Fact(fact) = quota.amount {
                        facts.insert(fact);
                    }
                }
                _ => {}
            }
        }
        for option in self.spec.sets.iter().flat_map(|set| &set.versions).flat_map(|version| &version.options) {
            match option.act {
                Act::Quota(_) => facts.insert(USED),
                Act::Ask(fact, ..) if FACTS[fact].kind == Kind::Truth => facts.insert(fact),
                _ => false,
            };
        }
        let unknowns: BTreeSet<Unknown> = facts
            .into_iter()
            .flat_map(|fact| days.iter().map(move |day| (fact, *day)))
            .filter(|(fact, day)| self.known_value(*fact, *day).is_none())
            .map(|(fact, day)| unknown(fact, day))
            .collect();
        unknowns.into_iter().collect()
    }

    /// How many completions there are.
    pub(crate) fn breadth(&self, on: i64) -> usize {
        self.unknowns(on).iter().map(|(fact, _)| FACTS[*fact].max as usize + 1).product()
    }

    pub(crate) fn completions(&self, on: i64) -> Vec<Completion> {
        let mut all = vec![Completion::new()];
        for unknown in self.unknowns(on) {
            all = all
                .into_iter()
                .flat_map(|known| {
                    (0..=FACTS[unknown.0].max)
                        .map(move |value| known.iter().map(|(key, value)| (*key, *value)).chain([(unknown, value)]).collect())
                })
                .collect();
        }
        all
    }

    /// S11.
    pub(crate) fn core(&self, service: usize, on: i64) -> Core {
        let answers: BTreeMap<Completion, Leaf> =
            self.completions(on).into_iter().map(|completion| (completion.clone(), self.answer(service, on, &completion))).collect();
        // The quota of a refusal is told where it is one.
        let quotas: BTreeSet<Option<(i64, usize)>> =
            answers.values().filter_map(|leaf| if let Leaf::Answer(answer) = leaf { Some(answer.quota) } else { None }).collect();
        let answers: BTreeMap<Completion, Leaf> = answers.into_iter().map(|(key, leaf)| (key, leaf.compared())).collect();
        let different: BTreeSet<&Leaf> = answers.values().collect();
        if different.len() == 1
            && let Some(Leaf::Answer(answer)) = different.first()
        {
            let only = if quotas.len() == 1 { *quotas.first().unwrap() } else { None };
            return Core::Settled(Answer { quota: if answer.is_refusal() { only } else { answer.quota }, ..answer.clone() });
        }
        let mut needs = BTreeSet::new();
        for (completion, answer) in &answers {
            if let Leaf::Asks(facts, _) = answer {
                needs.extend(facts.iter().flat_map(|fact| self.sources(*fact, on)));
            }
            for unknown in completion.keys() {
                let changes = (0..=FACTS[unknown.0].max).any(|value| {
                    let mut other = completion.clone();
                    other.insert(*unknown, value);
                    answers[&other] != *answer
                });
                if changes {
                    needs.extend(self.sources(unknown.0, unknown.1.unwrap_or(on)));
                }
            }
        }
        let possible: BTreeSet<usize> = answers.values().flat_map(Leaf::levels).collect();
        Core::Undetermined { needs: needs.into_iter().collect(), possible: possible.into_iter().collect() }
    }

    /// What to ask for when a fact is missing: what it is derived from, when that is missing.
    fn sources(&self, fact: usize, on: i64) -> Vec<usize> {
        match FACTS[fact].derive {
            Some((source, ..)) if self.known_value(source, on).is_none() => self.sources(source, on),
            _ => vec![fact],
        }
    }

    /// The reasons in all completions together.
    pub(crate) fn reasons(&self, service: usize, on: i64) -> Reasons<'s> {
        let mut all = Reasons::default();
        for completion in self.completions(on) {
            let (here, bounds) = self.reasons_in(service, on, &completion);
            let standing = self.standing(service, on, &completion);
            let room = standing.room;
            for ran in standing.ran {
                let by = match ran.made {
                    Made::Proposed { level: Some(wanted), .. } if wanted != ran.got => {
                        let bound = if wanted < ran.got {
                            bounds.floor_by.first()
                        } else if room.1 == bounds.ceiling {
                            bounds.ceiling_by.first()
                        } else {
                            None
                        };
                        bound.copied().or(here.deciding.first().copied())
                    }
                    _ => None,
                };
                if !all.options.contains(&(ran.clone(), by)) {
                    all.options.push((ran, by));
                }
            }
            all.room = Some(all.room.map_or(room, |(low, high)| (low.max(room.0), high.min(room.1))));
            all.deciding.extend(here.deciding);
            all.then.extend(here.then);
            all.shaping.extend(here.shaping);
            all.lost.extend(here.lost);
        }
        all
    }

    fn reasons_in(&self, service: usize, on: i64, completion: &Completion) -> (Reasons<'s>, Bounds) {
        let matching = self.matching(service, on, completion);
        let unbeaten = Self::unbeaten(&matching);
        let chosen = self.chosen(service, on, &matching, completion);
        let bounds = bounds(&matching);
        let mut reasons = Reasons { deciding: unbeaten.iter().map(|rule| rule.at).collect(), ..Reasons::default() };
        for rule in matching.iter().filter(|rule| rule.is_choice() && !reasons.deciding.contains(&rule.at)) {
            let winner = unbeaten.iter().chain(matching.iter().filter(|other| other.is_choice())).find(|other| beats(other, rule)).unwrap();
            let wanted = match &rule.rule.effect {
                Effect::Grant { level, .. } => Some(*level),
                Effect::Deny => Some(0),
                _ => None,
            };
            reasons.lost.insert((rule.at, 0, wanted, None, winner.at));
        }
        for (rule, wanted, got, by) in &bounds.clamped {
            reasons.lost.insert((*rule, 4, Some(*wanted), Some(*got), *by));
        }
        reasons.shaping.extend(&bounds.floor_by);
        let beyond = chosen.quota.and_then(|(quota, _)| quota.beyond.as_ref()).map(|(level, _)| *level);
        for (what, wanted) in [(1, Some(chosen.level)), (2, chosen.up_to), (3, beyond)] {
            let Some(wanted) = wanted else { continue };
            let (got, by) = if wanted > bounds.ceiling {
                (bounds.ceiling, &bounds.ceiling_by)
            } else if what == 1 && wanted < bounds.floor {
                (bounds.floor, &bounds.floor_by)
            } else {
                continue;
            };
            reasons.shaping.extend(by);
            if let Some(decider) = unbeaten.first() {
                reasons.lost.insert((decider.at, what, Some(wanted), Some(got), by[0]));
            }
        }
        if let Some(Effect::AsAt(day)) = unbeaten.first().map(|rule| &rule.rule.effect) {
            let (then, _) = self.reasons_in(service, *day, completion);
            reasons.then = then.deciding.into_iter().chain(then.then).chain(then.shaping).collect();
        }
        (reasons, bounds)
    }

    /// The day on which a new quota begins, where `used` counted.
    pub(crate) fn renews(&self, service: usize, on: i64) -> Option<i64> {
        let ends =
            self.completions(on).into_iter().flat_map(|completion| self.periods(service, on, &completion)).filter_map(|(_, last)| last);
        let next = ends.min()? + 1;
        // What is used by then is not known yet; where nothing may be granted, nothing is renewed.
        let mut then = self.clone();
        then.facts.remove(&USED);
        // Nor is it where there is no quota then.
        let is_over = matches!(then.core(service, next), Core::Settled(answer) if answer.is_refusal() || answer.quota.is_none());
        (!is_over).then_some(next)
    }

    /// From when to when this very answer stands: day by day, and no longer than the period that `used` counts in.
    pub(crate) fn holds(&self, service: usize, on: i64) -> (Option<i64>, Option<i64>) {
        let core = self.core(service, on);
        // Where `used` counts in a period without this day, it is another number.
        let counts_alike = |day: i64| {
            let mut periods = self.completions(day).into_iter().flat_map(|completion| self.periods(service, day, &completion));
            periods.all(|(first, last)| first.is_none_or(|first| first <= on) && last.is_none_or(|last| on <= last))
        };
        let is_same = |day: i64| self.core(service, day) == core && counts_alike(day);
        let mut from = on;
        while from > *DAYS.start() && is_same(from - 1) {
            from -= 1;
        }
        let mut until = on;
        while until < *DAYS.end() && is_same(until + 1) {
            until += 1;
        }
        let mut holds = ((from > *DAYS.start()).then_some(from), (until < *DAYS.end()).then_some(until));
        // Beyond the days that are looked at nothing changes but the periods: the outermost days say how far theirs reach.
        let counted = |day: i64| self.completions(day).into_iter().flat_map(move |completion| self.periods(service, day, &completion));
        for (first, _) in counted(on).chain(counted(from)) {
            holds.0 = holds.0.max(first);
        }
        for (_, last) in counted(on).chain(counted(until)) {
            holds.1 = [holds.1, last].into_iter().flatten().min();
        }
        holds
    }
}

/// A missing fact; one that has a value of its own on each day is missing on that day.
fn unknown(fact: usize, on: i64) -> Unknown {
    (fact, is_dated(fact).then_some(on))
}

/// Whether a fact has a value of its own on each day.
fn is_dated(fact: usize) -> bool {
    FACTS[fact].from_register || FACTS[fact].derive.is_some_and(|(source, ..)| is_dated(source))
}

/// S5.
pub(crate) fn beats(a: &Placed<'_>, b: &Placed<'_>) -> bool {
    if a.set.rank != b.set.rank {
        return a.set.rank > b.set.rank;
    }
    let in_list = |a: &Placed<'_>, b: &Placed<'_>| std::ptr::eq(a.version, b.version) && a.version.first && a.at < b.at;
    let overrides = |a: &Placed<'_>, b: &Placed<'_>| {
        a.at != b.at
            && (in_list(a, b)
                || a.rule
                    .overrides
                    .iter()
                    .any(|target| *target == format!("{}#{}", b.set.id, b.rule.id) || (a.set.id == b.set.id && *target == b.rule.id)))
    };
    let cells = |rule: &Rule| -> BTreeSet<(usize, usize)> {
        rule.customers.iter().flat_map(|customer| rule.services.iter().map(move |service| (*customer, *service))).collect()
    };
    let (cells_a, cells_b) = (cells(a.rule), cells(b.rule));
    overrides(a, b) || (!overrides(b, a) && cells_a.is_subset(&cells_b) && cells_a != cells_b)
}

/// S4.
fn bounds(matching: &[Placed<'_>]) -> Bounds {
    let mut bounds = Bounds { ceiling: LEVELS.len() - 1, ..Bounds::default() };
    for rank in 0..RANKS.len() {
        let ends = |low: bool| -> Vec<(usize, usize)> {
            let of_rank = matching.iter().filter(|placed| placed.set.rank == rank);
            of_rank
                .filter_map(|placed| match &placed.rule.effect {
                    Effect::Bound { at_least, at_most } => (if low { *at_least } else { *at_most }).map(|level| (placed.at, level)),
                    _ => None,
                })
                .collect()
        };
        let (lows, highs) = (ends(true), ends(false));
        let above = bounds.clone();
        if let Some(floor) = lows.iter().map(|(_, level)| *level).max() {
            let narrowed = floor.clamp(above.floor, above.ceiling);
            if narrowed > above.floor {
                bounds.floor = narrowed;
                bounds.floor_by = lows.iter().filter(|(_, level)| *level == floor).map(|(rule, _)| *rule).collect();
            }
            if let Some(by) = above.ceiling_by.first() {
                bounds.clamped.extend(
                    lows.iter().filter(|(_, level)| *level > above.ceiling).map(|(rule, level)| (*rule, *level, above.ceiling, *by)),
                );
            }
        }
        if let Some(ceiling) = highs.iter().map(|(_, level)| *level).min() {
            let narrowed = ceiling.clamp(above.floor, above.ceiling);
            if narrowed < above.ceiling {
                bounds.ceiling = narrowed;
                bounds.ceiling_by = highs.iter().filter(|(_, level)| *level == ceiling).map(|(rule, _)| *rule).collect();
            }
            if let Some(by) = above.floor_by.first() {
                bounds
                    .clamped
                    .extend(highs.iter().filter(|(_, level)| *level < above.floor).map(|(rule, level)| (*rule, *level, above.floor, *by)));
            }
        }
    }
    bounds
}
