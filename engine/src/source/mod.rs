//! Where a register's bytes come from: a folder, memory. The only input and output of the engine.

mod folder;
mod found;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use crate::model::option::is_script;
use crate::parallel::side_by_side;
use crate::text::Bilingual;
pub(crate) use found::{DEPTH, FILE_LIMIT, TOTAL_LIMIT, Unread};
use found::{Found, is_litter};

/// The files of a register, read but not understood: path below the register's folder, and bytes. Copies share the bytes.
///
/// What cannot be read is kept as a finding, so that it is reported together with all others.
///
/// ```
/// use leidraad::Sources;
/// let sources = Sources::memory([("register.toml", "name = 'Tiny'")]);
/// assert_eq!(sources.len(), 1);
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Sources {
    files: Vec<File>,
    /// What could not be read: path and reason.
    pub(crate) unread: Vec<(String, Unread)>,
}

#[derive(Debug, Clone)]
struct File {
    path: String,
    content: Arc<Content>,
}

#[derive(Debug)]
struct Content {
    bytes: Vec<u8>,
    /// Its SHA-256, in hexadecimal, once it was asked for.
    digest: OnceLock<Box<str>>,
}

impl File {
    fn digest(&self) -> &str {
        self.content.digest.get_or_init(|| digest_of(&self.content.bytes).into())
    }
}

impl Sources {
    /// Reads a folder and all below it. Hidden files are passed over, and what office programs and systems leave behind. Links are followed
    /// within the folder.
    ///
    /// ```
    /// use leidraad::Sources;
    /// assert!(Sources::folder("rules").paths().any(|path| path == "register.toml"));
    /// assert!(Sources::folder("nowhere").is_empty());
    /// ```
    pub fn folder(path: impl AsRef<Path>) -> Self {
        Sources::of(folder::read(path.as_ref()))
    }

    /// No files, since whoever should bring them could not, or may not: what is told then stands in the report of a policy that is loaded of
    /// this, as any other finding.
    ///
    /// ```
    /// use leidraad::{Policy, Sources, both};
    /// let sources = Sources::refused("rules.bundle", both!("it is cut off", "het is afgebroken"), both!("copy it again", "kopieer het opnieuw"));
    /// let report = Policy::load(&sources).unwrap_err();
    /// assert_eq!((report.errors(), report.diagnostics()[0].file()), (1, "rules.bundle"));
    /// ```
    pub fn refused(origin: impl Into<String>, message: Bilingual, help: Bilingual) -> Self {
        Sources { files: Vec::new(), unread: vec![(origin.into(), Unread::Refused { message, help })] }
    }

    fn of(found: Found) -> Self {
        let mut sources = Sources { files: Vec::new(), unread: found.unread };
        found.files.into_iter().for_each(|(path, bytes)| sources.add(path, bytes));
        sources.sorted()
    }

