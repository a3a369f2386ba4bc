//! A key in, the command's own texts in a language out. The texts are data, in `locale.toml` beside this file; a key is a variant of an enum that
//! the build makes from them.

use leidraad::Language;

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

/// The text of a key, with `{name}` replaced by its value, and `{name:one|many}` by the word for one or for many of them.
pub(crate) fn say(language: Language, key: Key, values: &[(&str, &str)]) -> String {
    let [nl, en] = key.texts();
    let text = if language == Language::En { en } else { nl }.to_owned();
    values.iter().fold(text, |text, (name, value)| counted(text, name, value).replace(&format!("{{{name}}}"), value))
}

/// A text with the words for one or for many of what a number counts.
fn counted(mut text: String, name: &str, value: &str) -> String {
    let opening = format!("{{{name}:");
    while let Some(at) = text.find(&opening) {
        let words = text.get(at + opening.len()..).and_then(|rest| rest.split_once('}')).map(|(words, _)| words.to_owned());
        let Some(words) = words else { return text };
        let (one, many) = words.split_once('|').unwrap_or((&words, &words));
        let word = if value == "1" { one } else { many };
        let end = at + opening.len() + words.len();
        text.replace_range(at..=end, word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_not_many() {
        let text = || "{n} {n:gebied verschilt|gebieden verschillen}, {m}".to_owned();
        assert_eq!(counted(text(), "n", "1"), "{n} gebied verschilt, {m}");
        assert_eq!(counted(text(), "n", "0"), "{n} gebieden verschillen, {m}");
    }
}
