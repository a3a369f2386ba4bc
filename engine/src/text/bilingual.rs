//! A text that is made in Dutch and in English at once: whoever reads it chooses.

use super::{Language, list};

/// What is said, in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bilingual {
    en: String,
    nl: String,
}

impl Bilingual {
    /// What is said in each language.
    pub(crate) fn each(say: impl Fn(Language) -> String) -> Bilingual {
        Bilingual { en: say(Language::En), nl: say(Language::Nl) }
    }
    /// What reads the same in both: names, ids, the words of others.
    pub(crate) fn same(text: impl Into<String>) -> Bilingual {
        let text = text.into();
        Bilingual { en: text.clone(), nl: text }
    }
    pub(crate) fn get(&self, language: Language) -> &str {
        if language == Language::Nl { &self.nl } else { &self.en }
    }
    /// `a, b and c`
    pub(crate) fn list(items: &[Bilingual]) -> Bilingual {
        Bilingual::each(|language| list(language, &items.iter().map(|item| item.get(language).to_owned()).collect::<Vec<_>>()))
    }
}

/// A text as `format!` makes it, in English and in Dutch; in front, in brackets, the names of texts that are bilingual themselves.
macro_rules! both {
    ([$($own:ident),+] $en:literal, $nl:literal $(, $arg:expr)* $(,)?) => {
        $crate::text::Bilingual::each(|language| {
            $(let $own = $own.get(language);)+
            if language == $crate::text::Language::Nl { format!($nl $(, $arg)*) } else { format!($en $(, $arg)*) }
        })
    };
    ($en:literal, $nl:literal $(, $arg:expr)* $(,)?) => {
        $crate::text::Bilingual::each(|language| {
            if language == $crate::text::Language::Nl { format!($nl $(, $arg)*) } else { format!($en $(, $arg)*) }
        })
    };
}

pub(crate) use both;
