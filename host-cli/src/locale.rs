//! A key in, the command's own texts in a language out. The texts are data, in `locale.toml` beside this file; a key is a variant of an enum that
//! the build makes from them.

use leidraad::Language;

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

/// The text of a key, with `{name}` replaced by its value.
pub(crate) fn say(language: Language, key: Key, values: &[(&str, &str)]) -> String {
    let [nl, en] = key.texts();
    let text = if language == Language::En { en } else { nl }.to_owned();
    values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}
