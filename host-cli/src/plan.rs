//! All changes of a register's folder that belong together in; carried out in their order out, whole or not at all. A plan is a value: it is
//! made from what was read, and carried out only as long as that is what still stands there.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};

use leidraad::{Language, Sources};

use crate::fault::Fault;
use crate::locale::{Key, say};
use crate::store::{self, Exclusive};

/// Changes that belong together.
pub(crate) struct Plan {
    /// The register's folder, and what was read from it.
    home: PathBuf,
    read: Sources,
    steps: Vec<Step>,
    /// So many of the first steps can be taken back; once they are done, what was planned counts.
    counts_after: usize,
}

/// One change.
struct Step {
    /// The folder below which nothing is a link.
    base: PathBuf,
    path: PathBuf,
    change: Change,
}

enum Change {
    /// A file: its bytes as they were read, and as they will be; nothing: there is none.
    File { before: Option<Vec<u8>>, after: Option<Vec<u8>> },
    /// A folder that is made of files.
    Folder(Vec<(String, Vec<u8>)>),
    /// A folder that goes.
    Gone,
}

/// Why nothing was changed.
pub(crate) enum PlanError {
    /// Somebody else is changing this register.
    Busy,
    /// It was edited since it was read.
    Edited(String),
    Failed(PathBuf, Error),
    /// It failed, and what was done could not be taken back: this is how far it went.
    Torn(PathBuf, Error),
}

impl PlanError {
    /// What is told of it, and of what that leaves.
    pub(crate) fn fault(self, what: &str, language: Language) -> Fault {
        let fault = |key: Key, path: &str, cause: &str| Fault::Plugin {
            path: what.to_owned(),
            reason: say(language, key, &[("path", path), ("cause", cause)]),
        };
        match self {
            PlanError::Busy => fault(Key::PlanBusy, "", ""),
            PlanError::Edited(path) => fault(Key::PlanEdited, &path, ""),
            PlanError::Failed(path, cause) => fault(Key::PlanFailed, &path.display().to_string(), &cause.to_string()),
            PlanError::Torn(path, cause) => fault(Key::PlanTorn, &path.display().to_string(), &cause.to_string()),
        }
    }
}

/// What was planned counts; what could not be tidied up after it, if anything.
pub(crate) struct Done {
    pub(crate) left: Option<(PathBuf, Error)>,
}

impl Plan {
    pub(crate) fn of(home: &Path, read: &Sources) -> Plan {
        Plan { home: home.to_owned(), read: read.clone(), steps: Vec::new(), counts_after: 0 }
    }

    /// A file of the register, by its path below it.
    pub(crate) fn write(self, path: &str, text: &str) -> Plan {
        let before = self.steps.iter().rev().find_map(|step| match &step.change {
            Change::File { after, .. } if step.path == self.home.join(path) => Some(after.clone()),
            _ => None,
        });
        let before = before.unwrap_or_else(|| self.read.bytes_of(path).map(<[u8]>::to_vec));
        self.file(path, before, Some(text.as_bytes().to_vec()))
    }
    fn file(mut self, path: &str, before: Option<Vec<u8>>, after: Option<Vec<u8>>) -> Plan {
        let (base, path) = (self.home.clone(), self.home.join(path));
        self.steps.push(Step { base, path, change: Change::File { before, after } });
        self
    }
    /// A file elsewhere, below a folder of its own, as it is now; nothing takes it away.
    pub(crate) fn elsewhere(mut self, base: &Path, path: PathBuf, after: Option<Vec<u8>>) -> Result<Plan> {
        let before = read(&path)?;
        if before != after {
            self.steps.push(Step { base: base.to_owned(), path, change: Change::File { before, after } });
        }
        Ok(self)
    }
    pub(crate) fn make_folder(mut self, path: &str, files: Vec<(String, Vec<u8>)>) -> Plan {
        let (base, path) = (self.home.clone(), self.home.join(path));
        self.steps.push(Step { base, path, change: Change::Folder(files) });
        self
    }
    pub(crate) fn remove_folder(mut self, path: &str) -> Plan {
        let (base, path) = (self.home.clone(), self.home.join(path));
        self.steps.push(Step { base, path, change: Change::Gone });
        self
    }
    /// Once the steps so far are done, what is planned counts, whatever becomes of those that follow.
    pub(crate) fn counts(mut self) -> Plan {
        self.counts_after = self.steps.len();
        self
    }

