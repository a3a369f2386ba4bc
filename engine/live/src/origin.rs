//! Where a register lies in; what lies there out, once it holds still, and how it looks without being read.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use leidraad::{Sources, both};
use leidraad_bundle::{Manifest, Parcel, Trust, signature_files};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::got::{Accepted, Found, Got, Looks};
#[cfg(feature = "remote")]
use crate::remote::Remote;

/// So often a source is read again that changed while it was read.
const AGAIN: usize = 20;

/// Where a register is followed.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    Folder(PathBuf),
    Bundle(PathBuf),
    #[cfg(feature = "remote")]
    Remote(Remote),
}

impl Origin {
    /// What is meant by a place: an address, a bundle, else a folder.
    pub(crate) fn of(place: &Path) -> Origin {
        #[cfg(feature = "remote")]
        if place.to_str().is_some_and(|place| place.contains("://")) {
            return Origin::Remote(Remote::new(place.to_string_lossy().into_owned()));
        }
        if place.is_file() { Origin::Bundle(place.to_owned()) } else { Origin::Folder(place.to_owned()) }
    }

    /// The place on this machine; `None` for one elsewhere.
    #[cfg_attr(not(feature = "remote"), allow(clippy::unnecessary_wraps, reason = "then nothing is far away"))]
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Origin::Folder(path) | Origin::Bundle(path) => Some(path),
            #[cfg(feature = "remote")]
            Origin::Remote(_) => None,
        }
    }

    /// The files beside a bundle that count as well.
    pub(crate) fn beside(&self, trust: &Trust) -> Vec<PathBuf> {
        if let Origin::Bundle(path) = self { signature_files(path, trust.key_ids()) } else { Vec::new() }
    }

    /// What it is called in reports.
    fn name(&self) -> String {
        match self {
            Origin::Folder(path) | Origin::Bundle(path) => path.display().to_string(),
            #[cfg(feature = "remote")]
            Origin::Remote(remote) => remote.url(),
        }
    }

    #[cfg_attr(not(feature = "remote"), allow(unused_variables, reason = "only what is far away is waited for"))]
    fn read(&mut self, trust: &Trust, is_over: &dyn Fn() -> bool) -> Got {
        match self {
            Origin::Folder(path) => match trust.takes_folders() {
                Ok(()) => Got::Folder(Sources::folder(path)),
                Err(refused) => Got::Nothing(refused.into_sources(path.display().to_string())),
            },
            Origin::Bundle(path) => match Parcel::read(path, trust.key_ids()) {
                Ok(parcel) => Got::Parcel(Arc::new(parcel)),
                Err(_) if !path.exists() => Got::Nothing(Sources::folder(&*path)),
                Err(cause) => Got::Nothing(unreadable(&path.display().to_string(), &cause)),
            },
            #[cfg(feature = "remote")]
            Origin::Remote(remote) => remote.fetch(trust, is_over),
        }
    }

    /// What lies there, read until two readings are the same: what is being written is no successor yet. `None` if it never holds still, or
    /// nobody waits any more. What comes from elsewhere comes whole, or not at all.
    pub(crate) fn still(&mut self, trust: &Trust, quiet: Duration, is_over: impl Fn() -> bool) -> Option<Found> {
        let mut before = self.found(trust, &is_over);
        if self.path().is_none() {
            return (!is_over()).then_some(before);
        }
        for _ in 0..AGAIN {
            std::thread::sleep(quiet);
            if is_over() {
                return None;
            }
            let now = self.found(trust, &is_over);
            if now.looks == before.looks && now.mark == before.mark {
                return Some(now);
            }
            before = now;
        }
        None
    }

    /// What lies there now, whether it holds still or not.
    pub(crate) fn found(&mut self, trust: &Trust, is_over: &dyn Fn() -> bool) -> Found {
        let (looks, got) = (self.looks(trust), self.read(trust, is_over));
        let mark = match &got {
            Got::Folder(sources) => format!("{} {}", sources.digest(), sources.is_whole()),
            // What was refused today is asked again tomorrow.
            Got::Parcel(parcel) => format!("{} {:?}", mark(parcel), looks.day),
            Got::Nothing(sources) => format!("{sources:?}"),
        };
        Found { looks, mark, got }
    }

    /// What may be used of what was got, beside what is in force.
    pub(crate) fn accept(&self, got: &Got, trust: &Trust, in_force: Option<&Manifest>) -> Accepted {
        match got {
            Got::Folder(sources) | Got::Nothing(sources) => Accepted { sources: sources.clone(), manifest: None },
            Got::Parcel(parcel) => accept(parcel, trust, in_force, &self.name()),
        }
    }

    /// How its files look now; a file that cannot be looked at looks like none.
    pub(crate) fn looks(&self, trust: &Trust) -> Looks {
        let day = trust.key_ids().next().map(|_| today());
        let Some(path) = self.path() else { return Looks { day, ..Looks::default() } };
        let beside = self.beside(trust);
        let places = std::iter::once(path).chain(beside.iter().map(PathBuf::as_path));
        let files = places.flat_map(|place| WalkDir::new(place).follow_links(true).into_iter().filter_map(Result::ok));
        let files = files.filter_map(|entry| {
            let about = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some((entry.path().to_owned(), (about.len(), about.modified().ok())))
        });
        Looks { files: files.collect(), day }
    }
}

/// What may be used of a parcel.
pub(crate) fn accept(parcel: &Parcel, trust: &Trust, in_force: Option<&Manifest>, name: &str) -> Accepted {
    match trust.accept(parcel, today(), in_force) {
        Ok(bundle) => Accepted { manifest: Some(bundle.manifest().clone()), sources: bundle.into_sources() },
        Err(refused) => Accepted { sources: refused.into_sources(name), manifest: None },
    }
}

fn today() -> jiff::civil::Date {
    TimeZone::system().to_datetime(Timestamp::now()).date()
}

fn unreadable(name: &str, cause: &std::io::Error) -> Sources {
    Sources::refused(
        name,
        both!("it cannot be read: {cause}", "het is niet te lezen: {cause}"),
        both!("check its permissions", "kijk naar de rechten"),
    )
}

/// A digest of all that came, the signatures too.
fn mark(parcel: &Parcel) -> String {
    let mut all = Sha256::new();
    for part in std::iter::once(parcel.file()).chain(parcel.signatures().iter().map(String::as_bytes)) {
        all.update((part.len() as u64).to_le_bytes());
        all.update(part);
    }
    hex::encode(all.finalize())
}
