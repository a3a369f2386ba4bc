//! `version-lapses`: a rule set ends without a successor, and rights end with it (S1).
//!
//! ## What it does
//! Looks for the days after which a rule set has no version any more, where a customer then has a service for no facts at all
//! although it had it the day before, and no other rule says anything of it.
//!
//! ## Why this matters
//! After `until`, a version has *lapsed*: what it granted is refused. Where that is meant, a rule should say so (`deny = true`),
//! so that a service desk can tell the reason.
//!
//! ## Example
//! ```toml
//! rank    = "agreement"
//! decided = 2024-12-01
//! from    = 2025-01-01
//! until   = 2025-12-31       # and there is no version from 2026-01-01 on
//! ```
//! Make the next version (`leidraad version new`), leave `until` out, or deny what ends.

use std::collections::BTreeMap;

use super::cases::{Cases, everything};
use super::{Found, explore};
use crate::cover::{KNOWN, Moment, ON, Part};
use crate::decide::CustomerView;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::{CustomerId, ServiceId, SetId, VersionId};
use crate::model::bitemporal::Proposals;
use crate::model::day::{Day, Days};
use crate::model::question::Question;
use crate::model::rule::Level;
use crate::text::{Bilingual, both};

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut sets: BTreeMap<SetId, Vec<(VersionId, Days)>> = BTreeMap::new();
    for (id, version) in register.versions.iter() {
        let now = version.timelines.adopted.iter().filter(|rect| rect.known.contains(Day::LAST));
        sets.entry(version.set).or_default().extend(now.map(|rect| (id, rect.on)));
    }
    for spans in sets.values() {
        for (version, days) in spans {
            let next = days.until.next();
            if days.until < Day::LAST && !spans.iter().any(|(_, other)| other.contains(next)) {
                lapses(cases, *version, days.until, out);
            }
        }
    }
}

fn lapses(cases: &Cases<'_>, version: VersionId, last: Day, out: &mut Found) {
    let register = cases.world.register;
    let mut ended: Vec<(CustomerId, ServiceId)> = Vec::new();
    for rule in register.rules.values().filter(|rule| rule.version == version && rule.effect.is_choice()) {
        for customer in rule.scope.customers.iter() {
            for service in rule.scope.services.iter() {
                let cell = (*customer, *service);
                if !ended.contains(&cell) && !cases.is_hole(*customer, *service) && ends(cases, cell, last) {
                    ended.push(cell);
                }
            }
        }
    }
    let Some((customer, service)) = ended.first().copied() else { return };
    let stated = &register.versions[version];
    let (customer, service) = (&register.customers[customer].id, &register.services[service].id);
    let more = if ended.len() > 1 { both!(" and {} more", " en nog {}", ended.len() - 1) } else { Bilingual::default() };
    let message = both!([more] "`{}` ends on {} without a successor: then no rule grants {customer} `{service}`{more}", "`{}` eindigt op {} zonder opvolger: daarna kent geen regel {customer} `{service}` toe{more}", stated.key, last.date());
    out.push(
        Draft::new(Code::VersionLapses, stated.place, message)
            .help(both!(
                "make the next version, leave `until` out, or deny what ends, with its reason",
                "maak de volgende versie, laat `until` weg, of weiger wat eindigt, met de reden"
            ))
            .witness(Question::new(&**customer, &**service, last.next().date())),
    );
}

/// Whether a cell is granted for some facts on a day, and on the next no rule says anything of it.
fn ends(cases: &Cases<'_>, (customer, service): (CustomerId, ServiceId), last: Day) -> bool {
    let view = CustomerView { world: cases.world, proposals: Proposals::Excluded, customer };
    let on = |day: Day| vec![everything(view).with(ON, Part::Point(day.0)).with(KNOWN, Part::Point(Day::LAST.0))];
    let granted = explore::any(view, on(last), |piece| Ok(view.standing(service, piece, Moment::NOW)?.base > Level::NONE));
    let said = explore::any(view, on(last.next()), |piece| Ok(view.choice(service, piece, Moment::NOW)?.is_some()));
    matches!((granted, said), (Ok(true), Ok(false)))
}
