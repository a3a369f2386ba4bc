//! Texts in, what belongs to each out. A short text is its own key: finding it looks at nothing but the table.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHashMap;

/// What belongs to each of some texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Texts<V> {
    short: FxHashMap<Short, V>,
    long: FxHashMap<Box<str>, V>,
}

impl<V> Default for Texts<V> {
    fn default() -> Self {
        Texts { short: FxHashMap::default(), long: FxHashMap::default() }
    }
}

impl<V: Copy> Texts<V> {
    /// What belongs to a text from now on.
    pub(crate) fn insert(&mut self, text: &str, value: V) {
        match Short::of(text) {
            Some(short) => drop(self.short.insert(short, value)),
            None => drop(self.long.insert(text.into(), value)),
        }
    }
    #[inline]
    pub(crate) fn get(&self, text: &str) -> Option<V> {
        match Short::of(text) {
            Some(short) => self.short.get(&short).copied(),
            None => self.get_long(text),
        }
    }
    /// Kept apart: what it takes would be made room for each time.
    #[inline(never)]
    fn get_long(&self, text: &str) -> Option<V> {
        self.long.get(text).copied()
    }
}

/// A text of at most 24 bytes: its length, its beginning, its end, and what may lie between them. No two texts have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Short {
    length: u64,
    head: u64,
    between: u64,
    tail: u64,
}

impl Short {
    #[inline]
    fn of(text: &str) -> Option<Short> {
        let bytes = text.as_bytes();
        let length = bytes.len() as u64;
        let own = |head: u64, between: u64, tail: u64| Some(Short { length, head, between, tail });
        if let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk()) {
            let between =
                bytes.get(8..).filter(|_| length > 16).and_then(<[u8]>::first_chunk).map_or(0, |eight| u64::from_le_bytes(*eight));
            return if length > 24 { None } else { own(u64::from_le_bytes(*head), between, u64::from_le_bytes(*tail)) };
        }
        if let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk()) {
            return own(u32::from_le_bytes(*head).into(), 0, u32::from_le_bytes(*tail).into());
        }
        match *bytes {
            [a, b, c] => own(a.into(), b.into(), c.into()),
            [a, b] => own(a.into(), 0, b.into()),
            [a] => own(a.into(), 0, 0),
            _ => own(0, 0, 0),
        }
    }
}

impl Hash for Short {
    /// All bits have a say in all of it, by one wide product: texts often differ in their last letters alone.
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (head, tail) = (self.head ^ 0x243f_6a88_85a3_08d3, self.tail ^ self.between.rotate_left(29) ^ 0x1319_8a2e_0370_7344);
        let (low, high) = head.carrying_mul(tail, 0);
        state.write_u64(low ^ high);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_told_apart_as_texts_are(texts in prop::collection::vec("[ab\u{0}]{0,40}|a{0,40}", 1..40), asked in "[ab\u{0}]{0,3}|a{0,40}") {
            let (mut own, mut model) = (Texts::default(), BTreeMap::new());
            for (at, text) in texts.iter().enumerate() {
                own.insert(text, at);
                model.insert(text.as_str(), at);
            }
            for text in texts.iter().chain([&asked]) {
                prop_assert_eq!(own.get(text), model.get(text.as_str()).copied());
            }
        }
    }
}
