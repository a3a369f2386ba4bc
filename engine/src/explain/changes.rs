//! Two answers to one question in; words and JSON out.

use serde_json::{Value, json};

use super::words::Speaker;
use crate::compare::{Change, ComparableAnswer, PolicyView};
use crate::model::rule::Level;
use crate::model::value::Exact;
use crate::text::{Key, Language, list, say};

impl Change<'_> {
    /// What the older register answers and what the newer one does, each in a few words.
    pub fn words(&self, language: Language) -> (String, String) {
        (words(&self.old, language), words(&self.new, language))
    }
    /// The same as JSON: `level`, `lines`, `quota`, `obligations`, or `needs` and `possible`; empty if there is no such cell.
    pub fn to_json(&self) -> (Value, Value) {
        (record(&self.old.1), record(&self.new.1))
    }
}

fn words((seen, told): &(PolicyView<'_>, ComparableAnswer<'_>), language: Language) -> String {
    let speaker = Speaker { world: seen.world, language };
    let level = |id: &str| speaker.level(seen.world.register.level(id).unwrap_or(Level::NONE));
    match told {
        ComparableAnswer::Absent => say(language, Key::SaidAbsent, &[]),
        ComparableAnswer::Open { needs, .. } => {
            let facts: Vec<String> = needs.iter().map(|name| (*name).to_owned()).collect();
            say(language, Key::OutlineOpen, &[("facts", &list(language, &facts))])
        }
        ComparableAnswer::Answer { level: id, lines, quota, obligations } => {
            let line = |(id, quantity, conditions): &(&str, Option<rust_decimal::Decimal>, Vec<&str>)| {
                let said =
                    quantity.map_or_else(|| level(id), |quantity| format!("{} {}", crate::text::number(language, quantity), level(id)));
                speaker.on_condition(said, conditions.iter().copied())
            };
            let mut said = if lines.is_empty() { level(id) } else { lines.iter().map(line).collect::<Vec<_>>().join(" + ") };
            if let Some((amount, unit, per)) = quota {
                said = format!("{said}, {}", speaker.counted(*amount, unit, per));
            }
            speaker.on_condition(said, obligations.iter().map(|id| &**id))
        }
    }
}

fn record(told: &ComparableAnswer<'_>) -> Value {
    match told {
        ComparableAnswer::Absent => Value::Null,
        ComparableAnswer::Open { needs, possible } => json!({ "level": null, "needs": needs, "possible": possible }),
        ComparableAnswer::Answer { level, lines, quota, obligations } => {
            let lines: Vec<Value> = lines
                .iter()
                .map(
                    |(level, quantity, obligations)| json!({ "level": level, "quantity": quantity.map(Exact), "obligations": obligations }),
                )
                .collect();
            let quota = quota.as_ref().map(|(amount, unit, per)| json!({ "amount": Exact(*amount), "unit": unit, "per": per }));
            json!({ "level": level, "lines": lines, "quota": quota, "obligations": obligations })
        }
    }
}