    /// Takes files from memory; paths are as below a register's folder, with `/` between names.
    pub fn memory<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let mut sources = Self::default();
        for (path, bytes) in files {
            sources.add(path.into(), bytes.into());
        }
        sources.sorted()
    }

    /// The same files, with one in place of what stood at its path.
    ///
    /// ```
    /// use leidraad::Sources;
    /// let sources = Sources::memory([("a.md", "old")]).with("a.md", "new").with("b.md", "");
    /// assert_eq!((sources.text("a.md"), sources.len()), (Some("new"), 2));
    /// ```
    pub fn with(mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let path = path.into();
        self.files.retain(|file| file.path != path);
        self.add(path, bytes.into());
        self.sorted()
    }

    /// The same files but for those of a folder.
    ///
    /// ```
    /// use leidraad::Sources;
    /// assert_eq!(Sources::memory([("a/b.md", ""), ("ab.md", "")]).without("a").len(), 1);
    /// ```
    pub fn without(mut self, folder: &str) -> Self {
        let below = format!("{folder}/");
        self.files.retain(|file| !file.path.starts_with(&below));
        self
    }

    /// The text of a file; `None` if there is none, or it is no text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.bytes_of(path).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The SHA-256 of a file, in hexadecimal; `None` if there is none.
    pub fn digest_of(&self, path: &str) -> Option<&str> {
        self.files.get(self.place(path)?).map(File::digest)
    }

    /// The bytes of a file; `None` if there is none.
    ///
    /// ```
    /// let sources = leidraad::Sources::memory([("a.md", "old")]);
    /// assert_eq!((sources.bytes_of("a.md"), sources.bytes_of("b.md")), (Some(&b"old"[..]), None));
    /// assert!(sources.digest_of("a.md").is_some_and(|digest| digest.len() == 64));
    /// ```
    pub fn bytes_of(&self, path: &str) -> Option<&[u8]> {
        self.find(path).map(|(_, bytes)| bytes)
    }

    /// The paths of all files, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.path.as_str())
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether everything that was found could be read.
    pub fn is_whole(&self) -> bool {
        self.unread.is_empty()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    fn add(&mut self, path: String, bytes: Vec<u8>) {
        if path.rsplit('/').next().is_some_and(is_litter) {
            return;
        }
        let bytes = if is_script(&path) { script(&bytes) } else { bytes };
        if bytes.len() as u64 > FILE_LIMIT {
            self.unread.push((path, Unread::TooLarge(bytes.len() as u64)));
        } else {
            self.files.push(File { path, content: Arc::new(Content { bytes, digest: OnceLock::new() }) });
        }
    }

    fn sorted(mut self) -> Self {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        self
    }

    pub(crate) fn path(&self, file: u32) -> &str {
        self.files.get(file as usize).map_or("", |file| &file.path)
    }

    pub(crate) fn bytes(&self, file: u32) -> &[u8] {
        self.files.get(file as usize).map_or(&[], |file| &file.content.bytes)
    }

    /// Where a file stands among all.
    fn place(&self, path: &str) -> Option<usize> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()
    }

    pub(crate) fn find(&self, path: &str) -> Option<(u32, &[u8])> {
        let id = u32::try_from(self.place(path)?).ok()?;
        Some((id, self.bytes(id)))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &str, &[u8])> {
        (0..).zip(&self.files).map(|(at, file)| (at, file.path.as_str(), file.content.bytes.as_slice()))
    }

    /// The SHA-256 of each file, in hexadecimal, in the order of their paths.
    pub(crate) fn digests(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|file| (file.path.as_str(), file.digest()))
    }

    /// `sha256:…` over paths and bytes: the digest of the policy that they make.
    ///
    /// ```
    /// use leidraad::{Policy, Sources};
    /// let sources = Sources::folder("rules");
    /// assert!(sources.is_whole());
    /// assert_eq!(sources.digest(), Policy::load(&sources).unwrap().digest());
    /// ```
    pub fn digest(&self) -> String {
        side_by_side(&self.files, |file| {
            file.digest();
        });
        let mut all = Sha256::new();
        for (path, digest) in self.digests() {
            all.update(digest);
            all.update(path.as_bytes());
            all.update([0]);
        }
        format!("sha256:{}", hex(&all.finalize()))
    }
}

/// A script as it is wherever it was checked out: without the mark that some editors put at the beginning of a file, its lines ended as
/// elsewhere. A digest that approves of it then holds on every system.
pub(crate) fn script(bytes: &[u8]) -> Vec<u8> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !text.contains(&b'\r') {
        return text.to_vec();
    }
    let is_kept = |at: usize, byte: u8| byte != b'\r' || text.get(at + 1) != Some(&b'\n');
    text.iter().enumerate().filter(|(at, byte)| is_kept(*at, **byte)).map(|(_, byte)| *byte).collect()
}

/// The SHA-256 of some bytes, in hexadecimal.
pub(crate) fn digest_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
