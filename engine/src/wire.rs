//! A question told as one JSON object in, the question out; or what is wrong with it.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::error::Error;
use crate::model::day::parse_date;
use crate::model::question::Question;
use crate::model::value::{FactValue, shorten, without_place};

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
            return Err(Error::bad_json("expected an object".to_owned(), Some(1)));
        }
        let read: Read = serde_json::from_str(text).map_err(|fault| Error::bad_json(without_place(&fault), Some(fault.column())))?;
        read.question(Some(today))
    }

    /// Reads a question from a line of a file, as its bytes are.
    ///
    /// ```
    /// use leidraad::{Question, date};
    /// let error = Question::from_line(b"{\"customer\":\"Caf\xe9\"}", date(2026, 1, 1)).unwrap_err();
    /// assert_eq!((error.is_bad_json(), error.column()), (true, Some(17)));
    /// ```
    pub fn from_line(line: &[u8], today: Date) -> Result<Self, Error> {
        let text = std::str::from_utf8(line).map_err(|fault| Error::not_utf8(fault.valid_up_to() + 1))?;
        let start = text.trim_start_matches('\u{feff}').trim_start();
        Self::from_json(start.trim_end(), today).map_err(|error| error.further(text.len() - start.len()))
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

impl<'de> Deserialize<'de> for Question {
    /// Reads a question in the shape in which it is written; the day that it is about has to be there.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Read::deserialize(deserializer)?.question(None).map_err(serde::de::Error::custom)
    }
}

impl Read {
    fn question(self, today: Option<Date>) -> Result<Question, Error> {
        Ok(Question {
            customer: self.customer,
            service: self.service,
            on: match self.on {
                On::LeftOut => today.ok_or_else(|| Error::bad_day("on", ""))?,
                On::Given(text) => Question::read_day("on", &text)?,
                // Nobody says which day is meant by none.
                On::Null => return Err(Error::bad_day("on", "null")),
            },
            known: self.known.map(|text| Question::read_day("known", &text)).transpose()?,
            proposed: self.proposed,
            facts: self.facts.0,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    customer: String,
    service: String,
    #[serde(default)]
    on: On,
    #[serde(default)]
    known: Option<String>,
    #[serde(default)]
    proposed: bool,
    #[serde(default)]
    facts: Facts,
    /// What whoever asks calls the question by; it plays no part in the answer.
    #[serde(default, rename = "id")]
    _id: IgnoredAny,
}

#[derive(Default)]
enum On {
    #[default]
    LeftOut,
    Null,
    Given(String),
}

impl<'de> Deserialize<'de> for On {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(On::Null, On::Given))
    }
}

/// Facts by name; a fact that is null is not given (S11). A name that stands twice is refused, since one of its values would be lost.
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
        let mut facts: BTreeMap<String, Option<FactValue>> = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, Option<FactValue>>()? {
            if facts.contains_key(&name) {
                return Err(serde::de::Error::custom(format!("fact `{}` stands twice", shorten(&name))));
            }
            facts.insert(name, value);
        }
        Ok(Facts(facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()))
    }
}
