//! What an option is told and what it may answer, whatever it is written in: the contract of `wasm-plugins/wit/` in Rust.

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::catalogue::Span;
use crate::model::value::FactValue;

/// What stands behind an option (S8): a WebAssembly component, a Rhai script, or a closure of the embedding application.
///
/// The engine trusts none of them: what they propose is held within the room, and whatever is wrong with it is a fault.
///
/// ```
/// use leidraad::plugin::{Description, Input, Limits, Plugin, Plugins, Query, Reply, Standing, open_plugin};
/// let script = b"fn describe() { #{ name: \"same\", version: \"1\", summary: \"changes nothing\", reads: [], sets: [] } }\nfn decide(query, standing, config) { #{} }";
/// let plugin = open_plugin("same.rhai", script, Limits::default(), &Plugins::new()).unwrap();
/// assert_eq!(plugin.description().name, "same");
/// let query = Query { customer: "leiden", service: "hrm/payroll", on: None, facts: &[] };
/// let standing = Standing { base: "standard", level: "standard", room: &["standard"], quota: None, obligations: &[] };
/// let run = plugin.decide(&Input { query, standing, config: &[] });
/// assert!(matches!(run.reply, Ok(Reply::Proposal(proposal)) if proposal.level.is_none()));
/// ```
pub trait Plugin: Send + Sync + fmt::Debug {
    /// What the plugin says of itself.
    fn description(&self) -> &Description;
    /// Calls it once, within its limits. Nothing may be remembered from one call to the next.
    fn decide(&self, input: &Input<'_>) -> Run;
}

/// What a plugin says of itself.
///
/// ```
/// use leidraad::plugin::{Choices, Description};
/// let sets = Choices { level: true, ..Choices::default() };
/// let description = Description { name: "surge".into(), version: "1".into(), reads: vec!["fte".into()], sets, ..Description::default() };
/// assert!(!description.reads_day && description.settings.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// its name, for people
    pub name: String,
    /// its own version
    pub version: String,
    /// what it is for, in a line
    pub summary: String,
    /// the names of the facts that it reads; it is told no others
    pub reads: Vec<String>,
    /// whether it reads the day that the question is about
    pub reads_day: bool,
    /// the settings that it takes
    pub settings: Vec<Setting>,
    /// what it may change
    pub sets: Choices,
}

/// A setting that a plugin takes from `config`.
///
/// ```
/// use leidraad::plugin::{Setting, SettingKind};
/// let setting = Setting { name: "step".into(), kind: SettingKind::Number, required: true, summary: "places a step".into() };
/// assert!(setting.required);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// its key
    pub name: String,
    /// its type
    pub kind: SettingKind,
    /// whether `config` must give it
    pub required: bool,
    /// what it is for, in a line
    pub summary: String,
}

/// The type of a setting.
///
/// ```
/// use leidraad::plugin::SettingKind;
/// assert_eq!(SettingKind::Number.word(), "number");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SettingKind {
    /// true or false
    Truth,
    /// an exact number
    Number,
    /// a text
    Text,
    /// a civil day
    Day,
}

impl SettingKind {
    /// The word in JSON and in scripts.
    pub fn word(self) -> &'static str {
        match self {
            SettingKind::Truth => "truth",
            SettingKind::Number => "number",
            SettingKind::Text => "text",
            SettingKind::Day => "day",
        }
    }
}

/// What an option may change; anything else that it proposes is a fault.
///
/// ```
/// use leidraad::plugin::Choices;
/// let nothing = Choices::default();
/// assert!(!nothing.level && !nothing.quota && !nothing.obligations);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// the level, within the room
    pub level: bool,
    /// the quota
    pub quota: bool,
    /// obligations, added to those of the grant
    pub obligations: bool,
}

/// All that a plugin is told in one call.
///
/// ```
/// use leidraad::plugin::{Input, Proposal, Reply};
/// /// As high as the room allows.
/// fn decide(input: &Input<'_>) -> Reply {
///     let highest = input.standing.room.last().map(|level| (*level).to_owned());
///     Reply::Proposal(Proposal { level: highest, ..Proposal::default() })
/// }
/// # let _ = decide;
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// what is asked
    pub query: Query<'a>,
    /// what the rules say, and what earlier options made of it
    pub standing: Standing<'a>,
    /// the settings of the register, by name
    pub config: &'a [(Box<str>, FactValue)],
}

/// The question, as far as a plugin is told it.
///
/// ```
/// use leidraad::{FactValue, plugin::Query};
/// let facts = [("fte", FactValue::from(100))];
/// let query = Query { customer: "oegstgeest", service: "ict/workplace", on: None, facts: &facts };
/// assert_eq!(query.fact("fte"), Some(&FactValue::from(100)));
/// assert_eq!(query.fact("used"), None);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// the customer's id
    pub customer: &'a str,
    /// the service's id
    pub service: &'a str,
    /// the day that the question is about, for a plugin that reads the day
    pub on: Option<Date>,
    /// the facts that the plugin reads, as far as they are known
    pub facts: &'a [(&'a str, FactValue)],
}

