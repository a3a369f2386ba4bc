//! Rule sets and their versions.

use jiff::civil::Date;

use super::party::Customer;
use super::term::{Span, Term};
use crate::model::arena::{SetId, VersionId};
use crate::model::register::Register;
use crate::model::rule;
use crate::text::Language;

/// A rule set: an instrument, in its versions. [`Display`](std::fmt::Display) gives the id.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// let set = policy.catalogue().rule_sets().find(|set| set.id() == "dvo-leiderdorp").unwrap();
/// assert_eq!(set.rank().unwrap().id(), "agreement");
/// assert_eq!(set.versions().last().unwrap().key(), "dvo-leiderdorp@2025-1");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct RuleSet<'p> {
    register: &'p Register,
    id: SetId,
}

impl<'p> RuleSet<'p> {
    pub(super) fn of(register: &'p Register, id: SetId) -> RuleSet<'p> {
        RuleSet { register, id }
    }
    /// Its id.
    pub fn id(self) -> &'p str {
        &self.register.sets[self.id].id
    }
    /// Its rank among instruments.
    pub fn rank(self) -> Option<Term<'p>> {
        self.register.ranks.get(usize::from(self.register.sets[self.id].rank)).map(Term::of)
    }
    /// Its versions, in the register's order.
    pub fn versions(self) -> impl Iterator<Item = Version<'p>> {
        let own = self.register.versions.iter().filter(move |(_, version)| version.set == self.id);
        own.map(move |(id, _)| Version::of(self.register, id))
    }
}

/// A version of a rule set. [`Display`](std::fmt::Display) gives its key, `set@version`.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, date};
/// let version = policy.catalogue().version("dvo-leiderdorp@2025-1").unwrap();
/// assert_eq!(version.key(), "dvo-leiderdorp@2025-1");
/// assert_eq!((version.title(Language::Nl).is_some(), version.reference()), (true, Some("DVO Leiderdorp 2025")));
/// assert_eq!((version.days().from, version.decided()), (Some(date(2025, 1, 1)), Some(date(2025, 3, 18))));
/// assert!(version.decided_by(Language::Nl).is_some());
/// assert!(!version.is_proposed() && version.awaits().next().is_none());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Version<'p> {
    register: &'p Register,
    version: &'p rule::Version,
}

impl<'p> Version<'p> {
    pub(crate) fn of(register: &'p Register, id: VersionId) -> Version<'p> {
        Version { register, version: &register.versions[id] }
    }
    /// `set@version`.
    pub fn key(self) -> &'p str {
        &self.version.key
    }
    /// What it is called.
    pub fn title(self, language: Language) -> Option<&'p str> {
        self.version.title.get(language)
    }
    /// The text that it rests on.
    pub fn reference(self) -> Option<&'p str> {
        self.version.reference.as_deref()
    }
    /// The days that it says it counts on; a later version may take its place before they end (S1).
    pub fn days(self) -> Span {
        Span::of(self.version.days)
    }
    /// The day on which it was decided; `None` for a proposal without one (S2).
    pub fn decided(self) -> Option<Date> {
        self.version.decided.map(crate::model::day::Day::date)
    }
    /// Who decided it, where the rule set says so.
    pub fn decided_by(self, language: Language) -> Option<&'p str> {
        self.version.decided_by.get(language)
    }
    /// Whether it is still a proposal (S2).
    pub fn is_proposed(self) -> bool {
        self.version.proposed
    }
    /// The customers whose consent it waits for.
    pub fn awaits(self) -> impl Iterator<Item = Customer<'p>> {
        self.version.awaits.iter().map(move |id| Customer::of(self.register, *id))
    }
}

shown!(RuleSet id);
shown!(Version key);
