//! Facts: what a form asks for, and what the register gives.

use super::term::Unit;
use crate::model::arena::FactId;
use crate::model::fact;
use crate::model::register::Register;
use crate::model::value::FactValue;
use crate::text::Language;

/// What values a fact has.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::catalogue::Kind;
/// let quantity = policy.catalogue().fact("quantity").unwrap();
/// assert!(matches!(quantity.kind(), Kind::Number { .. }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// true or false
    Truth,
    /// a number with so many decimals at most
    Number {
        /// how many decimals it can have; 0: it is whole
        decimals: u32,
    },
    /// a text
    Text,
    /// a civil day
    Day,
    /// a set of tags
    Tags,
}

/// A fact: a typed input of questions, or a value that the register gives. [`Display`](std::fmt::Display) gives the name.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::Language;
/// let channel = policy.catalogue().fact("channel").unwrap();
/// assert_eq!((channel.name(), channel.label(Language::Nl), channel.is_open()), ("channel", "het kanaal", false));
/// assert!(channel.values().any(|value| value == "desk") && channel.range().is_none() && channel.unit().is_none());
/// assert_eq!((channel.value_label("phone", Language::Nl), channel.word(Language::Nl)), ("telefoon", "kanaal"));
/// assert!(policy.catalogue().fact("quantity").unwrap().synonyms().any(|name| name == "hoeveelheid"));
/// let given = policy.catalogue().fact("inhabitants").unwrap();
/// assert!(given.is_from_register() && !given.is_changeable() && !given.is_personal() && !given.is_derived());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Fact<'p> {
    register: &'p Register,
    fact: &'p fact::Fact,
}

impl<'p> Fact<'p> {
    pub(crate) fn of(register: &'p Register, id: FactId) -> Fact<'p> {
        Fact { register, fact: &register.facts[id] }
    }
    /// Its name, as questions give it.
    pub fn name(self) -> &'p str {
        &self.fact.name
    }
    /// Its name for people; `name` where the register has none in this language.
    pub fn label(self, language: Language) -> &'p str {
        self.fact.label.get(language).unwrap_or(&self.fact.name)
    }
    /// What values it has.
    pub fn kind(self) -> Kind {
        match self.fact.kind {
            fact::Kind::Truth => Kind::Truth,
            fact::Kind::Number { decimals, .. } => Kind::Number { decimals },
            fact::Kind::Text => Kind::Text,
            fact::Kind::Day => Kind::Day,
            fact::Kind::Tags => Kind::Tags,
        }
    }
    /// The texts or tags that it can be; none for an open text.
    pub fn values(self) -> impl Iterator<Item = &'p str> {
        let fact = self.fact;
        fact.values.iter().filter(move |_| !fact.open).map(|value| &**value)
    }
    /// What people call one of its values; the value itself where the register has no name for it.
    pub fn value_label<'a>(self, value: &'a str, language: Language) -> &'a str
    where
        'p: 'a,
    {
        self.fact.value_label(value, language)
    }
    /// Other names of it.
    pub fn synonyms(self) -> impl Iterator<Item = &'p str> {
        self.fact.synonyms.iter().map(|name| &**name)
    }
    /// The one word by which it is given in this language: its label, a synonym, or its name.
    pub fn word(self, language: Language) -> &'p str {
        self.fact.word(language)
    }
    /// Whether any text can be given.
    pub fn is_open(self) -> bool {
        self.fact.open
    }
    /// The lowest and the highest value, of a number or a day; `None` for other kinds.
    pub fn range(self) -> Option<(FactValue, FactValue)> {
        let (low, high) = self.fact.range;
        matches!(self.fact.kind, fact::Kind::Number { .. } | fact::Kind::Day).then(|| (self.fact.raise(low), self.fact.raise(high)))
    }
    /// The unit in which it counts.
    pub fn unit(self) -> Option<Unit<'p>> {
        self.fact.unit.as_deref().map(|id| Unit::of(self.register, id))
    }
    /// Whether only the register gives it: a question cannot.
    pub fn is_from_register(self) -> bool {
        self.fact.from_register
    }
    /// Whether the customer can change it: why-not suggests changing no other.
    pub fn is_changeable(self) -> bool {
        self.fact.changeable
    }
    /// Whether it says something of a person: a log of questions masks it.
    pub fn is_personal(self) -> bool {
        self.fact.personal
    }
    /// Whether it follows from other facts.
    pub fn is_derived(self) -> bool {
        self.fact.derive.is_some()
    }
}

shown!(Fact name);
