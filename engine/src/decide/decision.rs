//! A resolved question in; the whole decision out.

use std::rc::Rc;

use jiff::civil::Date;

use super::calls::Calls;
use super::complete::{Conclusion, Found, core};
use super::evaluation::Evaluation;
use super::explained::{Allowance, ExplainedAnswer, Outcome, outcome};
use super::holds::stretch;
use super::parts::option_parts;
use super::pending::{Pending, pending};
use super::point::Point;
use super::prepared::Prepared;
use super::reasons::{Reasons, reasons};
use super::standing::World;
use crate::catalogue::{Customer, Fact, Level, Listed, Span, Version};
use crate::cover::Exhausted;
use crate::error::Error;
use crate::model::arena::FactId;
use crate::model::bitemporal::Bitemporal;
use crate::model::day::{Day, Days};
use crate::model::question::Question;
use crate::semantics::{left, next_period};

/// The answer to a question, with its reasons and the days on which it stands.
///
/// [`Decision::answer`] gives all that it says as values; [`Decision::to_json`] the same as JSON, [`Decision::explain`] in words.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Outcome, Question, date};
/// let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20);
/// let decision = policy.decide(&question).unwrap();
/// assert_eq!(decision.outcome(), Outcome::Undetermined);
/// assert_eq!(decision.needs(), ["used"]);
/// assert_eq!(decision.level_id(), None);
/// assert_eq!((decision.customer().name(), decision.unlisted().count(), decision.uncomputed().count()), ("Leiderdorp", 0, 0));
/// ```
#[derive(Debug, Clone)]
pub struct Decision<'p> {
    pub(crate) world: World<'p>,
    pub(crate) prepared: Prepared<'p>,
    pub(crate) settled: ExplainedAnswer<'p>,
    pub(crate) pending: Vec<Pending>,
    /// The derived facts that it depends on and that could not be computed from what is given, each with the reason.
    pub(crate) uncomputed: Vec<(FactId, String)>,
    pub(crate) holds: Days,
}

impl<'p> Decision<'p> {
    /// Granted, refused or undetermined.
    pub fn outcome(&self) -> Outcome {
        self.settled.outcome()
    }
    /// The customer that it is about.
    pub fn customer(&self) -> Customer<'_> {
        Customer::of(self.world.register, self.prepared.view.customer)
    }
    /// The customer and the service, as far as they are not in the catalogue on the question's day: then nothing is granted (S1).
    pub fn unlisted(&self) -> impl Iterator<Item = Listed<'_>> {
        self.absent().into_iter().map(|(id, _, listed)| Listed::of(id, listed))
    }
    /// The proposed versions that would change the answer by themselves, or together (S2).
    pub fn pending(&self) -> impl Iterator<Item = Proposal<'_>> {
        self.pending.iter().map(|pending| Proposal { world: self.world, pending })
    }
    /// The same decision, as it is told to somebody who sees some customers alone: where a proposal waits for the consent of others, it does not
    /// name them.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Language, Question, date};
    /// let question = Question::new("leiderdorp", "communication/press", date(2026, 6, 1));
    /// assert!(policy.decide(&question).unwrap().to_json(Language::En).contains(r#""awaits":["oegstgeest"]"#));
    /// let told = policy.decide(&question).unwrap().naming(|customer| customer == "leiderdorp");
    /// assert!(told.to_json(Language::En).contains(r#""awaits":[]"#));
    /// assert!(told.explain(Language::En).to_string().contains("awaiting others"));
    /// ```
    #[must_use]
    pub fn naming(mut self, may_be_named: impl Fn(&str) -> bool) -> Decision<'p> {
        let register = self.world.register;
        for pending in &mut self.pending {
            let awaits = register.versions[pending.version].awaits.iter().copied();
            pending.unnamed = awaits.filter(|customer| !may_be_named(&register.customers[*customer].id)).collect();
        }
        self
    }
    /// The derived facts that it depends on and that cannot be computed from what is given, each with the reason: a mistake of the register,
    /// not of who asks.
    pub fn uncomputed(&self) -> impl Iterator<Item = (Fact<'_>, &str)> {
        self.uncomputed.iter().map(|(fact, reason)| (Fact::of(self.world.register, *fact), reason.as_str()))
    }
    /// The id of the level; `none` when refused, `None` when undetermined.
    pub fn level_id(&self) -> Option<&'p str> {
        let register = self.world.register;
        self.settled.answer().map(|answer| register.level_id(answer.level))
    }
    /// The question as it was understood: with ids for names.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Question, date};
    /// let decision = policy.decide(&Question::new("GM0547", "Datalab", date(2026, 7, 1))).unwrap();
    /// assert_eq!(decision.question().service, "information/datalab");
    /// ```
    pub fn question(&self) -> Question {
        self.prepared.question()
    }
    /// The names of the missing facts on which the answer depends (S11).
    pub fn needs(&self) -> Vec<&'p str> {
        let register = self.world.register;
        match &self.settled.core {
            Conclusion::Undetermined { needs, .. } => needs.iter().map(|fact| &*register.facts[*fact].name).collect(),
            Conclusion::Answered(_) => Vec::new(),
        }
    }
    /// Whether an option failed, so that the answer is that of the rules and the other options (S8).
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Question, date};
    /// let question = Question::new("oegstgeest", "ict/workplace", date(2026, 3, 1)).fact("fte", 100);
    /// assert!(!policy.decide(&question).unwrap().is_degraded());
    /// ```
    pub fn is_degraded(&self) -> bool {
        self.settled.degraded()
    }
    /// The days on which this very answer stands.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Question, catalogue::Span, date};
    /// let decision = policy.decide(&Question::new("oegstgeest", "datalab", date(2026, 8, 1))).unwrap();
    /// assert_eq!(decision.holds(), Span { from: Some(date(2026, 7, 1)), until: Some(date(2027, 12, 31)) });
    /// ```
    pub fn holds(&self) -> Span {
        Span::of(self.holds)
    }
}

