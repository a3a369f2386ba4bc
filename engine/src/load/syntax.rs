//! A file that is no TOML, and the byte at which that shows, in; what was probably meant out.

use std::ops::Range;

use crate::text::{Bilingual, both};

/// What stands there in words, where the parser's own words would not help, and the way out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Meant {
    pub(super) message: Option<Bilingual>,
    pub(super) help: Option<Bilingual>,
}

/// What a character is that looks like another, or like nothing at all, and the way out.
fn lookalike(c: char) -> Option<(Bilingual, Bilingual)> {
    let blank = || both!("write a plain blank", "schrijf een gewone spatie");
    let away = || both!("take it out", "haal het weg");
    let joined = || {
        both!(
            "take it out: it is left over where two files were joined",
            "haal het weg: het bleef over waar twee bestanden zijn samengevoegd"
        )
    };
    Some(match c {
        '\u{a0}' => (both!("a no-break space", "een vaste spatie"), blank()),
        '\u{2007}' => (both!("a figure space", "een spatie zo breed als een cijfer"), blank()),
        '\u{202f}' => (both!("a narrow no-break space", "een smalle vaste spatie"), blank()),
        '\u{3000}' => (both!("a wide blank", "een brede spatie"), blank()),
        '\u{200b}' => (both!("a blank of no width", "een spatie zonder breedte"), away()),
        '\u{feff}' => {
            (both!("a mark of encoding that stands inside the file", "een coderingsteken dat midden in het bestand staat"), joined())
        }
        '\u{ad}' => (both!("a soft hyphen", "een zacht afbreekteken"), away()),
        '“' | '”' | '„' | '‘' | '’' | '«' => (
            both!("a typographic quote", "een gekruld aanhalingsteken"),
            both!("write straight quotes: \"", "schrijf rechte aanhalingstekens: \""),
        ),
        '–' | '—' => (both!("a dash", "een gedachtestreepje"), both!("write a minus: -", "schrijf een min: -")),
        _ => return None,
    })
}

/// The way out where a key stands twice.
pub(super) fn twice() -> Meant {
    Meant::from(both!(
        "a key stands once in a table; another rule begins with its own `[[rule]]`",
        "een sleutel staat één keer in een tabel; een volgende regel begint met een eigen `[[rule]]`"
    ))
}

impl From<Bilingual> for Meant {
    fn from(help: Bilingual) -> Meant {
        Meant { message: None, help: Some(help) }
    }
}

/// A text cut in two at a byte, or before the character that it is in.
fn cut(text: &str, at: usize) -> (&str, &str) {
    text.split_at((0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0))
}

/// Whether what is wrong is a key as a whole that stood before in the same table, or a header that stood before in the file.
pub(super) fn is_twice(text: &str, span: &Range<usize>) -> bool {
    let (before, key) = (text.get(..span.start).unwrap_or_default(), text.get(span.clone()).unwrap_or_default());
    let rest = text.get(span.end..).unwrap_or_default().trim_start_matches([' ', '\t']);
    let line = before.get(before.rfind('\n').map_or(0, |end| end + 1)..).unwrap_or_default().trim();
    if line.starts_with('[') && line.trim_matches('[').is_empty() {
        return rest.starts_with([']', '.']);
    }
    // An inline table begins at a brace, any other at its header.
    let start = if line.is_empty() { before.rfind("\n[") } else { before.rfind('{') };
    let table = before.get(start.map_or(0, |at| at + 1)..).unwrap_or_default();
    let stood = |at: usize| {
        let lead = table.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
        let follows = table.get(at + key.len()..).unwrap_or_default().trim_start_matches([' ', '\t']);
        (lead.is_empty() || lead.ends_with(['\n', ',', '{'])) && follows.starts_with(['=', '.'])
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '"' | '\'');
    !key.is_empty() && key.chars().all(is_name) && rest.starts_with(['=', '.']) && table.match_indices(key).any(|(at, _)| stood(at))
}

/// Whether the word in which a byte stands begins like a day: `2025-`.
pub(super) fn is_day(text: &str, at: usize) -> bool {
    let (before, after) = cut(text, at);
    let start = before.rfind(|c: char| c.is_whitespace() || matches!(c, '=' | '[' | ',' | '{')).map_or(0, |at| at + 1);
    let word: Vec<u8> = before.get(start..).unwrap_or_default().bytes().chain(after.bytes()).take(5).collect();
    matches!(word.as_slice(), [year @ .., b'-'] if year.len() == 4 && year.iter().all(u8::is_ascii_digit))
}

