//! Which facts will be told, in which order, in; verdicts for as many tellings of them as one likes, each by names, out.

use jiff::civil::Date;

use super::prepared::Prepared;
use super::quick::quick;
use super::standing::World;
use super::verdict::Verdict;
use crate::error::Error;
use crate::model::arena::FactId;
use crate::model::value::FactRef;
use crate::names::Names;

/// A question with blanks: the facts are named once, their values are told each time. Customers, services, texts and tags are looked up
/// on the way, which takes no memory. Made by [`Policy::form`](crate::Policy::form); it can be shared between threads.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{FactRef, date};
/// let form = policy.form(["quantity", "used"]).unwrap();
/// let ask = |used| form.verdict("leiderdorp", "legal/advice", date(2025, 2, 1), &[FactRef::Whole(20), FactRef::Whole(used)]);
/// assert_eq!(ask(592).unwrap().level_id(), Some("standard"));
/// assert_eq!(ask(600).unwrap().level_id(), Some("plus"));
/// assert!(form.verdict("leiderdrop", "legal/advice", date(2025, 2, 1), &[]).unwrap_err().is_unknown_name());
/// ```
#[derive(Debug, Clone)]
pub struct Form<'p> {
    world: World<'p>,
    names: &'p Names,
    facts: Vec<FactId>,
}

impl<'p> Form<'p> {
    pub(crate) fn of<'n>(world: World<'p>, names: &'p Names, facts: impl IntoIterator<Item = &'n str>) -> Result<Form<'p>, Error> {
        let mut own = Vec::new();
        for name in facts {
            let id = names.fact(world.register, name)?;
            if own.contains(&id) {
                return Err(Error::given_twice(&world.register.facts[id]));
            }
            own.push(id);
        }
        Ok(Form { world, names, facts: own })
    }

    /// The verdict from all knowledge, without proposals (S2). The values stand in the order of the form's facts; those left out at the end
    /// are missing (S11). Refused as [`Policy::decide`](crate::Policy::decide) refuses, and where there are more values than facts.
    pub fn verdict(&self, customer: &str, service: &str, on: Date, values: &[FactRef<'_>]) -> Result<Verdict<'p>, Error> {
        if values.len() > self.facts.len() {
            return Err(Error::too_many_values(values.len(), self.facts.len()));
        }
        let facts = self.facts.iter().zip(values).map(|(fact, value)| Some((*fact, *value)));
        if let Some(found) = quick(self.world, self.names, customer, service, on, facts) {
            return Ok(Verdict::found(self.world, found));
        }
        self.prepared(customer, service, on, values).map(|prepared| Verdict::of(&prepared, None))
    }

    /// What is not to be had at once takes the longer way, which knows more names, and says what is wrong.
    #[cold]
    fn prepared(&self, customer: &str, service: &str, on: Date, values: &[FactRef<'_>]) -> Result<Prepared<'p>, Error> {
        let mut prepared = Prepared::blank(self.world);
        prepared.view.customer = self.names.customer(self.world.register, customer)?;
        prepared.service = self.names.service(self.world.register, service)?;
        self.facts.iter().zip(values).try_for_each(|(fact, value)| prepared.take(*fact, *value))?;
        prepared.place(on, None)?;
        Ok(prepared)
    }
}