impl<'p> Decision<'p> {
    /// The day of knowledge that it was asked from, and whether proposals counted.
    pub(crate) fn view(&self) -> (Option<Date>, bool) {
        (self.prepared.known_date, self.prepared.is_proposed())
    }
    /// The day on which a new quota begins, where the answer ends since what is used counts no longer (S9).
    pub(crate) fn renews(&self) -> Option<Day> {
        self.settled.allowance.renews.filter(|day| day.previous() == self.holds.until)
    }

    /// The customer and the service of the question, as far as they are not in the catalogue on its day: id, name, and when they are (S1).
    pub(crate) fn absent(&self) -> Vec<(&'p str, &'p str, Bitemporal)> {
        let register = self.world.register;
        let customer = &register.customers[self.prepared.view.customer];
        let service = &register.services[self.settled.service];
        let named = [(&*customer.id, &*customer.name, customer.listed), (&*service.id, &*service.id, service.listed)];
        named.into_iter().filter(|(.., listed)| !listed.contains(self.prepared.on, self.prepared.known)).collect()
    }

    /// What becomes of the answer on the day after it stands: that is asked now, options included. `None` where it stands for ever, or stays
    /// the same as far as anybody looked.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Outcome, Question, date};
    /// let decision = policy.decide(&Question::new("oegstgeest", "datalab", date(2026, 8, 1))).unwrap();
    /// let next = decision.next().unwrap();
    /// assert_eq!((next.day(), next.outcome()), (date(2028, 1, 1), Some(Outcome::Refused)));
    /// ```
    pub fn next(&self) -> Option<Next<'p>> {
        if let Some(day) = self.renews() {
            return Some(Next { world: self.world, day, becomes: Becomes::NewQuota });
        }
        let day = Some(self.holds.until).filter(|until| *until < Day::LAST)?.next();
        let becomes = match core(&Evaluation::of(&self.prepared).on(day)) {
            Ok(found) if found.core == self.settled.core => return None,
            Ok(found) => Becomes::Answer(found.core),
            Err(Exhausted) => Becomes::TooComplex,
        };
        Some(Next { world: self.world, day, becomes })
    }
}

/// A proposed version that would change the answer.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Question, date};
/// let decision = policy.decide(&Question::new("leiden", "hrm/payroll", date(2026, 7, 1))).unwrap();
/// for proposal in decision.pending() {
///     println!("{} would make it {}: {:?}", proposal.version(), proposal.outcome().word(), proposal.level());
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Proposal<'d> {
    world: World<'d>,
    pending: &'d Pending,
}

impl<'d> Proposal<'d> {
    /// The version.
    pub fn version(self) -> Version<'d> {
        Version::of(self.world.register, self.pending.version)
    }
    /// What the answer would be.
    pub fn outcome(self) -> Outcome {
        self.pending.outcome
    }
    /// The customers whose consent it waits for, but those whom [`Decision::naming`] left out.
    pub fn awaits(self) -> impl Iterator<Item = Customer<'d>> {
        self.pending.named(self.world.register).map(move |id| Customer::of(self.world.register, id))
    }
    /// The level that it would have.
    pub fn level(self) -> Option<Level<'d>> {
        self.pending.level.map(|level| Level::of(self.world.register, level))
    }
}

/// What becomes of an answer on the day after it stands. Made by [`Decision::next`].
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Outcome, Question, date};
/// let next = policy.decide(&Question::new("oegstgeest", "datalab", date(2026, 8, 1))).unwrap().next().unwrap();
/// assert_eq!((next.day(), next.is_new_quota()), (date(2028, 1, 1), false));
/// assert_eq!((next.outcome(), next.level().unwrap().id()), (Some(Outcome::Refused), "none"));
/// ```
#[derive(Debug, Clone)]
pub struct Next<'p> {
    pub(crate) world: World<'p>,
    pub(crate) day: Day,
    pub(crate) becomes: Becomes<'p>,
}

