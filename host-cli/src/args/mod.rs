//! The arguments of every subcommand, as data.

mod bundle;
mod day;
mod log;
mod owner;
mod serve;

pub(crate) use bundle::{Bundle, Keygen, Sign, Verify};
pub(crate) use day::{Day, day};
pub(crate) use log::{Export, Form, Log, Logged, Query, Replay};
#[cfg(test)]
pub(crate) use owner::Adopting;
pub(crate) use owner::{New, Snapshot, Snapshots, Version};
pub(crate) use serve::{Serve, ServeCommand};

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, Subcommand, ValueEnum};
use leidraad::Language;

use crate::language;
use crate::locale::{Key, say};

/// Who is entitled to what, at which level, and why.
#[derive(Debug, Parser)]
#[command(name = "leidraad", version, about, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Args {
    /// The register: a folder, a bundle, or the address of a bundle (https://…, s3://…)
    #[arg(long, global = true, value_name = "DIR", default_value = "rules", env = "LEIDRAAD_REGISTER", hide_env_values = true)]
    pub(crate) register: PathBuf,
    /// A file that says who must have signed a bundle (see docs/bundles.md); left out: no signatures are needed
    #[arg(long, global = true, value_name = "FILE", env = "LEIDRAAD_TRUST", hide_env_values = true)]
    pub(crate) trust: Option<PathBuf>,
    /// The language of answers: nl or en; left out: that of the locale, else the register's first. For `plugin new`: rust or rhai
    #[arg(long, global = true, value_name = "LANGUAGE")]
    pub(crate) lang: Option<Lang>,
    /// Words for people, or JSON for programs
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What `--lang` can name: a language to answer in or, for a new plugin, one to write in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lang {
    Speak(Language),
    Rust,
    Rhai,
}

impl FromStr for Lang {
    type Err = leidraad::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "rust" => Ok(Lang::Rust),
            "rhai" => Ok(Lang::Rhai),
            _ => text.parse().map(Lang::Speak),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    /// One page for a browser, of differences, lists, matrices and timelines
    Html,
    /// A table for programs that read them: of lists and matrices alone
    Csv,
    /// The same as a workbook
    Xlsx,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer one question, or a batch of them
    Ask(Ask),
    /// Show all services of one customer
    List(List),
    /// Show all customers and all services
    Matrix(Table),
    /// Show which answers began, ended or changed between two days
    Changes(Changes),
    /// Show one answer along the days
    When(When),
    /// Show everything that is wrong with the register
    Check,
    /// Explain a finding of `check`: what it looks for, why that matters, an example
    Explain {
        /// Its code, such as rule-conflict; left out: all of them in a line each
        #[arg(value_name = "CODE")]
        code: Option<String>,
    },
    /// Ask the scenarios, and show which get another answer than their owner expects
    Test(Test),
    /// Show every difference between two registers, or two views of one
    Diff(Diff),
    /// Lock outcomes in place, and show which drifted
    #[command(subcommand)]
    Snapshot(Snapshot),
    /// Begin a register, or something in one
    #[command(subcommand)]
    New(New),
    /// Lead a version of a rule set from a proposal to what counts
    #[command(subcommand)]
    Version(Version),
    /// Make and try out plugins for options
    #[command(subcommand)]
    Plugin(Plugin),
    /// Put a register into one file, a bundle
    Bundle(Bundle),
    /// Sign a bundle
    Sign(Sign),
    /// Show what a bundle holds, who signed it, and whether it may be used
    Verify(Verify),
    /// Make a pair of keys to sign with
    Keygen(Keygen),
    /// Check, search, export and manage the log of answers
    #[command(subcommand)]
    Log(Log),
    /// Answer over HTTP, and in a browser
    Serve(Serve),
    /// Answer an assistant over standard input and output (Model Context Protocol)
    Mcp(Logged),
    /// Print the JSON Schema of a kind of file, for editors
    Schema {
        /// The kind of file, such as rules; left out: all kinds, one a line
        #[arg(value_name = "KIND")]
        kind: Option<String>,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// For those who make plugins.
#[derive(Debug, Subcommand)]
pub(crate) enum Plugin {
    /// Begin a plugin in Rust, or with --lang rhai in Rhai: a folder that builds and passes its own test as it stands
    New(NewPlugin),
    /// Show what a file is, what it reaches, what it says of itself
    Inspect {
        /// A component (.wasm) or a script (.rhai)
        file: PathBuf,
    },
    /// Call a plugin once, outside any register
    Run(RunPlugin),
    /// Make a component of a core module that a compiler made
    Pack {
        /// The core module
        module: PathBuf,
        /// The component to write
        component: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct NewPlugin {
    /// Its name: lower-case letters, digits and `-`
    pub(crate) name: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RunPlugin {
    /// A component (.wasm) or a script (.rhai)
    pub(crate) file: PathBuf,
    /// What is asked, as JSON or @file: {"customer":"…","service":"…","on":"2026-01-01","facts":{…}}
    #[arg(long, value_name = "JSON")]
    pub(crate) question: Option<String>,
    /// What the rules left, as JSON or @file: base, level, room, quota, obligations
    #[arg(long, value_name = "JSON")]
    pub(crate) standing: Option<String>,
    /// The settings, as JSON or @file: {"factor":1.1}
    #[arg(long, value_name = "JSON")]
    pub(crate) config: Option<String>,
    /// How much fuel it may use
    #[arg(long, value_name = "UNITS")]
    pub(crate) fuel: Option<u64>,
}

/// From when and what an answer is given.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct View {
    /// The day that the question is about; left out: today
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) on: Option<Day>,
    #[command(flatten)]
    pub(crate) knowledge: Knowledge,
}

/// What is taken to be known.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Knowledge {
    /// Answer as it was known on this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) known: Option<Day>,
    /// Count proposed versions in
    #[arg(long)]
    pub(crate) proposed: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Ask {
    /// Who asks: an id, a name, a code
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: Option<String>,
    /// What is asked for: an id, a name, a synonym
    #[arg(value_name = "SERVICE")]
    pub(crate) service: Option<String>,
    /// What is known: quantity=20 urgent=yes modules=coaching,court
    #[arg(value_name = "FACT=VALUE", value_parser = fact)]
    pub(crate) facts: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) view: View,
    /// Show also what lost, the room for options, the register's digest; of a refusal, what would have to be different
    #[arg(long)]
    pub(crate) why: bool,
    /// Show what would have to be different for this level; with all that --why shows
    #[arg(long, value_name = "LEVEL")]
    pub(crate) want: Option<String>,
    /// Give the answer as a reply that can be pasted into a mail
    #[arg(long)]
    pub(crate) copy: bool,
    /// Answer a question a line from a file of JSON objects, or from standard input (-)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["customer", "service", "facts", "on", "known", "proposed", "why", "want", "copy"])]
    pub(crate) batch: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) logged: Logged,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Whose services: an id, a name, a code
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,
    #[command(flatten)]
    pub(crate) table: Table,
}

/// A table of answers: from when, of which services, which answers, and where it goes.
#[derive(Debug, clap::Args)]
pub(crate) struct Table {
    #[command(flatten)]
    pub(crate) view: View,
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// Only those with this answer
    #[arg(long, value_name = "OUTCOME", value_enum)]
    pub(crate) outcome: Option<Wanted>,
    /// The file to write; left out: standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Which services are shown.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Filter {
    /// Only the services of this domain
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) domain: Option<String>,
    /// Only the services with this in a name of theirs
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,
}

