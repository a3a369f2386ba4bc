//! `rule-unreachable`: a rule that never decides anything, since others always come before it or its days never count.
//!
//! ## What it does
//! Looks for rules that decide no question at all: since others come before them wherever they match, since their days are none on
//! which their version counts, or since nobody is in their scope.
//!
//! ## Why this matters
//! Somebody wrote the rule, and believes that it counts.
//!
//! ## Example
//! ```toml
//! [[rule]]
//! id    = "old"
//! grant = { level = "standard" }
//!
//! [[rule]]
//! id        = "new"
//! overrides = ["old"]              # and matches wherever `old` does
//! grant     = { level = "plus" }
//! ```
//! Take it out, or give it a smaller scope, a closer rank or `overrides`.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::{Case, Cases, Ranked};
use super::{Found, STEPS};
use crate::cover::{Boxed, Budget, uncovered};
use crate::diagnostic::{Code, Draft};
use crate::model::arena::RuleId;
use crate::text::{Bilingual, any_of, both};

/// How many of the rules that come before another are named.
const NAMED: usize = 3;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut reached: BTreeSet<RuleId> = BTreeSet::new();
    let mut seen: BTreeSet<RuleId> = BTreeSet::new();
    // What comes before a rule, of those that decide nothing as far as was looked.
    let mut before: BTreeMap<RuleId, BTreeSet<RuleId>> = BTreeMap::new();
    for case in &cases.list {
        let ranked = case.ranked();
        let certain = !out.contested.contains(&case.id);
        for (rule, boxes) in &ranked.rules {
            seen.insert(*rule);
            if !reached.contains(rule) && (!certain || decides(case, &ranked, *rule, boxes, before.entry(*rule).or_default())) {
                reached.insert(*rule);
                before.remove(rule);
            }
        }
        for (rule, boxes) in case.bounds() {
            seen.insert(rule);
            if boxes.iter().any(|boxed| !case.common(&[boxed]).is_empty()) {
                reached.insert(rule);
            }
        }
    }
    for (id, rule) in register.rules.iter().filter(|(id, _)| !reached.contains(id)) {
        if rule.scope.customers.iter().any(|customer| rule.scope.services.iter().any(|service| cases.is_hole(*customer, *service))) {
            continue;
        }
        let named: Vec<String> = before.get(&id).into_iter().flatten().map(|rule| format!("`{}`", register.rules[*rule].key)).collect();
        let beaters = Bilingual::each(|language| any_of(language, named.get(..NAMED).unwrap_or(&named)));
        let others = both!([beaters] "{beaters} comes before it wherever it matches", "{beaters} gaat voor, overal waar hij past");
        let (message, help) = if rule.scope.size() == 0 {
            (
                both!("its scope is empty: no customer has it", "zijn bereik is leeg: geen klant valt eronder"),
                both!(
                    "no customer has the role, or no service the domain, that it names",
                    "geen klant heeft de rol die hij noemt, of geen dienst heeft het domein"
                ),
            )
        } else if seen.contains(&id) && named.is_empty() {
            (
                both!(
                    "no value that the register gives meets its conditions",
                    "geen waarde die het register geeft voldoet aan zijn voorwaarden"
                ),
                both!("change its conditions or the values, or take it out", "verander zijn voorwaarden of de waarden, of haal hem weg"),
            )
        } else if seen.contains(&id) {
            (
                others,
                both!(
                    "take it out, or give it a smaller scope, a closer rank or `overrides`",
                    "haal hem weg, of geef hem een kleiner bereik, een rang dichter bij de klant of `overrides`"
                ),
            )
        } else {
            (
                both!(
                    "it never counts: no day on which its version counts is within its days",
                    "hij telt nooit: geen enkele dag waarop zijn versie telt, valt binnen zijn eigen dagen"
                ),
                both!("change its days, or take it out", "verander zijn dagen, of haal hem weg"),
            )
        };
        out.push(
            Draft::new(
                Code::RuleUnreachable,
                rule.place,
                both!([message] "`{}` never decides: {message}", "`{}` beslist nooit: {message}", rule.id),
            )
            .help(help),
        );
    }
}

/// Whether the rule decides somewhere in this case. When that is too long to say, it is taken to.
fn decides(case: &Case<'_>, ranked: &Ranked<'_>, rule: RuleId, boxes: &[&Boxed], before: &mut BTreeSet<RuleId>) -> bool {
    let mut budget = Budget::new(STEPS);
    boxes.iter().any(|boxed| {
        let near = ranked.beaters(case.view.world.register, rule, boxed);
        before.extend(near.iter().map(|beater| beater.rule));
        case.common(&[boxed])
            .into_iter()
            .any(|piece| uncovered(piece, &near, &case.view, &mut budget).map_or(true, |found| found.is_some()))
    })
}
