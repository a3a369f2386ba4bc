//! `fact-unused`: a fact of questions that no rule reads.
//!
//! ## What it does
//! Looks for facts of questions that no rule tests, no quota is counted by, no option reads, and no fact in use follows from.
//! `quantity` and `used` have a meaning of their own (S9) and always count; what the register gives itself costs nobody anything.
//!
//! ## Why this matters
//! A service desk asks customers for facts that change nothing; or a rule that should read the fact is missing.
//!
//! ## Example
//! ```toml
//! [fact.urgent]
//! type = "truth"          # and no `when = { urgent = … }` anywhere
//! ```
//! Take the fact out, or let a rule read it.

use std::collections::BTreeSet;

use super::Found;
use super::cases::Cases;
use crate::compile::with_sources;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::FactId;
use crate::model::rule::{Amount, Effect};
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut read: BTreeSet<FactId> = BTreeSet::new();
    for rule in register.rules.values() {
        read.extend(rule.when.iter().flat_map(|table| table.iter()).map(|(fact, _)| *fact));
        if let Effect::Grant(grant) = &rule.effect
            && let Some(Amount::Fact(fact)) = grant.quota.as_ref().map(|quota| quota.amount)
        {
            read.insert(fact);
        }
    }
    read.extend(register.options.ids().flat_map(|option| cases.world.options[option].reads.iter().copied()));
    let read = with_sources(register, read.into_iter().collect());
    for (_, fact) in register.facts.iter().filter(|(id, _)| !read.contains(id)) {
        if fact.from_register || ["quantity", "used"].contains(&&*fact.name) || !register.holes.is_empty() {
            continue;
        }
        out.push(
            Draft::new(Code::FactUnused, fact.place, both!("no rule reads `{}`", "geen regel kijkt naar `{}`", fact.name))
                .help(both!("take it out, or let a rule read it", "haal het weg, of laat een regel ernaar kijken")),
        );
    }
}
