//! All that a decision says, with names for people, and without JSON. `cargo run --example decision`

use leidraad::{Language, Policy, Question, Sources, date};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let language = Language::En;
    let policy = Policy::load(&Sources::folder(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")))?;
    let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20).fact("used", 592);
    let decision = policy.decide(&question)?;
    let answer = decision.answer();
    let level = answer.level().map_or("undetermined", |level| level.label(language));
    println!("{} and {}: {level}", decision.customer().name(), answer.service().label(language));
    for line in answer.lines() {
        let conditions: Vec<&str> = line.obligations().map(|term| term.label(language)).collect();
        let quantity = line.quantity().unwrap_or_default();
        println!("  {quantity} at {} {}", line.level().label(language), conditions.join(", "));
    }
    if let Some(quota) = answer.quota() {
        let left = quota.left().map_or_else(String::new, |left| format!(", {left} left"));
        println!("  quota: {} {} per {}{left}", quota.amount(), quota.unit().label(language), quota.per());
    }
    for reason in answer.reasons() {
        println!("  {}: {}, {}", reason.effect(), reason.text(language).unwrap_or("-"), reason.reference().unwrap_or_default());
    }
    for fact in answer.needs() {
        println!("  depends on {}", fact.label(language));
    }
    if let Some(next) = decision.next() {
        println!("  until {}", next.day());
    }
    Ok(())
}