pub(super) fn meant(text: &str, at: usize) -> Meant {
    let (before, after) = cut(text, at);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(line_start..).unwrap_or("").lines().next().unwrap_or("");
    let first = after.chars().next();
    // The parser may stop at the word in which the character stands.
    let word = after.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or("");
    let looks = |c: char| lookalike(c).map(|(what, help)| (c, what, help));
    if let Some((c, what, help)) = first.and_then(looks).or_else(|| word.chars().find_map(looks)) {
        let code = u32::from(c);
        return Meant { message: Some(both!([what] "this is {what} (U+{code:04X})", "dit is {what} (U+{code:04X})")), help: Some(help) };
    }
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
        let message = Some(both!("here a merge was not finished", "hier is een samenvoeging niet afgemaakt"));
        return Meant {
            message,
            help: Some(both!(
                "choose one of the two sides, and take these lines out",
                "kies een van de twee kanten, en haal deze regels weg"
            )),
        };
    }
    if first == Some('\r') || text.get(line_start..).is_some_and(|rest| rest.contains('\r') && !text.contains('\n')) {
        let message =
            Some(both!("a line ends here in a way that TOML does not know", "hier eindigt een regel op een manier die TOML niet kent"));
        return Meant {
            message,
            help: Some(both!(
                "save the file with the line ends of Unix or Windows",
                "sla het bestand op met regeleinden van Unix of Windows"
            )),
        };
    }
    if let Some(number) = decimal_comma(line) {
        return Meant::from(both!("a decimal point is `.`: {number}", "het decimaalteken is hier `.`: {number}"));
    }
    let value = line.split_once('=').map_or("", |(_, value)| value.trim().trim_end_matches(','));
    match value.to_lowercase().as_str() {
        "yes" | "ja" | "true" | "waar" if value != "true" => Meant::from(both!("a truth is written `true`", "schrijf `true` voor ja")),
        "no" | "nee" | "false" | "onwaar" if value != "false" => {
            Meant::from(both!("a truth is written `false`", "schrijf `false` voor nee"))
        }
        _ if value.starts_with(char::is_alphabetic) || line.matches('"').count() % 2 == 1 => {
            Meant::from(both!("text stands between quotes: \"like this\"", "tekst staat tussen aanhalingstekens: \"zo\""))
        }
        _ => Meant::default(),
    }
}

/// A number with a comma in it, as the value of a key: with a point.
fn decimal_comma(line: &str) -> Option<String> {
    let (_, value) = line.rsplit_once("= ").or_else(|| line.rsplit_once('='))?;
    let candidates = line.split('=').skip(1).chain([value]);
    candidates.map(str::trim_start).find_map(|value| {
        let end = value.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(value.len());
        let (whole, part) = value.get(..end)?.trim_end_matches(',').split_once(',')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        (digits(whole) && digits(part)).then(|| format!("{whole}.{part}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn a_key_that_was_there_before_is_told_from_a_word_that_is_out_of_place() {
        let cases = [
            ("a = 1\na = 2", 6..7, true),
            ("[x]\n[x]", 5..6, true),
            ("a = [b]", 5..6, false),
            ("a = b", 4..5, false),
            ("x = { a = 1, a = 2 }", 13..14, true),
            ("x = { a = 1,5, b = 2 }", 15..16, false),
        ];
        for (text, span, wanted) in cases {
            assert_eq!(is_twice(text, &span), wanted, "{text}");
        }
        assert!(is_day("from = 2025-13-01", 14) && is_day("days = [2025-02-30]", 8) && !is_day("id = 2025", 5));
    }

    #[test]
    fn the_way_out_is_named() {
        let cases = [
            ("\u{a0}id = 1", 0, Some("a no-break space"), "plain blank"),
            ("id = “a”", 5, Some("a typographic quote"), "straight"),
            ("<<<<<<< HEAD", 0, Some("merge"), "sides"),
            ("quota = { amount = 1,5, unit = \"hour\" }", 21, None, "1.5"),
            ("deny = yes", 7, None, "`true`"),
            ("deny = Nee", 7, None, "`false`"),
            ("a = 1\rb = 2", 5, Some("line ends"), "Unix"),
        ];
        for (text, at, message, help) in cases {
            let meant = meant(text, at);
            let text_of = |told: &Option<Bilingual>| told.as_ref().map_or("", |told| told.get(Language::En)).to_owned();
            assert!(text_of(&meant.help).contains(help), "{text}: {meant:?}");
            assert!(message.is_none_or(|part| text_of(&meant.message).contains(part)), "{text}: {meant:?}");
        }
        assert_eq!(meant("values = [1, 5]", 3), Meant::default());
    }
}
