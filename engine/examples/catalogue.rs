//! What a register holds: all that a form or a page is built from. `cargo run --example catalogue`

use leidraad::catalogue::Service;
use leidraad::{Language, Policy, Sources};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let language = Language::En;
    let policy = Policy::load(&Sources::folder(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")))?;
    let catalogue = policy.catalogue();
    for customer in catalogue.customers() {
        println!("{} {} {}", customer.code().unwrap_or("-"), customer, customer.name());
    }
    for service in catalogue.services() {
        let unit = service.unit().map_or("-", |unit| unit.label(language));
        println!("{service}: {} ({unit}) {}", service.label(language), service.parts().map(Service::id).collect::<Vec<_>>().join(" "));
    }
    for fact in catalogue.facts() {
        let values = fact.values().collect::<Vec<_>>().join(" ");
        let whose = if fact.is_from_register() { "given by the register" } else { "asked for" };
        println!("{fact}: {}, {:?}, {whose} {values}", fact.label(language), fact.kind());
    }
    for set in catalogue.rule_sets() {
        for version in set.versions() {
            let days = version.days();
            println!("{version}: from {:?} until {:?}, decided {:?}", days.from, days.until, version.decided());
        }
    }
    Ok(())
}
