//! A file that is no TOML, and the byte at which that shows, in; what was probably meant out.

/// What stands there in words, where the parser's own words would not help, and the way out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Meant {
    pub(super) message: Option<String>,
    pub(super) help: Option<String>,
}

/// Characters that look like others, or like nothing at all.
const LOOKALIKES: [(char, &str, &str); 15] = [
    ('\u{a0}', "a no-break space", "write a plain blank"),
    ('\u{2007}', "a figure space", "write a plain blank"),
    ('\u{202f}', "a narrow no-break space", "write a plain blank"),
    ('\u{3000}', "a wide blank", "write a plain blank"),
    ('\u{200b}', "a blank of no width", "take it out"),
    ('\u{feff}', "a mark of encoding that stands inside the file", "take it out: it is left over where two files were joined"),
    ('\u{ad}', "a soft hyphen", "take it out"),
    ('“', "a typographic quote", "write straight quotes: \""),
    ('”', "a typographic quote", "write straight quotes: \""),
    ('„', "a typographic quote", "write straight quotes: \""),
    ('‘', "a typographic quote", "write straight quotes: \""),
    ('’', "a typographic quote", "write straight quotes: \""),
    ('«', "a typographic quote", "write straight quotes: \""),
    ('–', "a dash", "write a minus: -"),
    ('—', "a dash", "write a minus: -"),
];

pub(super) fn meant(text: &str, at: usize, said: &str) -> Meant {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (before, after) = text.split_at(at);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(line_start..).unwrap_or("").lines().next().unwrap_or("");
    let help = |help: &str| Meant { message: None, help: Some(help.to_owned()) };
    let first = after.chars().next();
    // The parser may stop at the word in which the character stands.
    let word = after.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or("");
    if let Some((c, what, help)) = LOOKALIKES.iter().find(|(c, ..)| first == Some(*c) || word.contains(*c)) {
        return Meant { message: Some(format!("this is {what} (U+{:04X})", u32::from(*c))), help: Some((*help).to_owned()) };
    }
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
        let message = Some("here a merge was not finished".to_owned());
        return Meant { message, help: Some("choose one of the two sides, and take these lines out".to_owned()) };
    }
    if first == Some('\r') || text.get(line_start..).is_some_and(|rest| rest.contains('\r') && !text.contains('\n')) {
        let message = Some("a line ends here in a way that TOML does not know".to_owned());
        return Meant { message, help: Some("save the file with the line ends of Unix or Windows".to_owned()) };
    }
    if let Some(number) = decimal_comma(line) {
        return help(&format!("a decimal point is `.`: {number}"));
    }
    let value = line.split_once('=').map_or("", |(_, value)| value.trim().trim_end_matches(','));
    match value.to_lowercase().as_str() {
        "yes" | "ja" | "true" | "waar" if value != "true" => help("a truth is written `true`"),
        "no" | "nee" | "false" | "onwaar" if value != "false" => help("a truth is written `false`"),
        _ if said.contains("duplicate key") => help("a key stands once in a table; another rule begins with its own `[[rule]]`"),
        _ if said.contains("string") || said.contains('"') => help("text stands between quotes: \"like this\""),
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
            let meant = meant(text, at, "");
            assert!(meant.help.as_deref().unwrap_or("").contains(help), "{text}: {meant:?}");
            assert!(message.is_none_or(|part| meant.message.as_deref().unwrap_or("").contains(part)), "{text}: {meant:?}");
        }
        assert_eq!(meant("values = [1, 5]", 3, ""), Meant::default());
    }
}
