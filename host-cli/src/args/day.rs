//! A day as it is typed in; a day of the calendar, or one that is named by today, out.

use jiff::civil::Date;
use leidraad::FactValue;

use crate::language;
use crate::locale::{Key, say};

/// A day as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    Date(Date),
    /// so many days after today; before it, less than none
    FromToday(i8),
}

/// The days that are named by today, in both languages.
const BY_TODAY: [(&str, i8); 8] = [
    ("vandaag", 0),
    ("today", 0),
    ("gisteren", -1),
    ("yesterday", -1),
    ("eergisteren", -2),
    ("morgen", 1),
    ("tomorrow", 1),
    ("overmorgen", 2),
];

/// A day of the calendar, or one that is named by today.
pub(crate) fn day(text: &str) -> Result<Day, String> {
    let written = text.trim().to_lowercase();
    let by_today = BY_TODAY.iter().find(|(name, _)| *name == written).map(|(_, days)| Day::FromToday(*days));
    by_today.map_or_else(|| calendar_day(text).map(Day::Date), Ok)
}

pub(super) fn calendar_day(text: &str) -> Result<Date, String> {
    let language = language::preferred();
    FactValue::read_day(text).ok_or_else(|| match FactValue::absent_day(text, language) {
        Some(day) => say(language, Key::NoSuchDay, &[("day", &day)]),
        None => say(language, Key::WriteDay, &[]),
    })
}
