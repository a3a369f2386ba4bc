//! S8 as it is written: options run in their order, each within the room; what is missing, they ask for.

use std::collections::BTreeSet;

use super::naive::{Asked, Completion, Placed};
use super::spec::*;

/// One option's part in a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ran<'s> {
    pub(crate) key: String,
    pub(crate) set: &'s str,
    /// The day from which its version counts, and that of its decision.
    pub(crate) from: i64,
    pub(crate) decided: Option<i64>,
    pub(crate) option: &'s Opt,
    pub(crate) before: usize,
    pub(crate) got: usize,
    pub(crate) made: Made,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    Proposed { level: Option<usize>, quota: Option<i64>, oblige: bool },
    Needs(usize),
    Fault,
}

/// What holds beyond a quota: a level, on conditions.
pub(crate) type Beyond = Option<(usize, Vec<&'static str>)>;

/// A quota with its amount worked out.
#[derive(Debug, Clone)]
pub(crate) struct Counted<'s> {
    pub(crate) amount: i64,
    /// Place in `PERIODS`.
    pub(crate) per: usize,
    pub(crate) beyond: Beyond,
    /// The version that grants.
    pub(crate) version: (&'s Set, &'s Version),
}

/// What the rules left to the options, and what these made of it.
#[derive(Debug, Clone)]
pub(crate) struct Standing<'s> {
    pub(crate) level: usize,
    pub(crate) room: (usize, usize),
    pub(crate) ceiling: usize,
    pub(crate) quota: Option<Counted<'s>>,
    pub(crate) obligations: Vec<&'static str>,
    pub(crate) ran: Vec<Ran<'s>>,
    /// The fact that one of them needs, and the levels that are possible until it is known.
    pub(crate) asks: Option<(usize, BTreeSet<usize>)>,
}

/// The options that take part, in the order in which they run.
fn here<'s>(asked: &Asked<'s>, service: usize, on: i64) -> Vec<(String, (&'s Set, &'s Version), &'s Opt)> {
    let mut all = Vec::new();
    for set in &asked.spec.sets {
        let owner = asked.version_on(set, on).map(|at| &set.versions[at]);
        for (version, option) in owner.iter().flat_map(|version| version.options.iter().map(move |option| (*version, option))) {
            let in_scope =
                option.customers.contains(&asked.customer) && option.services.contains(&service) && asked.is_reached(service, on);
            if in_scope && option.until.is_none_or(|until| on <= until) {
                let key = format!("{}@{}#{}", set.id, version.id, option.id);
                all.push((key, (set, version), option));
            }
        }
    }
    all.sort_by_key(|(.., option)| option.order);
    all
}

/// What a completion supposes of a fact of few values: of others, nothing is supposed before an option.
fn supposed(fact: usize, completion: &Completion) -> Option<i64> {
    completion.get(&(fact, None)).copied().filter(|_| FACTS[fact].kind == Kind::Truth)
}

