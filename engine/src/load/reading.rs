//! What the rules and matrices of one version are read with, and into.

use super::names::Names;
use super::toml::Findings;
use crate::model::arena::{RuleId, VersionId};
use crate::model::place::Place;
use crate::model::register::Register;
use crate::text::Text;

/// What the rules of one version are read with, and into.
pub(super) struct Reading<'r> {
    pub(super) version: VersionId,
    pub(super) names: &'r Names,
    pub(super) register: &'r mut Register,
    pub(super) overrides: &'r mut Vec<Overrides>,
    pub(super) out: &'r mut Findings,
}

/// What a rule says that it overrides, as written.
pub(super) struct Overrides {
    pub(super) rule: RuleId,
    pub(super) written: Vec<(String, Place)>,
}

/// The text and reference that all cells of a version's matrices share.
pub(super) struct Because {
    pub(super) text: Text,
    pub(super) reference: Option<Box<str>>,
}

/// Takes an id in a version; false if another rule or option has it.
pub(super) fn is_free(register: &mut Register, version: VersionId, id: &str) -> bool {
    register.rule_ids.insert((version, id.into()))
}
