//! Options as they stand in a rule set: which plugin, for whom, with which settings and limits.

use rust_decimal::Decimal;

use super::arena::VersionId;
use super::day::Days;
use super::rule::Scope;
use super::value::FactValue;
use crate::model::place::Place;
use crate::text::Text;

/// A plugin bound to customers and services (S8).
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    /// `set@version#id`
    pub(crate) key: Box<str>,
    pub(crate) version: VersionId,
    pub(crate) scope: Scope,
    /// Its own `from` and `until`.
    pub(crate) days: Days,
    /// Options of one cell run from the lowest to the highest; then in register order.
    pub(crate) order: i64,
    pub(crate) plugin: Wanted,
    pub(crate) config: Vec<Given>,
    pub(crate) limits: Limits,
    /// The largest quota that it may propose.
    pub(crate) most: Option<Decimal>,
    pub(crate) on_fault: OnFault,
    pub(crate) text: Text,
    pub(crate) reference: Option<Box<str>>,
    pub(crate) place: Place,
}

impl Binding {
    pub(crate) fn id(&self) -> &str {
        self.key.split_once('#').map_or("", |(_, id)| id)
    }
}

/// The plugin that a binding asks for.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// A file below `plugins/`, with the digest that its bytes must have.
    File { path: Box<str>, place: Place, digest: Box<str>, digest_place: Place },
    /// A plugin that the embedding application brings, under this name.
    Native { name: Box<str>, place: Place },
}

/// One setting of `config`, as written.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) name: Box<str>,
    pub(crate) name_place: Place,
    pub(crate) value: FactValue,
    pub(crate) value_place: Place,
}

/// How much one call of a plugin may use.
///
/// Fuel is the deterministic bound: one unit for each instruction of a component and for each byte that it copies, or for
/// each operation of a script. A script may have 10,000,000 at most, a component a hundred times as much. Memory counts in bytes, for components; a script's is bounded by the sizes of its values.
///
/// ```
/// let limits = leidraad::plugin::Limits::default();
/// assert_eq!((limits.fuel, limits.memory), (1_000_000, 4 << 20));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// units of work
    pub fuel: u64,
    /// bytes of memory
    pub memory: u64,
}

impl Limits {
    /// More than this cannot be asked for.
    pub(crate) const MOST: Limits = Limits { fuel: 1_000_000_000, memory: 64 << 20 };
}

impl Wanted {
    /// What a unit of its fuel counts for beside one of a component: an operation of a script takes about as long as so many instructions.
    pub(crate) fn worth(&self) -> u64 {
        match self {
            Wanted::File { path, .. } if is_script(path) => 100,
            _ => 1,
        }
    }
    /// The most fuel that one call may be given: even on a machine ten times as slow it is used up long before the deadline, which no answer may
    /// depend on (S12).
    pub(crate) fn most_fuel(&self) -> u64 {
        Limits::MOST.fuel / self.worth()
    }
}

/// Whether a file is a script, by its name.
pub(crate) fn is_script(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending == "rhai")
}

impl Default for Limits {
    fn default() -> Self {
        Limits { fuel: 1_000_000, memory: 4 << 20 }
    }
}

/// What becomes of an answer when its option fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnFault {
    /// The option changes nothing.
    Keep,
    /// As if the option had proposed `none`: the lowest level of its room.
    Refuse,
}
