//! What is asked: a customer, a service, a day, and facts.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::value::FactValue;

/// A question: is this customer entitled to this service on this day, given these facts?
///
/// Customers, services and facts are named by id, name or synonym; [`Policy::decide`](crate::Policy::decide) resolves them.
///
/// ```
/// use leidraad::{Question, date};
/// let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20).fact("used", 592);
/// assert_eq!(
///     serde_json::to_string(&question).unwrap(),
///     r#"{"customer":"leiderdorp","service":"legal/advice","on":"2025-02-01","known":null,"facts":{"quantity":20,"used":592}}"#,
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[must_use]
pub struct Question {
    /// who asks
    pub customer: String,
    /// what is asked for
    pub service: String,
    /// the day that the question is about (S1)
    pub on: Date,
    /// the day from whose knowledge it is answered; `None`: from all knowledge (S2)
    pub known: Option<Date>,
    /// whether proposed versions count (S2)
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub proposed: bool,
    /// the facts that are known, by name
    pub facts: BTreeMap<String, FactValue>,
}

impl Question {
    /// A question without facts, from all knowledge, without proposals.
    pub fn new(customer: impl Into<String>, service: impl Into<String>, on: Date) -> Self {
        Self { customer: customer.into(), service: service.into(), on, known: None, proposed: false, facts: BTreeMap::new() }
    }
    /// The same question with one more fact.
    pub fn fact(mut self, name: impl Into<String>, value: impl Into<FactValue>) -> Self {
        self.facts.insert(name.into(), value.into());
        self
    }
    /// The same question, answered from what was known on this day (S2).
    pub fn known(mut self, day: Date) -> Self {
        self.known = Some(day);
        self
    }
    /// The same question with proposed versions included (S2).
    pub fn with_proposals(mut self) -> Self {
        self.proposed = true;
        self
    }
}
