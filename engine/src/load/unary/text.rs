//! A text that stands for a test of a text fact in; the values that pass out, or why nobody can tell what it means.

use super::super::texts::Named;
use super::test::{Fault, parse};
use crate::diagnostic::did_you_mean;
use crate::model::fact::Fact;
use crate::model::set::Ranges;

/// Whether a text begins like a test where a plain text could stand.
fn looks_like_test(text: &str) -> bool {
    let marks = ['"', '\'', '<', '>', '=', '!', '[', ']', '('];
    text == "-" || text.starts_with(marks) || text.strip_prefix("not").is_some_and(|rest| rest.trim_start().starts_with('('))
}

/// Reads a text that stands for a test of a text fact: a test, or the plain text that the fact must equal. What a reader could take for
/// more than a plain text is none.
pub(in super::super) fn parse_text(text: &str, fact: &Fact, texts: &mut Named) -> Result<Option<Ranges>, Fault> {
    let wrong = |message: String, help: String| Fault { message, help: Some(help), from: 0, to: text.len() };
    let quoted = |text: &str| format!("\\\"{text}\\\"");
    if text.trim() != text {
        let help = format!("write \"{}\"; if the blanks belong to it: \"{}\"", text.trim(), quoted(text));
        return Err(wrong("blanks stand around this text".to_owned(), help));
    }
    if text.starts_with(['“', '”', '„', '‘', '’', '‚', '«', '»']) {
        let plain = text.trim_matches(['“', '”', '„', '‘', '’', '‚', '«', '»']);
        return Err(wrong("these quotes are no quotes of a test".to_owned(), format!("write \"{plain}\", or straight quotes")));
    }
    if looks_like_test(text) {
        return parse(text, fact, texts);
    }
    if text.contains(',') {
        let each: Vec<String> = text.split(',').map(|part| format!("\"{}\"", part.trim())).collect();
        let help = format!("several texts are a list: [{}]; one text with a comma in it is \"{}\"", each.join(", "), quoted(text));
        return Err(wrong("is this one text, or several?".to_owned(), help));
    }
    let Some(at) = texts.number(text, fact) else {
        let help = did_you_mean(text, fact.values.iter().map(|value| &**value));
        let help = help.unwrap_or_else(|| format!("`{}` is {}", fact.name, fact.expected()));
        return Err(wrong(format!("`{text}` is no value of `{}`", fact.name), help));
    };
    Ok(Some(Ranges::one(at, at)))
}
