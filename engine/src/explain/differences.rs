//! The differences of two registers in; a record for each region out, in words and as JSON.

use std::collections::BTreeMap;

use serde_json::Value;

use super::keys;
use super::records::{AnswerRecord, DifferenceNote, DifferenceRecord, Effect, QuotaRecord, RoomRecord, RuleRecords};
use super::regions::{condition, test};
use super::words::Speaker;
use crate::compare::{CellDifference, Difference, Differences, LISTED, Pass, PolicyView, QuotaTerms, RegionAnswer, Sum, Where, Which};
use crate::cover::{ON, free};
use crate::model::register::Register;
use crate::model::value::Exact;
use crate::text::{Key, Language, list, say};

impl Differences<'_> {
    /// A record for each region, by customer and service; words are in this language.
    pub fn records(&self, language: Language) -> Vec<DifferenceRecord> {
        let writer = Writer { differences: self, language };
        self.passes
            .iter()
            .flat_map(|pass| pass.cells.iter().flat_map(move |cell| cell.regions.iter().map(move |one| writer.record(pass, cell, one))))
            .collect()
    }
    /// What the records do not show: cells with too many regions, cells without one answer, facts that cannot be compared.
    pub fn notes(&self, language: Language) -> Vec<DifferenceNote> {
        Writer { differences: self, language }.notes()
    }
    /// Records and notes as a JSON array, one a line.
    pub fn to_json(&self, language: Language) -> String {
        let records = self.records(language);
        let notes = self.notes(language);
        let lines = records.iter().map(|record| serde_json::to_string(record).unwrap_or_default());
        let lines: Vec<String> = lines.chain(notes.iter().map(|note| serde_json::to_string(note).unwrap_or_default())).collect();
        format!("[{}]", lines.join(",\n "))
    }
}

impl Where {
    fn word(self) -> &'static str {
        match self {
            Where::Always => "always",
            Where::Within => "within-quota",
            Where::Beyond => "beyond-quota",
            Where::Right => "no-quantity",
            Where::Quantity => "quantity",
            Where::Perhaps => "perhaps",
        }
    }
    fn condition(self) -> Option<Key> {
        match self {
            Where::Always => None,
            Where::Within => Some(Key::WhereWithinQuota),
            Where::Beyond => Some(Key::WhereBeyondQuota),
            Where::Right => Some(Key::WhereNoQuantity),
            Where::Quantity => Some(Key::WhereQuantity),
            Where::Perhaps => Some(Key::WherePerhaps),
        }
    }
}

#[derive(Clone, Copy)]
struct Writer<'d, 'p> {
    differences: &'d Differences<'p>,
    language: Language,
}

/// So many possible answers are told one by one.
const TOLD: usize = 8;