/// What that is.
#[derive(Debug, Clone)]
pub(crate) enum Becomes<'p> {
    /// A new quota begins: what is used of it by then is not known.
    NewQuota,
    Answer(Conclusion<'p>),
    /// Too much is open then for it to be said.
    TooComplex,
}

impl<'p> Next<'p> {
    /// The first day on which the answer is another one.
    pub fn day(&self) -> Date {
        self.day.date()
    }
    /// Whether a new quota begins, and nothing else changes.
    pub fn is_new_quota(&self) -> bool {
        matches!(self.becomes, Becomes::NewQuota)
    }
    /// Granted, refused or undetermined; `None` for a new quota, and where so much is open that it cannot be said.
    pub fn outcome(&self) -> Option<Outcome> {
        if let Becomes::Answer(core) = &self.becomes { Some(outcome(core)) } else { None }
    }
    /// The level, when it is granted or refused.
    pub fn level(&self) -> Option<Level<'p>> {
        if let Becomes::Answer(Conclusion::Answered(answer)) = &self.becomes {
            Some(Level::of(self.world.register, answer.level))
        } else {
            None
        }
    }
}

/// Where the facts that matter are known, by the rows of the cell; else the long way, with the calls of options that were made before.
pub(crate) fn decide<'p>(prepared: Prepared<'p>, calls: Option<&Rc<Calls<'p>>>) -> Result<Decision<'p>, Error> {
    let world = prepared.view.world;
    let mut point = Point::new(&prepared, prepared.cell);
    if let Ok((settled, holds)) = point.along_days().and_then(|()| point.settle()) {
        return Ok(Decision { world, prepared, settled, pending: Vec::new(), uncomputed: Vec::new(), holds });
    }
    let asked = Evaluation::of(&prepared).among(calls);
    whole(&asked, prepared).map_err(|Exhausted| Error::too_complex(asked.missing()))
}

fn whole<'p>(asked: &Evaluation<'p>, prepared: Prepared<'p>) -> Result<Decision<'p>, Exhausted> {
    let (settled, stands) = settle(asked)?;
    let pending = pending(asked, &settled.core)?;
    let holds = stretch(asked, &settled.core, stands, settled.allowance.period)?;
    let needs = if let Conclusion::Undetermined { needs, .. } = &settled.core { needs.as_slice() } else { &[] };
    let uncomputed = needs.iter().filter_map(|fact| Some((*fact, asked.failed(*fact)?.to_owned()))).collect();
    Ok(Decision { world: asked.view.world, prepared, settled, pending, uncomputed, holds })
}

/// The answer and its reasons, for a composite each part's own (S10); and the days on which its options stand by theirs.
pub(crate) fn settle<'p>(asked: &Evaluation<'p>) -> Result<(ExplainedAnswer<'p>, Days), Exhausted> {
    let Found { core, stands, period, regions } = core(asked)?;
    let composite = asked.view.world.register.services[asked.service].composite.as_ref();
    let parts: Vec<ExplainedAnswer<'p>> = composite
        .iter()
        .flat_map(|composite| &composite.of)
        .map(|part| Ok(settle(&asked.about(*part))?.0))
        .collect::<Result<_, Exhausted>>()?;
    let reasons = match (&core, composite) {
        (_, Some(_)) => Reasons::default(),
        (Conclusion::Answered(_), None) => Reasons { options: option_parts(asked, &regions), ..reasons(asked)? },
        (Conclusion::Undetermined { .. }, None) => Reasons { options: option_parts(asked, &regions), ..Reasons::default() },
    };
    let quota = if let Conclusion::Answered(answer) = &core { answer.quota.as_ref() } else { None };
    let left = quota.zip(asked.used()).map(|(quota, used)| left(quota.amount, used));
    let allowance = Allowance { left, period, renews: renews(asked, period)? };
    Ok((ExplainedAnswer { service: asked.service, core, allowance, reasons, parts }, stands))
}

/// The day after a period, if something may be granted by a quota then: what was used by then is not known yet.
fn renews(asked: &Evaluation<'_>, period: Days) -> Result<Option<Day>, Exhausted> {
    let Some(next) = next_period(period) else { return Ok(None) };
    let found = core(&asked.without_used().on(next))?;
    let is_one = outcome(&found.core) != Outcome::Refused && !matches!(&found.core, Conclusion::Answered(answer) if answer.quota.is_none());
    Ok(is_one.then_some(next))
}

impl Evaluation<'_> {
    /// The facts that are missing, in the order in which they are declared.
    pub(crate) fn missing(&self) -> Vec<&str> {
        let world = self.view.world;
        let mut facts: Vec<FactId> = self.reads().filter(|id| !self.region.part(world.cells.slots.dim(*id, 0)).is_point()).collect();
        facts.sort_unstable();
        facts.into_iter().map(|id| &*world.register.facts[id].name).collect()
    }
}
