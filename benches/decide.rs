//! What loading the shipped register costs, and what an answer from it costs.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use leidraad::{Language, Policy, Question, Sources, date};

fn sources() -> Sources {
    Sources::folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules"))
}

fn loading(bench: &mut Criterion) {
    let sources = sources();
    bench.bench_function("load/shipped register, checks included", |timer| timer.iter(|| Policy::load(black_box(&sources)).is_ok()));
}

fn deciding(bench: &mut Criterion) {
    let policy = Policy::load(&sources()).unwrap_or_else(|report| panic!("{report}"));
    let whole = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20).fact("used", 592);
    let missing = Question::new("leiderdorp", "legal/advice", date(2025, 2, 1)).fact("quantity", 20);
    let composite = Question::new("oegstgeest", "hrm/joiner-mover-leaver", date(2026, 7, 1));
    for (name, question) in [("quota", &whole), ("a fact missing", &missing), ("composite", &composite)] {
        bench.bench_function(&format!("decide/{name}"), |timer| timer.iter(|| policy.decide(black_box(question)).is_ok()));
    }
    let decision = policy.decide(&whole).unwrap_or_else(|error| panic!("{error}"));
    bench.bench_function("json/quota", |timer| timer.iter(|| decision.to_json(black_box(Language::Nl)).len()));
}

criterion_group!(benches, loading, deciding);
criterion_main!(benches);