impl<'p> Writer<'_, 'p> {
    fn seen(self, which: Which) -> PolicyView<'p> {
        match which {
            Which::Old => self.differences.old,
            Which::New => self.differences.new,
        }
    }

    fn record(self, pass: &Pass<'p>, cell: &CellDifference<'p>, one: &Difference<'p>) -> DifferenceRecord {
        let language = self.language;
        let (old, new) = (self.seen(Which::Old), self.seen(Which::New));
        let (first, last) = one.region.part(ON).ends();
        let days = crate::model::day::Days { from: crate::model::day::Day(first), until: crate::model::day::Day(last) };
        let mut facts = BTreeMap::new();
        let mut conditions = Vec::new();
        for (id, fact) in pass.shared.facts.iter() {
            let part = one.region.part(pass.shared.dim(id));
            if *part != free(fact) {
                facts.insert(fact.name.to_string(), test(fact, part));
                conditions.push(condition(fact, &self.label(&fact.name), part, language));
            }
        }
        let at = one.found.word();
        conditions.extend(one.found.condition().map(|key| say(language, key, &[])));
        let left_out: Vec<String> = pass.shared.left_out().map(str::to_owned).collect();
        if !left_out.is_empty() {
            conditions.push(say(language, Key::WhereLeftOut, &[("facts", &list(language, &left_out))]));
        }
        let strings = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        DifferenceRecord {
            customer: cell.customer.to_owned(),
            service: cell.service.to_owned(),
            from: days.first(),
            until: days.last(),
            facts,
            left_out,
            r#where: at,
            effect: self.effect(one),
            old: self.answer(pass, Which::Old, &one.old),
            new: self.answer(pass, Which::New, &one.new),
            rules: RuleRecords { old: strings(&one.old_rules), new: strings(&one.new_rules) },
            other: one.other.clone(),
            witness: one.witness.clone().map(|mut question| {
                question.known = self.differences.new.known_date();
                question.proposed = self.differences.new.has_proposals();
                question
            }),
            customer_name: self
                .name(cell.customer, |register, id| register.customers.values().find(|one| *one.id == *id).map(|one| one.name.to_string())),
            service_name: self.name(cell.service, |register, id| {
                register.services.find(|one| *one.id == *id).map(|service| register.service_name(service, language).to_owned())
            }),
            conditions,
            because: self
                .because(old, &one.old_rules, Key::BecauseOld)
                .into_iter()
                .chain(self.because(new, &one.new_rules, Key::BecauseNew))
                .chain(one.other.iter().map(|what| say(language, Key::BecauseOther, &[("what", what)])))
                .collect(),
        }
    }

    fn name(self, id: &str, find: impl Fn(&Register, &str) -> Option<String>) -> String {
        [Which::New, Which::Old].into_iter().find_map(|which| find(self.seen(which).world.register, id)).unwrap_or_else(|| id.to_owned())
    }

    /// What people call a fact.
    fn label(self, name: &str) -> String {
        self.name(name, |register, name| Some(register.facts[register.fact(name)?].label.get(self.language)?.to_owned()))
    }

    fn because(self, seen: PolicyView<'p>, keys: &[&str], key: Key) -> Vec<String> {
        let register = seen.world.register;
        let speaker = Speaker { world: seen.world, language: self.language };
        keys.iter()
            .filter_map(|wanted| register.rules.find(|rule| *rule.key == **wanted).map(|rule| (wanted, rule)))
            .map(|(wanted, rule)| say(self.language, key, &[("rule", wanted), ("text", &speaker.reason(rule))]))
            .collect()
    }

    fn answer(self, pass: &Pass<'p>, which: Which, said: &RegionAnswer<'p>) -> AnswerRecord {
        let words = self.words(pass, which, said);
        let empty = AnswerRecord { level: None, quota: None, obligations: Vec::new(), options: None, words };
        match said {
            RegionAnswer::Absent => AnswerRecord { level: Some("none".to_owned()), ..empty },
            RegionAnswer::Plain(formula) => AnswerRecord {
                level: Some(formula.level.to_owned()),
                quota: formula.quota.as_ref().map(|terms| QuotaRecord {
                    amount: match &terms.amount {
                        Sum::Exact(amount) => serde_json::to_value(Exact(*amount)).unwrap_or_default(),
                        Sum::Fact(fact) => Value::String(pass.shared.facts[*fact].name.to_string()),
                        Sum::Missing(name) => Value::String((*name).to_owned()),
                    },
                    unit: terms.unit.to_owned(),
                    per: terms.per.to_owned(),
                    beyond: terms.beyond.0.to_owned(),
                    obligations: terms.beyond.1.iter().map(|id| (*id).to_owned()).collect(),
                }),
                obligations: formula.obligations.iter().map(|id| (*id).to_owned()).collect(),
                options: formula.options.as_ref().map(|offered| RoomRecord {
                    options: offered.keys.iter().map(|key| (*key).to_owned()).collect(),
                    lowest: offered.lowest.to_owned(),
                    highest: offered.highest.to_owned(),
                }),
                ..empty
            },
            RegionAnswer::Joined { right, asked } => AnswerRecord { level: (right == asked).then(|| (*right).to_owned()), ..empty },
            RegionAnswer::Parts(_) | RegionAnswer::Open(_) | RegionAnswer::Anything => empty,
        }
    }

    fn words(self, pass: &Pass<'p>, which: Which, said: &RegionAnswer<'p>) -> String {
        let language = self.language;
        let world = self.seen(which).world;
        let speaker = Speaker { world, language };
        let level = |id: &str| world.register.level(id).map_or_else(|| id.to_owned(), |level| speaker.level(level));
        match said {
            RegionAnswer::Absent => say(language, Key::SaidAbsent, &[]),
            RegionAnswer::Plain(formula) => {
                let mut words = level(formula.level);
                if let Some(terms) = &formula.quota {
                    words = format!("{words}, {}", self.quota(pass, which, terms));
                    if terms.beyond.0 != "none" {
                        let beyond = speaker.on_condition(level(terms.beyond.0), terms.beyond.1.iter().copied());
                        words = say(language, Key::SaidBeyond, &[("answer", &words), ("beyond", &beyond)]);
                    }
                }
                words = speaker.on_condition(words, formula.obligations.iter().copied());
                if let Some(offered) = &formula.options {
                    let room = [("answer", words.as_str()), ("lowest", &level(offered.lowest)), ("highest", &level(offered.highest))];
                    words = say(language, Key::SaidOption, &room);
                }
                words
            }
            RegionAnswer::Joined { right, asked } if right == asked => level(right),
            RegionAnswer::Joined { right, asked } => say(language, Key::SaidJoined, &[("right", &level(right)), ("asked", &level(asked))]),
            RegionAnswer::Parts(_) => say(language, Key::SaidParts, &[]),
            RegionAnswer::Anything => say(language, Key::SaidAnything, &[]),
            RegionAnswer::Open(all) => {
                let mut told: Vec<String> = all.iter().take(TOLD).map(|one| self.words(pass, which, one)).collect();
                if let Some(more) = all.len().checked_sub(TOLD).filter(|more| *more > 0) {
                    told.push(say(language, Key::SaidAndMore, &[("count", &more.to_string())]));
                }
                say(language, Key::SaidOpen, &[("answers", &told.join(" / "))])
            }
        }
    }

    fn quota(self, pass: &Pass<'p>, which: Which, terms: &QuotaTerms<'p>) -> String {
        let speaker = Speaker { world: self.seen(which).world, language: self.language };
        let by_fact = |name: &str| {
            let period = keys::period(self.language, terms.per);
            say(self.language, Key::SaidByFact, &[("fact", &self.label(name)), ("period", &period)])
        };
        match &terms.amount {
            Sum::Exact(amount) => speaker.counted(*amount, terms.unit, terms.per),
            Sum::Fact(fact) => by_fact(&pass.shared.facts[*fact].name),
            Sum::Missing(name) => by_fact(name),
        }
    }

    fn effect(self, one: &Difference<'p>) -> Effect {
        let place = |id: &str| {
            let place = |which| self.seen(which).world.register.level(id).map(|level: crate::model::rule::Level| i64::from(level.0));
            place(Which::New).or_else(|| place(Which::Old)).unwrap_or(0)
        };
        let (better, worse) = match (&one.old, &one.new) {
            (RegionAnswer::Joined { right, asked }, RegionAnswer::Joined { right: new_right, asked: new_asked }) => {
                let pairs = [(place(right), place(new_right)), (place(asked), place(new_asked))];
                (pairs.iter().any(|(a, b)| b > a), pairs.iter().any(|(a, b)| b < a))
            }
            (old, new) => {
                let (Some(old), Some(new)) = (worth(old, place), worth(new, place)) else { return Effect::Change };
                let mut pairs = vec![(old.level, new.level), (old.beyond, new.beyond)];
                // What comes with a better level is no loss.
                if old.level == new.level {
                    pairs.push((new.obligations, old.obligations));
                }
                if old.beyond == new.beyond {
                    pairs.push((new.beyond_obligations, old.beyond_obligations));
                }
                if old.level > 0 && new.level > 0 {
                    pairs.push(match old.amount.partial_cmp(&new.amount) {
                        Some(std::cmp::Ordering::Less) => (0, 1),
                        Some(std::cmp::Ordering::Greater) => (1, 0),
                        _ => (0, 0),
                    });
                }
                (pairs.iter().any(|(a, b)| b > a), pairs.iter().any(|(a, b)| b < a))
            }
        };
        match (better, worse) {
            (true, false) => Effect::Gain,
            (false, true) => Effect::Loss,
            _ => Effect::Change,
        }
    }

    fn notes(self) -> Vec<DifferenceNote> {
        let language = self.language;
        let empty = |note, words| DifferenceNote { note, customer: None, service: None, fact: None, shown: None, more: None, words };
        let mut notes = Vec::new();
        for cell in self.differences.passes.iter().flat_map(|pass| &pass.cells) {
            let about = |note: DifferenceNote| DifferenceNote {
                customer: Some(cell.customer.to_owned()),
                service: Some(cell.service.to_owned()),
                ..note
            };
            let place = format!("{} {}", cell.customer, cell.service);
            if let Some(more) = cell.more {
                let values = [("cell", place.as_str()), ("shown", &cell.regions.len().to_string()), ("more", &more.to_string())];
                let words = say(language, if more > 0 { Key::NoteTooMany } else { Key::NoteTooManyLooks }, &values);
                notes.push(DifferenceNote {
                    shown: Some(cell.regions.len().min(LISTED)),
                    more: Some(more),
                    ..about(empty("too-many", words))
                });
            }
            if cell.contested {
                notes.push(about(empty("contested", say(language, Key::NoteContested, &[("cell", &place)]))));
            }
        }
        let apart = self.differences.passes.first().map(|pass| pass.shared.apart.clone()).unwrap_or_default();
        for fact in &apart {
            notes.push(DifferenceNote {
                fact: Some(fact.to_string()),
                ..empty("declared-apart", say(language, Key::NoteDeclaredApart, &[("fact", fact)]))
            });
        }
        for fact in &self.differences.unseen {
            notes.push(DifferenceNote {
                fact: Some(fact.to_string()),
                ..empty("unseen", say(language, Key::NoteUnseen, &[("fact", fact)]))
            });
        }
        notes
    }
}

/// What an answer is worth: more is better, but for obligations.
struct Worth {
    level: i64,
    beyond: i64,
    obligations: i64,
    beyond_obligations: i64,
    amount: Option<rust_decimal::Decimal>,
}

fn worth(said: &RegionAnswer<'_>, place: impl Fn(&str) -> i64) -> Option<Worth> {
    match said {
        RegionAnswer::Absent => Some(Worth { level: 0, beyond: 0, obligations: 0, beyond_obligations: 0, amount: None }),
        RegionAnswer::Plain(formula) => {
            let level = place(formula.level);
            let count = |list: &[&str]| i64::try_from(list.len()).unwrap_or(0);
            let obligations = count(&formula.obligations);
            let (beyond, beyond_obligations, amount) = match &formula.quota {
                // Without a quota, what would be beyond it is at the level itself.
                None => (level, 0, Some(rust_decimal::Decimal::MAX)),
                Some(terms) => {
                    let amount = if let Sum::Exact(amount) = &terms.amount { Some(*amount) } else { None };
                    (place(terms.beyond.0), count(&terms.beyond.1), amount)
                }
            };
            Some(Worth { level, beyond, obligations, beyond_obligations, amount })
        }
        _ => None,
    }
}
