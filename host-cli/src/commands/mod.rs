//! One file a subcommand: arguments in, printed text and an exit status out.

pub(crate) mod ask;
pub(crate) mod asking;
pub(crate) mod batch;
pub(crate) mod bundle;
mod cells;
pub(crate) mod changes;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod explain;
#[cfg(test)]
mod faulty_disk;
pub(crate) mod keygen;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod man;
pub(crate) mod matrix;
pub(crate) mod mcp;
pub(crate) mod new;
pub(crate) mod plugin;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod sign;
pub(crate) mod snapshot;
pub(crate) mod test;
pub(crate) mod verify;
pub(crate) mod version;
pub(crate) mod when;

use std::cell::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use leidraad::plugin::Plugins;
use leidraad::{Code, Language, Outcome, Policy, Question, Report, Sources};
use leidraad_bundle::Trust;

use crate::adoption::refused;
use crate::args::{self, Day, Format};
use crate::cache::{self, Described};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::{language, progress};

/// What all subcommands are given.
pub(crate) struct Context {
    pub(crate) register: PathBuf,
    /// Whose signatures a bundle has to bear.
    pub(crate) trust: Trust,
    pub(crate) language: Option<Language>,
    pub(crate) format: Format,
    /// The language in which a policy answered.
    answered: Cell<Option<Language>>,
    /// Whether a register that answers is not locked as a whole.
    unlocked: Cell<bool>,
    /// A day of knowledge that is still to come.
    ahead: Cell<Option<Date>>,
}

impl Context {
    pub(crate) fn new(register: PathBuf, trust: Trust, language: Option<Language>, format: Format) -> Context {
        Context { register, trust, language, format, answered: Cell::new(None), unlocked: Cell::new(false), ahead: Cell::new(None) }
    }
    /// The register's folder: a bundle cannot be written.
    pub(crate) fn home(&self) -> Result<PathBuf, Fault> {
        if self.register.is_dir() {
            return Ok(self.register.clone());
        }
        // What is not there at all says so itself.
        self.policy_of(&self.sources())?;
        Err(refused(&self.register.display().to_string(), Key::VersionNoFolder, &[], self.spoken()))
    }
    pub(crate) fn sources(&self) -> Sources {
        leidraad_live::read(&self.register, &self.trust)
    }
    /// The policy that this run asks: of its components, only those that are called are opened. It is never given back: the system does that
    /// faster, when the run is over.
    pub(crate) fn policy(&self) -> Result<&'static Policy, Fault> {
        let policy = self.loaded(|| Policy::loader().plugins(&fresh_plugins().described(Described::here())).load(&self.sources()))?;
        self.note(&policy);
        Ok(Box::leak(Box::new(policy)))
    }
    /// A policy whose register has to stand every test: each of its components is opened.
    pub(crate) fn policy_of(&self, sources: &Sources) -> Result<Policy, Fault> {
        self.loaded(|| Policy::loader().plugins(plugins()).load(sources))
    }
    /// Remembers of a policy that answers whether its register is locked as a whole: where it is not, that is told behind the answer.
    pub(crate) fn note(&self, policy: &Policy) {
        let unlocked = [Code::LockMissing, Code::AdoptedUnlocked, Code::EntryUndated];
        if policy.warnings().diagnostics().iter().any(|finding| unlocked.contains(&finding.code())) {
            self.unlocked.set(true);
        }
    }
    /// The language of the last policy that answered, else the one to speak before any register is read.
    pub(crate) fn last_spoken(&self) -> Language {
        self.answered.get().unwrap_or_else(|| self.spoken())
    }
    /// Says what there is to say behind all answers.
    pub(crate) fn close(&self) {
        let language = self.last_spoken();
        // Where nobody reads what goes wrong, nobody is told.
        if let Some(day) = self.ahead.get() {
            let _ = writeln!(anstream::stderr(), "{}", say(language, Key::KnownAhead, &[("day", &language.day(day))]));
        }
        if self.unlocked.get() {
            let _ = writeln!(anstream::stderr(), "{}", say(language, Key::RegisterUnlocked, &[]));
        }
    }
    /// What answers are about: a day, today unless it is given, and where it is given a day of knowledge. One that is still to come is told of behind all answers.
    pub(crate) fn about(&self, policy: &Policy, on: Option<Day>, knowledge: &args::Knowledge) -> Result<About, Fault> {
        let language = self.language(policy);
        let on = date(policy, on.unwrap_or(Day::FromToday(0)), language)?;
        let known = knowledge.known.map(|known| date(policy, known, language)).transpose()?;
        if let Some(known) = known
            && known > today(policy, language)?
        {
            self.ahead.set(Some(known));
        }
        Ok(About { on, known, proposed: knowledge.proposed })
    }
    /// What comes of loading a policy, one way or another.
    pub(crate) fn loaded(&self, load: impl FnOnce() -> Result<Policy, Report>) -> Result<Policy, Fault> {
        let language = self.spoken();
        let loading = say(language, Key::Loading, &[]);
        progress::shown(loading, load).map_err(|report| Fault::Register(Box::new(report), language))
    }
    /// The language to speak before any register is read.
    pub(crate) fn spoken(&self) -> Language {
        self.language.or_else(language::from_locale).unwrap_or(Language::En)
    }
    pub(crate) fn language(&self, policy: &Policy) -> Language {
        let language = language::of_answer(self.language, policy);
        self.answered.set(Some(language));
        language::speak(language);
        language
    }
}

