//! One file of a version's rules in; what it holds out, against a register whose catalogue stands. Files are read side by side, and
//! entered into the register in their order.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::names::{Names, duplicate};
use super::toml::{File, Findings, Keys, parse};
use super::{has_ending, matrix, options, rules};
use crate::model::arena::{FactId, VersionId};
use crate::model::option::Binding;
use crate::model::place::Place;
use crate::model::register::Register;
use crate::model::rule::{Rule, Scope};

/// What the rules of one file are read with, and what is found on the way.
pub(super) struct Reading<'r> {
    pub(super) version: VersionId,
    pub(super) names: &'r Names,
    pub(super) register: &'r Register,
    pub(super) out: &'r mut Findings,
    /// Texts of open facts.
    pub(super) texts: &'r mut Vec<(FactId, Box<str>)>,
}

/// A rule or an option as it stands in a file: what was made of it, if it could be.
pub(super) struct Entry<T> {
    pub(super) id: Option<(Arc<str>, Place)>,
    pub(super) scope: Scope,
    pub(super) made: Option<T>,
}

/// What a file of rules holds.
pub(super) struct Content {
    pub(super) rules: Vec<Entry<Rule>>,
    pub(super) options: Vec<Entry<Binding>>,
    /// The cells of what could not be read at all.
    pub(super) holes: Vec<Scope>,
    pub(super) found: Findings,
    /// The texts of open facts that it names, each once.
    pub(super) texts: Vec<(FactId, Box<str>)>,
    /// Some of these are not known yet: until they are, tests that name them are not good.
    pub(super) is_early: bool,
    /// Whether it is a first-match list (S5).
    pub(super) is_first: bool,
}

/// The ids of rules and options that are taken in each version.
pub(super) type Taken = FxHashSet<(VersionId, Arc<str>)>;

pub(super) fn read(file: File<'_>, version: VersionId, names: &Names, register: &Register) -> Content {
    let (mut found, mut texts, mut holes) = (Findings::new(), Vec::new(), Vec::new());
    let mut reading = Reading { version, names, register, out: &mut found, texts: &mut texts };
    let (rules, options, is_first) = if has_ending(file.path, "csv") {
        (matrix::read(file, &mut holes, &mut reading), Vec::new(), false)
    } else {
        let (tree, is_whole) = parse(file, reading.out);
        if !is_whole {
            holes.push(register.everywhere());
        }
        let mut keys = Keys::new(file, &tree, file.start());
        let is_first = keys.get("first").and_then(|node| node.truth(reading.out)) == Some(true);
        let rules = rules::read(&mut keys, &mut reading);
        let options = options::read(&mut keys, &mut reading);
        keys.finish(reading.out);
        (rules, options, is_first)
    };
    let mut seen = FxHashSet::default();
    texts.retain(|text| seen.insert(text.clone()));
    let is_early = texts.iter().any(|(fact, text)| register.facts[*fact].values.place(text).is_none());
    Content { rules, options, holes, found, texts, is_early, is_first }
}

impl<T> Entry<T> {
    /// Reads one table: its scope and id, then what is made of them and of all else that stands there.
    pub(super) fn read<'a>(
        mut keys: Keys<'a>,
        reading: &mut Reading<'_>,
        work: impl FnOnce(&mut Keys<'a>, Option<(Arc<str>, Place)>, Scope, &mut Reading<'_>) -> Option<T>,
    ) -> Entry<T> {
        let before = reading.out.len();
        let scope = rules::scope(&mut keys, reading);
        let id = rules::id(&mut keys, reading.out);
        let made = work(&mut keys, id.clone(), scope.clone(), reading);
        keys.finish(reading.out);
        Entry { id, scope, made: made.filter(|_| reading.out.len() == before) }
    }

    /// Takes its id: one thing in a version bears it. What was made of it, where nothing stands against it; else its scope.
    pub(super) fn entered(self, what: &str, version: VersionId, taken: &mut Taken, out: &mut Findings) -> Result<T, Scope> {
        if let Some((id, place)) = &self.id
            && !taken.insert((version, id.clone()))
        {
            out.push(duplicate(what, id, *place));
            return Err(self.scope);
        }
        self.made.ok_or(self.scope)
    }
}
