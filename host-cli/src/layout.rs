//! Explanations, tables and findings in; text laid out for a screen or a pipe out.

use std::fmt::Write;
use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table, TableComponent, presets};
use leidraad::{Date, Explanation, Language, Outcome, Question, Report};
use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};

use crate::locale::{Key, say};

/// A day in a table.
pub(crate) fn day(language: Language, date: Date) -> String {
    match language {
        Language::Nl => format!("{}-{}-{}", date.day(), date.month(), date.year()),
        _ => date.to_string(),
    }
}

/// Lines, each broken where it is too wide, what follows below its first word.
pub(crate) fn wrapped(text: &str) -> String {
    let options = textwrap::Options::new(width()).subsequent_indent("  ");
    text.lines().flat_map(|line| textwrap::wrap(line, &options)).fold(String::new(), |all, line| all + line.trim_end() + "\n")
}

/// The width of text that goes to a pipe, and the widest on a terminal.
const NARROW: usize = 80;
const WIDE: usize = 100;
/// The space around a cell of a table.
const PADDING: usize = 3;
/// The column in which the notes of an answer begin.
const LABEL: usize = 13;

/// How wide the screen is; in a pipe, as the environment says, if it does.
fn screen() -> Option<usize> {
    let columns = if std::io::stdout().is_terminal() {
        terminal_size::terminal_size().map_or(NARROW, |(width, _)| usize::from(width.0))
    } else {
        std::env::var("COLUMNS").ok()?.parse().ok()?
    };
    Some(columns.clamp(40, WIDE))
}

/// How wide a line may be.
pub(crate) fn width() -> usize {
    screen().unwrap_or(NARROW)
}

fn bold(outcome: Outcome) -> Style {
    let colour = match outcome {
        Outcome::Granted => AnsiColor::Green,
        Outcome::Refused => AnsiColor::Red,
        _ => AnsiColor::Yellow,
    };
    Style::new().bold().fg_color(Some(colour.into()))
}

/// Names and values, a pair a line, the values in a column of their own.
pub(crate) fn pairs(rows: &[(&str, String)]) -> String {
    let indent = " ".repeat(LABEL);
    let mut text = String::new();
    for (name, value) in rows {
        // What a plugin says is shown as it is, but moves no cursor.
        let value: String = value.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        // A digest is copied whole: no word is broken.
        let options = textwrap::Options::new(width()).initial_indent(&indent).subsequent_indent(&indent).break_words(false);
        for (at, line) in textwrap::wrap(&value, options).iter().enumerate() {
            let shown = if at == 0 { *name } else { "" };
            let _ = writeln!(text, "{shown:LABEL$}{}", line.get(LABEL..).unwrap_or(line));
        }
    }
    text
}

/// An answer: its sentence, then its notes with their labels in a column of their own.
pub(crate) fn explanation(explanation: &Explanation, outcome: Outcome, why: bool) -> String {
    let style = bold(outcome);
    let dim = Style::new().dimmed();
    let mut text = String::new();
    for line in textwrap::wrap(&explanation.headline, width()) {
        let _ = writeln!(text, "{style}{line}{style:#}");
    }
    text.push('\n');
    let notes = explanation.notes.iter().filter(|note| why || !note.detail);
    for note in notes {
        for (at, line) in note.lines.iter().enumerate() {
            let label = if at == 0 { note.label.as_str() } else { "" };
            let depth = line.len() - line.trim_start().len();
            let indent = " ".repeat(LABEL + depth);
            let options = textwrap::Options::new(width()).initial_indent(&indent).subsequent_indent(&indent);
            for (at, piece) in textwrap::wrap(line.trim_start(), options).iter().enumerate() {
                let shown = if at == 0 { label } else { "" };
                // A label never runs into its text.
                let pad = " ".repeat(LABEL.saturating_sub(shown.chars().count()).max(1));
                let _ = writeln!(text, "{dim}{shown}{dim:#}{pad}{}", piece.get(LABEL..).unwrap_or(piece).trim_end());
            }
        }
    }
    text
}

