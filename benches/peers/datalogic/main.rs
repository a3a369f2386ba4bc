//! datalogic-rs (JSONLogic), compile once, Session-free tier 3: arena input passed by reference, Bump reset per call.
//!  plain   : ONE compiled logic {"if":[cond1, eff1, cond2, eff2, .., 0]} in first-hit order
//!  tree    : ONE logic, nested if on municipality, then service, then the rules
//!  sharded : one such logic per (mun, svc) behind the app's own index
use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{DataValue, Engine, Logic};
use harness::*;
use std::fmt::Write;
fn logic(rs: &[Rule], key: bool) -> String {
    let mut s = String::from("{\"if\":[");
    for r in rs {
        s.push_str("{\"and\":[");
        if key {
            write!(s, "{{\"==\":[{{\"var\":\"m\"}},\"{}\"]}},{{\"==\":[{{\"var\":\"s\"}},\"{}\"]}},", r.mun_s(), r.svc_s()).unwrap()
        }
        let ch: Vec<_> = r.chans().iter().map(|c| format!("\"{c}\"")).collect();
        write!(s, "{{\">=\":[{{\"var\":\"day\"}},{}]}},{{\"<\":[{{\"var\":\"day\"}},{}]}},{{\"<=\":[{},{{\"var\":\"pop\"}},{}]}},{{\"<=\":[{{\"var\":\"qty\"}},{}]}},{{\"in\":[{{\"var\":\"ch\"}},[{}]]}}",
            r.from, r.until, r.pop_min, r.pop_max, r.max_qty, ch.join(",")).unwrap();
        if let Some(o) = r.opt_s() {
            write!(s, ",{{\"in\":[\"{o}\",{{\"var\":\"opts\"}}]}}").unwrap()
        }
        write!(s, "]}},{},", r.effect).unwrap();
    }
    s.push_str("0]}");
    s
}
/// nested if: municipality, then service, then the rules (a decision tree inside the language, no index in the app)
fn tree(w: &World) -> String {
    let mut s = String::from("{\"if\":[");
    let mut cur = None;
    for ((m, sv), rs) in w.by_pair() {
        if cur != Some(m) {
            if cur.is_some() {
                s.push_str("0]},")
            }
            write!(s, "{{\"==\":[{{\"var\":\"m\"}},\"{}\"]}},{{\"if\":[", mun_name(m)).unwrap();
            cur = Some(m)
        }
        write!(s, "{{\"==\":[{{\"var\":\"s\"}},\"{}\"]}},{},", svc_name(sv), logic(&rs, false)).unwrap();
    }
    s.push_str("0]},0]}");
    s
}
fn input<'a>(r: &'a Request, a: &'a Bump) -> &'a DataValue<'a> {
    let opts = a.alloc_slice_fill_iter(r.options.iter().map(|o| DataValue::String(o.as_str())));
    let o = a.alloc_slice_copy(&[
        ("m", DataValue::String(&r.mun)),
        ("s", DataValue::String(&r.svc)),
        ("day", DataValue::from_i64(r.day)),
        ("pop", DataValue::from_i64(r.pop)),
        ("qty", DataValue::from_i64(r.qty)),
        ("ch", DataValue::String(r.channel)),
        ("opts", DataValue::Array(opts)),
    ]);
    a.alloc(DataValue::Object(o))
}
fn run(e: &Engine, l: &Logic, r: &Request, b: &mut Bump) -> u8 {
    let x = e.evaluate(l, input(r, b), b).unwrap().as_i64().unwrap() as u8;
    b.reset();
    x
}
fn json(r: &Request) -> String {
    let o: Vec<_> = r.options.iter().map(|c| format!("\"{c}\"")).collect();
    format!(
        "{{\"m\":\"{}\",\"s\":\"{}\",\"day\":{},\"pop\":{},\"qty\":{},\"ch\":\"{}\",\"opts\":[{}]}}",
        r.mun,
        r.svc,
        r.day,
        r.pop,
        r.qty,
        r.channel,
        o.join(",")
    )
}
fn main() {
    let a = args();
    let w = world(&a);
    let e = Engine::new();
    match a.variant.as_str() {
        "plain" => bench("datalogic", &a, &w, logic(&w.sorted(), true), |s| {
            let l = e.compile(s.as_str()).unwrap();
            let mut b = Bump::with_capacity(1 << 16);
            move |_, r: &Request| run(&e, &l, r, &mut b)
        }),
        "tree" => bench("datalogic", &a, &w, tree(&w), |s| {
            let l = e.compile(s.as_str()).unwrap();
            let mut b = Bump::with_capacity(1 << 16);
            move |_, r: &Request| run(&e, &l, r, &mut b)
        }),
        // input as JSON text, parsed each time
        "plain-json" => bench("datalogic", &a, &w, (logic(&w.sorted(), true), w.reqs.iter().map(json).collect::<Vec<_>>()), |(s, q)| {
            let l = e.compile(s.as_str()).unwrap();
            let mut b = Bump::with_capacity(1 << 16);
            move |i, _| {
                let x = e.evaluate(&l, q[i].as_str(), &b).unwrap().as_i64().unwrap() as u8;
                b.reset();
                x
            }
        }),
        "sharded" => bench("datalogic", &a, &w, w.shard_src(|v| logic(v, false)), |s| {
            let sh = Shards::build(s, |t| e.compile(t.as_str()).unwrap());
            let mut b = Bump::with_capacity(1 << 16);
            move |_, r: &Request| sh.get(r).map_or(0, |l| run(&e, l, r, &mut b))
        }),
        v => panic!("{v}"),
    }
}
