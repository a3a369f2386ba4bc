//! The value of a fact, as a question gives it and as JSON writes it: exact, never a binary float.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::value::RawValue;

use crate::text::{Language, months};

/// The value of one fact. Numbers are exact decimals, days are civil dates (S12).
///
/// ```
/// use leidraad::FactValue;
/// assert_eq!(FactValue::from(20), FactValue::Number(20.into()));
/// assert_eq!(FactValue::from("desk"), FactValue::Text("desk".into()));
/// assert_eq!(FactValue::from(true), FactValue::Truth(true));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FactValue {
    /// true or false
    Truth(bool),
    /// an exact decimal number
    Number(Decimal),
    /// a text; also accepted for a `day` fact when it is an ISO date
    Text(String),
    /// a civil day
    Day(Date),
    /// a set of tags
    Tags(Vec<String>),
}

/// The value of a fact as it is told, before it is anyone's own: what [`Form::verdict`](crate::Form::verdict) takes.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{FactRef, date};
/// let form = policy.form(["channel", "opened"]).unwrap();
/// let verdict = form.verdict("leiden", "ict/service-desk", date(2026, 7, 1), &[FactRef::Text("desk"), FactRef::Day(date(2026, 6, 1))]).unwrap();
/// assert_eq!(verdict.level_id(), Some("bespoke"));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum FactRef<'a> {
    /// true or false
    Truth(bool),
    /// a whole number
    Whole(i64),
    /// an exact decimal number
    Number(Decimal),
    /// a text; also a day, as an ISO date
    Text(&'a str),
    /// a civil day
    Day(Date),
    /// a set of tags
    Tags(&'a [String]),
    /// a set of tags, each borrowed by itself
    Words(&'a [&'a str]),
}

impl FactValue {
    /// A truth as people and spreadsheets write it: `true`, `yes`, `ja`, `waar`, or their opposites.
    ///
    /// ```
    /// use leidraad::FactValue;
    /// assert_eq!(FactValue::read_truth(" WAAR"), Some(true));
    /// assert_eq!(FactValue::read_truth("maybe"), None);
    /// ```
    pub fn read_truth(written: &str) -> Option<bool> {
        match written.trim().to_lowercase().as_str() {
            "true" | "yes" | "ja" | "waar" => Some(true),
            "false" | "no" | "nee" | "onwaar" => Some(false),
            _ => None,
        }
    }
    /// A day as people write it, the day before the month: `2025-02-01`, `1-2-2025`, `1 februari 2025`, `1 Feb 2025`.
    ///
    /// ```
    /// use leidraad::{FactValue, date};
    /// assert_eq!(FactValue::read_day("1-7-2026"), Some(date(2026, 7, 1)));
    /// assert_eq!(FactValue::read_day("1 juli 2026"), Some(date(2026, 7, 1)));
    /// assert_eq!(FactValue::read_day("31-2-2026"), None);
    /// ```
    pub fn read_day(written: &str) -> Option<Date> {
        super::day::read_day(written)
    }
    /// Of a day that is written as people write one and is not in the calendar: that day in words.
    ///
    /// ```
    /// use leidraad::{FactValue, Language};
    /// assert_eq!(FactValue::absent_day("31-2-2026", Language::Nl).unwrap(), "31 februari 2026");
    /// assert_eq!(FactValue::absent_day("28-2-2026", Language::Nl), None);
    /// ```
    pub fn absent_day(written: &str, language: Language) -> Option<String> {
        let (day, month, year) = super::day::read_absent(written)?;
        let names = months(language);
        let month = usize::try_from(month - 1).ok().and_then(|at| names.get(at))?;
        Some(format!("{day} {month} {year}"))
    }
    pub(crate) fn told(&self) -> FactRef<'_> {
        match self {
            FactValue::Truth(value) => FactRef::Truth(*value),
            FactValue::Number(value) => FactRef::Number(*value),
            FactValue::Text(value) => FactRef::Text(value),
            FactValue::Day(value) => FactRef::Day(*value),
            FactValue::Tags(values) => FactRef::Tags(values),
        }
    }
}

impl From<bool> for FactValue {
    fn from(value: bool) -> Self {
        FactValue::Truth(value)
    }
}
impl From<i64> for FactValue {
    fn from(value: i64) -> Self {
        FactValue::Number(value.into())
    }
}
impl From<Decimal> for FactValue {
    fn from(value: Decimal) -> Self {
        FactValue::Number(value)
    }
}
impl From<&str> for FactValue {
    fn from(value: &str) -> Self {
        FactValue::Text(value.to_owned())
    }
}
impl From<Date> for FactValue {
    fn from(value: Date) -> Self {
        FactValue::Day(value)
    }
}

