//! What a register holds, as values that a form or a page can be built from: who, what, which facts, and which levels there are (S1).

/// Shows a thing by what it is known by.
macro_rules! shown {
    ($name:ident $by:ident) => {
        impl std::fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.$by())
            }
        }
        /// So that a question can be asked about it.
        impl From<$name<'_>> for String {
            fn from(named: $name<'_>) -> String {
                named.$by().to_owned()
            }
        }
    };
}

mod fact;
mod party;
mod rule;
mod term;
mod version;

pub use fact::{Fact, Kind};
pub use party::{Customer, Listed, Service};
pub use rule::Rule;
pub use term::{Level, Span, Term, Unit};
pub use version::{RuleSet, Version};

use crate::error::Error;
use crate::model::register::Register;
use crate::model::rule::Level as LevelId;
use crate::names::Names;
use crate::text::{Key, Language};

/// What a register holds. Made by [`Policy::catalogue`](crate::Policy::catalogue); everything in it borrows from the policy.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::Language;
/// let catalogue = policy.catalogue();
/// let levels: Vec<&str> = catalogue.levels().map(|level| level.label(Language::Nl)).collect();
/// assert_eq!(levels, ["geen", "basis", "plus", "maatwerk"]);
/// let customers: Vec<&str> = catalogue.customers().map(|customer| customer.id()).take(4).collect();
/// assert_eq!(customers, ["leiden", "leiderdorp", "oegstgeest", "zoeterwoude"]);
/// println!("{} services, {} facts", catalogue.services().count(), catalogue.facts().count());
/// let highest = catalogue.ranks().next().unwrap();
/// assert!(catalogue.rule_sets().any(|set| set.rank().unwrap().id() == highest.id()));
/// assert!(catalogue.versions().count() >= catalogue.rule_sets().count());
/// for term in catalogue.roles().chain(catalogue.domains()).chain(catalogue.obligations()) {
///     println!("{term}: {}", term.label(Language::Nl));
/// }
/// assert!(catalogue.units().any(|unit| unit.label(Language::En) == "hours"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Catalogue<'p> {
    register: &'p Register,
    names: &'p Names,
}

