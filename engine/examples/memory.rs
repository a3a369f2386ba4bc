//! A register from memory, and what its author is told when it does not load. `cargo run --example memory`

use leidraad::{Policy, Question, Sources, date};

const REGISTER: &str = r#"
name      = "Tiny"
format    = 1
time_zone = "Europe/Amsterdam"
languages = ["en"]
level     = [{ id = "standard", en = "standard" }, { id = "plus", en = "plus" }]
rank      = [{ id = "agreement", en = "agreement" }]
"#;

fn sources(rules: &str) -> Sources {
    Sources::memory([
        ("register.toml", REGISTER),
        ("customers.toml", "customer.leiden.name = 'Leiden'"),
        ("facts.toml", "fact.urgent.type = 'truth'"),
        ("services/legal.toml", "domain.id = 'legal'\nservice.advice.en = 'Legal advice'"),
        ("rulesets/dvo/1/ruleset.toml", "rank = 'agreement'\ndecided = 2022-12-15\nfrom = 2023-01-01"),
        ("rulesets/dvo/1/rules.toml", rules),
    ])
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sound = "rule = [{ id = 'all', grant = { level = 'standard' } }]";
    let policy = Policy::load(&sources(sound))?;
    let decision = policy.decide(&Question::new("Leiden", "legal advice", date(2025, 2, 1)))?;
    println!("{:?} at {:?}", decision.outcome(), decision.level_id());

    let torn = "rule = [{ id = 'all', grant = { level = 'standard' } }, { id = 'urgent', when = { urgent = true }, deny = true }]";
    match Policy::load(&sources(torn)) {
        Ok(_) => println!("it loads"),
        Err(report) => println!("{report}"),
    }
    Ok(())
}
