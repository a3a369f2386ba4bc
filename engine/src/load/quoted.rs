//! A text between quotes in; what it stands for out, with FEEL's escapes.

use crate::text::{Bilingual, both};

/// Why a text between quotes cannot be read.
pub(super) enum Unquoted {
    NoEnd,
    /// No character is written like what begins at this byte.
    NoEscape(usize),
}

/// The way out.
pub(super) fn escapes() -> Bilingual {
    both!(
        "there are \\\", \\', \\\\, \\n, \\r, \\t, \\u00e9 and \\U01f600; in a TOML text between \", each has another \\ before it",
        "er zijn \\\", \\', \\\\, \\n, \\r, \\t, \\u00e9 en \\U01f600; in een TOML-tekst tussen \" staat voor elk nog een \\"
    )
}

/// Reads a text that begins with its quote: its length as written, both quotes included, and what it stands for.
pub(super) fn quoted(text: &str) -> Result<(usize, String), Unquoted> {
    let quote = text.chars().next().unwrap_or('"');
    let mut read = String::new();
    let mut at = quote.len_utf8();
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if c == quote {
            return Ok((at + quote.len_utf8(), read));
        }
        let (written, character) =
            if c == '\\' { text.get(at..).and_then(escaped).ok_or(Unquoted::NoEscape(at))? } else { (c.len_utf8(), c) };
        read.push(character);
        at += written;
    }
    Err(Unquoted::NoEnd)
}

/// What an escape at the beginning of a text is: its length as written, and the character (FEEL).
fn escaped(text: &str) -> Option<(usize, char)> {
    let kind = text.chars().nth(1)?;
    let code = |digits: usize| {
        let hex = text.get(2..2 + digits).filter(|hex| hex.chars().all(|c| c.is_ascii_hexdigit()))?;
        Some((2 + digits, u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)?))
    };
    match kind {
        '"' | '\'' | '\\' => Some((2, kind)),
        'n' => Some((2, '\n')),
        'r' => Some((2, '\r')),
        't' => Some((2, '\t')),
        'u' => code(4),
        'U' => code(6),
        _ => None,
    }
}
