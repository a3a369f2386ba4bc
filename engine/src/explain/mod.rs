//! A decision in; words in Dutch or English, or JSON, out.

mod json;
mod words;

pub use words::{Explanation, Note};

use crate::compare::{Period, Timeline};
use crate::decide::Decision;
use crate::text::Language;

impl Decision<'_> {
    /// The decision as one line of JSON, in the shape that the format reference fixes; texts in this language.
    pub fn to_json(&self, language: Language) -> String {
        json::json(self, language)
    }
    /// The answer alone as one line of JSON, as `list` and `matrix` give it.
    pub fn to_summary_json(&self) -> String {
        json::summary(self)
    }
    /// The answer in a few words: a level, `-`, or what it depends on.
    pub fn outline(&self, language: Language) -> String {
        words::outline(self.world, &self.settled, language)
    }
    /// The decision in words.
    pub fn explain(&self, language: Language) -> Explanation {
        words::explain(self, language)
    }
}

impl Timeline<'_> {
    /// The stretches as a JSON array, in the shape that the format reference fixes.
    pub fn to_json(&self, language: Language) -> String {
        json::periods(self, language)
    }
    /// The answer of a stretch in a few words.
    pub fn outline(&self, period: &Period<'_>, language: Language) -> String {
        words::outline(self.world, &period.settled, language)
    }
}
