//! A wrong name in, the names out that were probably meant.

use crate::text::{Bilingual, any_of, both};

/// A longer text is no misspelt name.
const LONGEST: usize = 200;

/// How alike two names are.
pub(crate) mod likeness {
    /// What is part of a name has at least this.
    pub(crate) const PART: u32 = 900;
    /// What has less is another name.
    const LEAST: u32 = 700;
    /// Fewer letters are part of too many names.
    const FEWEST: usize = 3;

    /// From [`LEAST`] to 1000, both names in lower case; `None` if they are not alike.
    pub(crate) fn of(wanted: &str, name: &str) -> Option<u32> {
        if wanted.len() > super::LONGEST {
            return None;
        }
        let letters = |text: &str| text.chars().count();
        if letters(wanted) >= FEWEST && name.contains(wanted) {
            return Some(PART);
        }
        // Of lengths that are far apart, nothing comes.
        let (a, b) = (letters(wanted), letters(name));
        if a.abs_diff(b) * 10 > a.max(b) * 3 {
            return None;
        }
        let most = a.max(b).max(1);
        let alike = 1_000 * most.saturating_sub(strsim::damerau_levenshtein(wanted, name)) / most;
        u32::try_from(alike).ok().filter(|score| *score >= LEAST)
    }
}

/// A register may have as many wrong names as names: of more than so many candidates,
const MANY: usize = 2_000;
/// so many are compared with each wrong name.
const COMPARED: usize = 100;

/// The candidates closest to what was written, the closest first; none that is far off.
pub(crate) fn closest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    // Nobody means a name by a text that is far longer than any, and to look for one would take as long as it is.
    if written.len() > LONGEST {
        return Vec::new();
    }
    let wanted = written.to_lowercase();
    let score = |candidate: &str| {
        let lower = candidate.to_lowercase();
        // Whoever writes files makes other mistakes than whoever types: `naam` for `name`.
        let (named, alike) = (likeness::of(&wanted, &lower), strsim::jaro_winkler(&wanted, &lower));
        (named.is_some() || alike >= 0.8).then_some((named.unwrap_or(0), alike))
    };
    let mut scored: Vec<((u32, f64), &str)> = candidates.into_iter().filter_map(|candidate| Some((score(candidate)?, candidate))).collect();
    scored.sort_by(|(a, one), (b, other)| b.0.cmp(&a.0).then_with(|| b.1.total_cmp(&a.1)).then_with(|| one.cmp(other)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// A help text for a wrong name: what was probably meant, else all there is when that is little.
pub(crate) fn did_you_mean<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<Bilingual> {
    let all: Vec<&str> = candidates.into_iter().collect();
    let near = closest(written, alike(written, all.clone()));
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    if !near.is_empty() {
        let near = Bilingual::each(|language| any_of(language, &quoted(&near)));
        Some(both!([near] "did you mean {near}?", "bedoelt u {near}?"))
    } else if (1..=12).contains(&all.len()) {
        Some(both!("known: {}", "wel bekend: {}", quoted(&all).join(", ")))
    } else {
        None
    }
}

/// Of very many candidates, those that begin most alike.
fn alike<'a>(written: &str, mut all: Vec<&'a str>) -> Vec<&'a str> {
    if all.len() > MANY {
        let common = |other: &str| written.bytes().zip(other.bytes()).take_while(|(one, other)| one.eq_ignore_ascii_case(other)).count();
        let mut ranked: Vec<_> = all.iter().enumerate().map(|(at, candidate)| (std::cmp::Reverse(common(candidate)), at)).collect();
        ranked.select_nth_unstable(COMPARED);
        ranked.truncate(COMPARED);
        all = ranked.into_iter().filter_map(|(_, at)| all.get(at).copied()).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        assert_eq!(closest("leiderdrop", ["leiden", "leiderdorp", "oegstgeest"]).first(), Some(&"leiderdorp"));
        assert_eq!(closest("advice", ["legal/advice", "ict/backup"]), ["legal/advice"]);
        assert!(closest("xyzzy", ["leiden", "leiderdorp"]).is_empty());
        assert_eq!(did_you_mean("xyzzy", ["a", "b"]).unwrap().get(Language::Nl), "wel bekend: `a`, `b`");
        assert_eq!(did_you_mean("xyzzy", []), None);
    }

    #[test]
    fn of_very_many_names_those_that_begin_alike_are_compared() {
        let names: Vec<String> = (0..10_000).map(|at| format!("service-{at}")).collect();
        let near = did_you_mean("servce-77", names.iter().map(String::as_str).chain(["serve-77"]));
        assert_eq!(near.unwrap().get(Language::En).split('`').nth(1), Some("service-77"));
    }
}
