//! The values that a fact can have in a region in; the test that they pass, as rules are written (S3), and the same in words, out.

use serde_json::{Value, json};

use crate::cover::Part;
use crate::model::fact::{Fact, Kind};
use crate::model::set::{Ranges, bits};
use crate::model::value::FactValue;
use crate::text::{Key, Language, any_of, day, list, number, say};

/// The test as rules are written: a plain value, a unary test, or for tags an object.
pub(crate) fn test(fact: &Fact, part: &Part) -> Value {
    match (fact.kind, part) {
        (Kind::Tags, part) => {
            let (all, none) = tags(fact, part, ToString::to_string);
            json!({ "all": all, "none": none })
        }
        (Kind::Truth, part) => Value::Bool(part.ends().1 != 0),
        (Kind::Text, part) => {
            let (texts, others) = texts(fact, part, str::to_owned);
            let quoted = texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ");
            Value::String(if others { format!("not({quoted})") } else { quoted })
        }
        (_, part) => Value::String(ranges(fact, part).into_iter().map(|range| range.test(fact)).collect::<Vec<_>>().join(", ")),
    }
}

/// `Kanaal: balie of telefoon`, `Hoeveelheid ≤ 40`
pub(crate) fn condition(fact: &Fact, label: &str, part: &Part, language: Language) -> String {
    let or = say(language, Key::Or, &[]);
    let named = |value: &str| fact.value_label(value, language).to_owned();
    match (fact.kind, part) {
        (Kind::Tags, part) => {
            let (all, none) = tags(fact, part, named);
            let with = (!all.is_empty()).then(|| say(language, Key::RegionTags, &[("label", label), ("tags", &list(language, &all))]));
            let without =
                (!none.is_empty()).then(|| say(language, Key::RegionNoTags, &[("label", label), ("tags", &any_of(language, &none))]));
            with.into_iter().chain(without).collect::<Vec<_>>().join("; ")
        }
        (Kind::Truth, part) => format!("{label}: {}", say(language, if part.ends().1 == 0 { Key::WordNo } else { Key::WordYes }, &[])),
        (Kind::Text, part) => {
            let (texts, others) = texts(fact, part, named);
            let texts = any_of(language, &texts);
            if others { say(language, Key::RegionNot, &[("label", label), ("texts", &texts)]) } else { format!("{label}: {texts}") }
        }
        (_, part) => {
            let ranges = ranges(fact, part);
            if let [Range { low: None, high: None }] = ranges.as_slice() {
                return say(language, Key::RegionAny, &[("label", label)]);
            }
            format!("{label} {}", ranges.into_iter().map(|range| range.words(fact, language)).collect::<Vec<_>>().join(&or))
        }
    }
}

/// One value: `ja`, `telefoon`, `8`
pub(super) fn value(fact: &Fact, value: i64, language: Language) -> String {
    condition(fact, "", &Part::Point(value), language).trim_start_matches([':', '=', ' ']).to_owned()
}

/// The tags that are there, and those that are not.
fn tags(fact: &Fact, part: &Part, name: impl Fn(&str) -> String) -> (Vec<String>, Vec<String>) {
    let (must, not) = match part {
        Part::Tags { must, not } => (*must, *not),
        other => (bits(other.ends().0), !bits(other.ends().0)),
    };
    let named = |mask: u64| fact.values.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, tag)| name(tag)).collect();
    (named(must), named(not))
}

/// The texts of a part; where it holds texts that no rule names: those that it does not hold.
fn texts(fact: &Fact, part: &Part, name: impl Fn(&str) -> String) -> (Vec<String>, bool) {
    let others = fact.open && i64::try_from(fact.values.len()).is_ok_and(|other| part.contains(other));
    let chosen = fact.values.iter().enumerate().filter(|(at, _)| i64::try_from(*at).is_ok_and(|at| part.contains(at)) != others);
    (chosen.map(|(_, text)| name(text)).collect(), others)
}

/// A range of numbers or days, open where the fact's own values end.
struct Range {
    low: Option<i64>,
    high: Option<i64>,
}

fn ranges(fact: &Fact, part: &Part) -> Vec<Range> {
    let own = match part {
        Part::Ranges(ranges) => ranges.clone(),
        other => Ranges::one(other.ends().0, other.ends().1),
    };
    let end = |value: i64, limit: i64| (value != limit).then_some(value);
    own.parts().iter().map(|(low, high)| Range { low: end(*low, fact.range.0), high: end(*high, fact.range.1) }).collect()
}

impl Range {
    fn test(&self, fact: &Fact) -> String {
        let text = |value: i64| match fact.raise(value) {
            FactValue::Number(number) => number.normalize().to_string(),
            FactValue::Day(date) => date.to_string(),
            _ => String::new(),
        };
        match (self.low, self.high) {
            (Some(low), Some(high)) if low == high => text(low),
            (Some(low), Some(high)) => format!("[{}..{}]", text(low), text(high)),
            (Some(low), None) => format!(">= {}", text(low)),
            (None, Some(high)) => format!("<= {}", text(high)),
            (None, None) => "-".to_owned(),
        }
    }
    fn words(&self, fact: &Fact, language: Language) -> String {
        let text = |value: i64| match fact.raise(value) {
            FactValue::Number(value) => number(language, value),
            FactValue::Day(date) => day(language, date),
            _ => String::new(),
        };
        match (self.low, self.high) {
            (Some(low), Some(high)) if low == high => format!("= {}", text(low)),
            (Some(low), Some(high)) => say(language, Key::RegionBetween, &[("low", &text(low)), ("high", &text(high))]),
            (Some(low), None) => format!("≥ {}", text(low)),
            (None, Some(high)) => format!("≤ {}", text(high)),
            (None, None) => "*".to_owned(),
        }
    }
}
