//! A call and a decision through a WASM option, beside the bare floor: wasmtime calling an empty function of the same signature
//! on a fresh instance, in the same configuration; and the same logic as a script and as a closure.
#![allow(missing_docs, reason = "criterion's macros write functions without")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use leidraad::plugin::{
    Choices, Description, Input, Limits, Plugins, Proposal, ProposedQuota, Query, Reply, Setting, SettingKind, Standing, open_plugin,
};
use leidraad::{Decimal, FactValue, Policy, Question, Sources, date};
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

/// The engine's own settings of wasmtime.
#[path = "../engine/src/option/wasm/config.rs"]
mod shared;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, unreachable_pub, missing_docs, reason = "generated")]
    wasmtime::component::bindgen!({
        path: "../wasm-plugins/wit",
        world: "plugin",
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}

use bindings::exports::leidraad::option::contract as wire;

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A guest that answers at once, and proposes nothing.
fn empty() -> Vec<u8> {
    let part = |name: &str| fs::read_to_string(home().join(format!("wasm-plugins/hostile/_{name}.wat"))).unwrap();
    let decide = r#"(func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32) (i32.const 1024))"#;
    let mut module = wat::parse_str(format!("(module {} {} {decide})", part("memory"), part("describe"))).unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_path(home().join("wasm-plugins/wit")).unwrap();
    let world = resolve.select_world(&[package], Some("plugin")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

/// The floor: nothing but wasmtime.
fn floor(c: &mut Criterion) {
    let engine = Engine::new(&shared::config(64 << 20, Some(64), None)).unwrap();
    let component = Component::from_binary(&engine, &empty()).unwrap();
    let ready = Linker::<()>::new(&engine).instantiate_pre(&component).unwrap();
    let ready = bindings::PluginPre::new(ready).unwrap();
    let facts = [wire::Entry { name: "fte", value: wire::Value::Number("100") }];
    let config = [wire::Entry { name: "factor", value: wire::Value::Number("1.1") }];
    let room = ["none", "standard", "plus"];
    c.bench_function("floor: wasmtime, an empty function, a fresh instance", |b| {
        b.iter(|| {
            let mut store = Store::new(&engine, ());
            store.set_fuel(1_000_000).unwrap();
            store.set_epoch_deadline(100);
            let plugin = ready.instantiate(&mut store).unwrap();
            let question = wire::Question { customer: "oegstgeest", service: "ict/workplace", on: None, facts: &facts };
            let standing = wire::Standing { base: "standard", level: "standard", room: &room, quota: None, obligations: &[] };
            black_box(plugin.leidraad_option_contract().call_decide(&mut store, question, standing, &config).unwrap().is_ok())
        });
    });
}

const SCRIPT: &str = r#"
fn describe() {
    #{ name: "growth", version: "1", reads: ["fte"], settings: #{ factor: #{ kind: "number", required: true } }, sets: ["quota"] }
}
fn decide(question, standing, config) {
    let amount = ceiling(question.facts.fte * config.factor);
    #{ quota: #{ amount: amount, unit: "workplace", per: "term" }, note: #{ nl: `${amount} werkplekken`, en: `${amount} workplaces` } }
}
"#;

fn growth() -> Vec<u8> {
    fs::read(home().join("rules/plugins/workplace-growth.wasm")).unwrap()
}

fn native() -> Plugins {
    let factor = Setting { name: "factor".into(), kind: SettingKind::Number, required: true, summary: String::new() };
    let description = Description {
        name: "growth".into(),
        version: "1".into(),
        reads: vec!["fte".into()],
        settings: vec![factor],
        sets: Choices { quota: true, ..Choices::default() },
        ..Description::default()
    };
    Plugins::new().native("growth", description, |input: &Input<'_>| {
        let (Some(FactValue::Number(fte)), Some((_, FactValue::Number(factor)))) = (input.query.fact("fte"), input.config.first()) else {
            return Reply::Needs(vec!["fte".into()], None);
        };
        let amount = (fte * factor).ceil();
        Reply::Proposal(Proposal {
            quota: Some(ProposedQuota { amount, unit: "workplace".into(), per: "term".into() }),
            note_nl: Some(format!("{amount} werkplekken")),
            note_en: Some(format!("{amount} workplaces")),
            ..Proposal::default()
        })
    })
}

/// One call of a plugin, all that the host does to it included.
fn call(c: &mut Criterion) {
    let plugins = Plugins::new();
    let facts = [("fte", FactValue::from(100))];
    let config = [("factor".into(), FactValue::Number(Decimal::new(11, 1)))];
    let room = ["none", "standard", "plus"];
    let input = Input {
        query: Query { customer: "oegstgeest", service: "ict/workplace", on: None, facts: &facts },
        standing: Standing { base: "standard", level: "standard", room: &room, quota: None, obligations: &[] },
        config: &config,
    };
    for (name, file, bytes) in
        [("wasm, empty", "x.wasm", empty()), ("wasm, workplace-growth", "x.wasm", growth()), ("rhai", "x.rhai", SCRIPT.into())]
    {
        let plugin = open_plugin(file, &bytes, Limits::default(), &plugins).unwrap();
        c.bench_function(&format!("call: {name}"), |b| b.iter(|| black_box(plugin.decide(&input).reply.is_ok())));
    }
}

/// A register with one grant, and with this option on it.
fn register(plugin: &str, config: &str, bytes: Option<(&str, Vec<u8>)>, plugins: &Plugins) -> Policy {
    let option =
        if plugin.is_empty() { String::new() } else { format!("option = [{{ id = 'own', plugin = {plugin}, config = {{ {config} }} }}]") };
    let head = "name = 'Bench'\nformat = 1\ntime_zone = 'UTC'\nlanguages = ['en']\nlevel = [{ id = 'standard' }, { id = 'plus' }]\nrank = [{ id = 'agreement' }]";
    let mut files = vec![
        ("register.toml", head.as_bytes().to_vec()),
        ("customers.toml", b"customer.oegstgeest.name = 'Oegstgeest'".to_vec()),
        ("facts.toml", b"fact.fte = { type = 'number', decimals = 1, min = 0 }".to_vec()),
        ("services/ict.toml", b"domain.id = 'ict'\nservice.workplace = { en = 'Workplace', unit = 'workplace' }".to_vec()),
        ("rulesets/dvo/1/ruleset.toml", b"rank = 'agreement'\ndecided = 2022-12-15\nfrom = 2023-01-01".to_vec()),
        ("rulesets/dvo/1/rules.toml", b"rule = [{ id = 'all', grant = { level = 'standard', up_to = 'plus' } }]".to_vec()),
        ("rulesets/dvo/1/options.toml", option.into_bytes()),
    ];
    files.extend(bytes);
    Policy::loader().plugins(plugins).load(&Sources::memory(files)).unwrap_or_else(|report| panic!("{report}"))
}

/// A whole decision: question in, answer with reasons out; alone, and in a batch in which its option was told the same before.
fn decision(c: &mut Criterion) {
    let plugins = native();
    let pinned = |file: &str, bytes: &[u8]| {
        let digest = leidraad::plugin::Inspection::of(file, bytes, &plugins).digest;
        format!("{{ file = '{file}', digest = '{digest}' }}")
    };
    let script: Vec<u8> = SCRIPT.into();
    let factor = "factor = '1.1'";
    let policies = [
        ("without an option", register("", "", None, &plugins)),
        ("native", register("{ native = 'growth' }", factor, None, &plugins)),
        ("rhai", register(&pinned("x.rhai", &script), factor, Some(("plugins/x.rhai", script.clone())), &plugins)),
        ("wasm, empty", register(&pinned("x.wasm", &empty()), "", Some(("plugins/x.wasm", empty())), &plugins)),
        ("wasm", register(&pinned("x.wasm", &growth()), factor, Some(("plugins/x.wasm", growth())), &plugins)),
    ];
    let question = Question::new("oegstgeest", "ict/workplace", date(2026, 3, 1)).fact("fte", 100);
    for (name, policy) in &policies {
        c.bench_function(&format!("decision: {name}"), |b| b.iter(|| black_box(policy.decide(&question).unwrap().outcome())));
        let batch = policy.batch();
        c.bench_function(&format!("decision in a batch: {name}"), |b| b.iter(|| black_box(batch.decide(&question).unwrap().outcome())));
    }
}

criterion_group!(benches, floor, call, decision);
criterion_main!(benches);
