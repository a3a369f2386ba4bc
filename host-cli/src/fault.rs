//! What can go wrong in a run, as text for people; and the exit statuses, as grep and diff have them.

use std::fmt;
use std::io::{ErrorKind, Write};
use std::path::Path;

use leidraad::{Error, Language, LocalizedDiagnostic, Report};
use leidraad_bundle::Refused;
use serde::Serialize;

use crate::args::Format;
use crate::clean::{clean, clean_json};
use crate::language;
use crate::layout;
use crate::locale::{Key, say};

/// The exit status of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    /// Granted, or clean.
    Granted = 0,
    /// Refused, or findings.
    Refused = 1,
    /// The question could not be answered.
    Error = 2,
    /// It depends on facts that are missing.
    Undetermined = 3,
}

/// Why a run ended without an answer.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The register does not load.
    Register(Box<Report>, Language),
    /// The question cannot be answered.
    Question(Error, Language),
    /// There is no such finding.
    Code(Error, Language),
    /// The register's time zone is none.
    TimeZone { name: String, language: Language },
    /// A fact is given twice.
    Twice { name: String, language: Language },
    /// A file cannot be read.
    File { path: String, cause: String, language: Language },
    /// A file cannot be written.
    Unwritable { path: String, cause: String, language: Language },
    /// A file is no plugin, or it cannot be tried out like this.
    Plugin { path: String, reason: String },
    /// A bundle, a key or a signature is refused.
    Bundle { path: String, refused: Box<Refused>, language: Language },
    /// A log cannot be read or written.
    Log { message: String, language: Language },
    /// Writing failed.
    Io(std::io::Error),
}

impl From<std::io::Error> for Fault {
    fn from(cause: std::io::Error) -> Self {
        Fault::Io(cause)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Register(report, language) => {
                f.write_str(&layout::report(report, *language))?;
                f.write_str(&say(*language, Key::RegisterRefused, &[("errors", &report.errors().to_string())]))
            }
            Fault::Question(error, language) => {
                write!(f, "{}: {}", say(*language, Key::Error, &[]), error.message(*language))?;
                match error.help(*language) {
                    Some(help) => write!(f, "\n  {help}"),
                    None => Ok(()),
                }
            }
            Fault::Code(error, language) => {
                let help = error.help(*language).unwrap_or_else(|| say(*language, Key::CodeHelp, &[]));
                write!(f, "{}: {}\n  {help}", say(*language, Key::Error, &[]), error.message(*language))
            }
            Fault::TimeZone { name, language } => {
                write!(f, "{}: {}", say(*language, Key::Error, &[]), say(*language, Key::NoTimeZone, &[("name", name)]))
            }
            Fault::Twice { name, language } => {
                write!(f, "{}: {}", say(*language, Key::Error, &[]), say(*language, Key::GivenTwice, &[("name", name)]))
            }
            Fault::File { path, cause, language } => {
                write!(
                    f,
                    "{}: {}",
                    say(*language, Key::Error, &[]),
                    say(*language, Key::FileUnreadable, &[("path", path), ("cause", cause)])
                )
            }
            Fault::Unwritable { path, cause, language } => {
                write!(
                    f,
                    "{}: {}",
                    say(*language, Key::Error, &[]),
                    say(*language, Key::FileUnwritable, &[("path", path), ("cause", cause)])
                )
            }
            Fault::Plugin { path, reason } => write!(f, "{}: {path}: {reason}", say(language::spoken(), Key::Error, &[])),
            Fault::Bundle { path, refused, language } => {
                write!(f, "{}: {path}: {}\n  {}", say(*language, Key::Error, &[]), refused.message(*language), refused.help(*language))
            }
            Fault::Log { message, language } => write!(f, "{}: {message}", say(*language, Key::Error, &[])),
            Fault::Io(cause) => write!(f, "{}: {cause}", say(language::spoken(), Key::Error, &[])),
        }
    }
}

impl Fault {
    /// A bundle, a key or a signature is refused.
    pub(crate) fn refused(path: &Path, refused: Refused, language: Language) -> Fault {
        Fault::Bundle { path: path.display().to_string(), refused: Box::new(refused), language }
    }
    /// A file cannot be read.
    pub(crate) fn unreadable(path: &Path, cause: &std::io::Error, language: Language) -> Fault {
        Fault::File { path: path.display().to_string(), cause: cause.to_string(), language }
    }
}

/// Says what went wrong: on standard error, or as JSON where the answer would have been.
pub(crate) fn report(fault: &Fault, format: Format) -> Status {
    if let Fault::Io(cause) = fault
        && cause.kind() == ErrorKind::BrokenPipe
    {
        return Status::Granted;
    }
    // Nobody is left to tell where the stream is closed; the status says it.
    let _ = if format == Format::Json {
        writeln!(anstream::stdout(), "{}", clean_json(&fault.json()))
    } else {
        writeln!(anstream::stderr(), "{}", clean(&fault.to_string()))
    };
    Status::Error
}

/// What went wrong, as JSON.
#[derive(Serialize)]
struct Record<'a> {
    code: &'a str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<LocalizedDiagnostic<'a>>,
}

#[derive(Serialize)]
struct Wrong<'a> {
    error: Record<'a>,
}

impl Fault {
    /// The stable word that JSON gives.
    fn code(&self) -> &str {
        match self {
            Fault::Register(..) => "register",
            Fault::Question(error, _) | Fault::Code(error, _) => error.code(),
            Fault::TimeZone { .. } => "time-zone",
            Fault::Twice { .. } => "bad-fact",
            Fault::File { .. } => "unreadable",
            Fault::Unwritable { .. } => "unwritable",
            Fault::Plugin { .. } | Fault::Bundle { .. } => "refused",
            Fault::Log { .. } => "log",
            Fault::Io(_) => "io",
        }
    }

    fn json(&self) -> String {
        let plain = |message: String| Record { code: self.code(), message, help: None, findings: Vec::new() };
        let error = match self {
            Fault::Register(report, language) => {
                let errors = report.errors().to_string();
                let message = say(*language, Key::RegisterRefused, &[("errors", &errors)]);
                {
                    let findings = report.diagnostics().iter().map(|finding| finding.in_language(*language)).collect();
                    Record { findings, ..plain(message) }
                }
            }
            Fault::Question(error, language) | Fault::Code(error, language) => {
                Record { help: error.help(*language), ..plain(error.message(*language)) }
            }
            Fault::Bundle { path, refused, language } => {
                Record { help: Some(refused.help(*language).to_owned()), ..plain(format!("{path}: {}", refused.message(*language))) }
            }
            other => {
                let text = other.to_string();
                plain(text.split_once(": ").map_or(text.clone(), |(_, message)| message.to_owned()))
            }
        };
        serde_json::to_string(&Wrong { error }).unwrap_or_default()
    }
}
