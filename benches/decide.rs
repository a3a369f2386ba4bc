//! What questions cost, by how many rules there are and how they lie: `cargo bench -p leidraad-benches --bench decide`.
//! `LEIDRAAD_MOST` is the number of rules of the largest register: a million at most, 100,000 where it is not given.

#![allow(clippy::disallowed_methods, missing_docs, reason = "how far to go comes from the environment; criterion makes a function")]

mod ask;

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use leidraad::plugin::Plugins;
use leidraad::{Language, Policy, Prepared, Question, Sources, date};
use leidraad_benches::crowded::crowd;
use leidraad_benches::register;
use leidraad_benches::world::{World, generate};

/// So many questions are asked in turn.
const QUESTIONS: usize = 10_000;

/// Rules, and whether they lie on 4 × 50 cells or on 342 × 1,000.
fn worlds() -> Vec<(&'static str, usize, bool)> {
    let most = std::env::var("LEIDRAAD_MOST").ok().and_then(|most| most.parse().ok()).unwrap_or(100_000);
    let worlds = [
        ("10", 10, true),
        ("1k", 1_000, true),
        ("10k", 10_000, false),
        ("10k dense", 10_000, true),
        ("100k", 100_000, false),
        ("1M", 1_000_000, false),
    ];
    worlds.into_iter().filter(|(_, rules, _)| *rules <= most).collect()
}

fn load(files: Vec<(String, String)>) -> Policy {
    Policy::load(&Sources::memory(files)).unwrap_or_else(|report| panic!("{report}"))
}

/// Asks one question after the other, over and over.
fn each<T>(bench: &mut criterion::Bencher<'_>, items: &[T], mut ask: impl FnMut(&T)) {
    let mut next = items.iter().cycle();
    bench.iter(|| next.next().map(&mut ask));
}

fn questions(criterion: &mut Criterion) {
    for (name, rules, small) in worlds() {
        let world: World = generate(rules, small, QUESTIONS, 42);
        let policy = load(register::files(&world));
        let questions: Vec<Question> = world.reqs.iter().map(ask::question).collect();
        let prepared: Vec<Prepared<'_>> = questions.iter().map(|question| policy.prepare(question).unwrap()).collect();
        let lines: Vec<String> = world.reqs.iter().map(register::line).collect();
        let mut group = criterion.benchmark_group("ask");
        group.bench_function(BenchmarkId::new("verdict", name), |bench| {
            each(bench, &prepared, |one| {
                black_box(one.verdict());
            });
        });
        group.bench_function(BenchmarkId::new("verdict by name", name), |bench| {
            each(bench, &questions, |one| drop(black_box(policy.verdict_by_name(one))));
        });
        let form = policy.form(ask::TOLD).unwrap();
        let filled: Vec<_> = world.reqs.iter().zip(&questions).map(|(request, question)| (question, ask::told(request))).collect();
        group.bench_function(BenchmarkId::new("verdict of a form", name), |bench| {
            each(bench, &filled, |(one, told)| drop(black_box(form.verdict(&one.customer, &one.service, one.on, told))));
        });
        group
            .bench_function(BenchmarkId::new("decision", name), |bench| each(bench, &questions, |one| drop(black_box(policy.decide(one)))));
        group.bench_function(BenchmarkId::new("line", name), |bench| {
            let mut out = Vec::new();
            each(bench, &lines, |line| {
                out.clear();
                policy.decide_json(line.as_bytes(), date(2026, 1, 1)).unwrap().write_json(&mut out, Language::En);
                black_box(&out);
            });
        });
        group.throughput(Throughput::Elements(QUESTIONS as u64));
        group.bench_function(BenchmarkId::new("verdicts on all cores", name), |bench| {
            bench.iter(|| Prepared::verdicts(black_box(&prepared)));
        });
        group.finish();
    }
}

fn crowded(criterion: &mut Criterion) {
    let world = crowd(10_000, 2_000, 42);
    let policy = load(world.files);
    let prepared: Vec<Prepared<'_>> = world.questions.iter().map(|(values, _)| policy.prepare(&ask::crowded(values)).unwrap()).collect();
    criterion.bench_function("ask/verdict/10k in one cell", |bench| {
        each(bench, &prepared, |one| {
            black_box(one.verdict());
        });
    });
}

fn loading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10);
    for (name, rules, small) in worlds() {
        let sources = Sources::memory(register::files(&generate(rules, small, 1, 42)));
        group.bench_function(BenchmarkId::new("what decides", name), |bench| {
            bench.iter_batched(|| (), |()| Policy::load(&sources).unwrap(), BatchSize::PerIteration);
        });
        let policy = Policy::load(&sources).unwrap();
        let (path, text) = edited(&sources);
        let changed = sources.clone().with(path, text);
        group.bench_function(BenchmarkId::new("one changed file", name), |bench| {
            bench.iter(|| policy.reload(black_box(&changed), &Plugins::new()).unwrap());
        });
        group.bench_function(BenchmarkId::new("and all checks", name), |bench| bench.iter(|| Policy::loader().check(&sources)));
    }
    group.finish();
}

/// A file of rules in the middle, and its text with a rule more.
fn edited(sources: &Sources) -> (String, String) {
    let files: Vec<&str> = sources.paths().filter(|path| path.contains("/1/gm")).collect();
    let path = files[files.len() / 2];
    let text = sources.text(path).unwrap();
    let first = text.split("[[rule]]").nth(1).unwrap().replacen("id = \"r", "id = \"again", 1);
    (path.to_owned(), format!("{text}[[rule]]{first}"))
}

fn shipped(criterion: &mut Criterion) {
    let policy = Policy::load(&Sources::folder(concat!(env!("CARGO_MANIFEST_DIR"), "/../rules"))).unwrap();
    let question = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20).fact("used", 592);
    criterion.bench_function("shipped/decide", |bench| bench.iter(|| policy.decide(black_box(&question)).unwrap()));
    let open = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20);
    criterion.bench_function("shipped/decide with a fact missing", |bench| bench.iter(|| policy.decide(black_box(&open)).unwrap()));
}

criterion_group!(benches, questions, crowded, loading, shipped);
criterion_main!(benches);
