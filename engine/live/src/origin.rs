//! A path in; the register that lies there out, and how its files look without being read.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use leidraad::Sources;
use walkdir::WalkDir;

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
