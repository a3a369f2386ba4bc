//! Customers and services.

use jiff::civil::Date;

use super::term::{Span, Term, Unit};
use crate::model::arena::{CustomerId, ServiceId};
use crate::model::bitemporal::Bitemporal;
use crate::model::register::{self, Register};
use crate::text::Language;

/// A customer. [`Display`](std::fmt::Display) gives the id.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, date};
/// let leiderdorp = policy.catalogue().customer("leiderdorp").unwrap();
/// assert_eq!((leiderdorp.name(), leiderdorp.code()), ("Leiderdorp", Some("GM0547")));
/// assert_eq!(leiderdorp.role().unwrap().label(Language::Nl), "partnergemeente");
/// assert_eq!(leiderdorp.synonyms().next(), Some("gemeente Leiderdorp"));
/// assert!(leiderdorp.days().contains(date(2026, 7, 1)));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Customer<'p> {
    register: &'p Register,
    customer: &'p register::Customer,
}

impl<'p> Customer<'p> {
    pub(crate) fn of(register: &'p Register, id: CustomerId) -> Customer<'p> {
        Customer { register, customer: &register.customers[id] }
    }
    /// Its id.
    pub fn id(self) -> &'p str {
        &self.customer.id
    }
    /// Its name.
    pub fn name(self) -> &'p str {
        &self.customer.name
    }
    /// Its official code, such as `GM0546`.
    pub fn code(self) -> Option<&'p str> {
        self.customer.code.as_deref()
    }
    /// Its role.
    pub fn role(self) -> Option<Term<'p>> {
        self.register.roles.get(usize::from(self.customer.role?)).map(Term::of)
    }
    /// Other names that it is known by.
    pub fn synonyms(self) -> impl Iterator<Item = &'p str> {
        self.customer.synonyms.iter().map(|name| &**name)
    }
    /// The days on which it is a customer (S1).
    pub fn days(self) -> Span {
        Span::of(self.customer.listed.on)
    }
}

/// A service. [`Display`](std::fmt::Display) gives the id.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, date};
/// let advice = policy.catalogue().service("legal/advice").unwrap();
/// assert_eq!((advice.label(Language::Nl), advice.domain().unwrap().id(), advice.unit().unwrap().id()), ("Juridisch advies", "legal", "hour"));
/// assert_eq!((advice.synonyms().next(), advice.requires().count()), (Some("jurist"), 0));
/// assert_eq!((advice.parts().count(), advice.is_lowest_of_parts()), (0, None));
/// assert!(advice.days().contains(date(2026, 7, 1)));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Service<'p> {
    register: &'p Register,
    service: &'p register::Service,
}

impl<'p> Service<'p> {
    pub(crate) fn of(register: &'p Register, id: ServiceId) -> Service<'p> {
        Service { register, service: &register.services[id] }
    }
    /// Its id: `domain/name`.
    pub fn id(self) -> &'p str {
        &self.service.id
    }
    /// Its name; the id where the register has none in this language.
    pub fn label(self, language: Language) -> &'p str {
        self.service.name.get(language).unwrap_or(&self.service.id)
    }
    /// Its domain.
    pub fn domain(self) -> Option<Term<'p>> {
        self.register.domains.get(self.service.domain).map(Term::of)
    }
    /// The unit in which it is counted.
    pub fn unit(self) -> Option<Unit<'p>> {
        self.service.unit.as_deref().map(|id| Unit::of(self.register, id))
    }
    /// Other names that it is known by.
    pub fn synonyms(self) -> impl Iterator<Item = &'p str> {
        self.service.synonyms.iter().map(|name| &**name)
    }
    /// The services without which it cannot be had.
    pub fn requires(self) -> impl Iterator<Item = Service<'p>> {
        self.service.requires.iter().map(move |(id, _)| Service::of(self.register, *id))
    }
    /// The services that it is made of, if it is a composite (S10).
    pub fn parts(self) -> impl Iterator<Item = Service<'p>> {
        self.service.composite.iter().flat_map(|composite| &composite.of).map(move |id| Service::of(self.register, *id))
    }
    /// Whether it has the lowest level of its parts, or the highest; `None` if it is no composite (S10).
    pub fn is_lowest_of_parts(self) -> Option<bool> {
        self.service.composite.as_ref().map(|composite| composite.lowest)
    }
    /// The days on which it is offered (S1).
    pub fn days(self) -> Span {
        Span::of(self.service.listed.on)
    }
}

/// Something of the catalogue that is asked about, and when it stands there (S1).
///
/// ```
/// # let sources = leidraad::Sources::folder("rules");
/// # let customers = format!("{}\n[customer.hillegom]\nname = 'Hillegom'\nfrom = 2027-01-01\n", sources.text("customers.toml").unwrap());
/// # let policy = leidraad::Policy::load(&sources.with("customers.toml", customers)).unwrap();
/// use leidraad::{Question, date};
/// let decision = policy.decide(&Question::new("hillegom", "hrm/payroll", date(2026, 7, 1))).unwrap();
/// let unlisted = decision.unlisted().next().unwrap();
/// assert_eq!((unlisted.id, unlisted.days.from, unlisted.decided), ("hillegom", Some(date(2027, 1, 1)), None));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Listed<'p> {
    /// the id of the customer or the service
    pub id: &'p str,
    /// the days on which it stands in the catalogue
    pub days: Span,
    /// the day on which that was decided; `None`: it was always known
    pub decided: Option<Date>,
}

impl<'p> Listed<'p> {
    pub(crate) fn of(id: &'p str, listed: Bitemporal) -> Listed<'p> {
        Listed { id, days: Span::of(listed.on), decided: listed.known.first() }
    }
}

shown!(Customer id);
shown!(Service id);
