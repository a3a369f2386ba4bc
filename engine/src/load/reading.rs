//! One file of a version's rules in; what it holds out, against a register whose catalogue stands. Files are read side by side, and
//! entered into the register in their order.

use super::names::{Names, duplicate};
use super::toml::{File, Findings, Keys, parse};
use super::{options, rules};
use crate::model::arena::{FactId, VersionId};
use crate::model::option::Binding;
use crate::model::place::Place;
use crate::model::register::Register;
use crate::model::rule::{Rule, Scope};
use crate::text::Text;

/// What the rules of one file are read with, and what is found on the way.
pub(super) struct Reading<'r> {
    pub(super) version: VersionId,
    pub(super) names: &'r Names,
    pub(super) register: &'r Register,
    pub(super) out: &'r mut Findings,
    /// Texts of open facts that no rule named before.
    pub(super) new: &'r mut Vec<(FactId, Box<str>)>,
}

/// A rule or an option as it stands in a file: what was made of it, if it could be.
pub(super) struct Entry<T> {
    pub(super) id: Option<(Box<str>, Place)>,
    pub(super) scope: Scope,
    pub(super) made: Option<T>,
}

/// A rule, and what it says that it overrides, as written.
pub(super) struct Stated {
    pub(super) rule: Rule,
    pub(super) overrides: Vec<(String, Place)>,
}

/// What a file of rules holds.
pub(super) struct Content {
    pub(super) rules: Vec<Entry<Stated>>,
    pub(super) options: Vec<Entry<Binding>>,
    /// Whether all of it could be read.
    pub(super) whole: bool,
    pub(super) found: Findings,
    /// Texts of open facts that have to become known: until then, tests that name them are not good.
    pub(super) new: Vec<(FactId, Box<str>)>,
}

/// The text and reference that all cells of a version's matrices share.
pub(super) struct Because {
    pub(super) text: Text,
    pub(super) reference: Option<Box<str>>,
}

pub(super) fn read(file: File<'_>, version: VersionId, names: &Names, register: &Register) -> Content {
    let (mut found, mut new) = (Findings::new(), Vec::new());
    let (tree, whole) = parse(file, &mut found);
    let mut keys = Keys::new(file, &tree, file.start());
    let mut reading = Reading { version, names, register, out: &mut found, new: &mut new };
    let rules = rules::read(&mut keys, &mut reading);
    let options = options::read(&mut keys, &mut reading);
    keys.finish(&mut found);
    Content { rules, options, whole, found, new }
}

/// Takes an id in a version; false if another rule or option has it.
pub(super) fn is_free(register: &mut Register, version: VersionId, id: &str) -> bool {
    register.rule_ids.insert((version, id.into()))
}

impl<T> Entry<T> {
    /// Reads one table: its scope and id, then what is made of them and of all else that stands there.
    pub(super) fn read<'a>(
        mut keys: Keys<'a>,
        reading: &mut Reading<'_>,
        work: impl FnOnce(&mut Keys<'a>, Option<(Box<str>, Place)>, Scope, &mut Reading<'_>) -> Option<T>,
    ) -> Entry<T> {
        let before = reading.out.len();
        let scope = rules::scope(&mut keys, reading);
        let id = rules::id(&mut keys, reading.out);
        let made = work(&mut keys, id.clone(), scope.clone(), reading);
        keys.finish(reading.out);
        Entry { id, scope, made: made.filter(|_| reading.out.len() == before) }
    }

    /// Takes its id: one thing in a version bears it. What was made of it, where nothing stands against it; else its scope.
    pub(super) fn entered(self, what: &str, version: VersionId, register: &mut Register, out: &mut Findings) -> Result<T, Scope> {
        if let Some((id, place)) = &self.id
            && !is_free(register, version, id)
        {
            out.push(duplicate(what, id, *place));
            return Err(self.scope);
        }
        self.made.ok_or(self.scope)
    }
}
