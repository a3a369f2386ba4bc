//! A plain line of JSON in; the question that it is out, resolved where it stands. A line is plain if no name or text in it is written
//! with a backslash, and all numbers are whole and of 64 bits: others would lose exact digits here. Of all other lines, and of those
//! that are wrong, nothing comes out: the longer way reads them, and says what is wrong.

use std::fmt;

use jiff::civil::Date;
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use smallvec::SmallVec;

use super::prepared::Prepared;
use super::standing::World;
use crate::model::arena::FactId;
use crate::model::bitemporal::Proposals;
use crate::model::day::parse_date;
use crate::model::value::FactRef;
use crate::names::Names;

/// A question without `on` is about `today`.
pub(crate) fn read<'p>(world: World<'p>, names: &Names, line: &[u8], today: Date) -> Option<Prepared<'p>> {
    let mut prepared = Prepared::blank(world);
    let mut json = serde_json::Deserializer::from_str(std::str::from_utf8(line).ok()?);
    json.deserialize_map(Line { prepared: &mut prepared, names, today }).ok()?;
    json.end().ok()?;
    Some(prepared)
}

/// The object of a line.
struct Line<'r, 'p> {
    prepared: &'r mut Prepared<'p>,
    names: &'r Names,
    today: Date,
}

impl<'de> Visitor<'de> for Line<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a question")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Line { prepared, names, today } = self;
        let (mut customer, mut service, mut facts) = (None, None, None);
        let (mut on, mut known, mut proposed) = (None, None, None);
        while let Some(key) = map.next_key::<&str>()? {
            match key {
                "customer" => once(&mut customer, map.next_value::<&str>()?)?,
                "service" => once(&mut service, map.next_value::<&str>()?)?,
                "on" => once(&mut on, map.next_value::<&str>()?)?,
                "known" => once(&mut known, map.next_value::<Option<&str>>()?)?,
                "proposed" => once(&mut proposed, map.next_value::<bool>()?)?,
                "facts" => once(&mut facts, map.next_value_seed(Facts { prepared, names })?)?,
                _ => return Err(not_plain()),
            }
        }
        let day = |text: Option<&str>| text.map(|text| parse_date(text).ok_or_else(not_plain)).transpose();
        let register = prepared.view.world.register;
        prepared.view.customer = names.customer(register, customer.ok_or_else(not_plain)?).map_err(|_| not_plain())?;
        prepared.service = names.service(register, service.ok_or_else(not_plain)?).map_err(|_| not_plain())?;
        if proposed == Some(true) {
            prepared.view.proposals = Proposals::Included;
        }
        prepared.place(day(on)?.unwrap_or(today), day(known.flatten())?).map_err(|_| not_plain())
    }
}

fn once<T, E: Error>(place: &mut Option<T>, value: T) -> Result<(), E> {
    if place.replace(value).is_some() { Err(not_plain()) } else { Ok(()) }
}

/// Nobody hears of it.
#[cold]
fn not_plain<E: Error>() -> E {
    E::custom("not plain")
}

/// The facts of a question.
struct Facts<'r, 'p> {
    prepared: &'r mut Prepared<'p>,
    names: &'r Names,
}

impl<'de> DeserializeSeed<'de> for Facts<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Facts<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("facts")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<&str>()? {
            let fact = self.names.fact(self.prepared.view.world.register, name).map_err(|_| not_plain())?;
            map.next_value_seed(Value { prepared: self.prepared, fact })?;
        }
        Ok(())
    }
}

/// The value of a fact.
struct Value<'r, 'p> {
    prepared: &'r mut Prepared<'p>,
    fact: FactId,
}

impl Value<'_, '_> {
    fn take<E: Error>(self, told: FactRef<'_>) -> Result<(), E> {
        self.prepared.take(self.fact, told).map_err(|_| not_plain())
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain value")
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.take(FactRef::Truth(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.take(FactRef::Whole(value))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.take(FactRef::Whole(i64::try_from(value).map_err(|_| not_plain())?))
    }
    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<(), E> {
        self.take(FactRef::Text(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut tags: SmallVec<[&str; 6]> = SmallVec::new();
        while let Some(tag) = seq.next_element()? {
            tags.push(tag);
        }
        self.take(FactRef::Words(&tags))
    }
}
