//! A decision, a composite's part or a period of a timeline in; all that it says, as values with names for people, out.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::catalogue::{Fact, Level, Rule, Service, Term, Unit, Version};
use crate::decide::{self, Conclusion, ExplainedAnswer, OptionOutcome, OptionPart, Outcome, World};
use crate::model::arena::RuleId;
use crate::option::Fault;
use crate::text::Language;

/// The answer about one service: of a whole decision, of a composite's part, or of a period of a timeline.
///
/// It borrows from what it is the answer of, and costs nothing to make or to copy.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, Question, date};
/// let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20).fact("used", 592);
/// let decision = policy.decide(&question).unwrap();
/// let answer = decision.answer();
/// assert_eq!(answer.level().unwrap().label(Language::Nl), "basis");
/// let lines: Vec<_> = answer.lines().map(|line| (line.quantity().unwrap().to_string(), line.level().id())).collect();
/// assert_eq!(lines, [("8".to_owned(), "standard"), ("12".to_owned(), "plus")]);
/// let (lowest, highest) = answer.room().unwrap();
/// assert!(lowest <= highest && answer.possible().next().is_none() && !answer.is_degraded());
/// assert_eq!(answer.quota().unwrap().left().unwrap(), 8.into());
/// assert_eq!(answer.reasons().next().unwrap().reference().unwrap(), "DVO Leiderdorp 2025, art. 4 lid 2");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Answer<'d> {
    world: World<'d>,
    settled: &'d ExplainedAnswer<'d>,
}

impl<'d> Answer<'d> {
    pub(crate) fn of(world: World<'d>, settled: &'d ExplainedAnswer<'d>) -> Answer<'d> {
        Answer { world, settled }
    }
    /// The service that it is about.
    pub fn service(self) -> Service<'d> {
        Service::of(self.world.register, self.settled.service)
    }
    /// Granted, refused or undetermined.
    #[inline]
    pub fn outcome(self) -> Outcome {
        self.settled.outcome()
    }
    /// The level, `none` when refused; `None` when undetermined (S11).
    #[inline]
    pub fn level(self) -> Option<Level<'d>> {
        self.settled.answer().map(|answer| self.level_of(answer.level))
    }
    /// The lowest and the highest level that options may choose (S7); `None` for a composite, and when undetermined.
    pub fn room(self) -> Option<(Level<'d>, Level<'d>)> {
        self.settled.reasons.room.map(|(lowest, highest)| (self.level_of(lowest), self.level_of(highest)))
    }
    /// What is asked for, divided into what fits the quota and the rest (S9). Empty for a composite, and when undetermined.
    pub fn lines(self) -> impl Iterator<Item = Line<'d>> {
        self.settled.answer().into_iter().flat_map(|answer| answer.lines.iter()).map(move |line| Line { world: self.world, line })
    }
    /// The quota: the grant's, or an option's in its place (S8). `None` for a composite, and when undetermined.
    pub fn quota(self) -> Option<Quota<'d>> {
        let quota = self.settled.answer()?.quota.as_ref()?;
        Some(Quota { world: self.world, granted: quota, allowance: &self.settled.allowance })
    }
    /// What the grant is tied to, with what options added.
    pub fn obligations(self) -> impl Iterator<Item = Term<'d>> {
        let ids = self.settled.answer().into_iter().flat_map(|answer| answer.obligations.iter());
        ids.map(move |id| Term::obligation(self.world.register, id))
    }
    /// The missing facts on which it depends, when undetermined (S11).
    pub fn needs(self) -> impl Iterator<Item = Fact<'d>> {
        let needs = if let Conclusion::Undetermined { needs, .. } = &self.settled.core { needs.as_slice() } else { &[] };
        needs.iter().map(move |fact| Fact::of(self.world.register, *fact))
    }
    /// The levels that are possible, when undetermined, the lowest first (S11).
    pub fn possible(self) -> impl Iterator<Item = Level<'d>> {
        let possible = if let Conclusion::Undetermined { possible, .. } = &self.settled.core { possible.as_slice() } else { &[] };
        possible.iter().map(move |level| self.level_of(*level))
    }
    /// The rules that decided, those that did on an `as_at` day, the bounds that shaped the level, then the options.
    pub fn reasons(self) -> impl Iterator<Item = Reason<'d>> {
        let register = self.world.register;
        let rules = self.settled.reasons.because.iter().map(move |rule| Reason(Rule::of(register, *rule)));
        let options = self.settled.shaping().iter().filter(|part| part.ran.shaped());
        rules.chain(options.map(move |part| Reason(Rule::of_option(register, part.ran.option))))
    }
    /// What lost, and to what: choices to other choices (S5), levels to bounds (S4, S7), options to their room (S8).
    pub fn overruled(self) -> impl Iterator<Item = Overruled<'d>> {
        let World { register, .. } = self.world;
        let lost = self.settled.reasons.overruled.iter().map(move |lost| Overruled {
            world: self.world,
            key: &register.rules[lost.rule].key,
            what: lost.what.word(),
            wanted: lost.wanted.map(|level| self.level_of(level)),
            got: lost.got.map(|level| self.level_of(level)),
            by: Some(lost.by),
        });
        let held = self.settled.shaping().iter().filter_map(|part| Some((part, part.ran.overruled()?)));
        lost.chain(held.map(move |(part, wanted)| Overruled {
            world: self.world,
            key: &register.options[part.ran.option].key,
            what: "option",
            wanted: Some(self.level_of(wanted)),
            got: Some(self.level_of(part.ran.got)),
            by: part.by,
        }))
    }
    /// The options that were asked, in the order in which they ran (S8).
    pub fn options(self) -> impl Iterator<Item = Consulted<'d>> {
        self.settled.reasons.options.iter().map(move |part| Consulted { world: self.world, part })
    }
    /// Whether an option failed, here or in a part, so that the answer is that of the rules and the other options (S8).
    pub fn is_degraded(self) -> bool {
        self.settled.degraded()
    }
    /// The answers about a composite's parts (S10).
    pub fn parts(self) -> impl ExactSizeIterator<Item = Answer<'d>> {
        self.settled.parts.iter().map(move |settled| Answer { world: self.world, settled })
    }

    fn level_of(self, level: crate::model::rule::Level) -> Level<'d> {
        Level::of(self.world.register, level)
    }
}

