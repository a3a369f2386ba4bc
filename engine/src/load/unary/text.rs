//! A text that stands for a test of a text fact in; the values that pass out, or why nobody can tell what it means.

use super::super::texts::Named;
use super::test::{Fault, parse};
use crate::diagnostic::did_you_mean;
use crate::model::fact::Fact;
use crate::model::set::Ranges;
use crate::text::{Bilingual, both};

/// Whether a text begins like a test where a plain text could stand.
fn looks_like_test(text: &str) -> bool {
    let marks = ['"', '\'', '<', '>', '=', '!', '[', ']', '('];
    text == "-" || text.starts_with(marks) || text.strip_prefix("not").is_some_and(|rest| rest.trim_start().starts_with('('))
}

/// Reads a text that stands for a test of a text fact: a test, or the plain text that the fact must equal. What a reader could take for
/// more than a plain text is none.
pub(in super::super) fn parse_text(text: &str, fact: &Fact, texts: &mut Named) -> Result<Option<Ranges>, Fault> {
    let wrong = |message: Bilingual, help: Bilingual| Fault { message, help: Some(help), from: 0, to: text.len() };
    let quoted = |text: &str| format!("\\\"{text}\\\"");
    if text.trim() != text {
        let help = both!(
            "write \"{}\"; if the blanks belong to it: \"{}\"",
            "schrijf \"{}\"; horen de spaties erbij: \"{}\"",
            text.trim(),
            quoted(text)
        );
        return Err(wrong(both!("blanks stand around this text", "rond deze tekst staan spaties"), help));
    }
    if text.starts_with(['“', '”', '„', '‘', '’', '‚', '«', '»']) {
        let plain = text.trim_matches(['“', '”', '„', '‘', '’', '‚', '«', '»']);
        return Err(wrong(
            both!("these quotes are no quotes of a test", "deze aanhalingstekens horen niet in een test"),
            both!("write \"{plain}\", or straight quotes", "schrijf \"{plain}\", of rechte aanhalingstekens"),
        ));
    }
    if looks_like_test(text) {
        return parse(text, fact, texts);
    }
    if text.contains(',') {
        let each: Vec<String> = text.split(',').map(|part| format!("\"{}\"", part.trim())).collect();
        let help = both!(
            "several texts are a list: [{}]; one text with a comma in it is \"{}\"",
            "schrijf meer teksten als een lijst: [{}]; één tekst met een komma erin is \"{}\"",
            each.join(", "),
            quoted(text)
        );
        return Err(wrong(both!("is this one text, or several?", "is dit één tekst, of zijn het er meer?"), help));
    }
    let Some(at) = texts.number(text, fact) else {
        let help = did_you_mean(text, fact.values.iter().map(|value| &**value));
        let help = help.unwrap_or_else(|| fact.expected());
        return Err(wrong(both!("`{text}` is no value of `{}`", "`{text}` is geen waarde van `{}`", fact.name), help));
    };
    Ok(Some(Ranges::one(at, at)))
}
