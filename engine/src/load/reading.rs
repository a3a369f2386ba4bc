//! One file of a version's rules in; what it holds out, against a register whose catalogue stands. Files are read side by side, and
//! entered into the register in their order.

use super::entry::{Entry, Reading};
use super::files::has_ending;
use super::names::Names;
use super::parse::parse;
use super::texts::NamedTexts;
use super::toml::{File, Findings, Keys};
use super::{matrix, options, rules};
use crate::model::arena::{FactId, VersionId};
use crate::model::option::Binding;
use crate::model::register::Register;
use crate::model::rule::{Rule, Scope};

/// What a file of rules holds.
pub(super) struct Content {
    pub(super) rules: Vec<Entry<Rule>>,
    pub(super) options: Vec<Entry<Binding>>,
    /// The cells of what could not be read at all.
    pub(super) holes: Vec<Scope>,
    pub(super) found: Findings,
    /// The texts of open facts that it names, each once.
    pub(super) texts: NamedTexts,
    /// Whether it is a first-match list (S5).
    pub(super) is_first: bool,
}

pub(super) fn read(file: File<'_>, version: VersionId, names: &Names, register: &Register) -> Content {
    let (mut found, mut texts, mut holes) = (Findings::new(), NamedTexts::new(), Vec::new());
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
    Content { rules, options, holes, found, texts, is_first }
}

impl Content {
    /// The texts of open facts that it names, each once.
    pub(super) fn named(&self) -> Vec<(FactId, Box<str>)> {
        self.texts.iter().flat_map(|(fact, named)| named.texts().map(|text| (*fact, text.into()))).collect()
    }
}