impl<'p> Catalogue<'p> {
    pub(crate) fn of(register: &'p Register, names: &'p Names) -> Catalogue<'p> {
        Catalogue { register, names }
    }
    /// The customer of this name: an id, an official code, a name or a synonym, without regard to case. An error names those like it.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// assert_eq!(policy.catalogue().customer("GM0547").unwrap().id(), "leiderdorp");
    /// assert!(policy.catalogue().customer("leiderdrop").unwrap_err().is_unknown_name());
    /// ```
    pub fn customer(self, name: &str) -> Result<Customer<'p>, Error> {
        self.names.customer(self.register, name).map(|id| Customer::of(self.register, id))
    }
    /// The service of this name: an id, a name in either language or a synonym. An error names those like it, or those that bear the name.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::Language;
    /// assert_eq!(policy.catalogue().service("lawyer").unwrap().label(Language::Nl), "Juridisch advies");
    /// assert!(policy.catalogue().service("advice").unwrap_err().is_ambiguous_name());
    /// ```
    pub fn service(self, name: &str) -> Result<Service<'p>, Error> {
        self.names.service(self.register, name).map(|id| Service::of(self.register, id))
    }
    /// The fact of this name or label. An error names those like it.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// assert_eq!(policy.catalogue().fact("USED").unwrap().name(), "used");
    /// ```
    pub fn fact(self, name: &str) -> Result<Fact<'p>, Error> {
        self.names.fact(self.register, name).map(|id| Fact::of(self.register, id))
    }
    /// The level of this id or name. An error names those like it.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::Language;
    /// assert_eq!(policy.catalogue().level("bespoke").unwrap().label(Language::Nl), "maatwerk");
    /// ```
    pub fn level(self, name: &str) -> Result<Level<'p>, Error> {
        let is_named = |level: &Level<'_>| {
            let labels = [Language::Nl, Language::En].map(|language| level.label(language));
            level.id() == name || labels.iter().any(|label| label.eq_ignore_ascii_case(name))
        };
        let found = self.levels().find(is_named);
        found.ok_or_else(|| Error::unknown(Key::ErrorUnknownLevel, name, self.levels().map(Level::id)))
    }
    /// The version of this key, `set@version`. An error names those like it.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// assert!(policy.catalogue().version("centrumregeling@2026-1").unwrap().is_proposed());
    /// ```
    pub fn version(self, key: &str) -> Result<Version<'p>, Error> {
        let found = self.versions().find(|version| version.key() == key);
        found.ok_or_else(|| Error::unknown(Key::ErrorUnknownVersion, key, self.versions().map(Version::key)))
    }
    /// All customers, in the register's order.
    pub fn customers(self) -> impl Iterator<Item = Customer<'p>> {
        self.register.customers.ids().map(move |id| Customer::of(self.register, id))
    }
    /// All services, in the register's order.
    pub fn services(self) -> impl Iterator<Item = Service<'p>> {
        self.register.services.ids().map(move |id| Service::of(self.register, id))
    }
    /// The services of a domain, and those that bear a text in a name; left out, neither narrows them.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// let services: Vec<&str> = policy.catalogue().services_like(Some("juridisch"), Some("advi")).unwrap().iter().map(|service| service.id()).collect();
    /// assert_eq!(services, ["legal/advice"]);
    /// assert!(policy.catalogue().services_like(Some("astrology"), None).unwrap_err().is_unknown_name());
    /// ```
    pub fn services_like(self, domain: Option<&str>, text: Option<&str>) -> Result<Vec<Service<'p>>, Error> {
        let folded = |text: &str| text.to_lowercase();
        let has = |names: &[&str], wanted: &str| names.iter().any(|name| folded(name).contains(&folded(wanted)));
        let is_called = |term: Term<'p>, wanted: &str| has(&[term.id(), term.label(Language::Nl), term.label(Language::En)], wanted);
        if let Some(domain) = domain
            && !self.domains().any(|term| is_called(term, domain))
        {
            let all = self.domains().map(|term| [term.label(Language::Nl).to_owned(), term.label(Language::En).to_owned()]);
            return Err(Error::unknown_of(Key::ErrorUnknownDomain, domain, Vec::new(), all.collect()));
        }
        let fits = |service: &Service<'p>| {
            let names: Vec<&str> =
                [service.id(), service.label(Language::Nl), service.label(Language::En)].into_iter().chain(service.synonyms()).collect();
            domain.is_none_or(|domain| service.domain().is_some_and(|own| is_called(own, domain)))
                && text.is_none_or(|text| has(&names, text))
        };
        Ok(self.services().filter(fits).collect())
    }
    /// All facts, in the register's order: those that questions give, and those that the register gives.
    pub fn facts(self) -> impl Iterator<Item = Fact<'p>> {
        self.register.facts.ids().map(move |id| Fact::of(self.register, id))
    }
    /// The levels, the lowest first: that is `none`.
    pub fn levels(self) -> impl Iterator<Item = Level<'p>> {
        (0..=self.register.top_level().0).map(move |level| Level::of(self.register, LevelId(level)))
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
    /// The versions of all rule sets, in the register's order.
    pub fn versions(self) -> impl Iterator<Item = Version<'p>> {
        self.register.versions.ids().map(move |id| Version::of(self.register, id))
    }
    /// The rules and options of all versions.
    pub fn rules(self) -> impl Iterator<Item = Rule<'p>> {
        Rule::all(self.register)
    }
    /// The rule sets, with their versions.
    pub fn rule_sets(self) -> impl Iterator<Item = RuleSet<'p>> {
        self.register.sets.ids().map(move |id| RuleSet::of(self.register, id))
    }
}
