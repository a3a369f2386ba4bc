//! A path in; the register that lies there out, and how its files look without being read.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use leidraad::Sources;
use walkdir::WalkDir;

/// So often a source is read again that changed while it was read.
const AGAIN: usize = 20;

/// In which form a register is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Folder,
    Bundle,
}

/// Where a register is followed.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) path: PathBuf,
    pub(crate) form: Form,
}

/// How the files of a register look: what is written changes a length or a time.
pub(crate) type Looks = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

impl Origin {
    pub(crate) fn read(&self) -> Sources {
        match self.form {
            Form::Folder => Sources::folder(&self.path),
            // What is no bundle says so itself, and so does what is not there.
            Form::Bundle => std::fs::read(&self.path).map_or_else(|_| Sources::folder(&self.path), |bytes| Sources::bundle(&bytes)),
        }
    }

    /// The source, read until two readings are the same: one that is being written is no successor yet. `None` if it never holds still, or
    /// nobody waits any more.
    pub(crate) fn still(&self, quiet: Duration, is_over: impl Fn() -> bool) -> Option<(Looks, Sources)> {
        let mut before = (self.looks(), self.read());
        for _ in 0..AGAIN {
            std::thread::sleep(quiet);
            if is_over() {
                return None;
            }
            let now = (self.looks(), self.read());
            let is_same = now.0 == before.0 && now.1.digest() == before.1.digest() && now.1.is_whole() == before.1.is_whole();
            if is_same {
                return Some(now);
            }
            before = now;
        }
        None
    }

    /// How its files look now; a file that cannot be looked at looks like none.
    pub(crate) fn looks(&self) -> Looks {
        let files = WalkDir::new(&self.path).follow_links(true).into_iter().filter_map(Result::ok);
        files
            .filter_map(|entry| {
                let about = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
                Some((entry.path().to_owned(), (about.len(), about.modified().ok())))
            })
            .collect()
    }
}
