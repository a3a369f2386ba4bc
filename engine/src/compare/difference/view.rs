//! A policy in a view: whatever is compared is seen through one.

use crate::decide::World;
use crate::model::arena::{CustomerId, FactId};
use crate::model::bitemporal::Proposals;
use crate::model::day::{Day, Days};
use crate::names::Names;

/// A policy as it is seen: from the knowledge of a day, without proposals or with them (S2). Made by [`Policy::at`](crate::Policy::at).
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, View, date};
/// let older = policy.at(View::known(date(2025, 2, 15)));
/// let differences = older.differences(&policy.at(View::default()));
/// assert!(differences.records(Language::En).iter().any(|record| record.customer == "leiderdorp"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct PolicyView<'p> {
    pub(crate) world: World<'p>,
    pub(crate) names: &'p Names,
    pub(crate) known: Day,
    pub(crate) proposals: Proposals,
}

impl PolicyView<'_> {
    /// The day from whose knowledge it is seen; `None`: from all.
    pub(crate) fn known_date(&self) -> Option<jiff::civil::Date> {
        (self.known < Day::LAST).then(|| self.known.date())
    }
    /// Whether it is seen as on some day.
    pub(crate) fn is_dated(&self) -> bool {
        self.known_date().is_some()
    }
    /// The days on which the register has a value of a fact for a customer, each with that value as JSON.
    pub(super) fn values(&self, fact: FactId, customer: CustomerId) -> impl Iterator<Item = (Days, String)> {
        let declared = &self.world.register.facts[fact];
        let rects = self.world.cells.dated.rects(fact, customer).iter().filter(|(rect, _)| rect.known.contains(self.known));
        rects.map(|(rect, value)| (rect.on, serde_json::to_string(&declared.raise(*value)).unwrap_or_default()))
    }
    pub(crate) fn has_proposals(&self) -> bool {
        self.proposals == Proposals::Included
    }
}
