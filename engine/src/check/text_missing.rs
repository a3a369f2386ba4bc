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
use crate::text::{Language, Text};

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    if register.languages.len() < 2 {
        return;
    }
    let mut look = |text: &Text, place: Place, what: String| {
        let missing = match (&text.nl, &text.en) {
            (Some(_), None) => Language::En,
            (None, Some(_)) => Language::Nl,
            _ => return,
        };
        let name = if missing == Language::En { "English" } else { "Dutch" };
        out.push(
            Draft::new(Code::TextMissing, place, format!("{what} has no text in {name}")).help(format!("add `{} = \"…\"`", missing.code())),
        );
    };
    for service in register.services.values() {
        look(&service.name, service.place, format!("`{}`", service.id));
    }
    for fact in register.facts.values() {
        look(&fact.label, fact.place, format!("`{}`", fact.name));
    }
    for version in register.versions.values() {
        look(&version.title, version.place, format!("the title of `{}`", version.key));
    }
    for rule in register.rules.values() {
        look(&rule.text, rule.place, format!("`{}`", rule.id));
    }
    for option in register.options.values() {
        look(&option.text, option.place, format!("`{}`", option.key));
    }
}