/// A quantity at a level, on conditions (S9).
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, Question, date};
/// let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20).fact("used", 592);
/// let decision = policy.decide(&question).unwrap();
/// let beyond = decision.answer().lines().nth(1).unwrap();
/// assert_eq!((beyond.level().id(), beyond.quantity()), ("plus", Some(12.into())));
/// assert_eq!(beyond.obligations().next().unwrap().label(Language::En), "the contract owner approves beforehand");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Line<'d> {
    world: World<'d>,
    line: &'d decide::Line<'d>,
}

impl<'d> Line<'d> {
    /// The level.
    pub fn level(self) -> Level<'d> {
        Level::of(self.world.register, self.line.level)
    }
    /// How much of what is asked for; `None` when no quantity is asked for.
    pub fn quantity(self) -> Option<Decimal> {
        self.line.quantity
    }
    /// What this part is tied to, beside what the whole grant is.
    pub fn obligations(self) -> impl Iterator<Item = Term<'d>> {
        self.line.obligations.iter().map(move |id| Term::obligation(self.world.register, id))
    }
}

/// A quota, with what is left of it (S9).
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Question, date};
/// let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20).fact("used", 592);
/// let decision = policy.decide(&question).unwrap();
/// let quota = decision.answer().quota().unwrap();
/// assert_eq!((quota.amount(), quota.unit().id(), quota.per()), (600.into(), "hour", "year"));
/// assert_eq!((quota.left(), quota.renews()), (Some(8.into()), Some(date(2026, 1, 1))));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Quota<'d> {
    world: World<'d>,
    granted: &'d decide::QuotaAnswer<'d>,
    allowance: &'d decide::Allowance,
}

