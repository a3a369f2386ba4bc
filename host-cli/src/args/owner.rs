//! The arguments of what a contract owner does: to begin things, to lead versions, to lock outcomes.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::civil::Date;

use super::day::{Day, calendar_day, day};
use super::{View, fact};

/// For outcomes that are locked.
#[derive(Debug, Subcommand)]
pub(crate) enum Snapshot {
    /// Show which outcomes are not as they are locked, and by which rules
    Check(Snapshots),
    /// Look at what drifted one by one, old beside new, and accept or reject it
    Review(Snapshots),
    /// Lock what drifted as it is now
    Accept {
        #[command(flatten)]
        of: Snapshots,
        /// Only the outcomes with this in their name
        #[arg(value_name = "FILTER")]
        filter: Option<String>,
    },
}

/// Which outcomes, locked where.
#[derive(Debug, clap::Args)]
pub(crate) struct Snapshots {
    /// The folder of the locked outcomes; left out: snapshots/NAME beside the register NAME
    #[arg(long, value_name = "DIR")]
    pub(crate) snapshots: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) adopting: Adopting,
}

/// The register as it will be.
#[derive(Debug, clap::Args)]
pub(crate) struct Adopting {
    /// Look at the outcomes as they will be once this proposal is adopted; what is accepted waits for that
    #[arg(long, value_name = "SET@VERSION")]
    pub(crate) adopting: Option<String>,
    /// The day of that decision; left out: today
    #[arg(long, value_name = "DAY", value_parser = day, requires = "adopting")]
    pub(crate) decided: Option<Day>,
}

/// For what is begun.
#[derive(Debug, Subcommand)]
pub(crate) enum New {
    /// A register: a folder with one of everything to begin with
    Register {
        /// The folder to make
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// What it is called
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// A customer
    Customer {
        /// Its id: lower-case letters, digits and `-`
        #[arg(value_name = "ID")]
        id: String,
        /// What it is called
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Its code, such as GM0626
        #[arg(long, value_name = "CODE")]
        code: Option<String>,
        /// Its role: then rules for that role count for it
        #[arg(long, value_name = "ROLE")]
        role: Option<String>,
        /// The day from which it is a customer; left out: today
        #[arg(long, value_name = "DAY", value_parser = day)]
        from: Option<Day>,
    },
    /// A service of a domain
    Service {
        /// Its id: DOMAIN/SERVICE
        #[arg(value_name = "ID")]
        id: String,
        /// What it is called in Dutch
        #[arg(long, value_name = "NAME")]
        nl: Option<String>,
        /// What it is called in English
        #[arg(long, value_name = "NAME")]
        en: Option<String>,
        /// What it is counted in
        #[arg(long, value_name = "UNIT")]
        unit: Option<String>,
        /// The day from which there is such a service; left out: today
        #[arg(long, value_name = "DAY", value_parser = day)]
        from: Option<Day>,
    },
    /// A rule set with its first version, a proposal
    Ruleset {
        /// Its name
        #[arg(value_name = "SET")]
        set: String,
        /// The rank of the instrument
        #[arg(long, value_name = "RANK")]
        rank: Option<String>,
        /// The day from which it counts
        #[arg(long, value_name = "DAY", value_parser = calendar_day)]
        from: Date,
        /// What the instrument is called
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        /// A matrix: a .csv, .xlsx or .ods file, as `matrix --format xlsx` makes it
        #[arg(long, value_name = "FILE")]
        matrix: Option<PathBuf>,
        /// The sheet of the workbook; left out: its first
        #[arg(long, value_name = "SHEET", requires = "matrix")]
        sheet: Option<String>,
    },
    /// A scenario: a question, with the answer that the register gives now
    Scenario {
        /// Its id
        #[arg(value_name = "ID")]
        id: String,
        /// Who asks: an id, a name, a code
        #[arg(value_name = "CUSTOMER")]
        customer: String,
        /// What is asked for: an id, a name, a synonym
        #[arg(value_name = "SERVICE")]
        service: String,
        /// What is known: quantity=20 urgent=yes modules=coaching,court
        #[arg(value_name = "FACT=VALUE", value_parser = fact)]
        facts: Vec<(String, String)>,
        /// What it shows
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        #[command(flatten)]
        view: View,
    },
}

/// For the life of a version.
#[derive(Debug, Subcommand)]
pub(crate) enum Version {
    /// Copy the last version of a rule set as a proposal
    New {
        /// The rule set
        #[arg(value_name = "SET")]
        set: String,
        /// The day from which it counts
        #[arg(long, value_name = "DAY", value_parser = calendar_day)]
        from: Date,
        /// Its name; left out: the year with a number
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// The version to copy; left out: the last one
        #[arg(long, value_name = "SET@VERSION")]
        copy: Option<String>,
        /// A matrix that was edited: a .csv, .xlsx or .ods file, as `matrix --format xlsx` makes it
        #[arg(long, value_name = "FILE")]
        matrix: Option<PathBuf>,
        /// The sheet of the workbook; left out: its first
        #[arg(long, value_name = "SHEET", requires = "matrix")]
        sheet: Option<String>,
    },
    /// Show the versions of a rule set, or of all: their days, who decided them, whose consent they await
    List {
        /// The rule set
        #[arg(value_name = "SET")]
        set: Option<String>,
    },
    /// Adopt a proposal: everything is checked first, then it counts and is locked
    Adopt {
        /// The proposal
        #[arg(value_name = "SET@VERSION")]
        version: String,
        /// The day of the decision; left out: today
        #[arg(long, value_name = "DAY", value_parser = day)]
        decided: Option<Day>,
        /// The folder of the locked outcomes; left out: snapshots/NAME beside the register NAME
        #[arg(long, value_name = "DIR")]
        snapshots: Option<PathBuf>,
    },
    /// Enter in the lock what counts now and is not held yet: versions, catalogue, facts and values
    Lock,
    /// Take a proposal back: its folder is put aside, with the outcomes that wait for it
    Withdraw {
        /// The proposal
        #[arg(value_name = "SET@VERSION")]
        version: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        /// Put back a proposal that was taken back
        #[arg(long)]
        undo: bool,
        /// The folder of the locked outcomes; left out: snapshots/NAME beside the register NAME
        #[arg(long, value_name = "DIR")]
        snapshots: Option<PathBuf>,
    },
}
