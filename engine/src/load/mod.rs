//! Sources in, a register out, with every problem of its files found at once. A thing that cannot be read is left out and reported.

mod again;
mod catalogue;
mod clash;
mod entry;
mod facts;
mod files;
mod grant;
mod head;
mod lock;
mod matrix;
mod names;
mod options;
mod overrides;
mod parse;
mod pieces;
mod quoted;
mod reading;
mod rules;
mod rulesets;
mod scenarios;
mod syntax;
mod texts;
mod toml;
mod unary;
mod values;
mod versions;

pub(crate) use again::again;
pub use head::FORMAT;
pub use lock::Locked;
pub(crate) use lock::lock_entries;
pub(crate) use names::is_id;

use crate::model::register::Register;
use crate::source::Sources;
use files::{digests, sort_files, unread};
use toml::Findings;

/// What came of loading: the register as far as it could be read, and what was found on the way.
pub(crate) struct Loaded {
    pub(crate) register: Register,
    pub(crate) findings: Findings,
}

/// Loads a register. Findings come in the order of the stages; whoever prints them sorts them by place.
pub(crate) fn load(sources: &Sources) -> Loaded {
    let mut out: Findings = sources.unread.iter().map(|(path, reason)| unread(path, reason)).collect();
    let (digest, files) = digests(sources);
    let mut register = Register { digest, files, ..Register::default() };
    let parts = sort_files(sources, &mut out);
    if let Some(file) = parts.head {
        head::load(file, &mut register, &mut out);
    }
    if let Some(file) = parts.customers {
        catalogue::customers(file, &mut register, &mut out);
    }
    catalogue::services(&parts.services, &mut register, &mut out);
    if let Some(file) = parts.facts {
        facts::load(file, &mut register, &mut out);
    }
    clash::check(&register, &mut out);
    values::load(&parts.values, &mut register, &mut out);
    rulesets::load(&parts.rulesets, &mut register, &mut out);
    lock::check(parts.lock, &parts.rulesets, &register, &mut out);
    scenarios::load(&parts.scenarios, &mut register, &mut out);
    Loaded { register, findings: out }
}