impl Query<'_> {
    /// The value of a fact, if it is known.
    pub fn fact(&self, name: &str) -> Option<&FactValue> {
        self.facts.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

/// What an option may choose from.
///
/// ```
/// use leidraad::plugin::Standing;
/// let standing = Standing { base: "standard", level: "standard", room: &["standard", "plus"], quota: None, obligations: &[] };
/// assert_eq!(standing.room.last(), Some(&"plus"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// the level that the rules chose
    pub base: &'a str,
    /// the level so far
    pub level: &'a str,
    /// the levels of the room, lowest first (S7)
    pub room: &'a [&'a str],
    /// the quota so far
    pub quota: Option<QuotaView<'a>>,
    /// the ids of the obligations so far
    pub obligations: &'a [Box<str>],
}

/// A quota as a plugin is told it. Where its amount is a missing fact, the plugin is asked for each value that tells.
///
/// ```
/// use leidraad::plugin::QuotaView;
/// let quota = QuotaView { amount: 600.into(), unit: "hour", per: "year" };
/// assert_eq!(quota.amount, 600.into());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct QuotaView<'a> {
    /// how much
    pub amount: Decimal,
    /// the id of the unit
    pub unit: &'a str,
    /// the period
    pub per: &'a str,
}

/// What a plugin answers.
///
/// ```
/// use leidraad::plugin::{Proposal, Reply};
/// let nothing_changes = Reply::Proposal(Proposal::default());
/// let depends = Reply::Needs(vec!["fte".into()], None);
/// assert_ne!(nothing_changes, depends);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It proposes something.
    Proposal(Proposal),
    /// It needs these facts, of those that it reads (S11); and on which days it does, from a plugin that reads the day.
    Needs(Vec<String>, Option<Span>),
    /// It cannot work with this question; that counts as a fault.
    Invalid(String),
}

/// What an option proposes; what is left out stays as it is.
///
/// ```
/// use leidraad::plugin::Proposal;
/// let proposal = Proposal { level: Some("plus".into()), ..Proposal::default() };
/// assert!(proposal.quota.is_none());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    /// the id of a level; outside the room it is clamped
    pub level: Option<String>,
    /// a quota in place of the one so far
    pub quota: Option<ProposedQuota>,
    /// the ids of obligations to add
    pub obligations: Vec<String>,
    /// a remark in Dutch
    pub note_nl: Option<String>,
    /// a remark in English
    pub note_en: Option<String>,
    /// the days on which this very answer stands, from a plugin that reads the day
    pub stands: Option<Span>,
}

/// A quota that an option proposes (S9).
///
/// ```
/// use leidraad::plugin::{Proposal, ProposedQuota};
/// let quota = ProposedQuota { amount: 120.into(), unit: "hour".into(), per: "year".into() };
/// let proposal = Proposal { quota: Some(quota), ..Proposal::default() };
/// assert!(proposal.level.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedQuota {
    /// how much; not negative
    pub amount: Decimal,
    /// the id of the unit: that of the grant's quota, else of the service
    pub unit: String,
    /// the period
    pub per: String,
}

/// What came of one call, and what it used.
///
/// ```
/// use leidraad::plugin::{Proposal, Reply, Run};
/// let run = Run::uncounted(Ok(Reply::Proposal(Proposal::default())));
/// assert_eq!((run.fuel, run.memory), (0, 0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// the answer, or why there is none
    pub reply: Result<Reply, Fault>,
    /// units of work used
    pub fuel: u64,
    /// bytes of memory at the most
    pub memory: u64,
}

impl Run {
    /// A run that counted nothing.
    pub fn uncounted(reply: Result<Reply, Fault>) -> Run {
        Run { reply, fuel: 0, memory: 0 }
    }
}

/// Why a plugin's call came to nothing.
///
/// ```
/// use leidraad::plugin::{Fault, FaultKind};
/// let fault = Fault::new(FaultKind::OutOfFuel, "it used up its 1000 units");
/// assert_eq!(fault.kind.word(), "out-of-fuel");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// of what kind
    pub kind: FaultKind,
    /// what happened, in a line
    pub message: String,
}

impl Fault {
    /// A fault with its message.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Fault {
        Fault { kind, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.word(), self.message)
    }
}

/// The kinds of fault.
///
/// ```
/// use leidraad::plugin::FaultKind;
/// assert_eq!(FaultKind::Trap.word(), "trap");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// It broke off: a trap of a component, an error of a script.
    Trap,
    /// It did more work than its fuel allows.
    OutOfFuel,
    /// It asked for more memory than it may have.
    OutOfMemory,
    /// It took longer than anything within its fuel should; this bound is not exact.
    Deadline,
    /// Its answer makes no sense, or is more than an answer may be.
    BadOutput,
    /// It said itself that it cannot work with the question.
    Invalid,
    /// It is a plugin of an application, and another application runs the register.
    Absent,
}

impl FaultKind {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            FaultKind::Trap => "trap",
            FaultKind::OutOfFuel => "out-of-fuel",
            FaultKind::OutOfMemory => "out-of-memory",
            FaultKind::Deadline => "deadline",
            FaultKind::BadOutput => "bad-output",
            FaultKind::Invalid => "invalid",
            FaultKind::Absent => "absent",
        }
    }
}
