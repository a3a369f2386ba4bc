//! A decision in; words in Dutch or English, or JSON, out.

mod changes;
mod differences;
mod headline;
mod json;
mod keys;
mod options;
mod quota;
mod reasons;
mod records;
mod regions;
mod serialize;
mod topic;
mod why_not;
mod words;
mod writer;

pub use records::{AnswerRecord, DifferenceNote, DifferenceRecord, Effect, QuotaRecord, RoomRecord, RuleRecords};
pub use topic::Topic;
pub use words::{Explanation, Note};

use crate::answer::Answer;
use crate::catalogue::Span;
use crate::compare::{Outlook, Period, Timeline, WhyNot};
use crate::decide::Decision;
use crate::text::Language;

impl Decision<'_> {
    /// All that it says about the service, as values with names for people.
    #[inline]
    pub fn answer(&self) -> Answer<'_> {
        Answer::of(self.world, &self.settled)
    }
    /// The decision as one line of JSON, in the shape that the format reference fixes; texts in this language.
    pub fn to_json(&self, language: Language) -> String {
        json::json(self, None, language)
    }
    /// Puts the same behind what a buffer holds: for hosts that answer many questions.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Language, Question, date};
    /// let decision = policy.decide(&Question::new("leiderdorp", "datalab", date(2026, 5, 1))).unwrap();
    /// let mut out = Vec::new();
    /// decision.write_json(&mut out, Language::En);
    /// assert_eq!(out, decision.to_json(Language::En).into_bytes());
    /// ```
    pub fn write_json(&self, out: &mut Vec<u8>, language: Language) {
        json::write(out, self, language);
    }
    /// The same, with what would have to be different as `why_not`.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Language, Question, date};
    /// let question = Question::new("leiderdorp", "datalab", date(2026, 5, 1));
    /// let why_not = policy.why_not(&question, None).unwrap().unwrap();
    /// let json = policy.decide(&question).unwrap().to_json_with(&why_not, Language::En);
    /// assert!(json.contains(r#""why_not":{"want":"standard","changes":[],"day":"2026-07-01""#));
    /// ```
    pub fn to_json_with(&self, why_not: &WhyNot<'_>, language: Language) -> String {
        json::json(self, Some(why_not), language)
    }
    /// The answer alone as one line of JSON, as `list` and `matrix` give it.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Question, date};
    /// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
    /// assert!(decision.to_summary_json().starts_with(r#"{"customer":"leiden","service":"hrm/payroll","on":"2026-07-01","outcome":"granted""#));
    /// ```
    pub fn to_summary_json(&self) -> String {
        json::summary(self)
    }
    /// The answer in a few words: a level, `-`, or what it depends on.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Language, Question, date};
    /// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
    /// assert_eq!(decision.outline(Language::Nl), "basis");
    /// ```
    pub fn outline(&self, language: Language) -> String {
        words::outline(self.world, &self.settled, language)
    }
    /// The decision in words.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Language, Question, date};
    /// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
    /// let words = decision.explain(Language::En);
    /// assert_eq!(words.headline, "Yes: on 1 July 2026, Leiden is entitled to Payroll, at standard level.");
    /// assert!(words.notes.iter().any(|note| note.label == "Why"));
    /// ```
    pub fn explain(&self, language: Language) -> Explanation {
        words::explain(self, &Outlook::default(), language)
    }
    /// The decision in words, with what one asks of it next.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Language, Question, date};
    /// let decision = policy.decide(&Question::new("oegstgeest", "datalab", date(2026, 8, 1))).unwrap();
    /// let words = decision.explain_with(&policy.outlook(&decision), Language::En);
    /// assert!(words.to_string().contains("After that: from 1 January 2028: not entitled"));
    /// ```
    pub fn explain_with(&self, outlook: &Outlook<'_>, language: Language) -> Explanation {
        words::explain(self, outlook, language)
    }
}

impl Timeline<'_> {
    /// All that the answer of a stretch says, with the reasons of its first day, as values with names for people.
    pub fn answer<'t>(&'t self, period: &'t Period<'_>) -> Answer<'t> {
        Answer::of(self.world, &period.settled)
    }
    /// The same answer may rest on one thing first and on another later: the days and the answer of each stretch within a stretch whose answer has
    /// the same reasons, the earliest first.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Question, date};
    /// let timeline = policy.timeline(&Question::new("leiderdorp", "legal/insurance", date(2026, 1, 1))).unwrap();
    /// let (days, answer) = timeline.grounds(timeline.periods().last().unwrap()).last().unwrap();
    /// assert_eq!(days.from, Some(date(2025, 1, 1)));
    /// assert_eq!(answer.reasons().next().unwrap().key(), "centrumregeling@2023-1#basic-services");
    /// ```
    pub fn grounds<'t>(&'t self, period: &'t Period<'_>) -> impl Iterator<Item = (Span, Answer<'t>)> {
        period.grounds().map(|(days, settled)| (Span::of(days), Answer::of(self.world, settled)))
    }
    /// The stretches as a JSON array, in the shape that the format reference fixes.
    pub fn to_json(&self, language: Language) -> String {
        json::periods(self, language)
    }
    /// The answer of a stretch in a few words.
    pub fn outline(&self, period: &Period<'_>, language: Language) -> String {
        words::outline(self.world, &period.settled, language)
    }
}
