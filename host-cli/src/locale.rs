//! A key in, the command's own texts in a language out. The texts are data, in `locale.toml` beside this file.

use leidraad::Language;
use toml::de::{DeTable, DeValue};

static SOURCE: &str = include_str!("locale.toml");

/// The text of a key, if it has one.
pub(crate) fn text(language: Language, key: &str) -> Option<String> {
    let (tree, _) = DeTable::parse_recoverable(SOURCE);
    let DeValue::Array(list) = tree.get_ref().get(key)?.get_ref() else { return None };
    let at = usize::from(language == Language::En);
    list.get(at)?.get_ref().as_str().map(str::to_owned)
}

/// The text of a key, with `{name}` replaced by its value.
pub(crate) fn say(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    let text = text(language, key).unwrap_or_else(|| key.to_owned());
    values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}
