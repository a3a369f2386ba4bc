//! What can go wrong in a run, as text for people; and the exit statuses, as grep and diff have them.

use std::fmt;
use std::io::{ErrorKind, Write};

use leidraad::{Error, Language, Report};

use crate::clean::clean;
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
                f.write_str(&layout::report(report))?;
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
            Fault::Plugin { path, reason } => write!(f, "error: {path}: {reason}"),
            Fault::Io(cause) => write!(f, "error: {cause}"),
        }
    }
}

/// Says on standard error what went wrong.
pub(crate) fn report(fault: &Fault) -> Status {
    if let Fault::Io(cause) = fault
        && cause.kind() == ErrorKind::BrokenPipe
    {
        return Status::Granted;
    }
    // Nobody is left to tell where standard error is closed; the status says it.
    let _ = writeln!(anstream::stderr(), "{}", clean(&fault.to_string()));
    Status::Error
}
