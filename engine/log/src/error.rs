//! Why a log cannot be opened, written or read: in both languages.

use std::fmt;
use std::path::Path;

use leidraad::{Bilingual, Language, both};

/// Why something of a log failed.
///
/// ```
/// use leidraad_log::verify;
/// let error = verify("nowhere".as_ref(), None).unwrap_err();
/// assert!(error.to_string().starts_with("nowhere: "));
/// ```
#[derive(Debug, Clone)]
pub struct LogError {
    message: Bilingual,
}

impl LogError {
    pub(crate) fn new(message: Bilingual) -> LogError {
        LogError { message }
    }
    /// What the system says of a file.
    pub(crate) fn of(path: &Path, cause: impl fmt::Display) -> LogError {
        let path = path.display();
        LogError { message: Bilingual::same(format!("{path}: {cause}")) }
    }
    pub(crate) fn not_written(cause: &str) -> LogError {
        LogError::new(both!("the answer could not be logged: {cause}", "het antwoord kon niet worden vastgelegd: {cause}"))
    }
    /// What failed.
    pub fn message(&self, language: Language) -> &str {
        self.message.get(language)
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message(Language::En))
    }
}

impl std::error::Error for LogError {}
