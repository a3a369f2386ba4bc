//! A list of texts, each once, in which a text is found as fast in a long list as in a short one.

use std::ops::Deref;

use super::texts::Texts;

/// Texts in order, each with its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    list: Vec<Box<str>>,
    places: Texts<usize>,
}

impl Words {
    /// Adds a text; one that is there already stays where it is.
    pub(crate) fn push(&mut self, text: &str) {
        if self.place(text).is_none() {
            self.places.insert(text, self.list.len());
            self.list.push(text.into());
        }
    }
    #[inline]
    pub(crate) fn place(&self, text: &str) -> Option<usize> {
        self.places.get(text)
    }
}

impl<S: AsRef<str>> FromIterator<S> for Words {
    fn from_iter<T: IntoIterator<Item = S>>(texts: T) -> Words {
        let mut words = Words::default();
        texts.into_iter().for_each(|text| words.push(text.as_ref()));
        words
    }
}

impl Deref for Words {
    type Target = [Box<str>];
    fn deref(&self) -> &[Box<str>] {
        &self.list
    }
}
