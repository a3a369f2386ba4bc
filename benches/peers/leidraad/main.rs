//! Leidraad: the register's text in; its own index. Each effect is a rule set of a rank of its own.
#[path = "../../ask.rs"]
mod ask;

use harness::*;
use leidraad::{Policy, Prepared, Question, Sources};
use leidraad_benches::register;

/// A policy for the rest of the run.
fn load(files: Vec<(String, String)>) -> &'static Policy {
    Box::leak(Box::new(Policy::load(&Sources::memory(files)).unwrap()))
}

fn main() {
    let a = args();
    let w = world(&a);
    let files = register::files(&w);
    let questions: Vec<Question> = w.reqs.iter().map(ask::question).collect();
    let place = |place: Option<u8>| place.unwrap_or(u8::MAX);
    match a.variant.as_str() {
        // names resolved once, beforehand
        "prepared" => bench("leidraad", &a, &w, files, |files| {
            let policy = load(files);
            let prepared: Vec<Prepared<'_>> = questions.iter().map(|question| policy.prepare(question).unwrap()).collect();
            move |at, _| place(prepared[at].verdict().level_index())
        }),
        // by names, each time
        "names" => bench("leidraad", &a, &w, files, |files| {
            let policy = load(files);
            move |at, _| place(policy.verdict_by_name(&questions[at]).unwrap().level_index())
        }),
        // customer, service, texts and tags by names; which facts are told is said once
        "form" => bench("leidraad", &a, &w, files, |files| {
            let form = load(files).form(ask::TOLD).unwrap();
            move |at, request| {
                let question = &questions[at];
                place(form.verdict(&question.customer, &question.service, question.on, &ask::told(request)).unwrap().level_index())
            }
        }),
        // the whole decision, reasons included
        "decision" => bench("leidraad", &a, &w, files, |files| {
            let policy = load(files);
            move |at, _| match policy.decide(&questions[at]).unwrap().level().unwrap() {
                "none" => 0,
                level => LEVELS.iter().position(|known| *known == level).unwrap() as u8,
            }
        }),
        v => panic!("{v}"),
    }
}
