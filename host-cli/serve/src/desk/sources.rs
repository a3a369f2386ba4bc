//! A reference in; the place in law where it can be read out, if it names one.

use maud::{Markup, html};

/// A reference, as a link where it names a regulation by its number.
pub(super) fn linked(reference: &str) -> Markup {
    html! {
        @match address(reference) {
            Some(address) => a href=(address) rel="noreferrer" { (reference) },
            None => (reference),
        }
    }
}

/// Where a regulation of the state (`BWBR…`) or of a municipality (`CVDR…`) can be read.
fn address(reference: &str) -> Option<String> {
    let known = [("BWBR", "https://wetten.overheid.nl/"), ("CVDR", "https://lokaleregelgeving.overheid.nl/")];
    known.into_iter().find_map(|(prefix, site)| {
        let rest = reference.get(reference.find(prefix)? + prefix.len()..)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (digits.len() >= 4).then(|| format!("{site}{prefix}{digits}"))
    })
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn a_regulation_is_found_by_its_number() {
        assert_eq!(address("BWBR0007376, art. 3").as_deref(), Some("https://wetten.overheid.nl/BWBR0007376"));
        assert_eq!(address("regeling CVDR123456").as_deref(), Some("https://lokaleregelgeving.overheid.nl/CVDR123456"));
        assert_eq!(address("DVO Leiden 2023, art. 4"), None);
        assert_eq!(address("BWBR"), None);
        assert_eq!(address("BWBR\"><script>"), None);
    }
}
