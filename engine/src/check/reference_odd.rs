//! `reference-odd`: a reference to a law or a local scheme that looks wrong.
//!
//! ## What it does
//! Looks for ids of Dutch laws (`BWBR` and seven digits), of local schemes (`CVDR` and digits, with `/` and a version behind), and
//! for juriconnect links (`jci1.3:c:BWBR…`) that are not of that form.
//!
//! ## Why this matters
//! A reference is what a refusal rests on. One that cannot be looked up is none.
//!
//! ## Example
//! ```toml
//! reference = "BWBR003740"          # a digit is missing: BWBR0003740
//! ```
//! Look the id up, and write it whole.

use super::Found;
use super::cases::Cases;
use crate::diagnostic::{Code, Draft};
use crate::text::{Bilingual, both};

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    let register = cases.world.register;
    let versions = register.versions.values().map(|version| (&version.reference, version.place));
    let rules = register.rules.values().map(|rule| (&rule.reference, rule.place));
    let options = register.options.values().map(|option| (&option.reference, option.place));
    for (reference, place) in versions.chain(rules).chain(options) {
        for (word, why) in reference.iter().flat_map(|reference| odd(reference)) {
            out.push(
                Draft::new(Code::ReferenceOdd, place, both!([why] "`{word}` {why}", "`{word}` {why}"))
                    .help(both!("look the id up, and write it whole", "zoek het kenmerk op, en schrijf het volledig")),
            );
        }
    }
}

/// The words of a reference that look like ids and are none, with what is wrong.
fn odd(reference: &str) -> Vec<(String, Bilingual)> {
    let words = reference.split(|c: char| c.is_whitespace() || "()[];,".contains(c)).filter(|word| !word.is_empty());
    words.filter_map(|word| wrong(word).map(|why| (word.to_owned(), why))).collect()
}

fn wrong(word: &str) -> Option<Bilingual> {
    let upper = word.to_uppercase();
    if let Some(rest) = upper.strip_prefix("JCI") {
        let mut parts = rest.split(':');
        let version = parts.next().is_some_and(|version| version.starts_with("1."));
        let kind = parts.next().is_some_and(|kind| ["C", "V"].contains(&kind));
        let id = parts.next().is_some_and(|id| wrong(id.split('&').next().unwrap_or(id)).is_none() && id.starts_with("BWB"));
        return (!version || !kind || !id).then(|| {
            both!(
                "is no juriconnect link: `jci1.3:c:BWBR0003740&artikel=1`",
                "is geen juriconnect-verwijzing: `jci1.3:c:BWBR0003740&artikel=1`"
            )
        });
    }
    if let Some(rest) = upper.strip_prefix("BWB") {
        let digits = rest.get(1..).unwrap_or_default();
        let sound = rest.starts_with(['R', 'V', 'W']) && digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
        return (!sound)
            .then(|| both!("is no id of a law: `BWBR` and seven digits", "is geen kenmerk van een wet: `BWBR` en zeven cijfers"));
    }
    if let Some(rest) = upper.strip_prefix("CVDR") {
        let (id, version) = rest.split_once('/').unwrap_or((rest, "1"));
        let number = |text: &str, most: usize| !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
        return (!number(id, 7) || !number(version, 3)).then(|| {
            both!(
                "is no id of a local scheme: `CVDR` and up to seven digits, `/` and a version behind",
                "is geen kenmerk van een regeling: `CVDR` en ten hoogste zeven cijfers, met `/` en een versie erachter"
            )
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_what_only_looks_like_them() {
        for sound in [
            "BWBR0003740",
            "CVDR684399/1",
            "CVDR641518",
            "jci1.3:c:BWBR0003740&artikel=1&g=2023-01-01&z=2023-01-01",
            "DVO Leiderdorp 2025, art. 4 lid 2",
        ] {
            assert_eq!(odd(sound), [], "{sound}");
        }
        for wrong in ["BWBR003740", "BWB0003740", "(CVDR)", "CVDR684399/", "jci1.3:BWBR0003740", "zie BWBR00037401 art. 1"] {
            assert_eq!(odd(wrong).len(), 1, "{wrong}");
        }
    }
}
