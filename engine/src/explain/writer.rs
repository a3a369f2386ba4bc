//! Values in, JSON text out, straight into one buffer.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use std::io::Write;

use crate::model::value::is_plain;

/// JSON on its way into a buffer.
pub(super) struct Json<'o> {
    out: &'o mut Vec<u8>,
}

/// The name of a field that is not the first of its object: `key!(json, "level").id("plus")`. It holds no character that JSON has
/// another way to write.
macro_rules! key {
    ($json:expr, $name:literal) => {
        $json.field(concat!(",\"", $name, "\":"))
    };
}
/// The name of the first field of an object.
macro_rules! first {
    ($json:expr, $name:literal) => {
        $json.field(concat!("\"", $name, "\":"))
    };
}
pub(super) use {first, key};

/// The text that some writing comes to.
pub(super) fn written(write: impl FnOnce(&mut Json<'_>)) -> String {
    let mut out = Vec::with_capacity(1024);
    write(&mut Json { out: &mut out });
    // Only texts and digits were written.
    String::from_utf8(out).unwrap_or_default()
}

impl<'o> Json<'o> {
    pub(super) fn into(out: &'o mut Vec<u8>) -> Json<'o> {
        Json { out }
    }
    pub(super) fn object(&mut self, fields: impl FnOnce(&mut Self)) {
        self.out.push(b'{');
        fields(self);
        self.out.push(b'}');
    }
    pub(super) fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        self.out.push(b'[');
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            each(self, item);
        }
        self.out.push(b']');
    }
    /// A name as it is written.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "its length is known where it is called, so it is moved and not copied")]
    pub(super) fn field(&mut self, written: &'static str) -> &mut Self {
        self.out.extend_from_slice(written.as_bytes());
        self
    }
    /// An id as the name of a field that may be the first.
    pub(super) fn key(&mut self, id: &str) -> &mut Self {
        if self.out.last() != Some(&b'{') {
            self.out.push(b',');
        }
        self.id(id);
        self.out.push(b':');
        self
    }
    pub(super) fn null(&mut self) {
        self.out.extend_from_slice(b"null");
    }
    pub(super) fn truth(&mut self, value: bool) {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }
    /// An id that was checked to be one, or a word of the format: all that they are made of is written as it is. Those of services and of
    /// rules are texts, since names of files are parts of them.
    pub(super) fn id(&mut self, id: &str) {
        self.out.reserve(id.len() + 2);
        self.out.push(b'"');
        self.out.extend_from_slice(id.as_bytes());
        self.out.push(b'"');
    }
    /// Any text. Nearly all can be taken as they are.
    pub(super) fn text(&mut self, text: &str) {
        if has_special(text.as_bytes()) { self.escaped(text) } else { self.id(text) }
    }
    /// A text with all that steers a screen written as its number: JSON is read on screens, too.
    #[cold]
    fn escaped(&mut self, text: &str) {
        if text.chars().all(is_plain) {
            return self.other(&text);
        }
        self.out.push(b'"');
        for c in text.chars() {
            match c {
                '"' => self.out.extend_from_slice(b"\\\""),
                '\\' => self.out.extend_from_slice(b"\\\\"),
                '\n' => self.out.extend_from_slice(b"\\n"),
                '\t' => self.out.extend_from_slice(b"\\t"),
                '\r' => self.out.extend_from_slice(b"\\r"),
                c if is_plain(c) => self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                c => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        let _ = write!(self.out, "\\u{unit:04x}");
                    }
                }
            }
        }
        self.out.push(b'"');
    }
    /// A text in parts.
    pub(super) fn joined(&mut self, parts: &[&str]) {
        if parts.iter().any(|part| has_special(part.as_bytes())) {
            return self.escaped(&parts.concat());
        }
        self.out.push(b'"');
        parts.iter().for_each(|part| self.out.extend_from_slice(part.as_bytes()));
        self.out.push(b'"');
    }
    pub(super) fn maybe<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => write(self, value),
            None => self.null(),
        }
    }
    pub(super) fn maybe_text(&mut self, text: Option<&str>) {
        self.maybe(text, Self::text);
    }
    pub(super) fn maybe_id(&mut self, id: Option<&str>) {
        self.maybe(id, Self::id);
    }
    pub(super) fn ids<'a>(&mut self, ids: impl IntoIterator<Item = &'a str>) {
        self.list(ids, Self::id);
    }
    pub(super) fn texts<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        self.list(texts, Self::text);
    }
    pub(super) fn whole(&mut self, number: i64) {
        self.out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }
    /// A number with its exact digits; a whole one without a fraction.
    pub(super) fn number(&mut self, number: Decimal) {
        let number = if number.scale() == 0 { number } else { number.normalize() };
        match i64::try_from(number.mantissa()) {
            Ok(whole) if number.scale() == 0 => self.whole(whole),
            _ => {
                let _ = write!(self.out, "{number}");
            }
        }
    }
    pub(super) fn date(&mut self, date: Date) {
        let Ok(year) = u16::try_from(date.year()) else { return self.other(&date) };
        let two = |number: i8| [b'0' + number.unsigned_abs() / 10, b'0' + number.unsigned_abs() % 10];
        let digit = |of: u16| b'0' + u8::try_from(year / of % 10).unwrap_or(0);
        let ([m, n], [d, e]) = (two(date.month()), two(date.day()));
        self.out.extend_from_slice(&[b'"', digit(1000), digit(100), digit(10), digit(1), b'-', m, n, b'-', d, e, b'"']);
    }
    pub(super) fn maybe_date(&mut self, date: Option<Date>) {
        self.maybe(date, Self::date);
    }
    /// Anything that says itself how it is written; nothing here can fail to be.
    pub(super) fn other(&mut self, value: &impl Serialize) {
        let _ = serde_json::to_writer(&mut *self.out, value);
    }
}

/// Whether any byte has another way to be written. Eight are looked at in one go, without a jump.
#[allow(clippy::needless_bitwise_bool, reason = "many bytes at once, not one after the other")]
fn has_special(text: &[u8]) -> bool {
    // All but the printable characters of ASCII is looked at by itself.
    let special = |found: bool, byte: &u8| found | (byte.wrapping_sub(0x20) > 0x5e) | (*byte == b'"') | (*byte == b'\\');
    let (eights, rest) = text.as_chunks::<8>();
    let mut found = eights.iter().fold(false, |found, eight| found | eight.iter().fold(false, special));
    // What is left over is looked at together with what comes before it.
    found |= match text.last_chunk::<8>() {
        Some(last) => last.iter().fold(false, special),
        None => rest.iter().fold(false, special),
    };
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_read_as_they_were_and_steer_nothing(text in "([a-zë\"\\\\\u{1}\u{1f}\u{7f}\u{9b}\u{202e}😀/]{0,3}[a-z ]{0,9}){0,3}") {
            let written = written(|json| json.text(&text));
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text.as_str());
            prop_assert!(written.chars().all(is_plain));
        }
    }
}