/// A table with a line under its header: unbroken in a pipe; on a screen that is too narrow, with its texts broken.
pub(crate) fn table(header: &[String], rows: &[Vec<String>]) -> String {
    one_table(header.to_vec(), rows.to_vec())
}

/// A table of many columns: on a screen that is too narrow, these stand in several tables.
pub(crate) fn matrix(header: &[String], rows: &[Vec<String>]) -> String {
    let header_and_rows: Vec<&[String]> = std::iter::once(header).chain(rows.iter().map(Vec::as_slice)).collect();
    let groups = screen().map_or_else(|| vec![(1..header.len()).collect()], |width| groups(&header_and_rows, width));
    let cut = |row: &[String], group: &[usize]| {
        std::iter::once(0).chain(group.iter().copied()).filter_map(|at| row.get(at).cloned()).collect::<Vec<_>>()
    };
    let tables: Vec<String> =
        groups.iter().map(|group| one_table(cut(header, group), rows.iter().map(|row| cut(row, group)).collect())).collect();
    tables.join("\n")
}

/// The columns behind the first, in groups that fit beside it.
fn groups(rows: &[&[String]], width: usize) -> Vec<Vec<usize>> {
    let wide = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0) + PADDING;
    let columns = rows.first().map_or(0, |row| row.len());
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut used = width;
    for at in 1..columns {
        match groups.last_mut() {
            Some(group) if used + wide(at) <= width => group.push(at),
            _ => {
                groups.push(vec![at]);
                used = wide(0);
            }
        }
        used += wide(at);
    }
    groups
}

fn one_table(header: Vec<String>, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_style(TableComponent::HeaderLines, '─')
        .set_style(TableComponent::MiddleHeaderIntersections, '─');
    if let Some(width) = screen() {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::try_from(width).unwrap_or(80));
    }
    table.set_header(header).add_rows(rows);
    if let Some(column) = table.column_mut(0) {
        column.set_padding((0, 1));
    }
    table.lines().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{}", line.trim_end());
        text
    })
}

/// All findings, each with its line underlined, its way out, and the question that shows it.
pub(crate) fn report(report: &Report, language: Language) -> String {
    let styles = if anstream::AutoStream::choice(&std::io::stdout()) == anstream::ColorChoice::Never {
        ThemeStyles::none()
    } else {
        ThemeStyles::ansi()
    };
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width()).with_links(false);
    let mut text = String::new();
    for finding in report.diagnostics() {
        if finding.position().is_none() {
            let _ = writeln!(text, "{}:", finding.file());
        }
        let mut own = String::new();
        let _ = handler.render_report(&mut own, &finding.in_language(language));
        // The handler's one word of its own, as wide in either language.
        text += &if language == Language::Nl { own.replace("\n  help: ", "\n  hulp: ") } else { own };
        if let Some(witness) = finding.witness() {
            let _ = writeln!(text, "  {}", say(language, Key::ShownBy, &[("command", &command(witness))]));
        }
        text.push('\n');
    }
    text
}

/// A question as one can paste it.
pub(crate) fn command(question: &Question) -> String {
    let quoted = |word: &str| {
        let plain = word.chars().all(|c| c.is_alphanumeric() || "=-_.,/:".contains(c));
        if plain && !word.is_empty() { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
    };
    let mut text = format!("leidraad ask {} {}", quoted(&question.customer), quoted(&question.service));
    for (name, value) in &question.facts {
        let value = match value {
            leidraad::FactValue::Tags(tags) => tags.join(","),
            leidraad::FactValue::Text(value) => value.clone(),
            other => serde_json::to_string(other).unwrap_or_default().trim_matches('"').to_owned(),
        };
        let _ = write!(text, " {}", quoted(&format!("{name}={value}")));
    }
    let _ = write!(text, " --on {}", question.on);
    if let Some(known) = question.known {
        let _ = write!(text, " --known {known}");
    }
    if question.proposed {
        text.push_str(" --proposed");
    }
    text
}
