//! What is asked: a customer, a service, a day, and facts.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::value::{FactValue, shorten};
use crate::Error;

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
pub struct Question {
    /// who asks
    pub customer: String,
    /// what is asked for
    pub service: String,
    /// the day that the question is about (S1)
    pub on: Date,
    /// the day from whose knowledge it is answered; nothing: from all knowledge (S2)
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
    /// Reads a question from one JSON object, as `ask --batch` does; a question without `on` is about `today`.
    ///
    /// ```
    /// use leidraad::{Question, date};
    /// let question = Question::from_json(r#"{"customer":"leiden","service":"legal/advice"}"#, date(2026, 1, 1)).unwrap();
    /// assert_eq!(question.on, date(2026, 1, 1));
    /// assert!(Question::from_json("no json", date(2026, 1, 1)).is_err());
    /// ```
    pub fn from_json(text: &str, today: Date) -> Result<Self, Error> {
        // A list could be taken for the fields in their order; only an object is a question.
        if !text.trim_start().starts_with('{') {
            return Err(Error::bad_json("expected an object".to_owned()));
        }
        let read: Read = serde_json::from_str(text).map_err(|fault| Error::bad_json(fault.to_string()))?;
        Ok(Self {
            customer: read.customer,
            service: read.service,
            on: read.on.map_or(Ok(today), |text| day("on", &text))?,
            known: read.known.map(|text| day("known", &text)).transpose()?,
            proposed: read.proposed,
            facts: read.facts.0,
        })
    }
}

fn day(key: &str, text: &str) -> Result<Date, Error> {
    super::day::parse_date(text).ok_or_else(|| Error::bad_day(key, text))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    customer: String,
    service: String,
    #[serde(default)]
    on: Option<String>,
    #[serde(default)]
    known: Option<String>,
    #[serde(default)]
    proposed: bool,
    #[serde(default)]
    facts: Facts,
}

/// Facts by name; a name that stands twice is refused, since one of its values would be lost.
#[derive(Default)]
struct Facts(BTreeMap<String, FactValue>);

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FactsVisitor)
    }
}

struct FactsVisitor;

impl<'de> Visitor<'de> for FactsVisitor {
    type Value = Facts;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of facts")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Facts, A::Error> {
        let mut facts = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, FactValue>()? {
            if facts.contains_key(&name) {
                return Err(serde::de::Error::custom(format!("fact `{}` stands twice", shorten(&name))));
            }
            facts.insert(name, value);
        }
        Ok(Facts(facts))
    }
}
