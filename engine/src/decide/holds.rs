//! A question in; the days on which its answer can change, and the stretch on which this very answer stands, out.

use std::collections::BTreeSet;

use super::asked::Asked;
use super::complete::{Core, core};
use super::standing::View;
use crate::cover::Exhausted;
use crate::model::arena::ServiceId;
use crate::model::day::{Day, Days};

/// The first days of all stretches in which nothing changes for this customer and service, as known on a day. The first is the first of all days.
pub(crate) fn change_days(view: View<'_>, service: ServiceId, known: Day) -> Vec<Day> {
    let mut days = BTreeSet::from([Day::FIRST]);
    let mut add = |span: Days| {
        days.insert(span.from);
        if span.until < Day::LAST {
            days.insert(span.until.next());
        }
    };
    let cells = view.world.cells;
    for part in view.world.register.parts_of(service) {
        let cell = view.cell(part);
        for id in cell.matching.iter().chain(&cell.bounds) {
            let boxed = &cells.boxes[*id];
            if boxed.known.contains(known) {
                add(boxed.on);
            }
        }
    }
    for (_, rects) in cells.dated.facts_of(view.customer) {
        rects.iter().filter(|(rect, _)| rect.known.contains(known)).for_each(|(rect, _)| add(rect.on));
    }
    days.into_iter().collect()
}

/// From when to when this very answer stands, around the question's day, and what it then becomes.
pub(crate) fn stretch<'p>(asked: &Asked<'p>, answer: &Core<'p>) -> Result<(Days, Option<Core<'p>>), Exhausted> {
    let starts = change_days(asked.view, asked.service, asked.known());
    let here = starts.partition_point(|day| *day <= asked.day());
    let (mut until, mut then) = (Day::LAST, None);
    for start in starts.iter().skip(here) {
        let next = core(&asked.on(*start))?;
        if next != *answer {
            until = start.previous();
            then = Some(next);
            break;
        }
    }
    let mut from = Day::FIRST;
    for (at, start) in starts.iter().enumerate().take(here).rev() {
        if at > 0 && core(&asked.on(start.previous()))? != *answer {
            from = *start;
            break;
        }
    }
    Ok((Days { from, until }, then))
}
