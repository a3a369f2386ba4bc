//! A key in, the command's own texts in a language out. The texts are data, in `locale.toml` beside this file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use leidraad::Language;
use toml::de::{DeTable, DeValue};

/// The texts by key, Dutch and English: read once, as nearly every run needs some.
static TEXTS: LazyLock<BTreeMap<String, [String; 2]>> = LazyLock::new(|| {
    let (tree, _) = DeTable::parse_recoverable(include_str!("locale.toml"));
    let texts = |value: &DeValue<'_>| match value {
        DeValue::Array(list) => {
            let texts: Vec<String> = list.iter().filter_map(|text| text.get_ref().as_str().map(str::to_owned)).collect();
            texts.try_into().ok()
        }
        _ => None,
    };
    tree.get_ref().iter().filter_map(|(key, value)| Some((key.get_ref().to_string(), texts(value.get_ref())?))).collect()
});

/// The text of a key, if it has one.
pub(crate) fn text(language: Language, key: &str) -> Option<&'static str> {
    TEXTS.get(key).map(|[nl, en]| if language == Language::En { en.as_str() } else { nl.as_str() })
}

/// The text of a key, with `{name}` replaced by its value.
pub(crate) fn say(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    let text = text(language, key).unwrap_or(key).to_owned();
    values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}
