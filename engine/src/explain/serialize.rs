//! A decision as a value of serde's: the same fields in the same order as its JSON, for whatever format.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;

use super::json;
use crate::decide::Decision;
use crate::model::value::FactValue;
use crate::text::Language;

impl Serialize for Decision<'_> {
    /// The decision in the shape of its JSON, with texts in the register's first language.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let language = self.world.register.languages.first().copied().unwrap_or(Language::Nl);
        let text = json::json(self, None, language);
        Retold(serde_json::from_str(&text).map_err(S::Error::custom)?).serialize(serializer)
    }
}

/// JSON that was written here, told again.
struct Retold<'j>(&'j RawValue);

impl Serialize for Retold<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.get();
        match text.as_bytes().first() {
            Some(b'n') => serializer.serialize_none(),
            Some(b'{') => {
                let Fields(fields) = serde_json::from_str(text).map_err(S::Error::custom)?;
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                fields.iter().try_for_each(|(name, value)| map.serialize_entry(name, &Retold(value)))?;
                map.end()
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(S::Error::custom)?;
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.into_iter().try_for_each(|item| list.serialize_element(&Retold(item)))?;
                list.end()
            }
            // Truths, numbers and texts are written as those of facts are: exactly.
            _ => serde_json::from_str::<FactValue>(text).map_err(S::Error::custom)?.serialize(serializer),
        }
    }
}

/// The fields of an object, in their order.
struct Fields<'j>(Vec<(String, &'j RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}
