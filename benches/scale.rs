//! Does one thing to a register of some shape and size, so that what it costs can be told along a curve: `benches/scale` runs this for every
//! shape, each time in a process of its own. `counted scale DIMENSION COUNT DOING` prints the milliseconds that it took and the most memory in MB.

use std::hint::black_box;
use std::time::Instant;

use leidraad::plugin::{Choices, Description, Input, Plugins, Proposal, Reply};
use leidraad::{Policy, Question, Sources, View};
use leidraad_benches::shapes::{DIMENSIONS, PLUGIN, Shape, shape};

/// What can be done.
const DOINGS: [&str; 7] = ["files", "check", "load", "ask", "list", "diff", "why-not"];

fn plugins() -> Plugins {
    let description = Description {
        name: PLUGIN.into(),
        version: "1".into(),
        sets: Choices { level: true, ..Choices::default() },
        ..Description::default()
    };
    Plugins::new().native(PLUGIN, description, |_: &Input<'_>| Reply::Proposal(Proposal::default()))
}

fn load(sources: &Sources, plugins: &Plugins) -> Policy {
    Policy::loader().plugins(plugins).load(sources).unwrap_or_else(|report| panic!("{report}"))
}

fn question(shape: &Shape) -> Question {
    let question = Question::new("c0", shape.service.as_str(), shape.on);
    shape.facts.iter().fold(question, |question, (name, value)| question.fact(name.as_str(), *value))
}

/// Does it, and says how long that took, apart from what has to be there first.
fn run(shape: &Shape, doing: &str) -> f64 {
    let sources = Sources::memory(shape.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let plugins = plugins();
    let started = Instant::now();
    let took = |started: Instant| started.elapsed().as_secs_f64() * 1e3;
    match doing {
        "files" => return took(started),
        "check" => {
            let report = Policy::loader().plugins(&plugins).check(&sources);
            assert_eq!(report.errors(), 0, "{report}");
            return took(started);
        }
        _ => {}
    }
    let policy = load(&sources, &plugins);
    if doing == "load" {
        return took(started);
    }
    let question = question(shape);
    let newer = (doing == "diff").then(|| load(&sources.clone().with(shape.change.0.as_str(), shape.change.1.as_str()), &plugins));
    let started = Instant::now();
    match doing {
        // What is too complex is told as such: that is an answer, too.
        "ask" if shape.lines > 1 => {
            let batch = policy.batch();
            (0..shape.lines).for_each(|_| drop(black_box(batch.decide(&question))));
        }
        "ask" => drop(black_box(policy.decide(&question))),
        "list" => {
            for service in policy.catalogue().services() {
                let asked = Question { service: service.id().into(), ..question.clone() };
                drop(black_box(policy.decide(&asked)));
            }
        }
        "diff" => {
            if let Some(newer) = newer {
                black_box(policy.at(View::default()).differences(&newer.at(View::default())));
            }
        }
        "why-not" => drop(black_box(policy.why_not(&question, Some("plus")))),
        other => panic!("no such thing as `{other}`: there are {}", DOINGS.join(", ")),
    }
    took(started)
}

/// The most memory that this process had at any time, in MB; where the system does not tell, nothing.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or_default() / 1e3
}

pub(crate) fn scale(arguments: &[String]) {
    let [dimension, count, doing] = arguments else {
        println!("{}", DIMENSIONS.join("\n"));
        return;
    };
    let shape = shape(dimension, count.parse().unwrap());
    let took = run(&shape, doing);
    println!("{took:.3} {:.1}", peak());
}
