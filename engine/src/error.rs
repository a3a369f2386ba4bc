//! What a caller is told when a question cannot be answered: one small error with predicates, in either language.

use std::fmt;
use std::str::FromStr;

use crate::diagnostic::{Code, closest};
use crate::model::fact::{Fact, Misfit};
use crate::model::value::shorten;
use crate::text::Language;
use crate::text::{Key, any_of, say};

/// Why a question could not be answered. Bad input of the asker, never a state of the policy.
///
/// ```
/// use leidraad::Language;
/// let error = "frysk".parse::<Language>().unwrap_err();
/// assert!(error.is_unknown_name());
/// assert_eq!(error.to_string(), "unknown language `frysk`");
/// assert_eq!(error.message(Language::Nl), "onbekende taal `frysk`");
/// assert_eq!(error.help(Language::En).unwrap(), "known: `nl`, `en`");
/// assert_eq!((error.code(), error.column()), ("unknown-name", None));
/// assert!(!error.is_contested() && !error.is_too_complex());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    kind: Box<Kind>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// What was probably meant, or else all there is, in Dutch and in English.
    UnknownName {
        what: Key,
        name: String,
        near: Vec<[String; 2]>,
        all: Vec<[String; 2]>,
    },
    AmbiguousName {
        name: String,
        candidates: Vec<String>,
    },
    BadFact {
        name: String,
        misfit: Misfit,
        expected: [String; 2],
    },
    NotSettable {
        name: String,
    },
    GivenTwice {
        name: String,
    },
    TooManyValues {
        values: usize,
        facts: usize,
    },
    BadDay {
        key: String,
        name: String,
    },
    BadJson {
        reason: String,
        column: Option<usize>,
    },
    NotUtf8 {
        column: usize,
    },
    TooComplex {
        facts: Vec<String>,
    },
    Contested,
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self { kind: Box::new(kind) }
    }
}

/// More candidates than this are not listed when none is near.
const LISTED: usize = 24;

