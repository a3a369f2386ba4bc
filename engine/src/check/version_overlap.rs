//! `version-overlap` and `value-overlap`: what was decided on one day says two things about another (S1).
//!
//! ## What it does
//! Looks for two versions of one rule set, or two values of one fact, that were decided on the same day and are about the same days.
//!
//! ## Why this matters
//! What was decided later paints over what was decided earlier. On one day, neither comes later.
//!
//! ## Example
//! ```toml
//! [[value]]
//! fact = "inhabitants"
//! value = 27670
//! from = 2024-01-01
//! decided = 2024-02-01
//!
//! [[value]]
//! fact = "inhabitants"
//! value = 27700
//! from = 2024-01-01
//! decided = 2024-02-01
//! ```
//! Take one out, or give the later one its own day of decision.

use std::collections::BTreeMap;

use super::Found;
use super::cases::Cases;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::FactId;
use crate::model::day::{Day, Days};
use crate::model::register::DatedValue;
use crate::model::rule::Version;
use crate::text::{Bilingual, both};

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut together: BTreeMap<_, Vec<&Version>> = BTreeMap::new();
    for version in register.versions.values().filter(|version| !version.left_out) {
        together.entry((version.set, version.decided, version.proposed)).or_default().push(version);
    }
    for (one, other) in together.values().flat_map(|versions| pairs(versions)) {
        let Some(both) = one.days.overlap(other.days) else { continue };
        let days = span(both);
        let when = one.decided.map_or_else(
            || both!("both proposed", "beide voorgesteld"),
            |day| both!("both decided on {}", "beide besloten op {}", day.date()),
        );
        let finding =
            Draft::new(Code::VersionOverlap, other.place, both!([when, days] "`{}` and `{}`, {when}, both count {days}", "`{}` en `{}`, {when}, tellen allebei {days}", other.key, one.key))
                .help(both!("let one end before the other begins, or give the later one its own `decided`", "laat de ene eindigen voordat de andere begint, of geef de latere een eigen `decided`"));
        out.push(if one.proposed { finding.until_adoption() } else { finding });
    }
    let mut together: BTreeMap<(FactId, Day), Vec<&DatedValue>> = BTreeMap::new();
    for value in &register.values {
        together.entry((value.fact, value.decided)).or_default().push(value);
    }
    for (one, other) in together.values().flat_map(|values| pairs(values)) {
        let same = other.customer == one.customer || other.customer.is_none() || one.customer.is_none();
        if let Some(both) = one.days.overlap(other.days).filter(|_| same) {
            let (fact, days) = (&register.facts[one.fact].name, span(both));
            let message = both!([days] "`{fact}` has two values, both decided on {}, {days}", "`{fact}` heeft twee waarden, beide besloten op {}, {days}", one.decided.date());
            out.push(Draft::new(Code::ValueOverlap, other.place, message).help(both!(
                "let one end before the other begins, or give the later one its own `decided`",
                "laat de ene eindigen voordat de andere begint, of geef de latere een eigen `decided`"
            )));
        }
    }
}

/// Each two of a list.
fn pairs<'a, T>(list: &'a [&'a T]) -> impl Iterator<Item = (&'a T, &'a T)> {
    list.iter().enumerate().flat_map(|(at, one)| list.iter().skip(at + 1).map(|other| (*one, *other)))
}

fn span(days: Days) -> Bilingual {
    match (days.first(), days.last()) {
        (Some(from), Some(until)) if from == until => both!("on {from}", "op {from}"),
        (Some(from), Some(until)) => both!("from {from} until {until}", "van {from} tot en met {until}"),
        (Some(from), None) => both!("from {from} on", "vanaf {from}"),
        (None, Some(until)) => both!("until {until}", "tot en met {until}"),
        (None, None) => both!("always", "altijd"),
    }
}
