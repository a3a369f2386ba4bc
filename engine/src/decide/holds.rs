//! A question in; the days on which its answer can change, and the stretch on which this very answer stands, out.

use std::collections::BTreeSet;

use super::complete::{Conclusion, core};
use super::evaluation::Evaluation;
use super::standing::CustomerView;
use crate::cover::Exhausted;
use crate::model::arena::ServiceId;
use crate::model::day::{Day, Days};

/// The first days of all stretches in which nothing changes for this customer and service, as known on a day. The first is the first of all days.
pub(crate) fn change_days(view: CustomerView<'_>, service: ServiceId, known: Day) -> Vec<Day> {
    let mut days = BTreeSet::from([Day::FIRST]);
    let mut add = |span: Days| {
        days.insert(span.from);
        if span.until < Day::LAST {
            days.insert(span.until.next());
        }
    };
    let cells = view.world.cells;
    for composite in view.world.register.composites_of(service) {
        let listed = view.world.register.services[composite].listed;
        add(listed.on);
    }
    for part in view.world.register.parts_of(service) {
        let cell = view.cell(part);
        for id in cell.matching.iter().chain(&cell.bounds) {
            let boxed = &cells.boxes[*id];
            if boxed.known.contains(known) {
                add(boxed.on);
            }
        }
        cell.options.iter().filter(|(_, boxed)| boxed.known.contains(known)).for_each(|(_, boxed)| add(boxed.on));
    }
    for fact in view.reads(service).facts() {
        let rects = cells.dated.rects(fact, view.customer).iter();
        rects.filter(|(rect, _)| rect.known.contains(known)).for_each(|(rect, _)| add(rect.on));
    }
    days.into_iter().collect()
}

/// How many answers are looked at in each direction, beyond those at which rules change: an option may change its mind every day.
const LOOKS: usize = 10;

/// From when to when this very answer stands, around the question's day, within the period that `used` is counted in. What is not looked at
/// is not claimed.
pub(crate) fn stretch<'p>(asked: &Evaluation<'p>, answer: &Conclusion<'p>, stands: Days, period: Days) -> Result<Days, Exhausted> {
    let starts = change_days(asked.view, asked.service, asked.known());
    let within = |day: Day, stands: Days| within(&starts, day, stands);
    let looks = LOOKS + starts.len();
    let mut holds = within(asked.day(), stands);
    for _ in 0..looks {
        if holds.until >= period.until {
            break;
        }
        let next = holds.until.next();
        let found = core(&asked.on(next))?;
        // Where `used` counts in a period without the question's day, it is another number (S9).
        if found.core != *answer || !found.period.contains(asked.day()) {
            break;
        }
        holds.until = within(next, found.stands.narrowed(found.period)).until;
    }
    for _ in 0..looks {
        if holds.from <= period.from {
            break;
        }
        let before = holds.from.previous();
        let found = core(&asked.on(before))?;
        if found.core != *answer || !found.period.contains(asked.day()) {
            break;
        }
        holds.from = within(before, found.stands.narrowed(found.period)).from;
    }
    Ok(holds.narrowed(period))
}

/// The days around one day on which neither rules nor options change.
pub(crate) fn within(starts: &[Day], day: Day, stands: Days) -> Days {
    let here = starts.partition_point(|start| *start <= day);
    let from = here.checked_sub(1).and_then(|at| starts.get(at)).copied().unwrap_or(Day::FIRST);
    let until = starts.get(here).map_or(Day::LAST, |next| next.previous());
    Days { from, until }.overlap(stands).unwrap_or(Days { from: day, until: day })
}
