//! A question without its day in; every stretch of days with its answer out.

use crate::catalogue::Span;
use crate::cover::{Budget, Exhausted};
use crate::decide::{Conclusion, Evaluation, ExplainedAnswer, Outcome, World, change_days, core, settle, within};
use crate::model::day::{Day, Days};
use crate::model::question::Question;

/// The answer to one question on all days: stretch after stretch, none of which has the answer of its neighbour.
///
/// Made by [`Policy::timeline`](crate::Policy::timeline).
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Outcome, Question, catalogue::Span, date};
/// let timeline = policy.timeline(&Question::new("oegstgeest", "datalab", date(2026, 1, 1))).unwrap();
/// let [before, during, after] = timeline.periods() else { panic!() };
/// assert_eq!(during.days(), Span { from: Some(date(2026, 7, 1)), until: Some(date(2027, 12, 31)) });
/// assert_eq!([before, during, after].map(|period| period.outcome()), [Outcome::Refused, Outcome::Granted, Outcome::Refused]);
/// ```
#[derive(Debug, Clone)]
pub struct Timeline<'p> {
    pub(crate) world: World<'p>,
    pub(crate) question: Question,
    pub(crate) periods: Vec<Period<'p>>,
    whole: bool,
}

/// A stretch of days with one answer.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, Outcome, Question, date};
/// let timeline = policy.timeline(&Question::new("oegstgeest", "datalab", date(2026, 1, 1))).unwrap();
/// assert!(timeline.is_whole() && timeline.question().service == "information/datalab");
/// let period = &timeline.periods()[1];
/// assert_eq!((period.days().from, period.outcome()), (Some(date(2026, 7, 1)), Outcome::Granted));
/// assert_eq!((timeline.answer(period).level().unwrap().id(), timeline.outline(period, Language::En)), ("standard", "standard".to_owned()));
/// assert!(timeline.to_json(Language::En).starts_with('['));
/// ```
#[derive(Debug, Clone)]
pub struct Period<'p> {
    pub(crate) days: Days,
    pub(crate) settled: ExplainedAnswer<'p>,
}

impl<'p> Timeline<'p> {
    /// The stretches, the earliest first.
    pub fn periods(&self) -> &[Period<'p>] {
        &self.periods
    }
    /// Whether it goes on for ever. An option can change its mind every season: then the stretches end somewhere, and this is false.
    pub fn is_whole(&self) -> bool {
        self.whole
    }
    /// The question as it was understood.
    pub fn question(&self) -> &Question {
        &self.question
    }
}

impl Period<'_> {
    /// Its days.
    pub fn days(&self) -> Span {
        Span::of(self.days)
    }
    /// Granted, refused or undetermined.
    pub fn outcome(&self) -> Outcome {
        self.settled.outcome()
    }
}

/// How many answers are looked at along the days, beyond those at which rules change: an option may change its mind every day.
const LOOKS: usize = 100;

pub(crate) fn timeline<'p>(asked: &Evaluation<'p>, question: Question) -> Result<Timeline<'p>, Exhausted> {
    let starts = change_days(asked.view, asked.service, asked.known());
    let mut looks = Budget::new(LOOKS + starts.len());
    let mut stretches: Vec<(Days, Conclusion<'p>)> = Vec::new();
    let mut next = Some(Day::FIRST);
    while let Some(from) = next {
        if looks.step().is_err() {
            break;
        }
        let found = core(&asked.on(from))?;
        let (answer, until) = (found.core, within(&starts, from, found.stands).until);
        match stretches.last_mut() {
            Some((days, last)) if *last == answer => days.until = until,
            _ => stretches.push((Days { from, until }, answer)),
        }
        next = (until < Day::LAST).then(|| until.next());
    }
    let periods = stretches
        .into_iter()
        .map(|(days, _)| Ok(Period { settled: settle(&asked.on(days.from))?.0, days }))
        .collect::<Result<_, Exhausted>>()?;
    Ok(Timeline { world: asked.view.world, question, periods, whole: next.is_none() })
}