impl<'s> Standing<'s> {
    pub(crate) fn refine(mut self, asked: &Asked<'s>, service: usize, on: i64, completion: &Completion) -> Standing<'s> {
        if self.room.1 == 0 {
            return self;
        }
        let options = here(asked, service, on);
        for (at, (key, of, option)) in options.iter().enumerate() {
            let made = match option.act {
                Act::Level(level) => Made::Proposed { level: Some(level), quota: None, oblige: false },
                Act::Quota(amount) => Made::Proposed { level: None, quota: Some(amount), oblige: false },
                Act::Oblige => Made::Proposed { level: None, quota: None, oblige: true },
                Act::Fault => Made::Fault,
                Act::Season(first, last, level) => {
                    Made::Proposed { level: Some(level).filter(|_| first <= on && on <= last), quota: None, oblige: false }
                }
                Act::Ask(fact, least, level) => match asked.known_value(fact, on).or_else(|| supposed(fact, completion)) {
                    None => Made::Needs(fact),
                    Some(value) => Made::Proposed { level: Some(level).filter(|_| value >= least), quota: None, oblige: false },
                },
            };
            let wanted = match made {
                Made::Proposed { level: Some(level), .. } => level,
                Made::Fault if option.refuse => 0,
                _ => self.level,
            };
            let before = self.level;
            let got = wanted.clamp(self.room.0, self.room.1);
            self.ran.push(Ran { key: key.clone(), set: &of.0.id, from: of.1.from, decided: of.1.decided, option, before, got, made });
            if let Made::Needs(fact) = made
                && let Some(levels) = self.possible(asked, &options[at..], asked.used(on, completion))
            {
                self.asks = Some((fact, levels));
                return self;
            }
            if let Made::Proposed { quota: Some(amount), .. } = made {
                let before = self.quota.take();
                let version = before.as_ref().map_or(*of, |quota| quota.version);
                self.quota = Some(Counted { amount, per: YEAR, beyond: before.and_then(|quota| quota.beyond), version });
            }
            if matches!(made, Made::Proposed { oblige: true, .. }) && !self.obligations.contains(&"extra") {
                self.obligations.push("extra");
            }
            self.level = wanted.clamp(self.room.0, self.room.1);
            if made == Made::Fault && self.level == 0 {
                break;
            }
        }
        if self.level == 0 {
            (self.quota, self.obligations) = (None, vec![]);
        }
        self
    }

    /// The levels that these options can still make the first line have.
    fn possible(
        &self,
        asked: &Asked<'s>,
        rest: &[(String, (&'s Set, &'s Version), &'s Opt)],
        used: Option<i64>,
    ) -> Option<BTreeSet<usize>> {
        let sets = |what: usize| rest.iter().any(|(.., option)| option.act.plugin().1[what]);
        let level = sets(0) && self.room.0 < self.room.1;
        if !level && !sets(1) && !sets(2) {
            return None;
        }
        let quantity = asked.facts.get(&QUANTITY).copied().filter(|quantity| *quantity > 0);
        let beyond = self.quota.as_ref().and_then(|quota| quota.beyond.as_ref()).map_or(0, |(level, _)| (*level).min(self.ceiling));
        let levels = if level { (self.room.0..=self.room.1).collect() } else { vec![self.level] };
        let mut possible = BTreeSet::new();
        for level in levels {
            // Without a quantity nothing is divided; a quota still to come may have room for it or not.
            let (fits, spent) = match (&self.quota, quantity) {
                _ if level == 0 => (true, false),
                (_, None) => (true, false),
                _ if sets(1) => (true, true),
                (None, Some(_)) => (true, false),
                (Some(quota), Some(_)) => (quota.amount - used.unwrap() > 0, quota.amount - used.unwrap() <= 0),
            };
            possible.extend(fits.then_some(level));
            possible.extend(spent.then_some(beyond));
        }
        Some(possible)
    }
}

/// The options' part in JSON: what they made of it, one by one.
pub(crate) fn json(ran: &Ran<'_>) -> String {
    let none = "null".to_owned();
    let (proposal, needs, fault) = match ran.made {
        Made::Proposed { level, quota, oblige } => {
            let level = level.map_or(none.clone(), |level| format!("\"{}\"", LEVELS[level]));
            let quota = quota.map_or(none.clone(), |amount| format!(r#"{{"amount":{},"unit":"hour","per":"year"}}"#, tenths(amount)));
            let obligations = if oblige { r#"["extra"]"# } else { "[]" };
            (format!(r#"{{"level":{level},"quota":{quota},"obligations":{obligations},"note":null}}"#), String::new(), none)
        }
        Made::Needs(fact) => (none.clone(), format!("\"{}\"", FACTS[fact].name), none),
        Made::Fault => (none, String::new(), r#"{"kind":"invalid","message":"as asked"}"#.to_owned()),
    };
    format!(
        r#"{{"option":"{}","plugin":"{}","version":"1","digest":null,"level":"{}","proposal":{proposal},"needs":[{needs}],"fault":{fault}}}"#,
        ran.key,
        ran.option.act.plugin().0,
        LEVELS[ran.got],
    )
}

/// Whether it changed anything.
pub(crate) fn shaped(ran: &Ran<'_>) -> bool {
    ran.got != ran.before || matches!(ran.made, Made::Proposed { quota: Some(_), .. } | Made::Proposed { oblige: true, .. })
}

/// What a level outside the room became, and what made it so.
pub(crate) fn held(ran: &Ran<'_>, by: Option<&Placed<'_>>) -> Option<String> {
    let Made::Proposed { level: Some(wanted), .. } = ran.made else { return None };
    if wanted == ran.got {
        return None;
    }
    let by = by.map_or("null".to_owned(), |rule| format!("\"{}\"", rule.key()));
    Some(format!(r#"{{"rule":"{}","what":"option","wanted":"{}","got":"{}","by":{by}}}"#, ran.key, LEVELS[wanted], LEVELS[ran.got]))
}
