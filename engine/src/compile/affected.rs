//! Scopes in; the cells of customer and service that they reach out.

use crate::model::arena::{CustomerId, Id, ServiceId};
use crate::model::register::Register;
use crate::model::rule::Scope;

/// Some cells of a register, numbered.
#[derive(Debug)]
pub(crate) struct Affected {
    /// For each cell of the register, customer after customer, its number among these; `None` if it is none of them.
    places: Vec<Option<u32>>,
    /// Whether a customer has any.
    customers: Vec<bool>,
    services: usize,
    count: usize,
}

impl Affected {
    /// None of a register's cells.
    fn none(register: &Register) -> Affected {
        let (customers, services) = (register.customers.len(), register.services.len());
        Affected { places: vec![None; customers * services], customers: vec![false; customers], services, count: 0 }
    }
    /// All of them.
    pub(super) fn all(register: &Register) -> Affected {
        let mut affected = Affected::none(register);
        affected.customers.fill(true);
        affected.count = affected.places.len();
        affected.places.iter_mut().zip(0..).for_each(|(place, at)| *place = Some(at));
        affected
    }
    /// Those in some scopes.
    pub(super) fn of<'s>(register: &Register, scopes: impl Iterator<Item = &'s Scope>) -> Affected {
        let mut affected = Affected::none(register);
        for scope in scopes {
            for customer in scope.customers.iter() {
                affected.customers.get_mut(customer.index()).into_iter().for_each(|own| *own = true);
                for service in scope.services.iter() {
                    let at = customer.index() * affected.services + service.index();
                    if let Some(place @ None) = affected.places.get_mut(at) {
                        *place = u32::try_from(affected.count).ok();
                        affected.count += 1;
                    }
                }
            }
        }
        affected
    }
    pub(crate) fn len(&self) -> usize {
        self.count
    }
    /// For each cell of the register, customer after customer, its place among these, if it is one of them.
    pub(super) fn places(&self) -> impl Iterator<Item = Option<usize>> {
        self.places.iter().map(|place| place.map(|place| place as usize))
    }
    pub(crate) fn has_customer(&self, customer: CustomerId) -> bool {
        self.customers.get(customer.index()).copied().unwrap_or(false)
    }
    pub(crate) fn has(&self, customer: CustomerId, service: ServiceId) -> bool {
        self.place(customer, service).is_some()
    }
    pub(super) fn place(&self, customer: CustomerId, service: ServiceId) -> Option<usize> {
        let at = customer.index() * self.services + service.index();
        self.places.get(at).copied().flatten().map(|place| place as usize)
    }
    /// The places of those in a scope.
    pub(super) fn within(&self, scope: &Scope, mut each: impl FnMut(usize)) {
        for customer in scope.customers.iter().filter(|customer| self.has_customer(**customer)) {
            scope.services.iter().filter_map(|service| self.place(*customer, *service)).for_each(&mut each);
        }
    }
}
