//! S9: `used` counts within the period of the question's day: the calendar day, ISO week, month, quarter or year; a `term` is the days of the
//! version that grants.

use jiff::Span;
use jiff::civil::Date;

use crate::model::arena::VersionId;
use crate::model::bitemporal::Proposals;
use crate::model::day::{Day, Days};
use crate::model::register::Register;

/// The calendar day, ISO week, month, quarter or year of a day.
fn of_calendar(per: &str, on: Date) -> Option<(Date, Date)> {
    Some(match per {
        "day" => (on, on),
        "week" => {
            let monday = on.saturating_sub(Span::new().days(on.weekday().to_monday_zero_offset()));
            (monday, monday.saturating_add(Span::new().days(6)))
        }
        "month" => (on.first_of_month(), on.last_of_month()),
        "quarter" => {
            let first = Date::new(on.year(), (on.month() - 1) / 3 * 3 + 1, 1).ok()?;
            (first, first.saturating_add(Span::new().months(2)).last_of_month())
        }
        "year" => (on.first_of_year(), on.last_of_year()),
        _ => return None,
    })
}

/// The period around a day in which `used` is counted. A `term` is that of the version that grants: all days that it owns.
pub(crate) fn period(register: &Register, proposals: Proposals, known: Day, per: &str, version: Option<VersionId>, on: Day) -> Days {
    if let Some((first, last)) = of_calendar(per, on.date()) {
        return Days { from: Day::of(first), until: Day::of(last) };
    }
    let rects = version.into_iter().flat_map(|version| register.versions[version].timelines.of(proposals));
    let owned = rects.filter(|rect| rect.known.contains(known)).map(|rect| rect.on);
    let term = owned.reduce(|all, days| Days { from: all.from.min(days.from), until: all.until.max(days.until) });
    term.filter(|term| term.contains(on)).unwrap_or(Days::EVER)
}

/// The day on which the next period begins, if there is one.
pub(crate) fn next_period(period: Days) -> Option<Day> {
    (period.until < Day::LAST).then(|| period.until.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_those_of_the_calendar() {
        let days = |per: &str, on: &str| {
            let (first, last) = of_calendar(per, on.parse().unwrap()).unwrap();
            format!("{first} {last}")
        };
        assert_eq!(days("day", "2024-02-29"), "2024-02-29 2024-02-29");
        assert_eq!(days("week", "2027-01-01"), "2026-12-28 2027-01-03");
        assert_eq!(days("month", "2024-02-29"), "2024-02-01 2024-02-29");
        assert_eq!(days("quarter", "2025-05-31"), "2025-04-01 2025-06-30");
        assert_eq!(days("quarter", "2025-12-31"), "2025-10-01 2025-12-31");
        assert_eq!(days("year", "2025-02-01"), "2025-01-01 2025-12-31");
        assert_eq!(days("week", "9999-12-31"), "9999-12-27 9999-12-31");
    }
}
