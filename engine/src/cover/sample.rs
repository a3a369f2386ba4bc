//! The days of a region in; one that people would take for an example out.

use super::part::Part;
use crate::model::day::Day;

/// When any day will do.
const ANY_DAY: Day = Day(20_089);

/// The first day of a stretch, or its last when it has no first.
pub(crate) fn day_in(part: &Part) -> Day {
    let (low, high) = match part {
        Part::Ranges(ranges) => ranges.parts().first().copied().unwrap_or((0, 0)),
        other => other.ends(),
    };
    if low > Day::FIRST.0 {
        Day(low)
    } else if high < Day::LAST.0 {
        Day(high)
    } else {
        ANY_DAY
    }
}
