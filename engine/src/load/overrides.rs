//! What rules say that they override in; which rules these are out (S5).

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashSet;

use super::entry::Taken;
use super::names::unknown;
use super::toml::Findings;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::{Arena, RuleId, SetId, VersionId};
use crate::model::overrides::Overrides;
use crate::model::place::Place;
use crate::model::register::Register;
use crate::text::both;

/// The choice rules that some name means, in register order: one in each version of a rule set.
type Choices<'r> = BTreeMap<(SetId, &'r str), Vec<RuleId>>;

/// The rule sets by their names.
type Sets<'r> = BTreeMap<&'r str, SetId>;

/// Says of each rule which ones it overrides.
pub(super) fn resolve(taken: &Taken, register: &mut Register, out: &mut Findings) {
    let written = register.rules.values().flat_map(|rule| &rule.overrides);
    let meant: FxHashSet<&str> = written.map(|(name, _)| id_of(name)).collect();
    let mut choices = Choices::new();
    if !meant.is_empty() {
        for (id, rule) in register.rules.iter().filter(|(_, rule)| meant.contains(&*rule.id) && rule.effect.is_choice()) {
            choices.entry((register.versions[rule.version].set, &rule.id)).or_default().push(id);
        }
    }
    let sets: Sets<'_> = register.sets.iter().map(|(id, set)| (&*set.id, id)).collect();
    let mut overrides = Arena::default();
    for (id, rule) in register.rules.iter() {
        let named =
            rule.overrides.iter().flat_map(|(name, place)| targets(register, (&sets, &choices), taken, rule.version, name, *place, out));
        let mut targets: Vec<RuleId> = named.filter(|target| *target != id).collect();
        targets.sort_unstable();
        targets.dedup();
        overrides.push(targets);
    }
    register.overrides = Overrides::new(overrides, lists(register));
}

/// The first-match lists: the files of rules that say so (S5).
fn lists(register: &Register) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut lists = Vec::new();
    for entered in &register.entered {
        let end = start + entered.rules;
        if entered.is_first && entered.rules > 0 {
            lists.push(start..end);
        }
        start = end;
    }
    lists
}

/// The rule's id in `rule` or `set#rule`.
fn id_of(name: &str) -> &str {
    name.split_once('#').map_or(name, |(_, id)| id)
}

/// The rules that one entry of `overrides` names: `"rule"` here, `"set#rule"` elsewhere at the same rank (S5).
fn targets(
    register: &Register,
    (sets, choices): (&Sets<'_>, &Choices<'_>),
    taken: &Taken,
    version: VersionId,
    name: &str,
    place: Place,
    out: &mut Findings,
) -> Vec<RuleId> {
    let own = register.versions[version].set;
    let (set, id) = match name.split_once('#') {
        None => (own, name),
        Some((set, id)) => {
            let Some(&found) = sets.get(set) else {
                out.push(unknown(&both!("rule set", "regelset"), set, place, register.sets.values().map(|set| &*set.id)));
                return Vec::new();
            };
            if register.sets[found].rank != register.sets[own].rank {
                out.push(
                    Draft::new(
                        Code::BadValue,
                        place,
                        both!(
                            "`{set}` has another rank, so nothing in it can be overridden from here",
                            "`{set}` heeft een andere rang, dus een regel hier kan geen voorrang hebben op een regel daarvan"
                        ),
                    )
                    .help(both!(
                        "a rank closer to the customer wins without `overrides`; a higher one can set a bound instead",
                        "een rang dichter bij de klant wint zonder `overrides`; een hogere kan een grens stellen"
                    )),
                );
                return Vec::new();
            }
            (found, id)
        }
    };
    if let Some(found) = choices.get(&(set, id)) {
        return found.clone();
    }
    let of_set = || register.rules.values().filter(|rule| register.versions[rule.version].set == set);
    let is_bound = of_set().any(|rule| *rule.id == *id);
    let mut versions = register.versions.iter().filter(|(_, version)| version.set == set);
    let is_torn = versions.any(|(version, _)| taken.contains(&(version, id.into())));
    if is_bound {
        out.push(
            Draft::new(
                Code::BadValue,
                place,
                both!(
                    "`{id}` is a bound: every bound counts, none is overridden",
                    "`{id}` is een grens: elke grens telt, geen regel heeft er voorrang op"
                ),
            )
            .help(both!(
                "only grant, deny and as_at rules can be overridden",
                "een regel kan alleen voorrang hebben op regels met grant, deny of as_at"
            )),
        );
    } else if !is_torn {
        let mut there: Vec<&str> = of_set().filter(|rule| rule.effect.is_choice()).map(|rule| &*rule.id).collect();
        there.sort_unstable();
        there.dedup();
        out.push(unknown(&both!("rule", "regel"), name, place, there));
    }
    // A torn rule is there; why it could not be read is told where it stands.
    Vec::new()
}
