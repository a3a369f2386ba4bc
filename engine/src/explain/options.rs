//! The options that had their say in; what a service desk reads of them out: remarks, what was held back, what failed.

use super::keys;
use super::words::Speaker;
use crate::decide::{ExplainedAnswer, OptionOutcome, OptionPart};
use crate::model::arena::OptionId;
use crate::text::{Key, list, say};

impl Speaker<'_> {
    /// Why: the options that shaped the answer, each with its reference.
    pub(super) fn because_of_options(self, settled: &ExplainedAnswer<'_>) -> Vec<String> {
        settled.shaping().iter().filter(|part| part.ran.shaped()).map(|part| self.option_reason(part.ran.option)).collect()
    }

    /// What an option is called, with its reference.
    pub(super) fn option_reason(self, option: OptionId) -> String {
        let binding = &self.world.register.options[option];
        let text = binding.text.get(self.language).unwrap_or(&binding.key).to_owned();
        match self.world.register.reference_in(binding.version, binding.reference.as_deref()) {
            Some(reference) => say(self.language, Key::ByRule, &[("text", &text), ("reference", &reference)]),
            None => text,
        }
    }

    /// The remarks that options made, each once. What an option that was overruled in all it wanted says of itself is not so.
    pub(super) fn remarks(self, settled: &ExplainedAnswer<'_>) -> Vec<String> {
        let mut notes: Vec<String> = Vec::new();
        for part in settled.shaping().iter().filter(|part| part.ran.overruled().is_none() || part.ran.shaped()) {
            if let OptionOutcome::Proposed(judged) = &part.ran.made
                && let Some(note) = judged.note.get(self.language)
                && !notes.iter().any(|known| known == note)
            {
                notes.push(note.to_owned());
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

    /// Each option with its plugin and digest, and what it made of it.
    pub(super) fn consulted(self, settled: &ExplainedAnswer<'_>) -> Vec<String> {
        let line = |part: &OptionPart| {
            let bound = &self.world.options[part.ran.option];
            let mut plugin = bound.described().map_or_else(String::new, |described| format!("{} {}", described.name, described.version));
            if let Some(digest) = &bound.digest {
                plugin = format!("{plugin}, {digest}");
            }
            let made = match &part.ran.made {
                OptionOutcome::Proposed(judged) => {
                    let mut made: Vec<String> = judged.level.map(|level| self.level(level)).into_iter().collect();
                    made.extend(judged.quota.as_ref().map(|quota| self.counted(quota.amount, &quota.unit, quota.per)));
                    made.extend(judged.obligations.iter().map(|id| self.obligation(id)));
                    let made = if made.is_empty() { say(self.language, Key::Nothing, &[]) } else { list(self.language, &made) };
                    say(self.language, Key::OptionProposed, &[("made", &made)])
                }
                OptionOutcome::Needs(facts, _) => say(self.language, Key::OptionNeeds, &[("facts", &self.facts(facts))]),
                OptionOutcome::Fault(fault) => fault.to_string(),
            };
            let key = &self.world.register.options[part.ran.option].key;
            say(self.language, Key::OptionConsulted, &[("option", key), ("plugin", &plugin), ("made", &made)])
        };
        let own = settled.reasons.options.iter().map(line);
        own.chain(settled.parts.iter().flat_map(|part| self.consulted(part))).collect()
    }

    /// What an option is called: its text, else its key.
    fn option(self, part: &OptionPart) -> String {
        let binding = &self.world.register.options[part.ran.option];
        binding.text.get(self.language).unwrap_or(&binding.key).to_owned()
    }
}
