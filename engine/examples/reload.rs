//! Change a register while it is in use: the policy in force stays until its successor is good. `cargo run --example reload`

use std::sync::{Arc, RwLock};

use leidraad::plugin::Plugins;
use leidraad::{Language, Policy, Question, Sources, date};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // One for as long as the application runs: it keeps what was compiled of plugins.
    let plugins = Plugins::new();
    let sources = Sources::folder(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"));
    let in_force = RwLock::new(Arc::new(Policy::loader().plugins(&plugins).load(&sources)?));
    let question = Question::new("leiderdorp", "communication/press", date(2027, 2, 1)).with_proposals();

    // An application reads the folder again when a file of it changes; here, one file is another.
    let path = "rulesets/centrumregeling/2026-1/communication.toml";
    let text = sources.text(path).ok_or("no such file")?;
    for now in [text.replace("standard", "plus"), text.replace("standard", "gold")] {
        // Whoever asks goes on with the policy that it holds.
        let policy = in_force.read().map(|policy| Arc::clone(&policy)).map_err(|_| "a reader panicked")?;
        match policy.reload(&sources.clone().with(path, now), &plugins) {
            Ok(next) => {
                println!("in force, compiled for {} of {} cells", next.compiled(), policy.compiled());
                println!("{}", next.decide(&question)?.explain(Language::En));
                *in_force.write().map_err(|_| "a reader panicked")? = Arc::new(next);
            }
            Err(report) => println!("{report}"),
        }
    }
    Ok(())
}
