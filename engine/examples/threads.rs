//! Many threads, one policy: no lock, no copy, the same answers. `cargo run --example threads`

use std::thread;

use leidraad::{Language, Policy, Question, Sources, date};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy::load(&Sources::folder(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")))?;
    thread::scope(|scope| {
        for customer in policy.catalogue().customers() {
            let policy = &policy;
            scope.spawn(move || {
                let granted = policy
                    .catalogue()
                    .services()
                    .filter_map(|service| policy.decide(&Question::new(customer, service, date(2026, 7, 1))).ok())
                    .filter(|decision| decision.outline(Language::En) != "-")
                    .count();
                println!("{customer}: {granted} services");
            });
        }
    });
    Ok(())
}
