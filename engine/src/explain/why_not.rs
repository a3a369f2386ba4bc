//! What would have to be different in; what a service desk reads of it, and the JSON, out.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

use super::regions::{condition, test, value};
use super::topic::Topic;
use super::words::{Note, Speaker};
use crate::compare::{Changed, Suggestion, WhyNot};
use crate::model::question::Question;
use crate::model::rule::Level;
use crate::text::{Key, Language, day, list, say};

/// The record of `ask --why --format json`.
#[derive(Debug, Serialize)]
pub(super) struct Record<'a> {
    want: &'a str,
    changes: Vec<Change<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    otherwise: Vec<Change<'a>>,
    day: Option<Date>,
    obstacles: Vec<Obstacle<'a>>,
    whole: bool,
}

#[derive(Debug, Serialize)]
struct Change<'a> {
    /// The values that would do, as tests (S3).
    facts: Map<String, Value>,
    /// The question with one of them.
    question: &'a Question,
}

#[derive(Debug, Serialize)]
struct Obstacle<'a> {
    rule: &'a str,
    text: Option<&'a str>,
    reference: Option<String>,
}

impl WhyNot<'_> {
    /// What a service desk reads: what to change, from when it is granted by itself, what stands in the way.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Language, Question, date};
    /// let question = Question::new("leiderdorp", "datalab", date(2026, 5, 1));
    /// let notes = policy.why_not(&question, None).unwrap().unwrap().notes(Language::En);
    /// assert!(notes.iter().any(|note| note.lines == ["from 1 July 2026, if nothing else changes"]));
    /// ```
    pub fn notes(&self, language: Language) -> Vec<Note> {
        let speaker = Speaker { world: self.world, language };
        let mut would: Vec<String> = self.suggestions.iter().map(|one| self.suggestion(speaker, one)).collect();
        if would.is_empty() {
            would.push(say(language, if self.whole { Key::WouldNot } else { Key::WouldUnknown }, &[]));
        }
        would.extend(self.otherwise.iter().map(|one| say(language, Key::WouldOtherwise, &[("changes", &self.changed(speaker, one))])));
        let later = self.first_day.map(|first| say(language, Key::Later, &[("day", &day(language, first.date()))]));
        let options = self.options.iter().map(|option| speaker.option_reason(*option));
        let mut way: Vec<String> = self.obstacles.iter().map(|rule| speaker.reason(*rule)).chain(options).collect();
        // Where something would grant it, or nobody can say, some rule does.
        if way.is_empty() && self.suggestions.is_empty() && self.whole && !self.may_be_granted {
            way.push(say(language, Key::NoRule, &[]));
        }
        [(Topic::Would, would), (Topic::Later, later.into_iter().collect()), (Topic::InWay, way)]
            .into_iter()
            .filter(|(_, lines)| !lines.is_empty())
            .map(|(topic, lines)| Note { topic, label: topic.label(language), lines, detail: true })
            .collect()
    }

    fn suggestion(&self, speaker: Speaker<'_>, one: &Suggestion) -> String {
        let changes = self.changed(speaker, one);
        if self.want > Level(1) {
            say(speaker.language, Key::WouldLevel, &[("level", &speaker.level(self.want)), ("changes", &changes)])
        } else {
            changes
        }
    }

    /// The facts to change, each with what it is now.
    fn changed(&self, speaker: Speaker<'_>, one: &Suggestion) -> String {
        let language = speaker.language;
        let register = self.world.register;
        let change = |changed: &Changed| {
            let fact = &register.facts[changed.fact];
            let label = fact.label.get(language).unwrap_or(&fact.name);
            let wanted = condition(fact, label, &changed.part, language);
            match changed.before {
                Some(before) => say(language, Key::WouldChange, &[("condition", &wanted), ("before", &value(fact, before, language))]),
                None => say(language, Key::WouldGiven, &[("condition", &wanted)]),
            }
        };
        list(language, &one.changes.iter().map(change).collect::<Vec<_>>())
    }

    fn changes<'s>(&'s self, list: &'s [Suggestion]) -> Vec<Change<'s>> {
        let facts = &self.world.register.facts;
        let tests = |one: &Suggestion| {
            one.changes.iter().map(|changed| (facts[changed.fact].name.to_string(), test(&facts[changed.fact], &changed.part))).collect()
        };
        list.iter().map(|one| Change { facts: tests(one), question: &one.question }).collect()
    }

    pub(super) fn record(&self, language: Language) -> Record<'_> {
        let register = self.world.register;
        Record {
            want: register.level_id(self.want),
            changes: self.changes(&self.suggestions),
            otherwise: self.changes(&self.otherwise),
            day: self.first_day(),
            obstacles: self
                .obstacles
                .iter()
                .map(|rule| Obstacle {
                    rule: &register.rules[*rule].key,
                    text: register.rules[*rule].text.get(language),
                    reference: register.reference(*rule),
                })
                .chain(self.options.iter().map(|option| {
                    let binding = &register.options[*option];
                    Obstacle {
                        rule: &binding.key,
                        text: binding.text.get(language),
                        reference: register.reference_in(binding.version, binding.reference.as_deref()),
                    }
                }))
                .collect(),
            whole: self.whole,
        }
    }
}
