//! Rhai: the policy is a generated script, parsed once to an AST; call_fn per decision.
//!  plain  : fn decide(..) { if m == .. && s == .. && .. { return 3 } ... 0 } in first-hit order
//!  switch : nested switch m { .. => switch s { .. => { ifs } } } (rhai hashes switch cases)
use harness::*;
use rhai::*;
use std::fmt::Write;
fn cond(r: &Rule) -> String {
    let ch: Vec<_> = r.chans().iter().map(|c| format!("ch == \"{c}\"")).collect();
    let mut s = format!(
        "day >= {} && day < {} && pop >= {} && pop <= {} && qty <= {} && ({})",
        r.from,
        r.until,
        r.pop_min,
        r.pop_max,
        r.max_qty,
        ch.join(" || ")
    );
    if let Some(o) = r.opt_s() {
        write!(s, " && \"{o}\" in opts").unwrap()
    }
    s
}
const HEAD: &str = "fn decide(m, s, day, pop, qty, ch, opts) {\n";
fn plain(w: &World) -> String {
    let mut s = String::from(HEAD);
    for r in w.sorted() {
        write!(s, "if m == \"{}\" && s == \"{}\" && {} {{ return {}; }}\n", r.mun_s(), r.svc_s(), cond(&r), r.effect).unwrap()
    }
    s.push_str("0\n}\n");
    s
}
fn switch(w: &World) -> String {
    let mut s = String::from(HEAD);
    s.push_str("switch m {\n");
    let mut cur = None;
    for ((m, sv), rs) in w.by_pair() {
        if cur != Some(m) {
            if cur.is_some() {
                s.push_str("_ => 0 },\n")
            }
            write!(s, "\"{}\" => switch s {{\n", mun_name(m)).unwrap();
            cur = Some(m)
        }
        write!(s, "\"{}\" => ", svc_name(sv)).unwrap();
        for r in &rs {
            write!(s, "if {} {{ {} }} else ", cond(r), r.effect).unwrap()
        }
        s.push_str("{ 0 },\n");
    }
    s.push_str("_ => 0 },\n_ => 0 }\n}\n");
    s
}
fn args_of(r: &Request) -> (ImmutableString, ImmutableString, i64, i64, i64, ImmutableString, Array) {
    (
        r.mun.as_str().into(),
        r.svc.as_str().into(),
        r.day,
        r.pop,
        r.qty,
        r.channel.into(),
        r.options.iter().map(|o| Dynamic::from(ImmutableString::from(o.as_str()))).collect(),
    )
}
fn main() {
    // deep else-chains: run on a thread with a roomy stack
    std::thread::Builder::new().stack_size(1 << 30).spawn(go).unwrap().join().unwrap();
}
fn go() {
    let a = args();
    let w = world(&a);
    let mk = || {
        let mut e = Engine::new();
        e.set_max_expr_depths(0, 0);
        e
    };
    let run = |e: &Engine, ast: &AST, x| {
        e.call_fn_with_options::<i64>(CallFnOptions::new().eval_ast(false), &mut Scope::new(), ast, "decide", x).unwrap() as u8
    };
    let src = if a.variant.starts_with("plain") { plain(&w) } else { switch(&w) };
    match a.variant.as_str() {
        "plain" | "switch" => bench("rhai", &a, &w, src, |s| {
            let e = mk();
            let ast = e.compile(&s).unwrap();
            move |_, r: &Request| run(&e, &ast, args_of(r))
        }),
        "switch-pre" => bench("rhai", &a, &w, (src, w.reqs.iter().map(args_of).collect::<Vec<_>>()), |(s, q)| {
            let e = mk();
            let ast = e.compile(&s).unwrap();
            move |i, _| run(&e, &ast, q[i].clone())
        }),
        v => panic!("{v}"),
    }
}
