//! Diagnostics with lines and columns, as authors and other programs read them.

use std::fmt;

use miette::LabeledSpan;
use serde::Serialize;

use super::snippet::Snippet;
use super::{Code, Severity};
use crate::model::question::Question;
use crate::text::{Bilingual, Language, both};

/// One finding: what is wrong, where, why, and the way out, in Dutch and in English.
///
/// It is printed in English; [`Diagnostic::in_language`] gives it in either language, as a [`miette::Diagnostic`] and for serde.
///
/// ```
/// use leidraad::{Code, Language, Policy, Severity, Sources};
/// let report = Policy::loader().check(&Sources::memory([("facts.toml", "wrong")]));
/// let finding = report.diagnostics().iter().find(|finding| finding.file() == "facts.toml").unwrap();
/// assert_eq!((finding.code(), finding.severity()), (Code::TomlSyntax, Severity::Error));
/// assert_eq!((finding.position(), finding.witness()), (Some((1, 6)), None));
/// println!("{}: {:?}", finding.message(Language::Nl), finding.help(Language::Nl));
/// assert_eq!((report.warnings(), report.is_empty()), (0, false));
/// ```
#[derive(Debug, Clone)]
pub struct Diagnostic {
    pub(super) code: Code,
    pub(super) severity: Severity,
    pub(super) message: Bilingual,
    pub(super) file: String,
    pub(super) help: Option<Bilingual>,
    pub(super) witness: Option<Box<Question>>,
    pub(super) snippet: Option<Snippet>,
}

impl Diagnostic {
    /// The stable code.
    pub fn code(&self) -> Code {
        self.code
    }
    /// How grave it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }
    /// The reason, in one line.
    pub fn message(&self, language: Language) -> &str {
        self.message.get(language)
    }
    /// The file, as a path below the register's folder.
    pub fn file(&self) -> &str {
        &self.file
    }
    /// Line and column, both counted from 1; `None` when it is about a file as a whole.
    pub fn position(&self) -> Option<(usize, usize)> {
        self.snippet.as_ref().map(|snippet| (snippet.line, snippet.column))
    }
    /// The way out, if there is one to name.
    pub fn help(&self, language: Language) -> Option<&str> {
        self.help.as_ref().map(|help| help.get(language))
    }
    /// A question that shows the finding.
    pub fn witness(&self) -> Option<&Question> {
        self.witness.as_deref()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message(Language::En))
    }
}

impl std::error::Error for Diagnostic {}

/// A finding as it reads in one language. Made by [`Diagnostic::in_language`].
///
/// It is a [`miette::Diagnostic`], so that any miette handler renders it with the source line underlined, and what
/// `check --format json` prints.
///
/// ```
/// use leidraad::{Language, Policy, Sources};
/// let report = Policy::loader().check(&Sources::memory([("facts.toml", "wrong")]));
/// let finding = report.diagnostics()[0].in_language(Language::Nl);
/// assert_eq!(finding.to_string(), "`customers.toml` ontbreekt");
/// assert!(serde_json::to_string(&finding).unwrap().starts_with(r#"{"code":"missing-file","severity":"error","message":"`customers"#));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct LocalizedDiagnostic<'a> {
    finding: &'a Diagnostic,
    language: Language,
}

impl Diagnostic {
    /// The finding as it reads in a language.
    pub fn in_language(&self, language: Language) -> LocalizedDiagnostic<'_> {
        LocalizedDiagnostic { finding: self, language }
    }
}

impl fmt::Display for LocalizedDiagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.finding.message(self.language))
    }
}

impl std::error::Error for LocalizedDiagnostic<'_> {}

impl miette::Diagnostic for LocalizedDiagnostic<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.finding.code))
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.finding.help(self.language).map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.finding.snippet.as_ref().map(|snippet| snippet as &dyn miette::SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (offset, length) = self.finding.snippet.as_ref()?.mark;
        let here = both!("here", "hier").get(self.language).to_owned();
        Some(Box::new(std::iter::once(LabeledSpan::new(Some(here), offset, length))))
    }
}

/// The record that `check --format json` prints.
#[derive(Serialize)]
struct Record<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    help: Option<&'a str>,
    witness: Option<&'a Question>,
}

impl Serialize for LocalizedDiagnostic<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let finding = self.finding;
        Record {
            code: finding.code.word(),
            severity: finding.severity.word(),
            message: finding.message(self.language),
            file: &finding.file,
            line: finding.position().map(|(line, _)| line),
            column: finding.position().map(|(_, column)| column),
            help: finding.help(self.language),
            witness: finding.witness(),
        }
        .serialize(serializer)
    }
}

/// All findings of a register at once, in file order.
///
/// ```
/// use leidraad::{Code, Language, Policy, Severity, Sources};
/// let report = Policy::loader().check(&Sources::memory([("customers.toml", "[customer.leiden]\nnaam = 'Leiden'")]));
/// let finding = report.diagnostics().iter().find(|finding| finding.code() == Code::UnknownKey).unwrap();
/// assert_eq!((finding.file(), finding.position()), ("customers.toml", Some((2, 1))));
/// assert_eq!(finding.message(Language::Nl), "onbekende sleutel `naam`");
/// assert_eq!(finding.help(Language::En), Some("did you mean `name`?"));
/// assert_eq!(finding.severity(), Severity::Error);
/// assert!(report.to_string().contains("customers.toml:2:1: error[unknown-key]: unknown key `naam`"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    /// What was found, more than what is listed.
    errors: usize,
    warnings: usize,
}

impl Report {
    pub(super) fn new(diagnostics: Vec<Diagnostic>, errors: usize, warnings: usize) -> Self {
        Self { diagnostics, errors, warnings }
    }
    /// The findings, in file order: of more than a thousand the first, errors before warnings, and one that says how many more there are.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
    /// How many of them keep the register from loading.
    pub fn errors(&self) -> usize {
        self.errors
    }
    /// How many of them only warn.
    pub fn warnings(&self) -> usize {
        self.warnings
    }
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }
}

impl fmt::Display for Report {
    /// A line each: `file:line:column: error[code]: message`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, finding) in self.diagnostics.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            f.write_str(&finding.file)?;
            if let Some((line, column)) = finding.position() {
                write!(f, ":{line}:{column}")?;
            }
            write!(f, ": {}[{}]: {}", finding.severity.word(), finding.code, finding)?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}
