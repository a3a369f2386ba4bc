//! What came of scenarios in; a report that build servers read out.

use std::fmt::Write;

use super::Ran;

pub(super) fn report(name: &str, ran: &[Ran<'_>]) -> String {
    let failed = ran.iter().filter(|one| !one.mismatches.is_empty()).count();
    let took: f64 = ran.iter().map(|one| one.took.as_secs_f64()).sum();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(text, "<testsuites tests=\"{}\" failures=\"{failed}\" time=\"{took:.6}\">", ran.len());
    let _ = writeln!(text, "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" time=\"{took:.6}\">", escape(name), ran.len());
    for one in ran {
        let _ = write!(text, "    <testcase classname=\"scenarios\" name=\"{}\" time=\"{:.6}\"", escape(one.id), one.took.as_secs_f64());
        if one.mismatches.is_empty() {
            text.push_str("/>\n");
            continue;
        }
        text.push_str(">\n");
        let wrong: Vec<String> =
            one.mismatches.iter().map(|wrong| format!("{} is {}, expected {}", wrong.path, wrong.found, wrong.expected)).collect();
        let _ =
            writeln!(text, "      <failure message=\"{}\">{}</failure>", escape(one.title.unwrap_or(one.id)), escape(&wrong.join("\n")));
        text.push_str("    </testcase>\n");
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

/// Text as XML has it: no mark of its own, and no character that XML does not know.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
