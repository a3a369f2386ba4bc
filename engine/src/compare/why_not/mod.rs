//! A question and a wished level in; the smallest changes that would grant it, each asked again, out; the first day on which it
//! is granted by itself; and the rules that stand in the way.

mod leaves;
mod search;
mod suggestion;

use std::collections::BTreeSet;

use search::{Changeable, Search};
use suggestion::grants;
pub(crate) use suggestion::{Changed, Suggestion};

use super::difference::{PolicyView, Shared, Side, Which};
use crate::cover::{Budget, Region};
use crate::decide::{
    Conclusion, Evaluation, ExplainedAnswer, OptionOutcome, OptionPart, Prepared, World, change_days, core, settle, within,
};
use crate::error::Error;
use crate::model::arena::{OptionId, RuleId};
use crate::model::day::Day;
use crate::model::question::Question;
use crate::model::rule::{Effect, Level};

/// How many answers are looked at along the days, beyond those at which rules change.
const DAYS: usize = 100;

/// What would have to be different for a wish to be granted.
///
/// Made by [`Policy::why_not`](crate::Policy::why_not).
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Question, date};
/// let question = Question::new("leiderdorp", "datalab", date(2026, 5, 1));
/// let why_not = policy.why_not(&question, None).unwrap().unwrap();
/// assert!(why_not.is_whole());
/// assert_eq!((why_not.fewest(), why_not.questions().count(), why_not.first_day()), (None, 0, Some(date(2026, 7, 1))));
/// ```
#[derive(Debug)]
pub struct WhyNot<'p> {
    pub(crate) world: World<'p>,
    pub(crate) want: Level,
    /// Changes of as few facts as can be; no other of so few would do.
    pub(crate) suggestions: Vec<Suggestion>,
    /// Where there are none: the same with facts that the customer cannot change, if they were others.
    pub(crate) otherwise: Vec<Suggestion>,
    /// The first day after the question's own on which the wish is granted with nothing else changed.
    pub(crate) first_day: Option<Day>,
    /// The rules that stand in the way: what chose a lower level, what bounds it.
    pub(crate) obstacles: Vec<RuleId>,
    /// The options that do: that lowered the level, or set a quota.
    pub(crate) options: Vec<OptionId>,
    /// Whether some rule grants it on that day, if under other facts.
    pub(crate) may_be_granted: bool,
    /// Whether all was looked at.
    pub(crate) whole: bool,
}

impl WhyNot<'_> {
    /// How many facts the smallest change takes; `None` if no change of facts would do.
    pub fn fewest(&self) -> Option<usize> {
        self.suggestions.first().map(|one| one.changes.len())
    }
    /// Where no change would do: the question as it would be granted if facts were others that the customer cannot change.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{FactValue, Question, date};
    /// let question = Question::new("leiden", "ict/service-desk", date(2026, 7, 1)).fact("opened", date(2022, 11, 30));
    /// let why_not = policy.why_not(&question, Some("bespoke")).unwrap().unwrap();
    /// assert_eq!(why_not.fewest(), None);
    /// assert_eq!(why_not.otherwise().next().unwrap().facts["opened"], FactValue::from(date(2023, 1, 1)));
    /// ```
    pub fn otherwise(&self) -> impl Iterator<Item = &Question> {
        self.otherwise.iter().map(|one| &one.question)
    }
    /// The question with each suggestion's changes made: each of these is granted as wished.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.suggestions.iter().map(|one| &one.question)
    }
    /// The first later day on which the wish is granted by itself.
    pub fn first_day(&self) -> Option<jiff::civil::Date> {
        self.first_day.map(Day::date)
    }
    /// Whether everything was looked at; if not, there may be smaller changes.
    pub fn is_whole(&self) -> bool {
        self.whole
    }
}

pub(crate) fn why_not<'p>(seen: PolicyView<'p>, question: &Question, want: Option<Level>) -> Result<Option<WhyNot<'p>>, Error> {
    let prepared = Prepared::of(seen.world, seen.names, question)?;
    let (asked, question) = (Evaluation::of(&prepared), prepared.question());
    let too_complex = || Error::too_complex(asked.missing());
    let want = want.unwrap_or(Level(1));
    let now = core(&asked).map_err(|_| too_complex())?.core;
    if matches!(&now, Conclusion::Answered(answer) if grants(answer, want)) {
        return Ok(None);
    }
    // What depends on missing facts may be granted by a way that was not looked at: never by nothing at all.
    let settled = matches!(now, Conclusion::Answered(_));
    let register = seen.world.register;
    let shared = Shared::of(register, register, BTreeSet::new());
    let side = Side::of(seen, Which::New, &shared, asked.view.customer, asked.service);
    let search = Search::of(&asked, seen, &question, &shared, want, Changeable::Declared);
    let (suggestions, whole) = search.run(&side);
    // Where nothing that can be changed would do, another state of affairs may: that is worth knowing, too.
    let otherwise = if suggestions.is_empty() && settled {
        Search::of(&asked, seen, &question, &shared, want, Changeable::All).run(&side).0
    } else {
        Vec::new()
    };
    let obstacles = obstacles(&side, &search.start, &asked, want);
    let options = settle(&asked).map_err(|_| too_complex())?.0;
    let may_be_granted = register.parts_of(asked.service).into_iter().any(|part| prepared.may_be_granted(part));
    Ok(Some(WhyNot {
        world: seen.world,
        want,
        suggestions,
        otherwise,
        first_day: first_day(&asked, want),
        obstacles,
        options: in_the_way(&options),
        may_be_granted,
        whole: whole && settled,
    }))
}

/// The first later day on which the wish is granted as the question stands.
fn first_day(asked: &Evaluation<'_>, want: Level) -> Option<Day> {
    let starts = change_days(asked.view, asked.service, asked.known());
    let mut looks = Budget::new(DAYS + starts.len());
    let mut day = asked.day();
    // The question's own stretch is known not to grant it.
    let mut stands = core(asked).ok()?.stands;
    loop {
        looks.step().ok()?;
        let until = within(&starts, day, stands).until;
        if until >= Day::LAST {
            return None;
        }
        day = until.next();
        let found = core(&asked.on(day)).ok()?;
        if matches!(&found.core, Conclusion::Answered(answer) if grants(answer, want)) {
            return Some(day);
        }
        stands = found.stands;
    }
}

/// The options that lowered the level, or set a quota: of an answer, and of a composite's parts.
fn in_the_way(settled: &ExplainedAnswer<'_>) -> Vec<OptionId> {
    let lowers = |part: &&OptionPart| {
        let quota = matches!(&part.ran.made, OptionOutcome::Proposed(judged) if judged.quota.is_some());
        quota || part.ran.got < part.ran.before
    };
    let own = settled.reasons.options.iter().filter(lowers).map(|part| part.ran.option);
    own.chain(settled.parts.iter().flat_map(in_the_way)).collect()
}

/// The rules of the answer as it is that keep it below the wish.
fn obstacles(side: &Side<'_, '_>, start: &Region, asked: &Evaluation<'_>, want: Level) -> Vec<RuleId> {
    let register = asked.view.world.register;
    let low = |rule: &RuleId| match &register.rules[*rule].effect {
        Effect::Bound { at_most, .. } => at_most.is_some_and(|level| level < want),
        Effect::Grant(grant) => grant.level < want || grant.quota.is_some(),
        Effect::Deny | Effect::AsAt(_) => true,
    };
    side.rules(start).into_iter().filter(low).collect()
}
