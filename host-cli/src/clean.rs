//! Text in; the same with nothing in it that steers a screen but our own colours, out.

/// Whether a character can be shown as it is: none that moves the cursor, hides, or turns the direction of writing.
fn is_plain(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Text for people: what is not plain gives way to a mark, but for line ends, tabs and colours.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = colour(rest).unwrap_or(c.len_utf8());
        let (this, after) = rest.split_at(length);
        if length > c.len_utf8() || is_plain(c) || matches!(c, '\n' | '\t') {
            clean.push_str(this);
        } else {
            clean.push('\u{fffd}');
        }
        rest = after;
    }
    clean
}

/// The length of a colour that a text begins with: `ESC [ digits and semicolons m`.
fn colour(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("\u{1b}[")?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    rest.get(end..)?.starts_with('m').then_some(2 + end + 1)
}

/// JSON: what is not plain stands in texts alone, and is written as its number there.
pub(crate) fn clean_json(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if is_plain(c) || c == '\n' {
            clean.push(c);
        } else {
            clean.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_screen() {
        assert_eq!(clean("\u{1b}[1;32mja\u{1b}[0m\n"), "\u{1b}[1;32mja\u{1b}[0m\n");
        assert_eq!(clean("a\u{1b}]0;x\u{7}b\u{202e}c\u{9b}2J\u{1b}[2J\r"), "a\u{fffd}]0;x\u{fffd}b\u{fffd}c\u{fffd}2J\u{fffd}[2J\u{fffd}");
        assert_eq!(clean_json("{\"a\":\"\u{202e}é\"}\n"), "{\"a\":\"\\u202eé\"}\n");
    }
}
