//! Differences in; text for a screen or a pipe out: services that change alike stand together.

use std::collections::BTreeMap;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use leidraad::{DifferenceRecord, Differences, Effect, Language};

use super::newcomers::Newcomer;
use super::{Titles, days, sum};
use crate::layout::{command, width};
use crate::locale::{Key, say};

pub(super) fn text(
    differences: &Differences<'_>,
    (records, newcomers): (&[DifferenceRecord], &BTreeMap<&str, Newcomer<'_>>),
    titles: &Titles,
    language: Language,
) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}\n{}\n",
        say(language, Key::DiffOld, &[("title", &titles.old)]),
        say(language, Key::DiffNew, &[("title", &titles.new)])
    );
    for note in differences.notes(language) {
        let _ = writeln!(text, "{}: {}\n", say(language, Key::Warning, &[]), note.words);
    }
    let bold = Style::new().bold();
    for newcomer in newcomers.values() {
        for line in textwrap::wrap(&newcomer.line(language), textwrap::Options::new(width()).subsequent_indent("  ")) {
            let _ = writeln!(text, "{bold}{line}{bold:#}");
        }
        text.push('\n');
    }
    let told: Vec<&DifferenceRecord> = records.iter().filter(|record| !newcomers.contains_key(record.customer.as_str())).collect();
    for group in groups(&told) {
        let services: Vec<&str> = group.iter().filter_map(|cell| cell.first()).map(|record| record.service_name.as_str()).collect();
        let Some(cell) = group.first() else { continue };
        let head = cell.first().map_or(String::new(), |record| format!("{}: {}", record.customer_name, services.join(", ")));
        for line in textwrap::wrap(&head, width()) {
            let _ = writeln!(text, "{bold}{line}{bold:#}");
        }
        for record in *cell {
            region(&mut text, record, language);
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", if records.is_empty() { say(language, Key::DiffNone, &[]) } else { sum(records, language) });
    text
}

/// Cells of one customer that change alike, neighbours or not.
fn groups<'r>(records: &'r [&DifferenceRecord]) -> Vec<Vec<&'r [&'r DifferenceRecord]>> {
    let cells: Vec<&[&DifferenceRecord]> = records.chunk_by(|a, b| (&a.customer, &a.service) == (&b.customer, &b.service)).collect();
    let mut groups: Vec<Vec<&[&DifferenceRecord]>> = Vec::new();
    for cell in cells {
        let like = |group: &&mut Vec<&[&DifferenceRecord]>| group.first().is_some_and(|first| alike(first, cell));
        match groups.iter_mut().find(like) {
            Some(group) => group.push(cell),
            None => groups.push(vec![cell]),
        }
    }
    groups
}

fn alike(a: &[&DifferenceRecord], b: &[&DifferenceRecord]) -> bool {
    let same = |one: &DifferenceRecord, other: &DifferenceRecord| {
        (one.from, one.until, &one.facts, one.r#where) == (other.from, other.until, &other.facts, other.r#where)
            && (&one.customer, &one.old.words, &one.new.words, &one.because)
                == (&other.customer, &other.old.words, &other.new.words, &other.because)
    };
    a.len() == b.len() && a.iter().zip(b).all(|(one, other)| same(one, other))
}

fn region(text: &mut String, record: &DifferenceRecord, language: Language) {
    let (colour, sign) = match record.effect {
        Effect::Gain => (AnsiColor::Green, "+"),
        Effect::Loss => (AnsiColor::Red, "-"),
        _ => (AnsiColor::Yellow, "~"),
    };
    let style = Style::new().fg_color(Some(colour.into()));
    let change = format!("{}: {} → {}", days(record, language), record.old.words, record.new.words);
    let options = textwrap::Options::new(width().saturating_sub(2)).subsequent_indent("    ");
    for (at, line) in textwrap::wrap(&change, options).iter().enumerate() {
        let sign = if at == 0 { sign } else { " " };
        let _ = writeln!(text, "{style}{sign} {line}{style:#}");
    }
    let mut note = |line: String| {
        for line in textwrap::wrap(&line, textwrap::Options::new(width()).initial_indent("    ").subsequent_indent("      ")) {
            let _ = writeln!(text, "{line}");
        }
    };
    if !record.conditions.is_empty() {
        note(say(language, Key::DiffWhere, &[("conditions", &record.conditions.join("; "))]));
    }
    record.because.iter().for_each(|line| note(line.clone()));
    let _ = match &record.witness {
        Some(witness) => writeln!(text, "    {}", say(language, Key::DiffShown, &[("command", &command(witness))])),
        None => writeln!(text, "    {}", say(language, Key::DiffNotShown, &[])),
    };
}