impl Error {
    pub(crate) fn unknown<'a>(what: Key, written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        let all: Vec<&str> = candidates.into_iter().collect();
        let both = |names: Vec<&str>| names.into_iter().map(|name| [name.to_owned(), name.to_owned()]).collect();
        let near = closest(written, all.iter().copied());
        let all = if all.len() <= LISTED { all } else { Vec::new() };
        Self::unknown_of(what, written, both(near), both(all))
    }
    /// The same of things with a name in each language.
    pub(crate) fn unknown_of(what: Key, written: &str, near: Vec<[String; 2]>, all: Vec<[String; 2]>) -> Self {
        Kind::UnknownName { what, name: shorten(written), near, all }.into()
    }
    /// A line that is no text from some byte on, counted from 1.
    pub(crate) fn not_utf8(column: usize) -> Self {
        Kind::NotUtf8 { column }.into()
    }
    pub(crate) fn ambiguous<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        Kind::AmbiguousName { name: shorten(written), candidates: candidates.into_iter().map(str::to_owned).collect() }.into()
    }
    pub(crate) fn bad_fact(fact: &Fact, misfit: Misfit) -> Self {
        let expected = [fact.expected_in(Language::Nl), fact.expected_in(Language::En)];
        Kind::BadFact { name: fact.name.to_string(), misfit, expected }.into()
    }
    /// The same of a value that is written as TOML and JSON have it.
    pub(crate) fn bad_value(fact: &Fact, misfit: Misfit) -> Self {
        let expected = [fact.expected_in_files(Language::Nl), fact.expected_in_files(Language::En)];
        Kind::BadFact { name: fact.name.to_string(), misfit, expected }.into()
    }
    pub(crate) fn not_settable(fact: &Fact) -> Self {
        Kind::NotSettable { name: fact.name.to_string() }.into()
    }
    pub(crate) fn given_twice(fact: &Fact) -> Self {
        Kind::GivenTwice { name: fact.name.to_string() }.into()
    }
    pub(crate) fn too_many_values(values: usize, facts: usize) -> Self {
        Kind::TooManyValues { values, facts }.into()
    }
    pub(crate) fn bad_day(key: &str, written: &str) -> Self {
        Kind::BadDay { key: key.to_owned(), name: shorten(written) }.into()
    }
    pub(crate) fn bad_json(reason: String, column: Option<usize>) -> Self {
        Kind::BadJson { reason, column }.into()
    }
    /// The same about a text that stands so many bytes further in a line.
    pub(crate) fn further(mut self, by: usize) -> Self {
        if let Kind::BadJson { column: Some(column), .. } = &mut *self.kind {
            *column += by;
        }
        self
    }
    pub(crate) fn too_complex<'a>(facts: impl IntoIterator<Item = &'a str>) -> Self {
        Kind::TooComplex { facts: facts.into_iter().map(str::to_owned).collect() }.into()
    }

    pub(crate) fn contested() -> Self {
        Kind::Contested.into()
    }

    /// The stable word of this kind of error, as JSON gives it.
    pub fn code(&self) -> &'static str {
        match &*self.kind {
            Kind::UnknownName { .. } => "unknown-name",
            Kind::AmbiguousName { .. } => "ambiguous-name",
            Kind::BadFact { .. } | Kind::NotSettable { .. } | Kind::GivenTwice { .. } | Kind::TooManyValues { .. } => "bad-fact",
            Kind::BadDay { .. } => "bad-day",
            Kind::BadJson { .. } | Kind::NotUtf8 { .. } => "bad-json",
            Kind::TooComplex { .. } => "too-complex",
            Kind::Contested => "contested",
        }
    }
    /// The reason, in this language. [`Display`](fmt::Display) gives it in English.
    pub fn message(&self, language: Language) -> String {
        match &*self.kind {
            Kind::UnknownName { what, name, .. } => say(language, *what, &[("name", name)]),
            Kind::AmbiguousName { name, .. } => say(language, Key::ErrorAmbiguous, &[("name", name)]),
            Kind::BadFact { name, misfit, .. } => say(language, Key::ErrorBadFact, &[("name", name), ("reason", &misfit.text(language))]),
            Kind::NotSettable { name } => say(language, Key::ErrorNotSettable, &[("name", name)]),
            Kind::GivenTwice { name } => say(language, Key::ErrorGivenTwice, &[("name", name)]),
            Kind::TooManyValues { values, facts } => {
                say(language, Key::ErrorTooManyValues, &[("values", &values.to_string()), ("facts", &facts.to_string())])
            }
            Kind::BadDay { key, name } => say(language, Key::ErrorBadDay, &[("key", key), ("name", name)]),
            Kind::BadJson { reason, .. } => say(language, Key::ErrorBadJson, &[("reason", reason)]),
            Kind::NotUtf8 { column } => say(language, Key::ErrorNotUtf8, &[("column", &column.to_string())]),
            Kind::TooComplex { .. } => say(language, Key::ErrorTooComplex, &[]),
            Kind::Contested => say(language, Key::ErrorContested, &[]),
        }
    }
    /// The way out, if there is one to name.
    pub fn help(&self, language: Language) -> Option<String> {
        Some(match &*self.kind {
            Kind::UnknownName { near, .. } if !near.is_empty() => {
                say(language, Key::HelpDidYouMean, &[("names", &any_of(language, &quoted(&in_language(near, language))))])
            }
            Kind::UnknownName { all, .. } if !all.is_empty() => {
                say(language, Key::HelpThereIs, &[("names", &quoted(&in_language(all, language)).join(", "))])
            }
            Kind::UnknownName { .. } => return None,
            Kind::AmbiguousName { candidates, .. } => say(language, Key::HelpUseOne, &[("names", &quoted(candidates).join(", "))]),
            Kind::BadFact { name, expected: [nl, en], misfit } => {
                let expected = if language == Language::Nl { nl } else { en };
                let expected = say(language, Key::HelpExpected, &[("name", name), ("expected", expected)]);
                misfit.help(language).map_or(expected.clone(), |meant| format!("{meant} {expected}"))
            }
            Kind::NotSettable { .. } | Kind::GivenTwice { .. } | Kind::TooManyValues { .. } => say(language, Key::HelpLeaveOut, &[]),
            Kind::BadDay { .. } => say(language, Key::HelpDay, &[]),
            Kind::NotUtf8 { .. } => say(language, Key::HelpUtf8, &[]),
            Kind::BadJson { .. } => {
                say(language, Key::HelpJson, &[("example", r#"{"customer":"…","service":"…","on":"2025-02-01","facts":{…}}"#)])
            }
            Kind::TooComplex { facts } => say(language, Key::HelpGiveSome, &[("names", &quoted(facts).join(", "))]),
            Kind::Contested => say(language, Key::HelpContested, &[]),
        })
    }
    /// The names that may be meant instead, the nearest first: for a list to choose from.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// let error = policy.catalogue().customer("leiderdrop").unwrap_err();
    /// assert_eq!(error.suggestions(leidraad::Language::En), ["Leiderdorp"]);
    /// ```
    pub fn suggestions(&self, language: Language) -> Vec<&str> {
        match &*self.kind {
            Kind::UnknownName { near, .. } => in_language(near, language),
            Kind::AmbiguousName { candidates, .. } => candidates.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }
    /// What is wrong and the way out in one text, for a form: beside a field, the name of its fact stands already.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// let error = policy.read_fact("quantity", "many").unwrap_err();
    /// assert_eq!(error.beside_field(leidraad::Language::En), "`many` is not a number. This takes a number with at most one decimal.");
    /// ```
    pub fn beside_field(&self, language: Language) -> String {
        if let Kind::BadFact { misfit, expected: [nl, en], .. } = &*self.kind {
            let expected = if language == Language::Nl { nl } else { en };
            let expected = say(language, Key::HelpExpectedHere, &[("expected", expected)]);
            let meant = misfit.help(language).map(|meant| format!(" {meant}")).unwrap_or_default();
            return format!("{}.{meant} {expected}", misfit.text(language));
        }
        self.with_help(language)
    }
    /// The reason and the way out in one text.
    ///
    /// ```
    /// use leidraad::Language;
    /// assert_eq!("frysk".parse::<Language>().unwrap_err().with_help(Language::En), "unknown language `frysk`; known: `nl`, `en`");
    /// ```
    pub fn with_help(&self, language: Language) -> String {
        let message = self.message(language);
        match self.help(language) {
            Some(help) => format!("{message}; {help}"),
            None => message,
        }
    }
    /// The byte of a line, counted from 1, at which it cannot be read.
    pub fn column(&self) -> Option<usize> {
        match &*self.kind {
            Kind::BadJson { column, .. } => *column,
            Kind::NotUtf8 { column } => Some(*column),
            _ => None,
        }
    }
    /// A customer, service, fact, version or language that is not there.
    pub fn is_unknown_name(&self) -> bool {
        self.code() == "unknown-name"
    }
    /// A name that several things bear.
    pub fn is_ambiguous_name(&self) -> bool {
        self.code() == "ambiguous-name"
    }
    /// A value that is none of its fact's, or a fact that a question cannot set.
    pub fn is_bad_fact(&self) -> bool {
        self.code() == "bad-fact"
    }
    /// A day that is not in the calendar.
    pub fn is_bad_day(&self) -> bool {
        self.code() == "bad-day"
    }
    /// Text that is no question in JSON.
    pub fn is_bad_json(&self) -> bool {
        self.code() == "bad-json"
    }
    /// Proposed versions contradict each other here, and the question includes them.
    pub fn is_contested(&self) -> bool {
        self.code() == "contested"
    }
    /// Too many facts are missing for their possibilities to be weighed.
    pub fn is_too_complex(&self) -> bool {
        self.code() == "too-complex"
    }
}

fn in_language(names: &[[String; 2]], language: Language) -> Vec<&str> {
    names.iter().map(|[nl, en]| if language == Language::Nl { nl.as_str() } else { en }).collect()
}

fn quoted<T: fmt::Display>(names: &[T]) -> Vec<String> {
    names.iter().map(|name| format!("`{name}`")).collect()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::En))
    }
}

impl FromStr for Code {
    type Err = Error;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Code::ALL.iter().find(|code| code.word() == word);
        found.copied().ok_or_else(|| Error::unknown(Key::ErrorUnknownCode, word, Code::ALL.iter().map(|code| code.word())))
    }
}

impl FromStr for Language {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "nl" => Ok(Language::Nl),
            "en" => Ok(Language::En),
            _ => Err(Error::unknown(Key::ErrorUnknownLanguage, text, ["nl", "en"])),
        }
    }
}
