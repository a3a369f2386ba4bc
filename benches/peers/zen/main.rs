//! GoRules zen: one JDM decision table (input -> table -> output), 7 input columns, output level.
//!  first   : hit policy first, rows sorted deny, bespoke, choice, standard
//!  collect : hit policy collect, the app folds the rows (deny overrides, else highest)
//! both precompiled (Decision::compile(): bytecode cache + zen 2's bitmap index on equality columns).
//!  expr    : zen-expression alone, one compiled expression per rule, app loop over the sorted list
use harness::*;
use serde_json::json;
use std::sync::Arc;
use zen_engine::model::{DecisionContent, GraphContent};
use zen_engine::{Decision, Variable};
use zen_expression::{compile_expression, vm::VM};

const COLS: [(&str, &str); 7] = [("m", "m"), ("s", "s"), ("day", "day"), ("pop", "pop"), ("qty", "qty"), ("ch", "ch"), ("opts", "opts")];
fn jdm(rules: &[Rule], hit: &str) -> String {
    let rows: Vec<_> = rules.iter().map(|r| {
        let ch: Vec<_> = r.chans().iter().map(|c| format!("\"{c}\"")).collect();
        json!({"_id": format!("r{}", r.id), "m": format!("\"{}\"", r.mun_s()), "s": format!("\"{}\"", r.svc_s()),
            "day": format!("[{}..{})", r.from, r.until), "pop": format!("[{}..{}]", r.pop_min, r.pop_max), "qty": format!("<= {}", r.max_qty),
            "ch": ch.join(", "), "opts": r.opt_s().map_or(String::new(), |o| format!("contains($, \"{o}\")")), "level": format!("{}", r.effect)})
    }).collect();
    json!({"contentType": "application/vnd.gorules.decision", "nodes": [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "t", "type": "decisionTableNode", "name": "t", "position": {"x": 0, "y": 0}, "content": {"hitPolicy": hit,
            "inputs": COLS.iter().map(|(i, f)| json!({"id": i, "name": i, "type": "expression", "field": f})).collect::<Vec<_>>(),
            "outputs": [{"id": "level", "name": "level", "type": "expression", "field": "level"}], "rules": rows}},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}}],
      "edges": [{"id": "e1", "sourceId": "in", "targetId": "t", "type": "edge"}, {"id": "e2", "sourceId": "t", "targetId": "out", "type": "edge"}]}).to_string()
}
fn load(t: &str) -> Decision {
    let c: DecisionContent = serde_json::from_str(t).unwrap();
    let g: Arc<GraphContent> = Arc::new(c).into_graph_arc().unwrap();
    let mut d = Decision::from(g);
    d.compile();
    d
}
fn input(r: &Request) -> Variable {
    let v = Variable::empty_object();
    {
        let o = v.as_object().unwrap();
        let mut o = o.borrow_mut();
        o.insert(Variable::key("m"), Variable::String(r.mun.as_str().into()));
        o.insert(Variable::key("s"), Variable::String(r.svc.as_str().into()));
        o.insert(Variable::key("day"), Variable::Number(r.day.into()));
        o.insert(Variable::key("pop"), Variable::Number(r.pop.into()));
        o.insert(Variable::key("qty"), Variable::Number(r.qty.into()));
        o.insert(Variable::key("ch"), Variable::String(r.channel.into()));
        o.insert(Variable::key("opts"), Variable::from_array(r.options.iter().map(|s| Variable::String(s.as_str().into())).collect()));
    }
    v
}
fn num(v: &Variable) -> u8 {
    v.dot("level").and_then(|x| x.as_number()).map_or(0, |n| n.try_into().unwrap())
}
fn first(d: &Decision, v: Variable) -> u8 {
    num(&now(d.evaluate(v)).unwrap().result)
}
fn collect(d: &Decision, v: Variable) -> u8 {
    let r = now(d.evaluate(v)).unwrap().result;
    let mut best = 0;
    for x in r.as_array().unwrap().borrow().iter() {
        let l = num(x);
        if l == 0 {
            return 0;
        }
        best = best.max(l);
    }
    best
}
fn exprs(rules: &[Rule]) -> Vec<(String, u8)> {
    rules
        .iter()
        .map(|r| {
            let ch: Vec<_> = r.chans().iter().map(|c| format!("\"{c}\"")).collect();
            let mut s = format!(
                "m == \"{}\" and s == \"{}\" and day in [{}..{}) and pop in [{}..{}] and qty <= {} and ch in [{}]",
                r.mun_s(),
                r.svc_s(),
                r.from,
                r.until,
                r.pop_min,
                r.pop_max,
                r.max_qty,
                ch.join(", ")
            );
            if let Some(o) = r.opt_s() {
                s += &format!(" and contains(opts, \"{o}\")")
            }
            (s, r.effect)
        })
        .collect()
}
fn main() {
    let a = args();
    let w = world(&a);
    let pre = || w.reqs.iter().map(input).collect::<Vec<_>>();
    match a.variant.as_str() {
        "first" => bench("zen", &a, &w, jdm(&w.sorted(), "first"), |t| {
            let d = load(&t);
            move |_, r: &Request| first(&d, input(r))
        }),
        "first-pre" => bench("zen", &a, &w, (jdm(&w.sorted(), "first"), pre()), |(t, q)| {
            let d = load(&t);
            move |i, _| first(&d, q[i].clone())
        }),
        "collect" => bench("zen", &a, &w, jdm(&w.sorted(), "collect"), |t| {
            let d = load(&t);
            move |_, r: &Request| collect(&d, input(r))
        }),
        "sharded" => bench("zen", &a, &w, w.shard_src(|v| jdm(v, "first")), |s| {
            let sh = Shards::build(s, |t| load(&t));
            move |_, r: &Request| sh.get(r).map_or(0, |d| first(d, input(r)))
        }),
        "expr" => bench("zen", &a, &w, exprs(&w.sorted()), |s| {
            let v: Vec<_> = s.iter().map(|(e, l)| (compile_expression(e).unwrap(), *l)).collect();
            let mut vm = VM::new();
            move |_, r: &Request| {
                let sc = zen_expression::Scope::new(input(r));
                v.iter().find(|(e, _)| e.evaluate_with_scope(&sc, &mut vm).unwrap().as_bool().unwrap()).map_or(0, |x| x.1)
            }
        }),
        "expr-sharded" => bench("zen", &a, &w, w.shard_src(exprs), |s| {
            let sh = Shards::build(s, |s| s.iter().map(|(e, l)| (compile_expression(e).unwrap(), *l)).collect::<Vec<_>>());
            let mut vm = VM::new();
            move |_, r: &Request| {
                sh.get(r).map_or(0, |v| {
                    let sc = zen_expression::Scope::new(input(r));
                    v.iter().find(|(e, _)| e.evaluate_with_scope(&sc, &mut vm).unwrap().as_bool().unwrap()).map_or(0, |x| x.1)
                })
            }
        }),
        v => panic!("{v}"),
    }
}
