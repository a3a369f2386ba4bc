//! A question without its day in; every stretch of days with its answer out.

use crate::catalogue::Span;
use crate::cover::{Budget, Exhausted};
use crate::decide::{Conclusion, Evaluation, ExplainedAnswer, Outcome, World, change_days, settle, within};
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
    /// The same answer for other reasons, on later days of it.
    pub(crate) later: Vec<(Days, ExplainedAnswer<'p>)>,
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

impl<'p> Period<'p> {
    /// The days and the answer of each stretch in it whose answer has the same reasons.
    pub(crate) fn grounds(&self) -> impl Iterator<Item = (Days, &ExplainedAnswer<'p>)> {
        let first = self.later.first().map_or(self.days, |(later, _)| Days { until: later.from.previous(), ..self.days });
        std::iter::once((first, &self.settled)).chain(self.later.iter().map(|(days, settled)| (*days, settled)))
    }
    fn goes_on(&mut self, days: Days, settled: ExplainedAnswer<'p>) {
        self.days.until = days.until;
        // All refusals are one answer; their quota is told where it is one (S11).
        if let (Conclusion::Answered(own), Conclusion::Answered(other)) = (&mut self.settled.core, &settled.core)
            && own.quota != other.quota
        {
            own.quota = None;
        }
        let last = self.later.last().map_or(&self.settled, |(_, last)| last);
        if !last.has_reasons_of(&settled) {
            self.later.push((days, settled));
        } else if let Some((last, _)) = self.later.last_mut() {
            last.until = days.until;
        }
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
    let mut periods: Vec<Period<'p>> = Vec::new();
    let mut next = Some(Day::FIRST);
    while let Some(from) = next {
        if looks.step().is_err() {
            break;
        }
        let (settled, stands) = settle(&asked.on(from))?;
        let settled = settled.of_many_days();
        let until = within(&starts, from, stands).until;
        let days = Days { from, until };
        match periods.last_mut() {
            Some(period) if period.settled.core == settled.core => period.goes_on(days, settled),
            _ => periods.push(Period { days, settled, later: Vec::new() }),
        }
        next = (until < Day::LAST).then(|| until.next());
    }
    Ok(Timeline { world: asked.view.world, question, periods, whole: next.is_none() })
}