impl<'d> Quota<'d> {
    /// How much is granted in a period.
    pub fn amount(self) -> Decimal {
        self.granted.amount
    }
    /// The unit that it counts in.
    pub fn unit(self) -> Unit<'d> {
        Unit::of(self.world.register, self.granted.unit)
    }
    /// The id of the unit: no look is taken at the list of units.
    pub(crate) fn unit_id(self) -> &'d str {
        self.granted.unit
    }
    /// The period: `day`, `week`, `month`, `quarter`, `year` or `term`.
    pub fn per(self) -> &'d str {
        self.granted.per
    }
    /// What is left in the period of the question's day: amount − used, at least 0. `None` when `used` is not known.
    pub fn left(self) -> Option<Decimal> {
        self.allowance.left
    }
    /// The first day of the next period, where a new quota begins; `None` if `used` divides nothing, or nothing is granted then.
    pub fn renews(self) -> Option<Date> {
        self.allowance.renews.map(crate::model::day::Day::date)
    }
}

/// A rule or an option that made the answer what it is.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, Question, date};
/// let decision = policy.decide(&Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("used", 0)).unwrap();
/// let reason = decision.answer().reasons().next().unwrap();
/// assert_eq!((reason.key(), reason.effect()), ("dvo-leiderdorp@2025-1#advice-hours", "grant"));
/// assert!(reason.text(Language::Nl).is_some());
/// assert_eq!(reason.reference().unwrap(), "DVO Leiderdorp 2025, art. 4 lid 2");
/// assert_eq!((reason.version().decided(), reason.from()), (Some(date(2025, 3, 18)), Some(date(2025, 1, 1))));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Reason<'d>(Rule<'d>);

impl<'d> Reason<'d> {
    /// `set@version#id`.
    pub fn key(self) -> &'d str {
        self.0.key()
    }
    /// What it does: `grant`, `deny`, `as_at`, `bound` or `option`.
    pub fn effect(self) -> &'static str {
        self.0.effect()
    }
    /// Why, in words.
    pub fn text(self, language: Language) -> Option<&'d str> {
        self.0.text(language)
    }
    /// What it rests on: the version's reference, then its own.
    pub fn reference(self) -> Option<String> {
        self.0.reference()
    }
    /// The version that it stands in: who decided it, and when.
    pub fn version(self) -> Version<'d> {
        self.0.version()
    }
    /// The first day on which it holds: its own, or that of its version. `None` if it holds since ever.
    pub fn from(self) -> Option<Date> {
        self.0.days().from
    }
    /// The reference in the parts that it is put together of.
    pub(crate) fn reference_parts(self) -> Option<[&'d str; 3]> {
        self.0.reference_parts()
    }
}

/// Something that lost.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Question, date};
/// let decision = policy.decide(&Question::new("zoeterwoude", "information/ciso", date(2026, 7, 1))).unwrap();
/// let answer = decision.answer();
/// let lost = answer.overruled().find(|lost| lost.what() == "level").unwrap();
/// assert_eq!(lost.key(), "dvo-zoeterwoude@2025-1#matrix/information/ciso/zoeterwoude");
/// assert_eq!((lost.wanted().unwrap().id(), lost.got().unwrap().id()), ("none", "standard"));
/// assert_eq!(lost.by().unwrap().key(), "bio@2#security-floor");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Overruled<'d> {
    world: World<'d>,
    key: &'d str,
    what: &'static str,
    wanted: Option<Level<'d>>,
    got: Option<Level<'d>>,
    by: Option<RuleId>,
}

impl<'d> Overruled<'d> {
    /// The rule or the option that lost: `set@version#id`.
    pub fn key(self) -> &'d str {
        self.key
    }
    /// What of it lost: `choice`, `level`, `up_to`, `beyond`, `bound` or `option`.
    pub fn what(self) -> &'static str {
        self.what
    }
    /// The level that it wanted.
    pub fn wanted(self) -> Option<Level<'d>> {
        self.wanted
    }
    /// The level that came of it.
    pub fn got(self) -> Option<Level<'d>> {
        self.got
    }
    /// The rule that it lost to; `None` where no rule grants anything.
    pub fn by(self) -> Option<Reason<'d>> {
        self.by.map(|rule| Reason(Rule::of(self.world.register, rule)))
    }
}

