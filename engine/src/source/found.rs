//! What a folder holds: files by path, and what of it cannot be read.

use crate::text::Bilingual;

/// A larger file is refused: no register of people's making comes near it.
pub(crate) const FILE_LIMIT: u64 = 64 * 1024 * 1024;
/// Nor a register of so much in all.
pub(crate) const TOTAL_LIMIT: u64 = 1024 * 1024 * 1024;
/// No register's folders are nested deeper.
pub(crate) const DEPTH: usize = 16;

/// Why something could not be read.
#[derive(Debug, Clone)]
pub(crate) enum Unread {
    /// There is no such folder; or it is something else.
    NoFolder { exists: bool },
    /// A link leads back up.
    Loop,
    /// A link leads out of the register.
    Outside,
    /// It is no plain file, but this.
    NotPlain(Bilingual),
    /// It has more bytes than a file may have: this many.
    TooLarge(u64),
    /// All files together are too large.
    TooMuch,
    /// It lies in too many folders.
    TooDeep,
    /// Whoever should bring it says no; and the way out.
    Refused { message: Bilingual, help: Bilingual },
    /// The system, or the archive's format, says no.
    Failed(String),
}

/// Files, and what is none.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: Vec<(String, Vec<u8>)>,
    pub(super) unread: Vec<(String, Unread)>,
}

/// Whether a file or folder is hidden: those are passed over.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// Whether a file is one that other programs leave behind, and that nobody could mean as a part of a register.
pub(super) fn is_litter(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx"].contains(&lower.as_str())
        || name.starts_with("~$")
        || name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
}
