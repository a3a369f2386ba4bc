//! The arguments of those who pack a register, sign it, and look at what they got.

use std::path::PathBuf;

use super::{Day, day};

#[derive(Debug, clap::Args)]
pub(crate) struct Bundle {
    /// The register's folder
    pub(crate) folder: PathBuf,
    /// The bundle to write
    pub(crate) file: PathBuf,
    /// Its number; left out: one more than that of the bundle that stands there, 1 if there is none
    #[arg(long, value_name = "NUMBER")]
    pub(crate) sequence: Option<u64>,
    /// Its name; left out: the register's
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Sign {
    /// The bundle
    pub(crate) file: PathBuf,
    /// The secret key: what `leidraad keygen` or `minisign -G` made
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// The signature to write; left out: beside the bundle, named after the key
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// The bundle
    pub(crate) file: PathBuf,
    /// The bundle now in force, to check whether the new one may follow it
    #[arg(long, value_name = "FILE")]
    pub(crate) after: Option<PathBuf>,
    /// The day on which keys have to be valid; left out: today
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) on: Option<Day>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Keygen {
    /// The secret key to write; the public one is written beside it, with .pub behind its name
    pub(crate) file: PathBuf,
    /// Do not encrypt the secret key
    #[arg(long)]
    pub(crate) no_password: bool,
}
