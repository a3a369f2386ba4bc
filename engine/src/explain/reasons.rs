//! What made an answer what it is in; why, in words, out: the rules and options with what they rest on, who decided them, and what lost.

use super::keys;
use super::words::Speaker;
use crate::decide::{ExplainedAnswer, Overruled, Prepared, What};
use crate::model::arena::{RuleId, VersionId};
use crate::model::day::Days;
use crate::model::rule::Level;
use crate::text::{Key, Language, day, say};

impl Speaker<'_> {
    pub(super) fn why(self, settled: &ExplainedAnswer<'_>, prepared: &Prepared<'_>) -> Vec<String> {
        let because = &settled.reasons.because;
        let refused = settled.answer().is_some_and(|answer| answer.level == Level::NONE);
        if because.is_empty() && refused && settled.parts.is_empty() {
            let key = if prepared.may_be_granted(settled.service) { Key::NoRuleHere } else { Key::NoRule };
            return vec![say(self.language, key, &[])];
        }
        if let (Some(composite), Some(_)) = (&self.world.register.services[settled.service].composite, settled.answer()) {
            let key = if composite.lowest { Key::LowestOfParts } else { Key::HighestOfParts };
            return vec![say(self.language, key, &[])];
        }
        let rules = &self.world.register.rules;
        let said = |rule: &RuleId| [self.reason(*rule), self.decision_of(rules[*rule].version, rules[*rule].days)];
        because.iter().flat_map(said).chain(self.because_of_options(settled)).collect()
    }

    /// Who decided something and when, and from when it holds.
    pub(super) fn decision_of(self, version: VersionId, days: Days) -> String {
        let language = self.language;
        let version = &self.world.register.versions[version];
        let decided = match (version.decided, version.decided_by.get(language)) {
            _ if version.proposed => say(language, Key::NotDecided, &[]),
            (Some(decided), Some(by)) => say(language, Key::DecidedBy, &[("day", &day(language, decided.date())), ("by", by)]),
            (Some(decided), None) => say(language, Key::Decided, &[("day", &day(language, decided.date()))]),
            (None, _) => say(language, Key::NotDecided, &[]),
        };
        let from = days.narrowed(version.days).first().map(|from| day(language, from));
        let line = from.map_or(decided.clone(), |from| say(language, Key::DecidedFrom, &[("decided", &decided), ("from", &from)]));
        format!("  {line}")
    }

    /// The text of a rule with its reference; a rule without text is named by its effect and key.
    pub(super) fn reason(self, rule: RuleId) -> String {
        let register = self.world.register;
        let text = self.text_of(rule);
        match register.reference(rule) {
            Some(reference) => self.referred(&text, &reference),
            None => text,
        }
    }

    /// A text with what it rests on, which stands in the register's first language alone.
    pub(super) fn referred(self, text: &str, reference: &str) -> String {
        let is_dutch = self.world.register.languages.first() == Some(&Language::Nl);
        let key = if is_dutch { Key::ByRuleDutch } else { Key::ByRule };
        say(self.language, key, &[("text", text), ("reference", reference)])
    }

    fn text_of(self, rule: RuleId) -> String {
        let language = self.language;
        let stated = &self.world.register.rules[rule];
        match stated.text.get(language) {
            Some(text) if stated.text.own(language).is_none() => say(language, Key::TextOther, &[("text", text)]),
            Some(text) => text.to_owned(),
            None => {
                let effect = say(language, keys::effect(&stated.effect), &[]);
                say(language, Key::RuleKey, &[("effect", &effect), ("rule", &stated.key)])
            }
        }
    }

    pub(super) fn limited(self, lost: &Overruled) -> Option<String> {
        let key = match lost.what {
            What::Choice => return None,
            What::Level => Key::Limited,
            What::UpTo => Key::LimitedUpTo,
            What::Beyond => Key::LimitedBeyond,
            What::Bound => Key::LimitedBound,
        };
        let (wanted, got) = (self.level(lost.wanted?), self.level(lost.got?));
        Some(say(self.language, key, &[("wanted", &wanted), ("got", &got), ("by", &self.text_of(lost.by))]))
    }

    pub(super) fn lost(self, lost: &Overruled) -> String {
        say(self.language, Key::Lost, &[("rule", &self.reason(lost.rule)), ("by", &self.text_of(lost.by))])
    }
}
