//! One line of JSON in, a question out: what `ask --batch` reads. A plain line is looked at where it stands; what is wrong with one that
//! is not is said by the longer way alone.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use smallvec::SmallVec;

use crate::error::Error;
use crate::model::day::parse_date;
use crate::model::question::Question;
use crate::model::value::{FactValue, Told, shorten};

impl Question {
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
            on: read.on.map_or(Ok(today), |text| Question::read_day("on", &text))?,
            known: read.known.map(|text| Question::read_day("known", &text)).transpose()?,
            proposed: read.proposed,
            facts: read.facts.0,
        })
    }

    /// Reads the day of a question as people and tables write it: `2025-02-01`.
    ///
    /// ```
    /// use leidraad::{Question, date};
    /// assert_eq!(Question::read_day("on", "2026-01-01").unwrap(), date(2026, 1, 1));
    /// assert!(Question::read_day("on", "1-1-2026").unwrap_err().is_bad_day());
    /// ```
    pub fn read_day(key: &str, text: &str) -> Result<Date, Error> {
        parse_date(text).ok_or_else(|| Error::bad_day(key, text))
    }
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

/// A question as it is told: by names, none of them resolved yet.
pub(crate) struct Asking<'a, F> {
    pub(crate) customer: &'a str,
    pub(crate) service: &'a str,
    pub(crate) on: Date,
    pub(crate) known: Option<Date>,
    pub(crate) proposed: bool,
    pub(crate) facts: F,
}

impl Question {
    pub(crate) fn asking(&self) -> Asking<'_, impl Iterator<Item = (&str, Told<'_>)>> {
        Asking {
            customer: &self.customer,
            service: &self.service,
            on: self.on,
            known: self.known,
            proposed: self.proposed,
            facts: self.facts.iter().map(|(name, value)| (name.as_str(), value.told())),
        }
    }
}

impl<'a> Plain<'a> {
    /// Reads a plain line: no name or text in it is written with a backslash. Of all others, and of those that are wrong, nothing is said.
    pub(crate) fn read(line: &'a [u8]) -> Option<Plain<'a>> {
        let text = std::str::from_utf8(line).ok().filter(|text| text.starts_with('{'))?;
        serde_json::from_str(text).ok()
    }

    pub(crate) fn asking(&self, today: Date) -> Option<Asking<'_, impl Iterator<Item = (&str, Told<'_>)>>> {
        let day = |text: Option<&str>| text.map(|text| parse_date(text).ok_or(())).transpose().ok();
        Some(Asking {
            customer: self.customer,
            service: self.service,
            on: day(self.on)?.unwrap_or(today),
            known: day(self.known)?,
            proposed: self.proposed,
            facts: self.facts.0.iter().map(|(name, value)| (*name, value.told())),
        })
    }
}

/// [`Read`], of a plain line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plain<'a> {
    customer: &'a str,
    service: &'a str,
    #[serde(default)]
    on: Option<&'a str>,
    #[serde(default)]
    known: Option<&'a str>,
    #[serde(default)]
    proposed: bool,
    #[serde(default, borrow)]
    facts: PlainFacts<'a>,
}

#[derive(Default)]
struct PlainFacts<'a>(SmallVec<[(&'a str, PlainValue<'a>); 4]>);

enum PlainValue<'a> {
    Told(Told<'a>),
    Tags(SmallVec<[&'a str; 6]>),
}

impl PlainValue<'_> {
    fn told(&self) -> Told<'_> {
        match self {
            PlainValue::Told(told) => *told,
            PlainValue::Tags(tags) => Told::Words(tags),
        }
    }
}

// What is read may be said to be borrowed for less long than the line is: lists that stay in place insist on one lifetime.
impl<'de: 'a, 'a> Deserialize<'de> for PlainFacts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FactsInPlace(PhantomData))
    }
}

struct FactsInPlace<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for FactsInPlace<'a> {
    type Value = PlainFacts<'a>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of facts")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PlainFacts<'a>, A::Error> {
        let mut facts = SmallVec::new();
        while let Some(fact) = map.next_entry()? {
            facts.push(fact);
        }
        Ok(PlainFacts(facts))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for PlainValue<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueInPlace(PhantomData))
    }
}

struct ValueInPlace<'a>(PhantomData<&'a ()>);

/// A number with a fraction is not plain: read here, it would lose its exact digits.
impl<'de: 'a, 'a> Visitor<'de> for ValueInPlace<'a> {
    type Value = PlainValue<'a>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain value of a fact")
    }
    fn visit_bool<E>(self, value: bool) -> Result<PlainValue<'a>, E> {
        Ok(PlainValue::Told(Told::Truth(value)))
    }
    fn visit_i64<E>(self, value: i64) -> Result<PlainValue<'a>, E> {
        Ok(PlainValue::Told(Told::Whole(value)))
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<PlainValue<'a>, E> {
        i64::try_from(value).map(|whole| PlainValue::Told(Told::Whole(whole))).map_err(E::custom)
    }
    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<PlainValue<'a>, E> {
        Ok(PlainValue::Told(Told::Text(value)))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<PlainValue<'a>, A::Error> {
        let mut tags = SmallVec::new();
        while let Some(tag) = seq.next_element()? {
            tags.push(tag);
        }
        Ok(PlainValue::Tags(tags))
    }
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
