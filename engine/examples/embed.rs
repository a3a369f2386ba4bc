//! Embed the engine: load a register, ask, show the answer. `cargo run --example embed`

use leidraad::{Language, Policy, Question, Sources, date};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy::load(&Sources::folder(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")))?;
    let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20).fact("used", 592);
    let decision = policy.decide(&question)?;
    println!("{}", decision.explain(Language::En));
    println!("{}", decision.to_json(Language::En));
    Ok(())
}
