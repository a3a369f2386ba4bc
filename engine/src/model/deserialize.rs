//! A value in any format that serde reads, and that says what it holds, in; the value of a fact out. JSON gives its numbers as they are written: a
//! number that passed through a `f64` may have lost digits.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::value::{FactValue, parse_number, shorten, without_place};

/// By this name `serde_json` knows that it is asked for a value as it is written. Other formats take it for the name of a type, and ignore it.
const AS_WRITTEN: &str = "$serde_json::private::RawValue";

impl<'de> Deserialize<'de> for FactValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(AS_WRITTEN, Value)
    }
}

struct Value;

/// A number that a format holds in binary.
fn number<E: Error>(written: &str) -> Result<FactValue, E> {
    let number = parse_number(written).map(FactValue::Number);
    number.ok_or_else(|| E::custom(format!("the number `{}` has too many digits", shorten(written))))
}

impl<'de> Visitor<'de> for Value {
    type Value = FactValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false, a number, a text or a list of texts")
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<FactValue, D::Error> {
        deserializer.deserialize_any(Value)
    }
    /// JSON as it is written.
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<FactValue, M::Error> {
        match map.next_key::<String>()?.as_deref() {
            Some(AS_WRITTEN) => written(&map.next_value::<String>()?),
            _ => Err(M::Error::custom("a table is no value of a fact: expected true, false, a number, a text or a list of texts")),
        }
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<FactValue, E> {
        Ok(FactValue::Truth(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<FactValue, E> {
        Ok(FactValue::from(value))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<FactValue, E> {
        Ok(FactValue::Number(Decimal::from(value)))
    }
    fn visit_i128<E: Error>(self, value: i128) -> Result<FactValue, E> {
        number(&value.to_string())
    }
    fn visit_u128<E: Error>(self, value: u128) -> Result<FactValue, E> {
        number(&value.to_string())
    }
    /// The shortest number that reads as this one.
    fn visit_f64<E: Error>(self, value: f64) -> Result<FactValue, E> {
        number(&value.to_string())
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<FactValue, E> {
        Ok(FactValue::from(value))
    }
    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<FactValue, S::Error> {
        let mut tags = Vec::new();
        while let Some(tag) = list.next_element()? {
            tags.push(tag);
        }
        Ok(FactValue::Tags(tags))
    }
}

fn written<E: Error>(text: &str) -> Result<FactValue, E> {
    match text.as_bytes().first() {
        Some(b't' | b'f') => Ok(FactValue::Truth(text == "true")),
        Some(b'"') => serde_json::from_str(text).map(FactValue::Text).map_err(|fault| E::custom(without_place(&fault))),
        Some(b'[') => serde_json::from_str(text).map(FactValue::Tags).map_err(|_| E::custom("a list of tags holds texts only")),
        Some(b'-' | b'0'..=b'9') => number(text),
        _ => {
            Err(E::custom(format!("`{}` is no value of a fact: expected true, false, a number, a text or a list of texts", shorten(text))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_every_digit_and_other_formats_read_the_same_values() {
        let written = "[1, -0.10, 12345678901234567890.123456789, true, \"a\", [\"x\", \"y\"]]";
        let exact: Vec<FactValue> = serde_json::from_str(written).unwrap();
        assert_eq!(exact[2], FactValue::Number("12345678901234567890.123456789".parse().unwrap()));
        // What went through a tree of values lost digits before it came here, or is the same.
        let tree: serde_json::Value = serde_json::from_str("[1, -0.1, true, \"a\", [\"x\", \"y\"]]").unwrap();
        let from_tree: Vec<FactValue> = serde_json::from_value(tree).unwrap();
        assert_eq!(from_tree, [&exact[0..2], &exact[3..]].concat());
        let from_toml: std::collections::BTreeMap<String, Vec<FactValue>> =
            toml::from_str("values = [1, -0.1, true, \"a\", [\"x\", \"y\"]]").unwrap();
        assert_eq!(from_toml["values"], from_tree);
        assert!(serde_json::from_str::<FactValue>("{\"a\": 1}").unwrap_err().to_string().contains("no value of a fact"));
        assert!(
            toml::from_str::<std::collections::BTreeMap<String, FactValue>>("a = { b = 1 }").unwrap_err().to_string().contains("table")
        );
    }
}