/// An outcome to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wanted {
    Granted,
    Refused,
    Undetermined,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Changes {
    /// Whose answers: an id, a name, a code; left out: everybody's
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: Option<String>,
    /// The day after which it changed
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) since: Day,
    /// The last day to look at; left out: today
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) until: Option<Day>,
    #[command(flatten)]
    pub(crate) knowledge: Knowledge,
    #[command(flatten)]
    pub(crate) filter: Filter,
}

#[derive(Debug, clap::Args)]
pub(crate) struct When {
    /// Who asks: an id, a name, a code
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,
    /// What is asked for: an id, a name, a synonym
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,
    /// What is known: quantity=20 urgent=yes modules=coaching,court
    #[arg(value_name = "FACT=VALUE", value_parser = fact)]
    pub(crate) facts: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) knowledge: Knowledge,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Only the scenarios with this in their id
    #[arg(value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    /// Show how often each rule fired and decided
    #[arg(long, value_name = "FORM", value_enum)]
    pub(crate) coverage: Option<CoverageFormat>,
    /// Write a report that build servers read
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Test again whenever the register changes
    #[arg(long)]
    pub(crate) watch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageFormat {
    Text,
    Json,
    Lcov,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    /// The older register: a folder or bundle, with @known=DAY behind it as known on a day; @known=DAY alone: of --register
    #[arg(value_name = "OLD")]
    pub(crate) old: Option<String>,
    /// The newer register, written likewise; left out: OLD itself with --proposed or --change, else --register
    #[arg(value_name = "NEW")]
    pub(crate) new: Option<String>,
    /// Count proposed versions in on the newer side
    #[arg(long)]
    pub(crate) proposed: bool,
    /// Show what one version changes: the register without it against the register with it
    #[arg(long, value_name = "SET@VERSION", conflicts_with_all = ["new", "proposed"])]
    pub(crate) change: Option<String>,
    /// Show each difference, also of a customer that had nothing before
    #[arg(long)]
    pub(crate) all: bool,
    /// Show which of these past questions get another answer: a file of JSON lines, .csv or .parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) questions: Option<PathBuf>,
    /// What columns of that file mean, where their names do not say so: klant=customer,aantal=quantity
    #[arg(long, value_name = "HEADER=NAME", value_delimiter = ',', value_parser = column, requires = "questions")]
    pub(crate) columns: Vec<(String, String)>,
}

fn column(text: &str) -> Result<(String, String), String> {
    let (header, name) = text.split_once('=').ok_or_else(|| say(language::preferred(), Key::WriteColumn, &[]))?;
    Ok((header.trim().to_owned(), name.trim().to_owned()))
}

fn fact(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| say(language::preferred(), Key::WriteFact, &[]))?;
    Ok((name.trim().to_owned(), value.to_owned()))
}
