//! Why a bundle, a signature or a setting is refused: in both languages, with the way out.

use std::fmt;

use leidraad::{Bilingual, Language, Sources, both};

/// Which reason there is to refuse.
///
/// ```
/// use leidraad_bundle::{Bundle, Kind};
/// assert_eq!(Bundle::read(b"no bundle").unwrap_err().kind(), Kind::NoBundle);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// it is something else than a bundle
    NoBundle,
    /// it ends too early, or was changed on the way
    Damaged,
    /// something stands behind its end
    Trailing,
    /// it unpacks to more than a register may be
    TooLarge,
    /// its manifest is none, or says what no manifest may
    Manifest,
    /// an entry is a link, a folder, a device
    NotPlain,
    /// a path stands in it twice
    Twice,
    /// an entry that the manifest does not name
    NotNamed,
    /// a file that the manifest names is not there
    Missing,
    /// a path leads out of the register
    Outside,
    /// a file, or all of it, is not what the manifest says
    Digest,
    /// the reader's own setting cannot be used
    Setting,
    /// fewer signatures than the reader wants
    Unsigned,
    /// a signature of a key that is trusted does not fit the file
    BadSignature,
    /// those who may change a rule set have not signed
    Role,
    /// it is older than the one in force
    Older,
    /// a bundle of the same number holds something else
    SameNumber,
    /// it is a folder, where signatures are wanted
    Folder,
    /// a secret key cannot be used
    Key,
}

/// Why a bundle is not used.
///
/// ```
/// use leidraad::Language;
/// use leidraad_bundle::Bundle;
/// let refused = Bundle::read(b"").unwrap_err();
/// assert_eq!(refused.to_string(), "it is empty; make the bundle again with `leidraad bundle FOLDER FILE`");
/// assert_eq!(refused.message(Language::Nl), "het is leeg");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    kind: Kind,
    message: Bilingual,
    help: Bilingual,
}

impl Refused {
    pub(crate) fn new(kind: Kind, message: Bilingual, help: Bilingual) -> Refused {
        Refused { kind, message, help }
    }
    /// What can only be mended where it was made.
    pub(crate) fn pack_anew(kind: Kind, message: Bilingual) -> Refused {
        Refused::new(
            kind,
            message,
            both!("make the bundle again with `leidraad bundle FOLDER FILE`", "maak de bundel opnieuw met `leidraad bundle MAP BESTAND`"),
        )
    }
    /// Which reason it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }
    /// What is wrong.
    pub fn message(&self, language: Language) -> &str {
        self.message.get(language)
    }
    /// The way out.
    pub fn help(&self, language: Language) -> &str {
        self.help.get(language)
    }
    /// The same as a source that does not load: its report has this as its finding.
    ///
    /// ```
    /// use leidraad_bundle::Bundle;
    /// let sources = Bundle::read(b"").unwrap_err().into_sources("rules.bundle");
    /// assert!(leidraad::Policy::load(&sources).unwrap_err().to_string().contains("it is empty"));
    /// ```
    pub fn into_sources(self, origin: impl Into<String>) -> Sources {
        Sources::refused(origin, self.message, self.help)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message(Language::En), self.help(Language::En))
    }
}

impl std::error::Error for Refused {}
