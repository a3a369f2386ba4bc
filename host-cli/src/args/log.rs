//! The arguments of those who keep a log of answers.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::{Day, day};

/// Where answers are logged.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Logged {
    /// Log each answer in this folder before it is shown; an answer that cannot be logged is not shown
    #[arg(long, value_name = "LOG")]
    pub(crate) log: Option<PathBuf>,
    /// Who enters the question (employee, desk or application), as the log records it; left out: the user of this computer
    #[arg(long, value_name = "NAME", requires = "log")]
    pub(crate) actor: Option<String>,
    /// The file with the key by which personal facts are masked; without a key they are not put into the log
    #[arg(long, value_name = "FILE", requires = "log")]
    pub(crate) mask_key: Option<PathBuf>,
}

/// For those who keep a log.
#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// Show whether every line is there, and as it was written
    Verify {
        /// The log's folder
        log: PathBuf,
    },
    /// Give every answer again, by the policy that gave it
    Replay(Replay),
    /// Show the answers about a customer, a service, a day, a rule
    Query(Query),
    /// Write the log in a form that other programs read
    Export(Export),
    /// Write down where the log ends, to be signed and kept elsewhere
    Checkpoint {
        /// The log's folder
        log: PathBuf,
        /// Sign it with this secret key
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
    /// Delete the segments whose lines are all from before a given day; the log says so
    Retire {
        /// The log's folder
        log: PathBuf,
        /// That day: lines of this day or later are always kept
        #[arg(long, value_name = "DAY", value_parser = day)]
        before: Day,
        /// Who deletes it; left out: the user of this machine
        #[arg(long, value_name = "NAME")]
        actor: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Replay {
    /// The log's folder
    pub(crate) log: PathBuf,
    /// The folder of bundles in which earlier policies are kept; --register is looked at, too
    #[arg(long, value_name = "DIR")]
    pub(crate) bundles: Option<PathBuf>,
    /// Ask another register the same questions, and show which answers differ
    #[arg(long, value_name = "REGISTER")]
    pub(crate) against: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Query {
    /// The log's folder
    pub(crate) log: PathBuf,
    /// About which customer: an id, a name, a code
    #[arg(long, value_name = "CUSTOMER")]
    pub(crate) customer: Option<String>,
    /// About which service: an id, a name, a synonym
    #[arg(long, value_name = "SERVICE")]
    pub(crate) service: Option<String>,
    /// About which day the question was
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) on: Option<Day>,
    /// Only those with this answer
    #[arg(long, value_name = "OUTCOME", value_enum)]
    pub(crate) outcome: Option<Came>,
    /// Which rule or option decided: set@version#id; or set@version, or set, for all in it
    #[arg(long, value_name = "RULE")]
    pub(crate) rule: Option<String>,
    /// Who entered the question, as recorded with --actor
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
    /// The reference that was given with the question
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Answered on this day or later
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) since: Option<Day>,
    /// Answered on this day or before
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) until: Option<Day>,
    /// At most so many, the newest first
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pub(crate) most: usize,
}

/// What came of a question, as a log has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Came {
    Granted,
    Refused,
    Undetermined,
    Error,
}

impl Came {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Came::Granted => "granted",
            Came::Refused => "refused",
            Came::Undetermined => "undetermined",
            Came::Error => "error",
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The log's folder
    pub(crate) log: PathBuf,
    /// In which form: Logboek dataverwerkingen as OTLP JSON (ldv), Parquet (parquet), or the questions alone (questions)
    #[arg(long = "as", value_name = "FORM", value_enum)]
    pub(crate) form: Form,
    /// The file to write; left out: standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// For ldv: the address of the activity in the register of processing activities
    #[arg(long, value_name = "URI")]
    pub(crate) activity: Option<String>,
    /// For ldv: the application that keeps the log
    #[arg(long, value_name = "NAME", default_value = "leidraad")]
    pub(crate) service: String,
    /// For ldv: the masked fact that identifies the person concerned
    #[arg(long, value_name = "FACT")]
    pub(crate) subject: Option<String>,
}

/// A form of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    Ldv,
    Parquet,
    Questions,
}
