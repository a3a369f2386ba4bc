//! The contract's types as an option's author has them: named values in, a proposal or a refusal out.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;
use rust_decimal::Decimal;

/// The value of a fact or of a setting.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// true or false
    Truth(bool),
    /// an exact number
    Number(Decimal),
    /// a text
    Text(String),
    /// a civil day
    Day(Date),
    /// a set of tags
    Tags(Vec<String>),
}

/// The type of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// true or false
    Truth,
    /// an exact number
    Number,
    /// a text
    Text,
    /// a civil day
    Day,
}

/// What an option says of itself.
#[derive(Debug, Clone)]
pub struct Description {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) reads: Vec<&'static str>,
    pub(crate) reads_day: bool,
    pub(crate) settings: Vec<(&'static str, Kind, bool, &'static str)>,
    pub(crate) level: bool,
    pub(crate) quota: bool,
    pub(crate) obligations: bool,
}

impl Description {
    /// Its name, its own version, and what it is for in a line. It reads nothing and changes nothing yet.
    pub fn new(name: &'static str, version: &'static str, summary: &'static str) -> Self {
        Self {
            name,
            version,
            summary,
            reads: Vec::new(),
            reads_day: false,
            settings: Vec::new(),
            level: false,
            quota: false,
            obligations: false,
        }
    }
    /// It reads this fact of the register.
    pub fn reads(mut self, fact: &'static str) -> Self {
        self.reads.push(fact);
        self
    }
    /// It reads the day that the question is about: every proposal then says how long it [stands](Proposal::stands).
    pub fn reads_day(mut self) -> Self {
        self.reads_day = true;
        self
    }
    /// It takes this setting, which `config` must give.
    pub fn setting(mut self, name: &'static str, kind: Kind, summary: &'static str) -> Self {
        self.settings.push((name, kind, true, summary));
        self
    }
    /// It takes this setting, which `config` may give.
    pub fn optional(mut self, name: &'static str, kind: Kind, summary: &'static str) -> Self {
        self.settings.push((name, kind, false, summary));
        self
    }
    /// It may change the level, within the room.
    pub fn sets_level(mut self) -> Self {
        self.level = true;
        self
    }
    /// It may change the quota.
    pub fn sets_quota(mut self) -> Self {
        self.quota = true;
        self
    }
    /// It may add obligations.
    pub fn sets_obligations(mut self) -> Self {
        self.obligations = true;
        self
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// the customer's id
    pub customer: String,
    /// the service's id
    pub service: String,
    /// the day, for an option that reads it
    pub on: core::option::Option<Date>,
    /// the facts that the option reads, as far as they are known
    pub facts: Vec<(String, Value)>,
}

macro_rules! readers {
    ($missing:ident: $($(#[$doc:meta])* $name:ident -> $type:ty, $pattern:pat => $value:expr;)+) => {$(
        $(#[$doc])*
        pub fn $name(&self, name: &str) -> Result<$type, Refusal> {
            match self.find(name) {
                Some($pattern) => Ok($value),
                Some(_) => Err(Refusal::Invalid(format!("`{name}` is of another type"))),
                None => Err(Self::$missing(name)),
            }
        }
    )+};
}

impl Question {
    /// The value of a fact, if it is known.
    pub fn find(&self, name: &str) -> core::option::Option<&Value> {
        self.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
    /// The day that the question is about, for an option that reads it.
    pub fn day(&self) -> Result<Date, Refusal> {
        self.on.ok_or_else(|| Refusal::Invalid("the description does not say that it reads the day".to_owned()))
    }
    fn missing(name: &str) -> Refusal {
        Refusal::Needs(alloc::vec![name.to_owned()])
    }
    readers! { missing:
        /// A fact that is true or false; where it is missing, the answer is that it is needed.
        truth -> bool, Value::Truth(value) => *value;
        /// A fact that is a number; where it is missing, the answer is that it is needed.
        number -> Decimal, Value::Number(value) => *value;
        /// A fact that is a text; where it is missing, the answer is that it is needed.
        text -> &str, Value::Text(value) => value;
        /// A fact that is a day; where it is missing, the answer is that it is needed.
        date -> Date, Value::Day(value) => *value;
        /// A fact that is a set of tags; where it is missing, the answer is that it is needed.
        tags -> &[String], Value::Tags(value) => value;
    }
}

/// The settings of the register's `config`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config(pub Vec<(String, Value)>);

impl Config {
    /// The value of a setting, if it is given.
    pub fn find(&self, name: &str) -> core::option::Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
    fn absent(name: &str) -> Refusal {
        Refusal::Invalid(format!("the setting `{name}` is missing"))
    }
    readers! { absent:
        /// A setting that is true or false.
        truth -> bool, Value::Truth(value) => *value;
        /// A setting that is a number.
        number -> Decimal, Value::Number(value) => *value;
        /// A setting that is a text.
        text -> &str, Value::Text(value) => value;
        /// A setting that is a day.
        date -> Date, Value::Day(value) => *value;
    }
}

/// What the rules say, and what earlier options made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// the level that the rules chose
    pub base: String,
    /// the level so far
    pub level: String,
    /// the levels of the room, lowest first
    pub room: Vec<String>,
    /// the quota so far: amount, unit, period
    pub quota: core::option::Option<(Decimal, String, String)>,
    /// the ids of the obligations so far
    pub obligations: Vec<String>,
}

impl Standing {
    /// The highest level of the room.
    pub fn highest(&self) -> &str {
        self.room.last().unwrap_or(&self.level)
    }
    /// The lowest level of the room.
    pub fn lowest(&self) -> &str {
        self.room.first().unwrap_or(&self.level)
    }
    /// The level so many steps from the one so far, as far as the room goes.
    pub fn step(&self, steps: isize) -> &str {
        let here = self.room.iter().position(|level| *level == self.level).unwrap_or(0);
        let there = here.saturating_add_signed(steps).min(self.room.len().saturating_sub(1));
        self.room.get(there).unwrap_or(&self.level)
    }
}

/// What an option proposes; what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Proposal {
    pub(crate) level: core::option::Option<String>,
    pub(crate) quota: core::option::Option<(Decimal, String, String)>,
    pub(crate) obligations: Vec<String>,
    pub(crate) note: core::option::Option<(String, String)>,
    pub(crate) stands: core::option::Option<(core::option::Option<Date>, core::option::Option<Date>)>,
}

impl Proposal {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// This level; outside the room it is clamped, and the answer says so.
    pub fn level(mut self, level: &str) -> Self {
        self.level = Some(level.to_owned());
        self
    }
    /// So much of a unit per period (`day`, `week`, `month`, `quarter`, `year`, `term`).
    pub fn quota(mut self, amount: Decimal, unit: &str, per: &str) -> Self {
        self.quota = Some((amount, unit.to_owned(), per.to_owned()));
        self
    }
    /// One more obligation.
    pub fn obligation(mut self, id: &str) -> Self {
        self.obligations.push(id.to_owned());
        self
    }
    /// A remark in Dutch and in English.
    pub fn note(mut self, nl: impl Into<String>, en: impl Into<String>) -> Self {
        self.note = Some((nl.into(), en.into()));
        self
    }
    /// The first and the last day on which this very proposal stands; nothing for since ever, or for ever.
    pub fn stands(mut self, from: core::option::Option<Date>, until: core::option::Option<Date>) -> Self {
        self.stands = Some((from, until));
        self
    }
}

/// Why an option proposes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It needs these facts.
    Needs(Vec<String>),
    /// It needs these facts on all days from the first to the last; nothing for since ever, or for ever.
    NeedsOn(Vec<String>, core::option::Option<Date>, core::option::Option<Date>),
    /// It cannot work with this question.
    Invalid(String),
}
