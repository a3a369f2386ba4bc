//! Does one thing to a thousand questions, so that a machine can be counted doing it: `benches/budgets` runs this under callgrind. What it does
//! to registers of some shape and size is in `scale.rs`: one program, so that it is linked once.

mod ask;
mod scale;

use std::hint::black_box;

use leidraad::{Date, FactRef, Form, Language, Policy, Prepared, Question, Sources, date};
use leidraad_benches::crowded::crowd;
use leidraad_benches::real::{self, real};
use leidraad_benches::register;
use leidraad_benches::world::{World, generate};

/// So many questions: what is counted is divided by it.
const QUESTIONS: usize = 1_000;

#[inline(never)]
fn counted_verdict(prepared: &[Prepared<'_>]) {
    for prepared in prepared {
        black_box(black_box(prepared).verdict());
    }
}

#[inline(never)]
fn counted_names(policy: &Policy, questions: &[Question]) {
    for question in questions {
        let _ = black_box(policy.verdict_by_name(black_box(question)));
    }
}

#[inline(never)]
fn counted_form(form: &Form<'_>, asked: &[(&str, String, Date, [FactRef<'_>; 4])]) {
    for (customer, service, on, told) in asked {
        let _ = black_box(form.verdict(black_box(customer), service, *on, told));
    }
}

#[inline(never)]
fn counted_decision(policy: &Policy, questions: &[Question]) {
    for question in questions {
        let _ = black_box(policy.decide(black_box(question)));
    }
}

#[inline(never)]
fn counted_line(policy: &Policy, lines: &[String]) {
    let mut out = Vec::with_capacity(1 << 20);
    for line in lines {
        if let Ok(decision) = policy.decide_json(black_box(line.as_bytes()), date(2026, 1, 1)) {
            decision.write_json(&mut out, Language::En);
        }
        black_box(out.len());
        out.clear();
    }
}

fn load(files: Vec<(String, String)>) -> Policy {
    Policy::load(&Sources::memory(files)).unwrap_or_else(|report| panic!("{report}"))
}

fn prepared<'p>(policy: &'p Policy, questions: &[Question]) -> Vec<Prepared<'p>> {
    questions.iter().map(|question| policy.prepare(question).unwrap()).collect()
}

fn main() {
    let world = |rules, small| generate(rules, small, QUESTIONS, 42);
    let questions = |world: &World| world.reqs.iter().map(ask::question).collect::<Vec<_>>();
    let policy = |world: &World| load(register::files(world));
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = match arguments.split_first() {
        Some((first, more)) if first == "scale" => return scale::scale(more),
        first => first.map_or_else(String::new, |(path, _)| path.clone()),
    };
    match path.as_str() {
        "verdict" => {
            let world = world(10_000, false);
            let policy = policy(&world);
            counted_verdict(&prepared(&policy, &questions(&world)));
        }
        "dense-verdict" => {
            let world = world(10_000, true);
            let policy = policy(&world);
            counted_verdict(&prepared(&policy, &questions(&world)));
        }
        "crowded-verdict" => {
            let crowd = crowd(2_000, QUESTIONS, 42);
            let policy = load(crowd.files);
            let questions: Vec<Question> = crowd.questions.iter().map(|(values, _)| ask::crowded(values)).collect();
            counted_verdict(&prepared(&policy, &questions));
        }
        "names" => {
            let world = world(10_000, false);
            counted_names(&policy(&world), &questions(&world));
        }
        "form" => {
            let world = world(10_000, false);
            let policy = policy(&world);
            let mut asked = Vec::new();
            for request in &world.reqs {
                asked.push((request.mun.as_str(), format!("s/{}", request.svc), register::day(request.day), ask::told(request)));
            }
            counted_form(&policy.form(ask::TOLD).unwrap(), &asked);
        }
        "decision" => {
            let world = world(10_000, false);
            counted_decision(&policy(&world), &questions(&world));
        }
        "dense-decision" => {
            let world = world(10_000, true);
            counted_decision(&policy(&world), &questions(&world));
        }
        // Those of a register like a real one.
        "real-verdict" | "real-names" | "real-form" | "real-decision" | "real-line" => {
            let world = real(8, 30, QUESTIONS, 42);
            let plugins = ask::surge();
            let policy = Policy::loader().plugins(&plugins).load(&Sources::memory(world.files)).unwrap_or_else(|report| panic!("{report}"));
            let questions: Vec<Question> = world.questions.iter().map(ask::real).collect();
            match path.as_str() {
                "real-verdict" => counted_verdict(&prepared(&policy, &questions)),
                "real-names" => counted_names(&policy, &questions),
                "real-decision" => counted_decision(&policy, &questions),
                "real-line" => counted_line(&policy, &world.questions.iter().map(real::RealQuestion::line).collect::<Vec<_>>()),
                _ => {
                    let asked: Vec<_> = world
                        .questions
                        .iter()
                        .map(|one| (one.customer.as_str(), one.service.clone(), one.on, ask::real_told(one)))
                        .collect();
                    counted_form(&policy.form(real::FACTS).unwrap(), &asked);
                }
            }
        }
        "line" => {
            let world = world(10_000, false);
            counted_line(&policy(&world), &world.reqs.iter().map(register::line).collect::<Vec<_>>());
        }
        other => panic!("no path `{other}`"),
    }
}
