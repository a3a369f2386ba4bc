//! A text that is made in Dutch and in English at once: whoever reads it chooses.

use super::{Language, list};

/// What is said, in both languages. The macro `both!` makes one.
///
/// ```
/// use leidraad::{Bilingual, Language, both};
/// let (name, times) = ("matrix.csv", 2);
/// let told = both!("`{name}` stands there {} times", "`{name}` staat er {} keer", times);
/// assert_eq!(told.get(Language::Nl), "`matrix.csv` staat er 2 keer");
/// assert_eq!(Bilingual::each(|_| "x".to_owned()), Bilingual::same("x"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bilingual {
    en: String,
    nl: String,
}

impl Bilingual {
    /// What is said in each language.
    pub fn each(say: impl Fn(Language) -> String) -> Bilingual {
        Bilingual { en: say(Language::En), nl: say(Language::Nl) }
    }
    /// What reads the same in both: names, ids, the words of others.
    pub fn same(text: impl Into<String>) -> Bilingual {
        let text = text.into();
        Bilingual { en: text.clone(), nl: text }
    }
    /// The text in a language.
    pub fn get(&self, language: Language) -> &str {
        if language == Language::Nl { &self.nl } else { &self.en }
    }
    /// `a, b and c`
    pub(crate) fn list(items: &[Bilingual]) -> Bilingual {
        Bilingual::each(|language| list(language, &items.iter().map(|item| item.get(language).to_owned()).collect::<Vec<_>>()))
    }
}

/// A text as `format!` makes it, in English and in Dutch; in front, in brackets, the names of texts that are bilingual themselves.
#[macro_export]
macro_rules! both {
    ([$($own:ident),+] $en:literal, $nl:literal $(, $arg:expr)* $(,)?) => {
        $crate::Bilingual::each(|language| {
            $(let $own = $own.get(language);)+
            if language == $crate::Language::Nl { format!($nl $(, $arg)*) } else { format!($en $(, $arg)*) }
        })
    };
    ($en:literal, $nl:literal $(, $arg:expr)* $(,)?) => {
        $crate::Bilingual::each(|language| {
            if language == $crate::Language::Nl { format!($nl $(, $arg)*) } else { format!($en $(, $arg)*) }
        })
    };
}

pub(crate) use both;
