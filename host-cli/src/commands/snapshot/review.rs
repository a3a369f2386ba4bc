//! What drifted in; on the terminal, one by one, old beside new; what was accepted out. Nothing is written before the end.

use console::{Key as Pressed, Term, measure_text_width, pad_str, style};
use leidraad::Language;
use similar::{ChangeTag, TextDiff};

use super::drift::{Drift, Drifts};
use super::{causes, headline};
use crate::fault::Fault;
use crate::locale::{Key, say};

/// Unchanged lines around a change.
const AROUND: usize = 2;

/// Asks about each; `u` goes back to the one before.
pub(super) fn review(drifts: &Drifts, language: Language) -> Result<Vec<&Drift>, Fault> {
    let term = Term::stdout();
    let mut decisions: Vec<bool> = Vec::new();
    while let Some(drift) = drifts.list.get(decisions.len()) {
        term.clear_screen()?;
        let at = format!("{}/{}", decisions.len() + 1, drifts.list.len());
        term.write_line(&format!("{} {}", style(at).dim(), style(headline(drift, language)).bold()))?;
        term.write_str(&causes(drift, language))?;
        for line in beside(drift, usize::from(term.size().1).max(40)) {
            term.write_line(&line)?;
        }
        term.write_line(&format!("\n{}", say(language, Key::SnapshotKeys, &[])))?;
        match term.read_key()? {
            Pressed::Char('a' | 'j') => decisions.push(true),
            Pressed::Char('r' | 's') => decisions.push(false),
            Pressed::Char('u') => {
                decisions.pop();
            }
            Pressed::Char('q') | Pressed::Escape | Pressed::CtrlC => break,
            _ => {}
        }
    }
    Ok(drifts.list.iter().zip(decisions).filter(|(_, accepted)| *accepted).map(|(drift, _)| drift).collect())
}

/// Old beside new: lines that changed, with a few around them.
fn beside(drift: &Drift, width: usize) -> Vec<String> {
    let (old, new) = drift.shown();
    let half = (width - 3) / 2;
    // Nothing is cut off: 600 hours must never look like 60.
    let cells = |text: &str| -> Vec<String> {
        let options = textwrap::Options::new(half).subsequent_indent("  ");
        let lines = textwrap::wrap(text.trim_end_matches('\n'), options);
        lines.iter().map(|line| pad_str(line, half, console::Alignment::Left, None).into_owned()).collect()
    };
    let diff = TextDiff::from_lines(&old, &new);
    let mut lines = Vec::new();
    for (at, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if at > 0 {
            lines.push(style("⋯".to_owned()).dim().to_string());
        }
        for op in group {
            let side = |tag: ChangeTag| {
                diff.iter_changes(op).filter(|change| change.tag() == tag).map(|change| change.value().to_owned()).collect::<Vec<_>>()
            };
            for change in diff.iter_changes(op).filter(|change| change.tag() == ChangeTag::Equal) {
                lines.extend(cells(change.value()).iter().map(|cell| format!("{cell}   {cell}")));
            }
            let (gone, come) = (side(ChangeTag::Delete), side(ChangeTag::Insert));
            for at in 0..gone.len().max(come.len()) {
                let [left, right] = [&gone, &come].map(|side| side.get(at).map_or_else(Vec::new, |text| cells(text)));
                for row in 0..left.len().max(right.len()) {
                    let left = left.get(row).map_or_else(|| " ".repeat(half), |cell| style(cell).red().to_string());
                    let right = right.get(row).map_or_else(String::new, |cell| style(cell).green().to_string());
                    lines.push(format!("{left} {} {right}", style("│").dim()));
                }
            }
        }
    }
    debug_assert!(lines.iter().all(|line| measure_text_width(line) <= width));
    lines
}
