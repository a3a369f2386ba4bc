//! What an answer comes to, as a value: its outcome, what is left of a quota, its reasons, and those of its parts.

use rust_decimal::Decimal;

use super::answer::Answer;
use super::complete::Conclusion;
use super::parts::OptionPart;
use super::reasons::Reasons;
use crate::model::arena::ServiceId;
use crate::model::day::{Day, Days};
use crate::model::rule::Level;

/// What came of a question.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Outcome, Question, date};
/// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
/// assert_eq!(decision.outcome(), Outcome::Granted);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The customer is entitled.
    Granted,
    /// The customer is not entitled.
    Refused,
    /// It depends on facts that are missing (S11).
    Undetermined,
}

impl Outcome {
    /// The word in JSON: `granted`, `refused` or `undetermined`.
    ///
    /// ```
    /// assert_eq!(leidraad::Outcome::Granted.word(), "granted");
    /// ```
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Granted => "granted",
            Outcome::Refused => "refused",
            Outcome::Undetermined => "undetermined",
        }
    }
}

/// The answer about one service, with its reasons; a composite's parts have theirs.
#[derive(Debug, Clone)]
pub(crate) struct ExplainedAnswer<'p> {
    pub(crate) service: ServiceId,
    pub(crate) core: Conclusion<'p>,
    pub(crate) allowance: Allowance,
    pub(crate) reasons: Reasons,
    pub(crate) parts: Vec<ExplainedAnswer<'p>>,
}

/// How much of a quota is left, and the days for which that is counted as it is: the period of the quota, where `used` is known (S9).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    pub(crate) left: Option<Decimal>,
    pub(crate) period: Days,
    /// The day on which a new quota begins: what ends without a successor is not renewed.
    pub(crate) renews: Option<Day>,
}

impl<'p> ExplainedAnswer<'p> {
    pub(crate) fn outcome(&self) -> Outcome {
        outcome(&self.core)
    }
    /// Whether an option failed on the way to it, or to a part of it (S8).
    pub(crate) fn degraded(&self) -> bool {
        self.reasons.options.iter().any(|part| part.ran.is_fault()) || self.parts.iter().any(ExplainedAnswer::degraded)
    }
    /// Whether it and its parts are what they are for the same reasons.
    pub(crate) fn has_reasons_of(&self, other: &ExplainedAnswer<'_>) -> bool {
        let is_same = |(own, other): (&ExplainedAnswer<'_>, &ExplainedAnswer<'_>)| own.core == other.core && own.has_reasons_of(other);
        self.reasons == other.reasons && self.parts.len() == other.parts.len() && self.parts.iter().zip(&other.parts).all(is_same)
    }
    /// It as an answer of many days: what is used counts as it is on all of them, and no day is that of a new quota.
    pub(crate) fn of_many_days(mut self) -> ExplainedAnswer<'p> {
        self.allowance.renews = None;
        self.parts = self.parts.into_iter().map(ExplainedAnswer::of_many_days).collect();
        self
    }
    /// The options that shaped it. Before an answer is settled, they only say what they would propose if.
    pub(crate) fn shaping(&self) -> &[OptionPart] {
        if self.answer().is_some() { &self.reasons.options } else { &[] }
    }
    pub(crate) fn answer(&self) -> Option<&Answer<'p>> {
        match &self.core {
            Conclusion::Answered(answer) => Some(answer),
            Conclusion::Undetermined { .. } => None,
        }
    }
}

pub(super) fn outcome(core: &Conclusion<'_>) -> Outcome {
    match core {
        Conclusion::Answered(answer) if answer.level == Level::NONE => Outcome::Refused,
        Conclusion::Answered(_) => Outcome::Granted,
        Conclusion::Undetermined { .. } => Outcome::Undetermined,
    }
}
