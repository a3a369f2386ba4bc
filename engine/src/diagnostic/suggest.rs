//! A wrong name in, the names out that were probably meant.

/// A longer text is no misspelt name.
const LONGEST: usize = 200;

/// The candidates closest to what was written, the closest first; none that is far off.
pub(crate) fn closest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    // Nobody means a name by a text that is far longer than any, and to look for one would take as long as it is.
    if written.len() > LONGEST {
        return Vec::new();
    }
    let wanted = written.to_lowercase();
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let mut score = strsim::jaro_winkler(&wanted, &lower).max(strsim::normalized_damerau_levenshtein(&wanted, &lower));
            if let Some((_, tail)) = lower.rsplit_once('/') {
                score = score.max(strsim::jaro_winkler(&wanted, tail));
            }
            let part = wanted.chars().count() >= 3 && lower.contains(&wanted);
            if part {
                score = score.max(0.9);
            }
            (score >= 0.8).then_some((score, candidate))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// A help text for a wrong name: what was probably meant, else all there is when that is little.
pub(crate) fn did_you_mean<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let all: Vec<&str> = candidates.into_iter().collect();
    let near = closest(written, all.iter().copied());
    let list = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if !near.is_empty() {
        Some(format!("did you mean {}?", list(&near).replace("`, `", "` or `")))
    } else if (1..=12).contains(&all.len()) {
        Some(format!("there is {}", list(&all)))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        assert_eq!(closest("leiderdrop", ["leiden", "leiderdorp", "oegstgeest"]).first(), Some(&"leiderdorp"));
        assert_eq!(closest("advice", ["legal/advice", "ict/backup"]), ["legal/advice"]);
        assert!(closest("xyzzy", ["leiden", "leiderdorp"]).is_empty());
        assert_eq!(did_you_mean("xyzzy", ["a", "b"]).unwrap(), "there is `a`, `b`");
        assert_eq!(did_you_mean("xyzzy", []), None);
    }
}
