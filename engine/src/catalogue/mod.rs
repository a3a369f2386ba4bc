//! What a register holds, as values that a form or a page can be built from: who, what, which facts, and which levels there are (S1).

/// Shows a thing by what it is known by.
macro_rules! shown {
    ($name:ident $by:ident) => {
        impl std::fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.$by())
            }
        }
    };
}

mod fact;
mod party;
mod term;
mod version;

pub use fact::{Fact, Kind};
pub use party::{Customer, Listed, Service};
pub use term::{Level, Span, Term, Unit};
pub use version::{RuleSet, Version};

use crate::model::register::Register;
use crate::model::rule;

/// What a register holds. Made by [`Policy::catalogue`](crate::Policy::catalogue); everything in it borrows from the policy.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::Language;
/// let catalogue = policy.catalogue();
/// let levels: Vec<&str> = catalogue.levels().map(|level| level.label(Language::Nl)).collect();
/// assert_eq!(levels, ["geen", "basis", "plus", "maatwerk"]);
/// let advice = catalogue.services().find(|service| service.id() == "legal/advice").unwrap();
/// assert_eq!(advice.unit().unwrap().label(Language::En), "hours");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Catalogue<'p> {
    register: &'p Register,
}

impl<'p> Catalogue<'p> {
    pub(crate) fn of(register: &'p Register) -> Catalogue<'p> {
        Catalogue { register }
    }
    /// All customers, in the register's order.
    pub fn customers(self) -> impl Iterator<Item = Customer<'p>> {
        self.register.customers.ids().map(move |id| Customer::of(self.register, id))
    }
    /// All services, in the register's order.
    pub fn services(self) -> impl Iterator<Item = Service<'p>> {
        self.register.services.ids().map(move |id| Service::of(self.register, id))
    }
    /// All facts, in the register's order: those that questions give, and those that the register gives.
    pub fn facts(self) -> impl Iterator<Item = Fact<'p>> {
        self.register.facts.ids().map(move |id| Fact::of(self.register, id))
    }
    /// The levels, the lowest first: that is `none`.
    pub fn levels(self) -> impl Iterator<Item = Level<'p>> {
        (0..=self.register.top_level().0).map(move |level| Level::of(self.register, rule::Level(level)))
    }
    /// The ranks of instruments, the highest first.
    pub fn ranks(self) -> impl Iterator<Item = Term<'p>> {
        self.register.ranks.iter().map(Term::of)
    }
    /// The roles of customers.
    pub fn roles(self) -> impl Iterator<Item = Term<'p>> {
        self.register.roles.iter().map(Term::of)
    }
    /// The domains of services.
    pub fn domains(self) -> impl Iterator<Item = Term<'p>> {
        self.register.domains.iter().map(Term::of)
    }
    /// What a grant can be tied to.
    pub fn obligations(self) -> impl Iterator<Item = Term<'p>> {
        self.register.obligations.iter().map(Term::of)
    }
    /// The units in which quantities are counted.
    pub fn units(self) -> impl Iterator<Item = Unit<'p>> {
        self.register.units.iter().map(Unit::named)
    }
    /// The rule sets, with their versions.
    pub fn rule_sets(self) -> impl Iterator<Item = RuleSet<'p>> {
        self.register.sets.ids().map(move |id| RuleSet::of(self.register, id))
    }
}