    /// Carries it out, or changes nothing.
    pub(crate) fn carry_out(&self) -> std::result::Result<Done, PlanError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |cause| PlanError::Failed(path, cause)
        };
        let Some(_exclusive) = Exclusive::of(&self.home).map_err(failed(&self.home))? else { return Err(PlanError::Busy) };
        if let Some(path) = self.edited(|_| true) {
            return Err(PlanError::Edited(path));
        }
        for step in &self.steps {
            if let Some(folder) = step.path.parent() {
                store::sweep(folder).map_err(failed(folder))?;
            }
        }
        for (at, step) in self.steps.iter().enumerate() {
            match step.make() {
                Ok(()) => {}
                Err(cause) if at >= self.counts_after => return Ok(Done { left: Some((step.path.clone(), cause)) }),
                Err(cause) => {
                    self.take_back(at)?;
                    return Err(if step.is_as_read() {
                        PlanError::Failed(step.path.clone(), cause)
                    } else {
                        PlanError::Edited(self.below(&step.path))
                    });
                }
            }
            // What was edited while this was done would count as what nobody looked at: it is taken back.
            if at + 1 == self.counts_after
                && let Some(path) = self.edited(|path| self.steps.iter().all(|step| self.below(&step.path) != path))
            {
                self.take_back(self.counts_after)?;
                return Err(PlanError::Edited(path));
            }
        }
        Ok(Done { left: None })
    }

    /// The first file of the register that is not as it was read.
    fn edited(&self, looks: impl Fn(&str) -> bool) -> Option<String> {
        let now = Sources::folder(&self.home);
        let made = |path: &str| {
            self.steps
                .iter()
                .any(|step| matches!(step.change, Change::Folder(_)) && path.starts_with(&format!("{}/", self.below(&step.path))))
        };
        let gone = |path: &str| {
            self.steps.iter().any(|step| matches!(step.change, Change::Gone) && path.starts_with(&format!("{}/", self.below(&step.path))))
        };
        let paths = now.paths().chain(self.read.paths()).filter(|path| looks(path));
        let is_other = |path: &&str| {
            let (before, after) = (self.read.digest_of(path), now.digest_of(path));
            before != after && !(before.is_none() && made(path)) && !(after.is_none() && gone(path))
        };
        paths.filter(is_other).min().map(str::to_owned)
    }

    /// Takes back the steps before one, the last first.
    fn take_back(&self, done: usize) -> std::result::Result<(), PlanError> {
        for step in self.steps.iter().take(done).rev() {
            step.take_back().map_err(|cause| PlanError::Torn(step.path.clone(), cause))?;
        }
        Ok(())
    }

    /// A path as it stands below the register.
    fn below(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.home).unwrap_or(path);
        below.iter().map(|name| name.to_string_lossy()).collect::<Vec<_>>().join("/")
    }
}

impl Step {
    fn make(&self) -> Result<()> {
        match &self.change {
            Change::File { before, after } => self.replace(before.as_deref(), after.as_deref()),
            Change::Folder(files) => store::put_folder(&self.base, &self.path, files),
            Change::Gone => store::remove_folder(&self.base, &self.path),
        }
    }

    fn take_back(&self) -> Result<()> {
        match &self.change {
            Change::File { before, after } => self.replace(after.as_deref(), before.as_deref()),
            Change::Folder(_) => store::remove_folder(&self.base, &self.path),
            // It was moved away whole, and is the last that can be taken back.
            Change::Gone => Ok(()),
        }
    }

    /// Puts bytes in the place of others, if these still stand there.
    fn replace(&self, before: Option<&[u8]>, after: Option<&[u8]>) -> Result<()> {
        if read(&self.path)?.as_deref() != before {
            return Err(Error::other("it was edited meanwhile"));
        }
        match after {
            Some(bytes) => store::put(&self.base, &self.path, bytes),
            None if before.is_some() => store::remove(&self.base, &self.path),
            None => Ok(()),
        }
    }

    /// Whether a file stands there as it was read: what fails then is not for an edit's sake.
    fn is_as_read(&self) -> bool {
        match &self.change {
            Change::File { before, .. } => read(&self.path).is_ok_and(|now| now == *before),
            Change::Folder(_) | Change::Gone => true,
        }
    }
}

/// The bytes of a file; nothing where there is none.
fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause),
    }
}
