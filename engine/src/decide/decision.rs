//! A resolved question in; the whole decision out.

use std::rc::Rc;

use jiff::civil::Date;

use super::asked::Asked;
use super::calls::Calls;
use super::complete::{Core, Found, core};
use super::holds::stretch;
use super::parts::option_parts;
use super::pending::{Pending, pending};
use super::point::Point;
use super::prepared::Prepared;
use super::reasons::{Reasons, reasons};
use super::settled::{Allowance, Outcome, Settled, outcome};
use super::standing::World;
use crate::cover::Exhausted;
use crate::error::Error;
use crate::model::arena::FactId;
use crate::model::day::{Day, Days};
use crate::model::painted::Rect;
use crate::model::question::Question;
use crate::semantics::left;

/// The answer to a question, with its reasons and the days on which it stands.
///
/// [`Decision::to_json`] gives it whole; [`Decision::explain`] in words.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("../rules")).unwrap();
/// use leidraad::{Outcome, Question, date};
/// let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20);
/// let decision = policy.decide(&question).unwrap();
/// assert_eq!(decision.outcome(), Outcome::Undetermined);
/// assert_eq!(decision.needs(), ["used"]);
/// assert_eq!(decision.level(), None);
/// ```
#[derive(Debug, Clone)]
pub struct Decision<'p> {
    pub(crate) world: World<'p>,
    pub(crate) prepared: Prepared<'p>,
    pub(crate) settled: Settled<'p>,
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
    /// The id of the level; `none` when refused, nothing when undetermined.
    pub fn level(&self) -> Option<&'p str> {
        let register = self.world.register;
        self.settled.answer().map(|answer| register.level_id(answer.level))
    }
    /// The question as it was understood: with ids for names.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("../rules")).unwrap();
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
            Core::Undetermined { needs, .. } => needs.iter().map(|fact| &*register.facts[*fact].name).collect(),
            Core::Settled(_) => Vec::new(),
        }
    }
    /// Whether an option failed, so that the answer is that of the rules and the other options (S8).
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("../rules")).unwrap();
    /// use leidraad::{Question, date};
    /// let question = Question::new("oegstgeest", "ict/workplace", date(2026, 3, 1)).fact("fte", 100);
    /// assert!(!policy.decide(&question).unwrap().is_degraded());
    /// ```
    pub fn is_degraded(&self) -> bool {
        self.settled.degraded()
    }
    /// The first and the last day on which this very answer stands; nothing for "since ever" and "for ever".
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("../rules")).unwrap();
    /// use leidraad::{Question, date};
    /// let decision = policy.decide(&Question::new("oegstgeest", "datalab", date(2026, 8, 1))).unwrap();
    /// assert_eq!(decision.holds(), (Some(date(2026, 7, 1)), Some(date(2027, 12, 31))));
    /// ```
    pub fn holds(&self) -> (Option<Date>, Option<Date>) {
        (self.holds.first(), self.holds.last())
    }
}

impl<'p> Decision<'p> {
    /// The day on which a new quota begins, where the answer ends since what is used counts no longer (S9).
    pub(crate) fn renews(&self) -> Option<Day> {
        self.settled.allowance.renews.filter(|day| day.previous() == self.holds.until)
    }

    /// The customer and the service of the question, as far as they are not in the catalogue on its day: id, name, and when they are (S1).
    pub(crate) fn unlisted(&self) -> Vec<(&'p str, &'p str, Rect)> {
        let register = self.world.register;
        let customer = &register.customers[self.prepared.view.customer];
        let service = &register.services[self.settled.service];
        let named = [(&*customer.id, &*customer.name, customer.listed), (&*service.id, &*service.id, service.listed)];
        named.into_iter().filter(|(.., listed)| !listed.contains(self.prepared.on, self.prepared.known)).collect()
    }

    /// What becomes of the answer on the day after it stands, where that can be said.
    pub(crate) fn then(&self) -> Option<Core<'p>> {
        if self.renews().is_some() {
            return None;
        }
        let next = Some(self.holds.until).filter(|until| *until < Day::LAST)?.next();
        let found = core(&Asked::of(&self.prepared).on(next)).ok()?;
        Some(found.core).filter(|core| *core != self.settled.core)
    }
}

/// Where the facts that matter are known, by the rows of the cell; else the long way, with the calls of options that were made before.
pub(crate) fn decide<'p>(prepared: Prepared<'p>, calls: Option<&Rc<Calls<'p>>>) -> Result<Decision<'p>, Error> {
    let world = prepared.view.world;
    if let Ok(Point { settled, holds }) = Point::of(&prepared) {
        return Ok(Decision { world, prepared, settled, pending: Vec::new(), uncomputed: Vec::new(), holds });
    }
    let asked = Asked::of(&prepared).among(calls);
    whole(&asked, prepared).map_err(|Exhausted| Error::too_complex(asked.missing()))
}

fn whole<'p>(asked: &Asked<'p>, prepared: Prepared<'p>) -> Result<Decision<'p>, Exhausted> {
    let (settled, stands) = settle(asked)?;
    let pending = pending(asked, &settled.core)?;
    let holds = stretch(asked, &settled.core, stands, settled.allowance.period)?;
    let needs = if let Core::Undetermined { needs, .. } = &settled.core { needs.as_slice() } else { &[] };
    let uncomputed = needs.iter().filter_map(|fact| Some((*fact, asked.failed(*fact)?.to_owned()))).collect();
    Ok(Decision { world: asked.view.world, prepared, settled, pending, uncomputed, holds })
}

/// The answer and its reasons, for a composite each part's own (S10); and the days on which its options stand by theirs.
pub(crate) fn settle<'p>(asked: &Asked<'p>) -> Result<(Settled<'p>, Days), Exhausted> {
    let Found { core, stands, period, regions } = core(asked)?;
    let composite = asked.view.world.register.services[asked.service].composite.as_ref();
    let parts: Vec<Settled<'p>> = composite
        .iter()
        .flat_map(|composite| &composite.of)
        .map(|part| Ok(settle(&asked.about(*part))?.0))
        .collect::<Result<_, Exhausted>>()?;
    let reasons = match (&core, composite) {
        (_, Some(_)) => Reasons::default(),
        (Core::Settled(_), None) => Reasons { options: option_parts(asked, &regions), ..reasons(asked)? },
        (Core::Undetermined { .. }, None) => Reasons { options: option_parts(asked, &regions), ..Reasons::default() },
    };
    let quota = if let Core::Settled(answer) = &core { answer.quota.as_ref() } else { None };
    let left = quota.zip(asked.used()).map(|(quota, used)| left(quota.amount, used));
    let allowance = Allowance { left, period, renews: renews(asked, period)? };
    Ok((Settled { service: asked.service, core, allowance, reasons, parts }, stands))
}

/// The day after a period, if the same may be granted then: what was used by then is not known yet.
fn renews(asked: &Asked<'_>, period: Days) -> Result<Option<Day>, Exhausted> {
    if period.until >= Day::LAST {
        return Ok(None);
    }
    let next = period.until.next();
    let found = core(&asked.without_used().on(next))?;
    Ok(Some(next).filter(|_| outcome(&found.core) != Outcome::Refused))
}

impl Asked<'_> {
    /// The facts that are missing, in the order in which they are declared.
    pub(crate) fn missing(&self) -> Vec<&str> {
        let world = self.view.world;
        let facts = world.register.facts.iter().filter(|(id, _)| !self.region.part(world.cells.slots.dim(*id, 0)).is_point());
        facts.map(|(_, fact)| &*fact.name).collect()
    }
}
