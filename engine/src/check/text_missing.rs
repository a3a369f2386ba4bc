//! `text-missing`: a text that stands in one language of the register and not in the other.
//!
//! ## What it does
//! Looks at the languages that `register.toml` names, and for names and reasons that have a text in one of them only.
//!
//! ## Why this matters
//! Whoever asks in the other language reads an answer in two languages at once.
//!
//! ## Example
//! ```toml
//! languages = ["nl", "en"]                       # in register.toml
//!
//! because = { nl = "Basis voor allen" }          # in a rule: and in English?
//! ```
//! Write it in the other language too.

use super::Found;
use super::cases::Cases;
use crate::diagnostic::{Code, Draft};
use crate::model::place::Place;
use crate::text::{Bilingual, Language, Text, both};

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    if register.languages.len() < 2 {
        return;
    }
    let mut look = |text: &Text, place: Place, what: Bilingual| {
        let missing = match (&text.nl, &text.en) {
            (Some(_), None) => Language::En,
            (None, Some(_)) => Language::Nl,
            _ => return,
        };
        let name = if missing == Language::En { both!("English", "het Engels") } else { both!("Dutch", "het Nederlands") };
        out.push(
            Draft::new(Code::TextMissing, place, both!([what, name] "{what} has no text in {name}", "{what} heeft geen tekst in {name}"))
                .help(both!("add `{} = \"…\"`", "voeg `{} = \"…\"` toe", missing.code())),
        );
    };
    for service in register.services.values() {
        look(&service.name, service.place, Bilingual::same(format!("`{}`", service.id)));
    }
    for fact in register.facts.values() {
        look(&fact.label, fact.place, Bilingual::same(format!("`{}`", fact.name)));
    }
    for version in register.versions.values() {
        look(&version.title, version.place, both!("the title of `{}`", "de titel van `{}`", version.key));
    }
    for rule in register.rules.values() {
        look(&rule.text, rule.place, Bilingual::same(format!("`{}`", rule.id)));
    }
    for option in register.options.values() {
        look(&option.text, option.place, Bilingual::same(format!("`{}`", option.key)));
    }
}
