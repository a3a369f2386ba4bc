//! `reason-missing`: a rule or an option that does not say why.
//!
//! ## What it does
//! Looks for rules and options without `because`, and for matrices without a reason for their cells.
//!
//! ## Why this matters
//! Whoever is refused asks why. Without a reason, a service desk can name the rule and nothing else.
//!
//! ## Example
//! ```toml
//! [[rule]]
//! id      = "no-litigation"
//! service = "legal/litigation"
//! deny    = true                         # and no `because`
//! ```
//! Give it a reason: `because = { nl = "…", en = "…", reference = "…" }`; for a matrix, in the `ruleset.toml` beside it, `[matrix]` with `nl` and `en`.

use std::collections::{BTreeMap, BTreeSet};

use super::Found;
use super::cases::Cases;
use crate::diagnostic::{Code, Draft};
use crate::model::place::Place;
use crate::text::{Bilingual, both};

/// How many rules of a file are named.
const NAMED: usize = 3;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let mut matrices = BTreeSet::new();
    // One finding a file: who mends one rule of it, mends all.
    let mut files: BTreeMap<u32, Vec<(Place, &str)>> = BTreeMap::new();
    for rule in register.rules.values().filter(|rule| rule.text.both().next().is_none()) {
        // No rule that is written as such has a name with `/` in it: this one is a cell, and all of its matrix have one reason.
        if !rule.id.contains('/') {
            files.entry(rule.place.file).or_default().push((rule.place, &rule.id));
        } else if matrices.insert(rule.version) {
            let version = &register.versions[rule.version];
            let message = both!("the matrix of `{}` does not say why", "de matrix van `{}` zegt niet waarom", version.key);
            let help = both!(
                "add `[matrix]` with `nl` and `en` to its `ruleset.toml`",
                "voeg in `ruleset.toml` van deze versie `[matrix]` toe, met `nl` en `en`"
            );
            out.push(Draft::new(Code::ReasonMissing, version.place, message).help(help));
        }
    }
    for option in register.options.values().filter(|option| option.text.both().next().is_none()) {
        let id = option.key.rsplit('#').next().unwrap_or(&option.key);
        files.entry(option.place.file).or_default().push((option.place, id));
    }
    for mut all in files.into_values() {
        all.sort_by_key(|(place, _)| place.start);
        let Some((place, _)) = all.first().copied() else { continue };
        let mut names: Vec<Bilingual> = all.iter().take(NAMED).map(|(_, id)| Bilingual::same(format!("`{id}`"))).collect();
        if all.len() > NAMED {
            names.push(both!("{} more", "nog {}", all.len() - NAMED));
        }
        let names = Bilingual::list(&names);
        let message = match all.len() {
            1 => both!([names] "{names} does not say why", "{names} zegt niet waarom"),
            _ => both!([names] "{names} do not say why", "{names} zeggen niet waarom"),
        };
        out.push(
            Draft::new(Code::ReasonMissing, place, message)
                .help(both!("add `because = {{ nl = \"…\", en = \"…\" }}`", "voeg `because = {{ nl = \"…\", en = \"…\" }}` toe")),
        );
    }
}
