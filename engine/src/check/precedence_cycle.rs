//! `precedence-cycle`: rules that match one question beat each other in a circle (S5).
//!
//! ## What it does
//! Looks for rules that can match one question together, and that override each other in a ring.
//!
//! ## Why this matters
//! Each of them is beaten by another: none decides.
//!
//! ## Example
//! ```toml
//! [[rule]]
//! id        = "a"
//! overrides = ["b"]
//! deny      = true
//!
//! [[rule]]
//! id        = "b"
//! overrides = ["a"]
//! grant     = { level = "standard" }
//! ```
//! Take one `overrides` out.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::{Case, Cases, everything};
use super::witness::finish;
use super::{Found, STEPS, too_large};
use crate::compile::in_circles;
use crate::cover::{Boxed, Budget, Exhausted, Region, inside};
use crate::diagnostic::{Code, Draft};
use crate::model::arena::RuleId;
use crate::semantics::beats;
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut reported: BTreeSet<Vec<RuleId>> = BTreeSet::new();
    for case in &cases.list {
        let rules = case.choices();
        let next = edges(case, &rules);
        for start in next.keys() {
            let mut search = Search { case, rules: &rules, next: &next, path: vec![*start], budget: Budget::new(STEPS) };
            match search.from(&[everything(case.view)]) {
                Ok(None) => {}
                Ok(Some((circle, region))) => {
                    out.contested.insert(case.id);
                    let mut members = circle.clone();
                    members.sort_unstable();
                    if reported.insert(members.clone()) {
                        let names: Vec<String> = circle.iter().map(|rule| format!("`{}`", register.rules[*rule].key)).collect();
                        let place = members.last().map_or(register.rules[*start].place, |rule| register.rules[*rule].place);
                        let finding = Draft::new(
                            Code::PrecedenceCycle,
                            place,
                            both!(
                                "each of these rules comes before the next, in a circle: {}",
                                "deze regels gaan elk voor de volgende, in een kring: {}",
                                names.join(" → ")
                            ),
                        )
                        .help(both!(
                            "take one `overrides` out, or keep the rules apart by their conditions",
                            "haal één `overrides` weg, of houd de regels uit elkaar met hun voorwaarden"
                        ));
                        let boxes: Vec<&Boxed> = members.iter().filter_map(|rule| rules.get(rule)).flatten().copied().collect();
                        out.push(finish(finding, case, &region, boxes));
                    }
                }
                Err(Exhausted) => {
                    out.push(too_large(register.rules[*start].place, &both!("this circle of `overrides`", "deze kring van `overrides`")));
                }
            }
        }
    }
}

/// Who beats whom, among the rules that can be in a circle at all.
fn edges(case: &Case<'_>, rules: &BTreeMap<RuleId, Vec<&Boxed>>) -> BTreeMap<RuleId, Vec<RuleId>> {
    let register = case.view.world.register;
    let circular = in_circles(register, &rules.keys().copied().collect::<Vec<_>>());
    let beaten_by =
        |a: RuleId| circular.iter().copied().filter(|b| register.rank(a) == register.rank(*b) && beats(register, a, *b)).collect();
    let mut next: BTreeMap<RuleId, Vec<RuleId>> = circular.iter().map(|a| (*a, beaten_by(*a))).collect();
    loop {
        let beaten: BTreeSet<RuleId> = next.values().flatten().copied().collect();
        let before = next.len();
        next.retain(|rule, targets| !targets.is_empty() && beaten.contains(rule));
        let left: BTreeSet<RuleId> = next.keys().copied().collect();
        next.values_mut().for_each(|targets| targets.retain(|target| left.contains(target)));
        if next.len() == before && next.values().all(|targets| !targets.is_empty()) {
            return next;
        }
    }
}

struct Search<'s, 'p> {
    case: &'s Case<'p>,
    rules: &'s BTreeMap<RuleId, Vec<&'p Boxed>>,
    next: &'s BTreeMap<RuleId, Vec<RuleId>>,
    path: Vec<RuleId>,
    budget: Budget,
}

impl Search<'_, '_> {
    /// A circle through the first rule of the path in which all match, looked for in these pieces.
    fn from(&mut self, pieces: &[Region]) -> Result<Option<(Vec<RuleId>, Region)>, Exhausted> {
        self.budget.step()?;
        let (Some(first), Some(last)) = (self.path.first().copied(), self.path.last().copied()) else { return Ok(None) };
        let view = self.case.view;
        let boxes = self.rules.get(&last).map_or(&[][..], Vec::as_slice);
        let all: Vec<Region> = pieces.iter().flat_map(|piece| boxes.iter().flat_map(move |boxed| inside(piece, boxed, &view))).collect();
        let Some(region) = all.first() else { return Ok(None) };
        for target in self.next.get(&last).into_iter().flatten().copied() {
            if target == first {
                return Ok(Some((self.path.clone(), region.clone())));
            }
            if target > first && !self.path.contains(&target) {
                self.path.push(target);
                let found = self.from(&all)?;
                self.path.pop();
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        Ok(None)
    }
}
