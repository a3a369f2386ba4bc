//! The two languages of a service desk, and texts that may stand in either.

use std::fmt;

/// A language that answers can be given in.
///
/// ```
/// use leidraad::Language;
/// assert_eq!("nl".parse::<Language>().unwrap(), Language::Nl);
/// assert!("fr".parse::<Language>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Dutch
    Nl,
    /// English
    En,
}

impl Language {
    /// The two-letter code: `nl` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Language::Nl => "nl",
            Language::En => "en",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A text that a register gives in Dutch, in English, or in both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) nl: Option<Box<str>>,
    pub(crate) en: Option<Box<str>>,
}

impl Text {
    /// The text in this language, else in the other one.
    pub(crate) fn get(&self, language: Language) -> Option<&str> {
        let (first, second) = match language {
            Language::Nl => (&self.nl, &self.en),
            Language::En => (&self.en, &self.nl),
        };
        first.as_deref().or(second.as_deref())
    }
    /// The text in this language itself.
    pub(crate) fn own(&self, language: Language) -> Option<&str> {
        if language == Language::Nl { self.nl.as_deref() } else { self.en.as_deref() }
    }
    /// The text in Dutch and in English, with what stands in for one that there is not.
    pub(crate) fn in_each<'a>(&'a self, fallback: &'a str) -> [&'a str; 2] {
        [Language::Nl, Language::En].map(|language| self.get(language).unwrap_or(fallback))
    }
    pub(crate) fn both(&self) -> impl Iterator<Item = &str> {
        [self.nl.as_deref(), self.en.as_deref()].into_iter().flatten()
    }
}
