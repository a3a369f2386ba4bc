//! A text in, the same text with its letters composed out: texts are compared in Unicode NFC (S11).

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A name as it is looked for: case and the width of white space say nothing, nor whether letters are composed.
pub(crate) fn fold(name: &str) -> String {
    nfc(&nfc(name).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()).into_owned()
}

/// Nearly all texts are composed already, and are taken as they are.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}
