//! What has an id and names: ranks, roles, domains, obligations, units, levels. And days.

use jiff::civil::Date;

use crate::model::day::{Day, Days};
use crate::model::register::{self, Register};
use crate::model::rule;
use crate::text::{Language, Text};

/// An id with its names: a rank, a role, a domain, an obligation. [`Display`](std::fmt::Display) gives the id.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::Language;
/// let rank = policy.catalogue().ranks().next().unwrap();
/// assert_eq!((rank.id(), rank.label(Language::Nl)), ("law", "wet"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Term<'p> {
    id: &'p str,
    text: Option<&'p Text>,
}

impl<'p> Term<'p> {
    pub(super) fn of(named: &'p register::Named) -> Term<'p> {
        Term { id: &named.id, text: Some(&named.text) }
    }
    /// An obligation, by its id.
    pub(crate) fn obligation(register: &'p Register, id: &'p str) -> Term<'p> {
        register.obligations.iter().find(|named| *named.id == *id).map_or(Term { id, text: None }, Term::of)
    }
    /// Its id.
    pub fn id(self) -> &'p str {
        self.id
    }
    /// Its name; the id where the register has none in this language.
    pub fn label(self, language: Language) -> &'p str {
        self.text.and_then(|text| text.get(language)).unwrap_or(self.id)
    }
}

/// A unit of quantity. [`Display`](std::fmt::Display) gives the id.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::Language;
/// let hour = policy.catalogue().units().find(|unit| unit.id() == "hour").unwrap();
/// assert_eq!((hour.one(Language::En), hour.label(Language::En)), ("hour", "hours"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Unit<'p> {
    id: &'p str,
    unit: Option<&'p register::Unit>,
}

impl<'p> Unit<'p> {
    pub(super) fn named(unit: &'p register::Unit) -> Unit<'p> {
        Unit { id: &unit.id, unit: Some(unit) }
    }
    pub(crate) fn of(register: &'p Register, id: &'p str) -> Unit<'p> {
        Unit { id, unit: register.units.iter().find(|unit| *unit.id == *id) }
    }
    /// Its id.
    pub fn id(self) -> &'p str {
        self.id
    }
    /// Its name for one.
    pub fn one(self, language: Language) -> &'p str {
        self.unit.and_then(|unit| unit.one.get(language)).unwrap_or(self.id)
    }
    /// Its name for many.
    pub fn label(self, language: Language) -> &'p str {
        self.unit.and_then(|unit| unit.many.get(language)).unwrap_or_else(|| self.one(language))
    }
}

/// A flexibility level. Levels are ordered, `none` before all others. [`Display`](std::fmt::Display) gives the id.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::Language;
/// let levels: Vec<_> = policy.catalogue().levels().collect();
/// assert!(levels[0].is_none() && levels[0] < levels[1]);
/// assert_eq!((levels[1].id(), levels[1].label(Language::Nl), levels[1].index()), ("standard", "basis", 1));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Level<'p> {
    register: &'p Register,
    level: rule::Level,
}

impl<'p> Level<'p> {
    #[inline]
    pub(crate) fn of(register: &'p Register, level: rule::Level) -> Level<'p> {
        Level { register, level }
    }
    /// Its id; `none` for no right.
    #[inline]
    pub fn id(self) -> &'p str {
        self.register.level_id(self.level)
    }
    /// Its name; the id where the register has none in this language.
    pub fn label(self, language: Language) -> &'p str {
        self.register.level_name(self.level, language)
    }
    /// Its place in the register's order; 0 is `none`.
    pub fn index(self) -> u8 {
        self.level.0
    }
    /// Whether it is `none`.
    pub fn is_none(self) -> bool {
        self.level == rule::Level::NONE
    }
}

impl PartialEq for Level<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.level == other.level
    }
}
impl Eq for Level<'_> {}
impl PartialOrd for Level<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Level<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.level.cmp(&other.level)
    }
}

/// The days on which something counts; an end that is `None` is open. Both ends are inclusive (S1).
///
/// ```
/// use leidraad::{catalogue::Span, date};
/// let since = Span { from: Some(date(2026, 7, 1)), until: None };
/// assert!(since.contains(date(9999, 12, 31)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// the first day; `None`: since ever
    pub from: Option<Date>,
    /// the last day; `None`: for ever
    pub until: Option<Date>,
}

impl Span {
    pub(crate) fn of(days: Days) -> Span {
        Span { from: days.first(), until: days.last() }
    }
    pub(crate) fn days(self) -> Days {
        Days { from: self.from.map_or(Day::FIRST, Day::of), until: self.until.map_or(Day::LAST, Day::of) }
    }
    /// Whether a day is one of these.
    ///
    /// ```
    /// use leidraad::{catalogue::Span, date};
    /// let year = Span { from: Some(date(2026, 1, 1)), until: Some(date(2026, 12, 31)) };
    /// assert!(year.contains(date(2026, 12, 31)) && !year.contains(date(2027, 1, 1)));
    /// ```
    pub fn contains(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

shown!(Term id);
shown!(Unit id);
shown!(Level id);
