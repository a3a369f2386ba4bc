//! Civil days as whole numbers, so that the solver and the index can treat them like any other fact.

use jiff::civil::Date;
use jiff_core::civil;

use crate::text::{Language, months};

/// A day: the number of days since 1970-01-01. [`Day::FIRST`] and [`Day::LAST`] stand for "since ever" and "for ever".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day(pub(crate) i64);

impl Day {
    /// 0001-01-01, the first day that a question can be about.
    pub(crate) const FIRST: Day = Day(-719_162);
    /// 9999-12-31, the last day that a question can be about.
    pub(crate) const LAST: Day = Day(2_932_896);

    pub(crate) fn of(date: Date) -> Day {
        let plain = civil::Date::new(date.year(), date.month(), date.day());
        plain.map_or(Self::FIRST, |plain| Day(plain.to_unix_epoch_day().day().into()).within())
    }
    pub(crate) fn date(self) -> Date {
        let plain =
            i32::try_from(self.within().0).ok().and_then(|days| civil::UnixEpochDay::new(days).ok()).map(civil::UnixEpochDay::to_date);
        plain.and_then(|plain| Date::new(plain.year(), plain.month(), plain.day()).ok()).unwrap_or(Date::ZERO)
    }
    fn within(self) -> Day {
        self.max(Self::FIRST).min(Self::LAST)
    }
    pub(crate) fn next(self) -> Day {
        Day(self.0.saturating_add(1))
    }
    pub(crate) fn previous(self) -> Day {
        Day(self.0.saturating_sub(1))
    }
}

/// A first and a last day, both inclusive (S1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Days {
    pub(crate) from: Day,
    pub(crate) until: Day,
}

impl Days {
    pub(crate) const EVER: Days = Days { from: Day::FIRST, until: Day::LAST };

    pub(crate) fn new(from: Day, until: Option<Day>) -> Days {
        Days { from, until: until.unwrap_or(Day::LAST) }
    }
    pub(crate) fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.until
    }
    pub(crate) fn overlap(self, other: Days) -> Option<Days> {
        let both = Days { from: self.from.max(other.from), until: self.until.min(other.until) };
        (both.from <= both.until).then_some(both)
    }
    /// The days that both have; these days where they have none in common.
    pub(crate) fn narrowed(self, other: Days) -> Days {
        self.overlap(other).unwrap_or(self)
    }
    /// The first day as a date, or `None` when it holds since ever.
    pub(crate) fn first(self) -> Option<Date> {
        (self.from > Day::FIRST).then(|| self.from.date())
    }
    /// The last day as a date, or `None` when it holds for ever.
    pub(crate) fn last(self) -> Option<Date> {
        (self.until < Day::LAST).then(|| self.until.date())
    }
}

/// Reads an ISO date (`2025-02-01`); anything else is refused, a time of day included.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let [year @ .., b'-', m, n, b'-', d, e] = text.as_bytes() else { return None };
    let digit = |sum: i16, digit: &u8| digit.is_ascii_digit().then(|| 10 * sum + i16::from(digit - b'0'));
    let two = |tens: &u8, ones: &u8| i8::try_from([*tens, *ones].iter().try_fold(0, digit)?).ok();
    let year = Some(year).filter(|year| year.len() == 4)?.iter().try_fold(0, digit)?;
    Date::new(year, two(m, n)?, two(d, e)?).ok().filter(|_| year >= 1)
}

/// Reads a day as people write it: `2025-02-01`, `1-2-2025`, `1/2/2025`, `1 februari 2025`, `1 feb. 2025`. The day comes before the month, and
/// a year has four digits.
pub(crate) fn read_day(written: &str) -> Option<Date> {
    let written = written.trim();
    if written.len() > 40 {
        return None;
    }
    if let Some(date) = parse_date(written) {
        return Some(date);
    }
    let parts: Vec<&str> = written.split(|c: char| c.is_whitespace() || "-/.,".contains(c)).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    let digits = |text: &str, most: usize| text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    let month = if digits(month, 2) { month.parse().ok()? } else { read_month(month)? };
    if !digits(day, 2) || year.len() != 4 || !digits(year, 4) {
        return None;
    }
    Date::new(year.parse().ok()?, month, day.parse().ok()?).ok().filter(|date| date.year() >= 1)
}

/// A day that is written as people write one, and that is not in the calendar: its day, month and year.
pub(crate) fn read_absent(written: &str) -> Option<(u8, i8, i16)> {
    let parts: Vec<&str> =
        written.trim().split(|c: char| c.is_whitespace() || "-/.,".contains(c)).filter(|part| !part.is_empty()).collect();
    let (day, month, year) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (day, month, year),
        [day, month, year] if year.len() == 4 => (day, month, year),
        _ => return None,
    };
    let month = month.parse().ok().or_else(|| read_month(month)).filter(|month| (1..=12).contains(month))?;
    let (day, year): (u8, i16) = (day.parse().ok()?, year.parse().ok()?);
    let is_absent = (1..=31).contains(&day) && Date::new(year, month, i8::try_from(day).ok()?).is_err();
    is_absent.then_some((day, month, year))
}

/// A month by its name in either language, or by the first three letters of it or more.
fn read_month(written: &str) -> Option<i8> {
    let written = written.to_lowercase();
    let is_meant = |name: &str| {
        let name = name.to_lowercase();
        name == written || (written.len() >= 3 && name.starts_with(&written)) || (written == "mrt" && name == "maart")
    };
    let at = [Language::Nl, Language::En].into_iter().find_map(|language| months(language).iter().position(|name| is_meant(name)))?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_and_last_are_the_ends_of_the_calendar() {
        assert_eq!(Day::of(Date::constant(1, 1, 1)), Day::FIRST);
        assert_eq!(Day::of(Date::constant(9999, 12, 31)), Day::LAST);
        assert_eq!(Day::of(Date::constant(2024, 2, 29)).next().date(), Date::constant(2024, 3, 1));
        assert_eq!(Day::LAST.next().date(), Date::constant(9999, 12, 31));
    }

    #[test]
    fn only_whole_iso_dates_are_read() {
        assert!(parse_date("2025-02-01").is_some());
        let bad = "2025-02-30 2025-2-1 2025-02-01T10:00 0000-01-01  20250201 -001-01-01 +999-01-01 123456789-01-01 2025-02-0é";
        for bad in bad.split(' ') {
            assert!(parse_date(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let first = Some(jiff::civil::date(2026, 7, 1));
        for written in
            ["2026-07-01", "1-7-2026", "01-07-2026", " 1/7/2026", "1.7.2026", "1 juli 2026", "1 jul. 2026", "1 July 2026", "1 JUL 2026"]
        {
            assert_eq!(read_day(written), first, "{written}");
        }
        assert_eq!(read_day("3 mrt 2026"), Some(jiff::civil::date(2026, 3, 3)));
        assert_eq!(
            (read_day("1 mei 2026"), read_day("1 may 2026")),
            (Some(jiff::civil::date(2026, 5, 1)), Some(jiff::civil::date(2026, 5, 1)))
        );
        for written in ["31-02-2025", "7-13-2026", "1-7-26", "2026-7-1", "1 ju 2026", "juli 2026", "", "1-7-2026 10:00", "20260701"] {
            assert_eq!(read_day(written), None, "{written}");
        }
    }
}
