//! Leidraad: the register's text in; its own index. Each effect is a rule set of a rank of its own.
#[path = "../../ask.rs"]
mod ask;

use harness::*;
use leidraad::{Policy, Prepared, Question, Sources};
use leidraad_benches::register;

/// A policy for the rest of the run.
fn load(files: Vec<(String, String)>) -> &'static Policy {
    let plugins = ask::surge();
    Box::leak(Box::new(Policy::loader().plugins(&plugins).load(&Sources::memory(files)).unwrap()))
}

fn main() {
    let a = args();
    let (w, asked, files) = if a.real {
        let real = real(&a);
        let (rows, asked) = leidraad_benches::part::part(&real);
        (rows, asked, real.files)
    } else {
        (world(&a), Vec::new(), Vec::new())
    };
    let (files, questions): (Vec<_>, Vec<Question>) = if a.real {
        (files, asked.iter().map(ask::real).collect())
    } else {
        (register::files(&w), w.reqs.iter().map(ask::question).collect())
    };
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
            let form = load(files).form(if a.real { leidraad_benches::real::FACTS } else { ask::TOLD }).unwrap();
            move |at, request| {
                let question = &questions[at];
                let told = asked.get(at).map_or_else(|| ask::told(request), ask::real_told);
                place(form.verdict(&question.customer, &question.service, question.on, &told).unwrap().level_index())
            }
        }),
        // the whole decision, reasons included
        "decision" => bench("leidraad", &a, &w, files, |files| {
            let policy = load(files);
            move |at, _| policy.decide(&questions[at]).unwrap().answer().level().unwrap().index()
        }),
        v => panic!("{v}"),
    }
}
