//! A text in, the same text with its letters composed out: texts are compared in Unicode NFC (S11).

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A name as it is looked for: case and the width of white space say nothing, nor whether letters are composed.
pub(crate) fn fold(name: &str) -> String {
    nfc(&nfc(name).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()).into_owned()
}

/// Words before a name that say nothing.
const ARTICLES: [&str; 7] = ["de", "het", "een", "t", "the", "a", "an"];

/// The letters and digits of a name alone, without case, accents, and an article before it; the folded name where nothing is left.
pub(crate) fn loose(name: &str) -> String {
    loosened(&fold(name))
}

/// The same of a name that is folded already.
pub(crate) fn loosened(folded: &str) -> String {
    let plain = if folded.is_ascii() {
        Cow::Borrowed(folded)
    } else {
        Cow::Owned(folded.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().replace('ß', "ss"))
    };
    let bare = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    // `a b`, and not `a-b`: an article is a word by itself.
    let behind = plain.split_once(' ').filter(|(first, _)| ARTICLES.contains(&bare(first).as_str())).map(|(_, rest)| bare(rest));
    let letters = behind.filter(|rest| !rest.is_empty()).unwrap_or_else(|| bare(&plain));
    if letters.is_empty() { folded.to_owned() } else { letters }
}

/// Nearly all texts are composed already, and are taken as they are.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}
