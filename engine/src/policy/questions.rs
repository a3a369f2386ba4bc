//! Questions in; verdicts, decisions and timelines out.

use std::rc::Rc;

use jiff::civil::Date;

use super::Policy;
use crate::compare::{self, Timeline};
use crate::decide::{self, Asked, Decision, Form, Prepared, Verdict};
use crate::error::Error;
use crate::model::question::Question;
use crate::parallel::side_by_side;

/// So many verdicts are one core's work at a time.
const SHARE: usize = 4_096;

impl Policy {
    /// Resolves the names of a question, and makes its facts ready. Refused as [`Policy::decide`] refuses.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("../rules")).unwrap();
    /// use leidraad::{Question, date};
    /// assert!(policy.prepare(&Question::new("leiderdrop", "datalab", date(2026, 7, 1))).unwrap_err().is_unknown_name());
    /// ```
    pub fn prepare(&self, question: &Question) -> Result<Prepared<'_>, Error> {
        Prepared::of(self.world(), &self.names, question)
    }

    /// The core of the answer to a prepared question (S1–S11): outcome, level, deciding rule. It is that of [`Policy::decide`], at the
    /// price of a look-up where no option takes part and no fact is missing; it then takes no memory.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("../rules")).unwrap();
    /// use leidraad::{Outcome, Question, date};
    /// let question = Question::new("zoeterwoude", "information/datalab", date(2026, 6, 30));
    /// let verdict = policy.verdict(&policy.prepare(&question).unwrap());
    /// assert_eq!((verdict.outcome(), verdict.level()), (Outcome::Refused, Some("none")));
    /// ```
    #[inline]
    pub fn verdict<'p>(&self, prepared: &Prepared<'p>) -> Verdict<'p> {
        Verdict::of(prepared, None)
    }

    /// The verdicts of many prepared questions, in their order, by all cores. Options are called as in a [`Batch`](crate::Batch) of
    /// some thousand of them.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("../rules")).unwrap();
    /// use leidraad::{Question, date};
    /// let ask = |customer| policy.prepare(&Question::new(customer, "hrm/payroll", date(2026, 7, 1))).unwrap();
    /// let verdicts = policy.verdicts(&[ask("leiden"), ask("leiderdorp")]);
    /// assert_eq!(verdicts[0].level(), Some("standard"));
    /// ```
    pub fn verdicts<'p>(&self, prepared: &[Prepared<'p>]) -> Vec<Verdict<'p>> {
        let shares: Vec<&[Prepared<'p>]> = prepared.chunks(SHARE).collect();
        let verdicts = |share: &&[Prepared<'p>]| {
            let calls = Rc::default();
            share.iter().map(|prepared| Verdict::of(prepared, Some(&calls))).collect::<Vec<_>>()
        };
        side_by_side(&shares, verdicts).concat()
    }

    /// The core of the answer to a question that is asked once: its names are looked up on the way. Refused as [`Policy::decide`] refuses.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("../rules")).unwrap();
    /// use leidraad::{Question, date};
    /// let question = Question::new("leiden", "hrm/payroll", date(2026, 7, 1));
    /// assert_eq!(policy.verdict_by_name(&question).unwrap().level(), Some("standard"));
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
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("../rules")).unwrap();
    /// use leidraad::date;
    /// let line = r#"{"customer":"leiderdorp","service":"legal/advice","facts":{"quantity":20,"used":592}}"#;
    /// assert_eq!(policy.decide_json(line.as_bytes(), date(2025, 2, 1)).unwrap().level(), Some("standard"));
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
        let (asked, question) = Asked::resolve(self.world(), &self.names, question)?;
        compare::timeline(&asked, question).map_err(|_| Error::too_complex(asked.missing()))
    }
}
