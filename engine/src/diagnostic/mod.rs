//! What authors are told: stable code, place, reason, way out. All of it at once, in file order.

mod code;
mod report;
mod snippet;
mod suggest;

pub use code::{Code, Severity};
pub use report::{Diagnostic, LocalizedDiagnostic, Report};
pub(crate) use snippet::Lines;
pub(crate) use suggest::{closest, did_you_mean, likeness};

use std::collections::BTreeSet;

use crate::model::place::Place;
use crate::model::question::Question;
use crate::model::value::is_plain;
use crate::source::Sources;
use crate::text::{Bilingual, both};

/// Where a finding stands: at a place, or in a file as a whole (which may not be there).
#[derive(Debug, Clone)]
enum At {
    Place(Place),
    File(String),
}

/// A finding while it is being made: its place still counts in bytes.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    code: Code,
    severity: Severity,
    message: Bilingual,
    at: At,
    help: Option<Bilingual>,
    witness: Option<Box<Question>>,
}

impl Draft {
    pub(crate) fn new(code: Code, place: Place, message: Bilingual) -> Self {
        Self { code, severity: code.severity(), message, at: At::Place(place), help: None, witness: None }
    }
    pub(crate) fn in_file(code: Code, path: impl Into<String>, message: Bilingual) -> Self {
        Self { code, severity: code.severity(), message, at: At::File(path.into()), help: None, witness: None }
    }
    pub(crate) fn code(&self) -> Code {
        self.code
    }
    /// Whether it stands at a place of this file.
    pub(crate) fn is_in(&self, file: u32) -> bool {
        matches!(&self.at, At::Place(place) if place.file == file)
    }
    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
    pub(crate) fn help(mut self, help: Bilingual) -> Self {
        self.help = Some(help);
        self
    }
    /// The same finding with help, when there is any.
    pub(crate) fn maybe_help(mut self, help: Option<Bilingual>) -> Self {
        self.help = help.or(self.help);
        self
    }
    pub(crate) fn witness(mut self, question: Question) -> Self {
        self.witness = Some(Box::new(question));
        self
    }
    /// An error that arises only with proposals in: a warning until adoption (S5).
    pub(crate) fn until_adoption(mut self) -> Self {
        self.severity = Severity::Warning;
        let message = self.message;
        self.message =
            both!([message] "{message} (once the proposed versions are adopted)", "{message} (zodra de voorstellen zijn vastgesteld)");
        self
    }
}

/// What a syntax error leaves unread looks missing or unknown: in such a file only what is certain is told.
fn drop_consequences(placed: &mut Vec<((String, u32), Draft)>) {
    let torn: BTreeSet<String> =
        placed.iter().filter(|(_, draft)| draft.code == Code::TomlSyntax).map(|((path, _), _)| path.clone()).collect();
    let doubtful = [Code::UnknownKey, Code::MissingKey, Code::WrongType];
    placed.retain(|((path, _), draft)| !(doubtful.contains(&draft.code) && torn.contains(path)));
}

/// The most findings that are listed: nobody mends more before checking again.
const LISTED: usize = 1_000;

/// Of too many findings the first, errors before warnings; and one that says how many more there are.
fn cap(placed: &mut Vec<((String, u32), Draft)>, errors: usize) {
    let all = placed.len();
    if all <= LISTED {
        return;
    }
    let (mut of_errors, mut of_warnings) = (errors.min(LISTED), LISTED - errors.min(LISTED));
    let mut dropped = None;
    placed.retain(|((path, _), draft)| {
        let left = if draft.is_error() { &mut of_errors } else { &mut of_warnings };
        let is_listed = *left > 0;
        *left = left.saturating_sub(1);
        if !is_listed && dropped.is_none() {
            dropped = Some(path.clone());
        }
        is_listed
    });
    let (more, path) = (all - placed.len(), dropped.unwrap_or_default());
    let of_errors = errors.saturating_sub(LISTED);
    let message = both!(
        "{more} more findings are not listed, {of_errors} of them errors; the first of them is in this file",
        "er zijn meer bevindingen dan hier worden genoemd: nog {more} (fouten: {of_errors}); de eerste daarvan staat in dit bestand"
    );
    let told = Draft::in_file(Code::MoreFindings, path.clone(), message)
        .help(both!("mend what is listed, then check again", "herstel wat is genoemd, en controleer dan opnieuw"));
    placed.push(((path, u32::MAX), told));
}

/// Turns findings into diagnostics with lines and columns, in file order.
pub(crate) fn resolve(drafts: Vec<Draft>, sources: &Sources) -> Report {
    let mut placed: Vec<((String, u32), Draft)> = drafts
        .into_iter()
        .map(|draft| {
            let at = match &draft.at {
                At::Place(place) => (sources.path(place.file).to_owned(), place.start),
                At::File(path) => (path.clone(), 0),
            };
            (at, draft)
        })
        .collect();
    placed.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.code.cmp(&b.1.code)).then_with(|| a.1.message.cmp(&b.1.message)));
    drop_consequences(&mut placed);
    placed.dedup_by(|a, b| a.0 == b.0 && a.1.code == b.1.code && a.1.message == b.1.message);
    let errors = placed.iter().filter(|(_, draft)| draft.is_error()).count();
    let warnings = placed.len() - errors;
    cap(&mut placed, errors);
    let mut lines = snippet::Lines::default();
    let diagnostics = placed
        .into_iter()
        .map(|((file, _), draft)| {
            let snippet = match draft.at {
                At::Place(place) => lines.snippet(sources, place),
                At::File(_) => None,
            };
            Diagnostic {
                code: draft.code,
                severity: draft.severity,
                message: draft.message,
                file: file.chars().map(|c| if is_plain(c) { c } else { '\u{fffd}' }).collect(),
                help: draft.help,
                witness: draft.witness,
                snippet,
            }
        })
        .collect();
    Report::new(diagnostics, errors, warnings)
}
