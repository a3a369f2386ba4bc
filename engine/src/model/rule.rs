//! Rules as they stand in a rule set: scope, days, conditions, one effect, reasons.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::arena::{CustomerId, FactId, ServiceId, SetId, VersionId};
use super::day::{Day, Days};
use super::set::Set;
use crate::model::place::Place;
use crate::text::Text;

/// A flexibility level: its place in the register's order. 0 is `none`, not entitled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Level(pub(crate) u8);

impl Level {
    pub(crate) const NONE: Level = Level(0);

    /// This level, or the end of the interval that it lies beyond. An interval without levels gives its high end.
    pub(crate) fn within(self, low: Level, high: Level) -> Level {
        self.max(low).min(high)
    }
}

/// Customers × services, as sorted lists of ids; an empty list means that none is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    pub(crate) customers: Arc<[CustomerId]>,
    pub(crate) services: Arc<[ServiceId]>,
}

impl Scope {
    /// How many cells it has.
    pub(crate) fn size(&self) -> usize {
        self.customers.len() * self.services.len()
    }
    pub(crate) fn contains(&self, customer: CustomerId, service: ServiceId) -> bool {
        self.customers.binary_search(&customer).is_ok() && self.services.binary_search(&service).is_ok()
    }
    /// Whether every cell of this scope is in the other, and the other has more (S5).
    pub(crate) fn is_strictly_within(&self, other: &Scope) -> bool {
        self.size() < other.size() && is_subset(&self.customers, &other.customers) && is_subset(&self.services, &other.services)
    }
}

fn is_subset<T: Ord>(small: &[T], large: &[T]) -> bool {
    small.len() <= large.len() && small.iter().all(|item| large.binary_search(item).is_ok())
}

/// Whether a scope names customers and services one by one, or takes in whoever comes: by a role, a domain, or by naming none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wild {
    pub(crate) customers: bool,
    pub(crate) services: bool,
}

/// One table of a `when`: every test in it must hold. Sorted by fact.
pub(crate) type Table = Vec<(FactId, Set)>;

/// A rule of one version of a rule set: what its file says, whatever else the register holds.
#[derive(Debug)]
pub(crate) struct Rule {
    /// `set@version#id`
    pub(crate) key: Box<str>,
    pub(crate) id: Arc<str>,
    pub(crate) version: VersionId,
    pub(crate) scope: Scope,
    pub(crate) wild: Wild,
    /// Its own `from` and `until`.
    pub(crate) days: Days,
    /// Any of these tables must hold; no table at all: always.
    pub(crate) when: Vec<Arc<Table>>,
    pub(crate) effect: Effect,
    pub(crate) text: Text,
    pub(crate) reference: Option<Box<str>>,
    /// The rules that it says it overrides, as written; [`Register::overrides`](super::register::Register) has which they are.
    pub(crate) overrides: Vec<(Box<str>, Place)>,
    pub(crate) place: Place,
}

impl Rule {
    /// The tables of which one must hold: an empty one where it always holds.
    pub(crate) fn tables(&self) -> impl Iterator<Item = Arc<Table>> {
        let always = self.when.is_empty().then(Arc::default);
        self.when.iter().cloned().chain(always)
    }
    /// Whether it counts wherever the other would, in the same order: the same but for its place and its words.
    pub(crate) fn counts_as(&self, other: &Rule) -> bool {
        let overridden = self.overrides.iter().map(|(name, _)| name).eq(other.overrides.iter().map(|(name, _)| name));
        self.version == other.version
            && self.id == other.id
            && self.scope == other.scope
            && self.days == other.days
            && self.when == other.when
            && self.effect == other.effect
            && overridden
    }
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    Grant(Grant),
    Deny,
    AsAt(Day),
    Bound { at_least: Option<Level>, at_most: Option<Level> },
}

impl Effect {
    pub(crate) fn is_choice(&self) -> bool {
        !matches!(self, Effect::Bound { .. })
    }
    /// The floor and the ceiling that a bound asks for.
    pub(crate) fn ends(&self) -> (Option<Level>, Option<Level>) {
        match self {
            Effect::Bound { at_least, at_most } => (*at_least, *at_most),
            _ => (None, None),
        }
    }
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Effect::Grant(_) => "grant",
            Effect::Deny => "deny",
            Effect::AsAt(_) => "as_at",
            Effect::Bound { .. } => "bound",
        }
    }
}

/// A granted level, how far an option may raise it, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) level: Level,
    pub(crate) up_to: Option<Level>,
    pub(crate) quota: Option<Quota>,
    pub(crate) obligations: Vec<Box<str>>,
}

/// The periods that a quota can be counted per (S9).
pub const PERIODS: [&str; 6] = ["day", "week", "month", "quarter", "year", "term"];

/// An amount in a unit per period at the granted level, and what holds beyond it (S9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) amount: Amount,
    pub(crate) unit: Box<str>,
    pub(crate) per: Box<str>,
    pub(crate) beyond: Option<Beyond>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amount {
    Exact(Decimal),
    Fact(FactId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beyond {
    pub(crate) level: Level,
    pub(crate) obligations: Vec<Box<str>>,
}

/// One instrument's rules through time.
#[derive(Debug, Clone)]
pub(crate) struct RuleSet {
    pub(crate) id: Box<str>,
    /// Place in the register's order of ranks: 0 is the highest.
    pub(crate) rank: u8,
    /// Those of its versions that are not left out, in register order; filled in when the timelines are resolved.
    pub(crate) versions: Vec<VersionId>,
}

/// The text and reference of a rule; those of a version's matrices are shared by all their cells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Because {
    pub(crate) text: Text,
    pub(crate) reference: Option<Box<str>>,
}

/// One dated version of a rule set.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) set: SetId,
    /// `set@version`
    pub(crate) key: Box<str>,
    pub(crate) days: Days,
    /// `None` for a proposal that no one has decided on yet.
    pub(crate) decided: Option<Day>,
    pub(crate) proposed: bool,
    pub(crate) patch: bool,
    pub(crate) title: Text,
    pub(crate) reference: Option<Box<str>>,
    /// Who decided it.
    pub(crate) decided_by: Text,
    /// Why the cells of its matrices say what they say.
    pub(crate) matrix: Because,
    /// Whose consent a proposal still waits for.
    pub(crate) awaits: Vec<CustomerId>,
    /// It counts nowhere: it could not be read whole, or the register is looked at as if it were not there.
    pub(crate) left_out: bool,
    /// Where it counts, by days and knowledge; filled in when the timelines are resolved.
    pub(crate) timelines: super::bitemporal::Timelines,
    pub(crate) place: Place,
}