impl Serialize for FactValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            FactValue::Truth(value) => serializer.serialize_bool(*value),
            FactValue::Number(value) => Exact(*value).serialize(serializer),
            FactValue::Text(value) => serializer.serialize_str(value),
            FactValue::Day(value) => serializer.collect_str(value),
            FactValue::Tags(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(value)?;
                }
                list.end()
            }
        }
    }
}

/// A text cut to what fits in a message.
pub(crate) fn shorten(text: &str) -> String {
    let clean: String = text.chars().take(60).map(|c| if is_plain(c) { c } else { ' ' }).collect();
    if text.chars().count() > 60 { format!("{clean}…") } else { clean }
}

/// Whether a character can be shown as it is: none that moves the cursor, colours a terminal, or turns the direction of writing, or hides.
pub(crate) fn is_plain(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What is wrong with some JSON, without the place: of a piece of a text, that is not the place in the whole.
pub(crate) fn without_place(fault: &serde_json::Error) -> String {
    let text = fault.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

/// Reads a decimal number exactly: digits, one point, an optional exponent, and `_` between two digits. No infinity, no rounding.
pub(crate) fn parse_number(text: &str) -> Option<Decimal> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    if text.match_indices('_').any(|(at, _)| at == 0 || !is_digit(at - 1) || !is_digit(at + 1)) {
        return None;
    }
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    let (number, exponent) = plain.split_once(['e', 'E']).map_or((plain.as_str(), "0"), |(number, exponent)| (number, exponent));
    let (sign, digits) = number.strip_prefix('-').map_or((1, number.strip_prefix('+').unwrap_or(number)), |digits| (-1, digits));
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [before, after].concat();
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent: Option<i64> = exponent.parse().ok();
    let significant = all.trim_end_matches('0');
    if significant.is_empty() {
        // Zero, to whichever power.
        return exponent.or_else(|| is_power(plain.split_once(['e', 'E'])?.1).then_some(0)).map(|_| Decimal::ZERO);
    }
    // The number is its significant digits, so many decimals behind the point.
    let decimals = i64::try_from(after.len()).ok()? - i64::try_from(all.len() - significant.len()).ok()? - exponent?;
    let mut value: i128 = significant.trim_start_matches('0').parse().ok()?;
    let mut scale = decimals;
    while scale < 0 {
        value = value.checked_mul(10)?;
        scale += 1;
    }
    Decimal::try_from_i128_with_scale(sign * value, u32::try_from(scale).ok().filter(|scale| *scale <= 28)?).ok()
}

/// Whether a text is a whole number, of whichever length.
fn is_power(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Writes a decimal as a JSON number with its exact digits: `0.1` stays `0.1`, `8.0` becomes `8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exact(pub(crate) Decimal);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = self.0.normalize();
        if number.scale() == 0
            && let Ok(whole) = i64::try_from(number)
        {
            return serializer.serialize_i64(whole);
        }
        RawValue::from_string(number.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

/// A number among JSON values, kept as its digits: a text with a mark that no text of a register begins with.
pub(crate) fn exact_json(digits: &str) -> serde_json::Value {
    serde_json::Value::String(format!("\u{0}{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_in_and_out() {
        for (written, back) in [
            ("0e40", "0"),
            ("592.00000000000000000000000000000", "592"),
            ("-1.50e1", "-15"),
            ("0.0e-999999999999999999999", "0"),
            ("1e-3", "0.001"),
            ("0.1", "0.1"),
            ("8.0", "8"),
            ("-0.30", "-0.3"),
            ("1e2", "100"),
            ("12345678901234567.89", "12345678901234567.89"),
            ("-0", "0"),
        ] {
            let value: FactValue = serde_json::from_str(written).unwrap();
            assert_eq!(serde_json::to_string(&value).unwrap(), back);
        }
        let FactValue::Number(a) = serde_json::from_str("0.1").unwrap() else { panic!() };
        let FactValue::Number(b) = serde_json::from_str("0.2").unwrap() else { panic!() };
        assert_eq!(a + b, parse_number("0.3").unwrap());
    }

    #[test]
    fn separators_stand_between_digits() {
        for (written, number) in [
            ("1_000", Some(1000)),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("1_.5", None),
            ("+5", Some(5)),
            ("", None),
            (".", None),
            ("-", None),
        ] {
            assert_eq!(parse_number(written), number.map(Decimal::from), "{written}");
        }
    }

    #[test]
    fn what_is_no_fact_value_is_refused() {
        for bad in ["null", "{}", "[1]", "1e400", "0.00000000000000000000000000000000001", "\"\\ud800\""] {
            assert!(serde_json::from_str::<FactValue>(bad).is_err(), "{bad}");
        }
    }
}
