//! Questions in; verdicts, decisions and timelines out.

use jiff::civil::Date;

use super::Policy;
use crate::compare::{self, Timeline};
use crate::decide::{self, Decision, Evaluation, Form, Prepared, Verdict};
use crate::error::Error;
use crate::model::question::Question;

impl Policy {
    /// Resolves the names of a question, and makes its facts ready. Refused as [`Policy::decide`] refuses.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Question, date};
    /// assert!(policy.prepare(&Question::new("leiderdrop", "datalab", date(2026, 7, 1))).unwrap_err().is_unknown_name());
    /// ```
    pub fn prepare(&self, question: &Question) -> Result<Prepared<'_>, Error> {
        Prepared::of(self.world(), &self.names, question)
    }

    /// The core of the answer to a question that is asked once: its names are looked up on the way. Refused as [`Policy::decide`] refuses.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Question, date};
    /// let question = Question::new("leiden", "hrm/payroll", date(2026, 7, 1));
    /// assert_eq!(policy.verdict_by_name(&question).unwrap().level_id(), Some("standard"));
    /// ```
    pub fn verdict_by_name(&self, question: &Question) -> Result<Verdict<'_>, Error> {
        Verdict::by_name(self.world(), &self.names, question)
    }

    /// Names the facts that will be told again and again; see [`Form`].
    pub fn form<'n>(&self, facts: impl IntoIterator<Item = &'n str>) -> Result<Form<'_>, Error> {
        Form::of(self.world(), &self.names, facts)
    }

    /// Answers a question (S1–S12).
    ///
    /// Refused: a name that is unknown or means several things, a fact that is not of its type or that only the register
    /// gives, and a question that leaves so much open that its completions cannot be weighed.
    pub fn decide(&self, question: &Question) -> Result<Decision<'_>, Error> {
        decide::decide(self.prepare(question)?, None)
    }

    /// Answers a question that is told as one JSON object, as `ask --batch` reads it; one without `on` is about `today`.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::date;
    /// let line = r#"{"customer":"leiderdorp","service":"legal/advice","facts":{"quantity":20,"used":592}}"#;
    /// assert_eq!(policy.decide_json(line.as_bytes(), date(2025, 2, 1)).unwrap().level_id(), Some("standard"));
    /// assert!(policy.decide_json(b"{}", date(2025, 2, 1)).is_err());
    /// ```
    pub fn decide_json(&self, line: &[u8], today: Date) -> Result<Decision<'_>, Error> {
        decide::decide(self.prepare_json(line, today)?, None)
    }

    pub(super) fn prepare_json(&self, line: &[u8], today: Date) -> Result<Prepared<'_>, Error> {
        if let Some(prepared) = decide::read(self.world(), &self.names, line, today) {
            return Ok(prepared);
        }
        self.prepare(&Question::from_line(line, today)?)
    }

    /// The answer to a question on every day: the question's own day plays no part. Refused as [`Policy::decide`] refuses.
    pub fn timeline(&self, question: &Question) -> Result<Timeline<'_>, Error> {
        let (asked, question) = Evaluation::resolve(self.world(), &self.names, question)?;
        compare::timeline(&asked, question).map_err(|_| Error::too_complex(asked.missing()))
    }
}
