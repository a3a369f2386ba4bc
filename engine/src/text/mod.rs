//! A key and its values in; the text in a language out. The texts are data, in `messages.toml` beside this file.

mod language;

pub use language::Language;
pub(crate) use language::Text;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;
use rust_decimal::Decimal;
use toml::de::{DeTable, DeValue};

static SOURCE: &str = include_str!("messages.toml");

type Messages = BTreeMap<&'static str, [String; 2]>;

fn messages() -> &'static Messages {
    static MESSAGES: OnceLock<Messages> = OnceLock::new();
    MESSAGES.get_or_init(|| {
        let (tree, _) = DeTable::parse_recoverable(SOURCE);
        let mut messages = Messages::new();
        for (key, value) in tree.into_inner() {
            let at = key.span();
            let texts = match value.get_ref() {
                DeValue::Array(list) => list.iter().filter_map(|text| text.get_ref().as_str().map(str::to_owned)).collect::<Vec<_>>(),
                _ => Vec::new(),
            };
            if let (Some(key), Ok(pair)) = (SOURCE.get(at), <[String; 2]>::try_from(texts)) {
                messages.insert(key.trim_matches('"'), pair);
            }
        }
        messages
    })
}

/// The text of a key, with `{name}` replaced by its value. A key without text stands for itself.
pub(crate) fn say(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    let mut text = match (messages().get(key), language) {
        (Some([nl, _]), Language::Nl) => nl.clone(),
        (Some([_, en]), Language::En) => en.clone(),
        (None, _) => key.to_owned(),
    };
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// A day as people write it: `1 februari 2025`.
pub(crate) fn day(language: Language, date: Date) -> String {
    let month = say(language, &format!("month-{}", date.month()), &[]);
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
        Some((last, rest)) => format!("{} {} {last}", rest.join(", "), say(language, "and", &[])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_in_the_code_has_both_texts_and_the_same_values() {
        let code = concat!(include_str!("../explain/words.rs"), include_str!("../error.rs"));
        for piece in code.split("say(language, \"").skip(1) {
            let key = piece.split('"').next().unwrap();
            assert!(messages().contains_key(key) || key.contains('{'), "no text for {key}");
        }
        for (key, [nl, en]) in messages() {
            let values = |text: &str| {
                let mut names: Vec<String> = text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()).collect();
                names.sort();
                names
            };
            assert_eq!(values(nl), values(en), "{key}");
        }
    }

    #[test]
    fn days_and_numbers_read_as_in_the_language() {
        assert_eq!(day(Language::Nl, jiff::civil::date(2025, 3, 1)), "1 maart 2025");
        assert_eq!(number(Language::Nl, "7.50".parse().unwrap()), "7,5");
        assert_eq!(number(Language::En, "7.50".parse().unwrap()), "7.5");
    }
}
