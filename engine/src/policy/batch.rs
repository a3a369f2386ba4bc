//! Questions one after another in; decisions out, for which the same call of an option is made once.

use std::rc::Rc;

use jiff::civil::Date;

use super::Policy;
use crate::decide::{self, Calls, Decision};
use crate::error::Error;
use crate::model::question::Question;

/// Questions that one thread asks one after another; the answers are those of [`Policy::decide`].
///
/// What an option answers is a function of what it is told (S8), so the same call is made once for many questions; some thousand
/// answers are kept. Plugins share nothing: each call has its own instance, as ever. What failed is tried again by the next question.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Question, date};
/// let batch = policy.batch();
/// for day in [date(2026, 3, 1), date(2026, 3, 2)] {
///     let question = Question::new("oegstgeest", "ict/workplace", day).fact("fte", 100);
///     assert_eq!(batch.decide(&question).unwrap().level_id(), Some("standard"));
/// }
/// ```
#[derive(Debug)]
pub struct Batch<'p> {
    policy: &'p Policy,
    calls: Rc<Calls<'p>>,
}

impl<'p> Batch<'p> {
    /// Answers a question, as [`Policy::decide`] does.
    pub fn decide(&self, question: &Question) -> Result<Decision<'p>, Error> {
        decide::decide(self.policy.prepare(question)?, Some(&self.calls))
    }
    /// Answers a question that is told as one JSON object, as [`Policy::decide_json`] does.
    pub fn decide_json(&self, line: &[u8], today: Date) -> Result<Decision<'p>, Error> {
        decide::decide(self.policy.prepare_json(line, today)?, Some(&self.calls))
    }
}

impl Policy {
    /// Begins a batch of questions; each thread begins its own.
    pub fn batch(&self) -> Batch<'_> {
        Batch { policy: self, calls: Rc::default() }
    }
}