/// Compiled components are kept between runs, so that only the first one waits for the compiler.
pub(crate) fn plugins() -> &'static Plugins {
    static PLUGINS: OnceLock<Plugins> = OnceLock::new();
    PLUGINS.get_or_init(fresh_plugins)
}

/// The policy of a register, for its names alone; `None` if it does not load.
pub(crate) fn asked_by_shell(register: &Path) -> Option<Policy> {
    let sources = leidraad_live::read(register, &Trust::default());
    Policy::loader().plugins(&fresh_plugins().described(Described::here())).load(&sources).ok()
}

pub(crate) fn fresh_plugins() -> Plugins {
    Plugins::new().cached(cache::compiled)
}

/// Today where this machine is: what has no register asks this.
pub(crate) fn today_here() -> Date {
    TimeZone::system().to_datetime(Timestamp::now()).date()
}

/// The day that is meant, where this machine is.
pub(crate) fn date_here(day: Day) -> Date {
    match day {
        Day::Date(date) => date,
        Day::FromToday(days) => today_here().saturating_add(i64::from(days).days()),
    }
}

/// Today in the register's time zone. In a zone that is not known, nobody can say which day it is.
pub(crate) fn today(policy: &Policy, language: Language) -> Result<Date, Fault> {
    let zone = TimeZone::get(policy.time_zone()).map_err(|_| Fault::TimeZone { name: policy.time_zone().to_owned(), language })?;
    Ok(zone.to_datetime(Timestamp::now()).date())
}

/// The day that is meant.
pub(crate) fn date(policy: &Policy, day: Day, language: Language) -> Result<Date, Fault> {
    match day {
        Day::Date(date) => Ok(date),
        Day::FromToday(days) => Ok(today(policy, language)?.saturating_add(i64::from(days).days())),
    }
}

/// What answers are about: a day, from all knowledge or from that of a day, with proposals or without.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    pub(crate) on: Date,
    pub(crate) known: Option<Date>,
    pub(crate) proposed: bool,
}

impl About {
    /// The question about one customer and service.
    pub(crate) fn question(&self, customer: impl Into<String>, service: impl Into<String>) -> Question {
        let mut question = Question::new(customer, service, self.on);
        question.known = self.known;
        question.proposed = self.proposed;
        question
    }
    /// A title with the circumstances behind it.
    pub(crate) fn title(&self, text: String, language: Language) -> String {
        title(text, self.known, self.proposed, language)
    }
}

pub(crate) fn status(outcome: Outcome) -> Status {
    match outcome {
        Outcome::Granted => Status::Granted,
        Outcome::Refused => Status::Refused,
        _ => Status::Undetermined,
    }
}

/// A title with the circumstances of a view behind it.
pub(crate) fn title(text: String, known: Option<Date>, proposed: bool, language: Language) -> String {
    let known = known.map(|day| say(language, Key::AsKnown, &[("day", &language.day(day))]));
    let proposed = proposed.then(|| say(language, Key::WithProposed, &[]));
    std::iter::once(text).chain(known).chain(proposed).collect::<Vec<_>>().join(", ")
}
