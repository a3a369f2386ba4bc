//! What was got of a source, and what of that may be used.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::civil::Date;
use leidraad::Sources;
use leidraad_bundle::{Manifest, Parcel};

/// How the files of a register look: what is written changes a length or a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Looks {
    pub(crate) files: BTreeMap<PathBuf, (u64, Option<SystemTime>)>,
    /// Of what is signed, the day: keys count on some days and not on others.
    pub(crate) day: Option<Date>,
}

/// What lies at an origin. Copies share what they hold.
#[derive(Debug, Clone)]
pub(crate) enum Got {
    Folder(Sources),
    Parcel(Arc<Parcel>),
    /// Nothing could be got, and this is why.
    Nothing(Sources),
}

/// What lies at an origin, as it was when it held still.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) looks: Looks,
    /// Two that are the same have the same mark, and others another.
    pub(crate) mark: String,
    pub(crate) got: Got,
}

/// A register that may be used: its files, and of a bundle what it says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Accepted {
    pub(crate) sources: Sources,
    pub(crate) manifest: Option<Manifest>,
}