/// An option that was asked, and what it made of it (S8).
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Question, date};
/// let decision = policy.decide(&Question::new("oegstgeest", "ict/workplace", date(2026, 3, 1)).fact("fte", 100)).unwrap();
/// let option = decision.answer().options().next().unwrap();
/// assert_eq!((option.key(), option.plugin().unwrap().0), ("options-oegstgeest@2025-1#workplace-growth", "workplace-growth"));
/// assert!(option.digest().unwrap().starts_with("sha256:"));
/// assert_eq!(option.level().id(), "standard");
/// assert!(option.proposal().is_some() && option.needs().next().is_none() && option.fault().is_none());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Consulted<'d> {
    world: World<'d>,
    part: &'d OptionPart,
}

impl<'d> Consulted<'d> {
    /// `set@version#id`.
    pub fn key(self) -> &'d str {
        &self.world.register.options[self.part.ran.option].key
    }
    /// The name and the version of its plugin, as that says itself.
    pub fn plugin(self) -> Option<(&'d str, &'d str)> {
        let described = self.world.options[self.part.ran.option].described()?;
        Some((&described.name, &described.version))
    }
    /// `sha256:…` of the plugin's file; `None` for one of the host's own.
    pub fn digest(self) -> Option<&'d str> {
        self.world.options[self.part.ran.option].digest.as_deref()
    }
    /// The level once it had its say.
    pub fn level(self) -> Level<'d> {
        Level::of(self.world.register, self.part.ran.got)
    }
    /// What it proposed.
    pub fn proposal(self) -> Option<Proposed<'d>> {
        if let OptionOutcome::Proposed(judged) = &self.part.ran.made { Some(Proposed { world: self.world, judged }) } else { None }
    }
    /// The facts without which it cannot say anything.
    pub fn needs(self) -> impl Iterator<Item = Fact<'d>> {
        let facts = if let OptionOutcome::Needs(facts, _) = &self.part.ran.made { facts.as_slice() } else { &[] };
        facts.iter().map(move |fact| Fact::of(self.world.register, *fact))
    }
    /// Why it failed.
    pub fn fault(self) -> Option<&'d Fault> {
        if let OptionOutcome::Fault(fault) = &self.part.ran.made { Some(fault) } else { None }
    }
}

/// What an option proposed, before it was held within the room.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, Question, date};
/// let decision = policy.decide(&Question::new("oegstgeest", "ict/workplace", date(2026, 3, 1)).fact("fte", 100)).unwrap();
/// let proposed = decision.answer().options().next().unwrap().proposal().unwrap();
/// assert_eq!(proposed.quota(), Some((110.into(), "workplace", "term")));
/// assert!(proposed.level().is_none() && proposed.obligations().next().is_none());
/// assert!(proposed.note(Language::En).unwrap().starts_with("110 workplaces"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Proposed<'d> {
    world: World<'d>,
    judged: &'d crate::option::Judged,
}

impl<'d> Proposed<'d> {
    /// The level.
    pub fn level(self) -> Option<Level<'d>> {
        self.judged.level.map(|level| Level::of(self.world.register, level))
    }
    /// A quota: amount, unit and period.
    pub fn quota(self) -> Option<(Decimal, &'d str, &'d str)> {
        self.judged.quota.as_ref().map(|quota| (quota.amount, &*quota.unit, quota.per))
    }
    /// Obligations.
    pub fn obligations(self) -> impl Iterator<Item = Term<'d>> {
        self.judged.obligations.iter().map(move |id| Term::obligation(self.world.register, id))
    }
    /// A remark.
    pub fn note(self, language: Language) -> Option<&'d str> {
        self.judged.note.get(language)
    }
}
