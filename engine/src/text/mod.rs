//! A key and its values in; the text in a language out. The texts are data, in `messages.toml` beside this file; a key is a variant of an enum that the build makes from them.

mod bilingual;
mod language;

pub use bilingual::Bilingual;
pub(crate) use bilingual::both;
pub use language::Language;
pub(crate) use language::Text;

use jiff::civil::Date;
use rust_decimal::Decimal;

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

/// The text of a key, with `{name}` replaced by its value.
pub(crate) fn say(language: Language, key: Key, values: &[(&str, &str)]) -> String {
    let [nl, en] = key.texts();
    let text = if language == Language::Nl { nl } else { en }.to_owned();
    values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// The months, January first.
const MONTHS: [Key; 12] = [
    Key::Month1,
    Key::Month2,
    Key::Month3,
    Key::Month4,
    Key::Month5,
    Key::Month6,
    Key::Month7,
    Key::Month8,
    Key::Month9,
    Key::Month10,
    Key::Month11,
    Key::Month12,
];

/// The names of the months, January first.
pub(crate) fn months(language: Language) -> [String; 12] {
    MONTHS.map(|key| say(language, key, &[]))
}

impl Language {
    /// A day as people write it in this language: `1 februari 2025`.
    ///
    /// ```
    /// use leidraad::{Language, date};
    /// assert_eq!(Language::Nl.day(date(2025, 2, 1)), "1 februari 2025");
    /// ```
    pub fn day(self, date: Date) -> String {
        day(self, date)
    }
}

/// A day as people write it: `1 februari 2025`.
pub(crate) fn day(language: Language, date: Date) -> String {
    let month =
        usize::try_from(date.month() - 1).ok().and_then(|at| MONTHS.get(at)).map_or_else(String::new, |key| say(language, *key, &[]));
    format!("{} {month} {}", date.day(), date.year())
}

/// A number as people write it: with a decimal comma in Dutch.
pub(crate) fn number(language: Language, number: Decimal) -> String {
    let text = number.normalize().to_string();
    if language == Language::Nl { text.replace('.', ",") } else { text }
}

/// `a, b en c`
pub(crate) fn list(language: Language, items: &[String]) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {} {last}", rest.join(", "), say(language, Key::And, &[])),
    }
}

/// `a, b of c`
pub(crate) fn any_of(language: Language, items: &[String]) -> String {
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => [rest.join(", "), last.clone()].join(&say(language, Key::Or, &[])),
        _ => items.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_numbers_read_as_in_the_language() {
        assert_eq!(day(Language::Nl, jiff::civil::date(2025, 3, 1)), "1 maart 2025");
        assert_eq!(number(Language::Nl, "7.50".parse().unwrap()), "7,5");
        assert_eq!(number(Language::En, "7.50".parse().unwrap()), "7.5");
    }
}
