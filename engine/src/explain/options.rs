//! The options that had their say in; what a service desk reads of them out: remarks, what was held back, what failed.

use super::keys;
use super::words::Speaker;
use crate::decide::{ExplainedAnswer, OptionOutcome, OptionPart};
use crate::model::arena::OptionId;
use crate::model::day::parse_date;
use crate::text::{Key, Language, day, list, say};

impl Speaker<'_> {
    /// Why: the options that shaped the answer, each with its reference.
    pub(super) fn because_of_options(self, settled: &ExplainedAnswer<'_>) -> Vec<String> {
        let shaped = settled.shaping().iter().filter(|part| part.ran.shaped()).map(|part| part.ran.option);
        let said = |option: OptionId| {
            let binding = &self.world.register.options[option];
            [self.option_reason(option), self.decision_of(binding.version, binding.days)]
        };
        shaped.flat_map(said).collect()
    }

    /// What an option is called, with its reference.
    pub(super) fn option_reason(self, option: OptionId) -> String {
        let binding = &self.world.register.options[option];
        let text = binding.text.get(self.language).unwrap_or(&binding.key).to_owned();
        match self.world.register.reference_in(binding.version, binding.reference.as_deref()) {
            Some(reference) => self.referred(&text, &reference),
            None => text,
        }
    }

    /// The remarks that options made, each once. What an option that was overruled in all it wanted says of itself is not so.
    pub(super) fn remarks(self, settled: &ExplainedAnswer<'_>) -> Vec<String> {
        let mut notes: Vec<String> = Vec::new();
        for part in settled.shaping().iter().filter(|part| part.ran.overruled().is_none() || part.ran.shaped()) {
            if let OptionOutcome::Proposed(judged) = &part.ran.made
                && let Some(note) = judged.note.get(self.language).map(|note| with_days(note, self.language))
                && !notes.contains(&note)
            {
                notes.push(note);
            }
        }
        notes
    }

    /// The levels that options proposed outside their room.
    pub(super) fn held_options(self, settled: &ExplainedAnswer<'_>) -> Vec<String> {
        let line = |part: &OptionPart| {
            let wanted = part.ran.overruled()?;
            let by = part.by.map_or_else(|| say(self.language, Key::NoRule, &[]), |rule| self.reason(rule));
            let key = if wanted > part.ran.got { Key::OptionTooHigh } else { Key::OptionTooLow };
            Some(say(self.language, key, &[("wanted", &self.level(wanted)), ("got", &self.level(part.ran.got)), ("by", &by)]))
        };
        settled.shaping().iter().filter_map(line).collect()
    }

    /// The options that failed.
    pub(super) fn faults(self, settled: &ExplainedAnswer<'_>) -> Vec<String> {
        let line = |part: &OptionPart| match &part.ran.made {
            OptionOutcome::Fault(fault) => {
                let kind = say(self.language, keys::fault(fault.kind), &[]);
                let key = if part.ran.got == part.ran.before { Key::OptionFailed } else { Key::OptionFailedRefused };
                Some(say(self.language, key, &[("option", &self.option(part)), ("kind", &kind)]))
            }
            _ => None,
        };
        let own = settled.reasons.options.iter().filter_map(line);
        own.chain(settled.parts.iter().flat_map(|part| self.faults(part))).collect()
    }

    /// Each option once, with its plugin, and all that it made of it: an answer that is open may ask an option several times.
    pub(super) fn consulted(self, settled: &ExplainedAnswer<'_>) -> Vec<String> {
        let made = |part: &OptionPart| match &part.ran.made {
            OptionOutcome::Proposed(judged) => {
                let mut made: Vec<String> = judged.level.map(|level| self.level(level)).into_iter().collect();
                made.extend(judged.quota.as_ref().map(|quota| self.counted(quota.amount, &quota.unit, quota.per)));
                made.extend(judged.obligations.iter().map(|id| self.obligation(id)));
                if made.is_empty() { say(self.language, Key::Nothing, &[]) } else { list(self.language, &made) }
            }
            OptionOutcome::Needs(facts, _) => say(self.language, Key::OptionNeeds, &[("facts", &self.facts(facts))]),
            OptionOutcome::Fault(fault) => fault.to_string(),
        };
        let mut all: Vec<(&OptionPart, Vec<String>)> = Vec::new();
        for part in &settled.reasons.options {
            let made = made(part);
            match all.iter_mut().find(|(known, _)| known.ran.option == part.ran.option) {
                Some((_, known)) if known.contains(&made) => {}
                Some((_, known)) => known.push(made),
                None => all.push((part, vec![made])),
            }
        }
        let line = |(part, made): (&OptionPart, Vec<String>)| {
            let described = self.world.options[part.ran.option].described();
            let plugin = described.map_or_else(
                || self.world.register.options[part.ran.option].id().to_owned(),
                |own| format!("{} {}", own.name, own.version),
            );
            say(self.language, Key::OptionConsulted, &[("option", &self.option(part)), ("plugin", &plugin), ("made", &made.join("; "))])
        };
        all.into_iter().map(line).chain(settled.parts.iter().flat_map(|part| self.consulted(part))).collect()
    }

    /// What an option is called: its text, else its key.
    fn option(self, part: &OptionPart) -> String {
        let binding = &self.world.register.options[part.ran.option];
        binding.text.get(self.language).unwrap_or(&binding.key).to_owned()
    }
}

/// A text with its days as people write them: `2026-07-01` as `1 juli 2026`.
fn with_days(text: &str, language: Language) -> String {
    const LENGTH: usize = "2026-07-01".len();
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let stands_apart = !said.ends_with(|c: char| c.is_ascii_digit() || c == '-');
        match rest.get(..LENGTH).filter(|_| stands_apart).and_then(parse_date) {
            Some(date) if !rest.get(LENGTH..).is_some_and(|more| more.starts_with(|c: char| c.is_ascii_digit() || c == '-')) => {
                said.push_str(&day(language, date));
                rest = rest.get(LENGTH..).unwrap_or_default();
            }
            _ => {
                said.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_a_text_read_as_in_the_language() {
        let text = "pilot van 2026-07-01 tot 2026-12-31; nr. 12026-07-01, 2026-07-011, 2026-02-30";
        assert_eq!(with_days(text, Language::Nl), "pilot van 1 juli 2026 tot 31 december 2026; nr. 12026-07-01, 2026-07-011, 2026-02-30");
    }
}
