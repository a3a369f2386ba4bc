//! `day-far`: a day of deciding or of knowing that lies far from the days it is about.
//!
//! ## What it does
//! Looks for versions, values, customers, services and scenarios whose `decided` or `known` lies more than 25 years from the day
//! from which, or on which, they count.
//!
//! ## Why this matters
//! A typing error in a year is still a day. With `decided = 2205-01-15` nothing that is asked as known on an earlier day sees the
//! version; with `known = 2205-01-15` a scenario passes with whatever is decided until then.
//!
//! ## Example
//! ```toml
//! decided = 2205-01-15        # meant: 2025-01-15
//! from    = 2025-01-01
//! ```
//! Write the day that was meant.

use super::Found;
use super::cases::Cases;
use crate::diagnostic::{Code, Draft};
use crate::model::day::Day;
use crate::model::place::Place;
use crate::text::both;

/// Longer than any agreement runs, and than any law waits.
const YEARS: u16 = 25;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let versions = register.versions.values().map(|version| (version.decided, version.days.from, version.place, "decided"));
    let values = register.values.iter().map(|value| (Some(value.decided), value.days.from, value.place, "decided"));
    let customers = register.customers.values().map(|customer| (customer.listed, customer.place));
    let services = register.services.values().map(|service| (service.listed, service.place));
    let listed = customers.chain(services).map(|(listed, place)| (Some(listed.known.from), listed.on.from, place, "decided"));
    let scenarios = register.scenarios.iter().map(|scenario| {
        let question = &scenario.question;
        (question.known.map(Day::of), Day::of(question.on), scenario.place, "known")
    });
    for (knowing, about, place, key) in versions.chain(values).chain(listed).chain(scenarios) {
        if let Some(knowing) = knowing.filter(|knowing| is_far(*knowing, about)) {
            tell(key, knowing, about, place, out);
        }
    }
}

/// What has no first day is far from nothing.
fn is_far(knowing: Day, about: Day) -> bool {
    let year = |day: Day| day.date().year();
    knowing > Day::FIRST && about > Day::FIRST && year(knowing).abs_diff(year(about)) > YEARS
}

fn tell(key: &str, knowing: Day, about: Day, place: Place, out: &mut Found) {
    let years = knowing.date().year().abs_diff(about.date().year());
    let side = if knowing > about { both!("after", "na") } else { both!("before", "vóór") };
    let message = both!([side] "`{key} = {}` lies {years} years {side} {}, the day that it is about", "`{key} = {}` ligt {years} jaar {side} {}, de dag waar het over gaat", knowing.date(), about.date());
    out.push(
        Draft::new(Code::DayFar, place, message)
            .help(both!("look at the year: write the day that was meant", "kijk naar het jaar: schrijf de dag die is bedoeld")),
    );
}
