//! Why a question of a file cannot be asked, or not be answered: what is wrong with its row, else what the engine says.

use leidraad::{Error, Language};

use crate::locale::{Key, say};

/// Why there is no answer to a question of a file.
#[derive(Debug, Clone)]
pub(crate) enum Refused {
    /// The question itself.
    Question(Error),
    /// A row that has another number of cells than the header.
    Torn { cells: usize, header: usize },
    /// A cell, by the name of its column, that cannot be read as anything that a question holds.
    Cell { column: String, reason: Key, value: String },
    /// A row that is no text from some byte on, counted from 1.
    NotUtf8 { column: usize },
    /// A word that is neither yes nor no.
    Truth { column: String, written: String },
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::Question(error)
    }
}

impl Refused {
    /// A cell, and why it says nothing; the reason may name a value.
    pub(crate) fn cell(column: &str, reason: Key, value: &str) -> Self {
        Refused::Cell { column: column.to_owned(), reason, value: value.to_owned() }
    }

    /// The stable word that JSON gives.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Refused::Question(error) => error.code(),
            Refused::Torn { .. } | Refused::Cell { .. } => "bad-row",
            Refused::NotUtf8 { .. } => "bad-json",
            Refused::Truth { .. } => "bad-truth",
        }
    }
    /// The byte of the line at which it cannot be read, from 1.
    pub(crate) fn column(&self) -> Option<usize> {
        match self {
            Refused::Question(error) => error.column(),
            Refused::NotUtf8 { column } => Some(*column),
            _ => None,
        }
    }
    pub(crate) fn message(&self, language: Language) -> String {
        match self {
            Refused::Question(error) => error.message(language),
            Refused::Torn { cells, header } => {
                say(language, Key::RowTorn, &[("cells", &cells.to_string()), ("header", &header.to_string())])
            }
            Refused::Cell { column, reason, value } => {
                let reason = say(language, *reason, &[("value", value)]);
                say(language, Key::RowCell, &[("column", column), ("reason", &reason)])
            }
            Refused::NotUtf8 { column } => say(language, Key::RowNotUtf8, &[("column", &column.to_string())]),
            Refused::Truth { column, written } => say(language, Key::RowTruth, &[("column", column), ("written", written)]),
        }
    }
    /// The way out, if there is one to name.
    pub(crate) fn help(&self, language: Language) -> Option<String> {
        let key = match self {
            Refused::Question(error) => return error.help(language),
            Refused::Cell { .. } => return None,
            Refused::Torn { .. } => Key::RowTornHelp,
            Refused::NotUtf8 { .. } => Key::RowNotUtf8Help,
            Refused::Truth { .. } => Key::RowTruthHelp,
        };
        Some(say(language, key, &[]))
    }
}
