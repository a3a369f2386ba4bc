//! Rego (regorus). Two policies:
//!  plain : one Rego rule body per policy rule (deny / bespoke / choice / standard), decision = else-chain
//!  index : rules as data, data.rules[mun][svc] = array of rule objects, one generic Rego rule
//! each through the interpreter (CompiledPolicy) and the RVM (bytecode).
use harness::*;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Value};
use std::fmt::Write;

fn q<S: AsRef<str>>(v: &[S]) -> String {
    v.iter().map(|s| format!("\"{}\"", s.as_ref())).collect::<Vec<_>>().join(",")
}
fn plain(rules: &[Rule]) -> String {
    let mut s = String::from(
        "package ent\n\ndefault decision := 0\n\ndecision := 0 if { deny } else := 3 if { bespoke } else := 2 if { choice } else := 1 if { standard }\n\n#RULES\n",
    );
    for r in rules {
        write!(s, "{} if {{ input.m == \"{}\"; input.s == \"{}\"; input.day >= {}; input.day < {}; input.pop >= {}; input.pop <= {}; input.qty <= {}; input.ch in [{}]",
            LEVELS[r.effect as usize], r.mun_s(), r.svc_s(), r.from, r.until, r.pop_min, r.pop_max, r.max_qty, q(&r.chans())).unwrap();
        if let Some(o) = r.opt_s() {
            write!(s, "; \"{o}\" in input.opts").unwrap();
        }
        s.push_str(" }\n");
    }
    // a level with no rule at all would be an unknown name
    for l in LEVELS {
        if !rules.iter().any(|r| LEVELS[r.effect as usize] == l) {
            write!(s, "{l} if {{ false }}\n").unwrap();
        }
    }
    s
}
// "all of the rule's required options are held": opt is [] or [o]
const INDEXED: &str = r#"package ent

default decision := 0

hit contains r.rank if {
  some r in data.rules[input.m][input.s]
  input.day >= r.from
  input.day < r.until
  input.pop >= r.pmin
  input.pop <= r.pmax
  input.qty <= r.q
  input.ch in r.ch
  r.opt in input.opts
}

decision := 0 if { 4 in hit } else := max(hit) if { count(hit) > 0 }
"#;
// the same, leaning on the data being in first-hit order (deny, bespoke, choice, standard): first hit decides
const INDEXED_FIRST: &str = r#"package ent

default decision := 0

hits := [r.rank |
  some r in data.rules[input.m][input.s]
  input.day >= r.from
  input.day < r.until
  input.pop >= r.pmin
  input.pop <= r.pmax
  input.qty <= r.q
  input.ch in r.ch
  r.opt in input.opts
]

decision := hits[0] % 4
"#;
fn data(w: &World) -> String {
    // opt "" = none; the app adds "" to every request's options, so one membership test does for both
    let mut s = String::from("{\"rules\":{");
    let mut cur = None;
    for ((m, sv), rs) in w.by_pair() {
        if cur != Some(m) {
            if cur.is_some() {
                s.push_str("},")
            }
            write!(s, "\"{}\":{{", mun_name(m)).unwrap();
            cur = Some(m)
        } else {
            s.push(',')
        }
        let v: Vec<_> = rs
            .iter()
            .map(|r| {
                format!(
                    "{{\"from\":{},\"until\":{},\"pmin\":{},\"pmax\":{},\"q\":{},\"ch\":[{}],\"opt\":\"{}\",\"rank\":{}}}",
                    r.from,
                    r.until,
                    r.pop_min,
                    r.pop_max,
                    r.max_qty,
                    q(&r.chans()),
                    r.opt_s().unwrap_or_default(),
                    if r.effect == 0 { 4 } else { r.effect }
                )
            })
            .collect();
        write!(s, "\"{}\":[{}]", svc_name(sv), v.join(",")).unwrap();
    }
    s.push_str("}}}");
    s
}
fn input(r: &Request) -> Value {
    let mut v = Value::new_object();
    let o = v.as_object_mut().unwrap();
    o.insert("m".into(), r.mun.as_str().into());
    o.insert("s".into(), r.svc.as_str().into());
    o.insert("day".into(), r.day.into());
    o.insert("pop".into(), r.pop.into());
    o.insert("qty".into(), r.qty.into());
    o.insert("ch".into(), r.channel.into());
    let mut opts: Vec<Value> = r.options.iter().map(|s| s.as_str().into()).collect();
    opts.push("".into());
    o.insert("opts".into(), Value::from(opts));
    v
}
fn out(v: Value) -> u8 {
    v.as_i64().unwrap_or_else(|_| panic!("{v:?}")) as u8
}
fn engine(pol: String, dat: Option<String>) -> (Engine, Value) {
    let mut e = Engine::new();
    // regorus refuses files over 1 MiB or 20 000 lines: hand over the rules in chunks of the same package
    let (head, rules) = pol.split_once("\n#RULES\n").unwrap_or((&pol, ""));
    e.add_policy("p.rego".into(), head.to_string()).unwrap();
    let lines: Vec<&str> = rules.lines().collect();
    for (i, c) in lines.chunks(2500).enumerate() {
        e.add_policy(format!("p{i}.rego"), format!("package ent\n\n{}\n", c.join("\n"))).unwrap();
    }
    let d = match dat {
        Some(d) => Value::from_json_str(&d).unwrap(),
        None => Value::new_object(),
    };
    e.add_data(d.clone()).unwrap();
    (e, d)
}
fn vm(pol: String, dat: Option<String>) -> RegoVM {
    let (mut e, d) = engine(pol, dat);
    let cp = e.compile_with_entrypoint(&"data.ent.decision".into()).unwrap();
    let prog = Compiler::compile_from_policy(&cp, &["data.ent.decision"]).unwrap_or_else(|e| {
        println!("{{\"error\":\"rvm: {e}\"}}");
        std::process::exit(3)
    });
    let mut vm = RegoVM::new_with_policy(cp);
    vm.set_max_instructions(usize::MAX);
    vm.load_program(prog);
    vm.set_data(d).unwrap();
    vm
}
fn run_vm(vm: &mut RegoVM, v: Value) -> u8 {
    vm.set_input(v);
    out(vm.execute().unwrap())
}
fn main() {
    let a = args();
    let w = world(&a);
    let pre = || w.reqs.iter().map(input).collect::<Vec<_>>();
    let dat = a.variant.starts_with("index");
    let src = || {
        if dat {
            (if a.variant.starts_with("indexfirst") { INDEXED_FIRST } else { INDEXED }.to_string(), Some(data(&w)))
        } else {
            (plain(&w.rules), None)
        }
    };
    match a.variant.as_str() {
        "plain-interp" | "index-interp" | "indexfirst-interp" => bench("regorus", &a, &w, src(), |(p, d)| {
            let cp = engine(p, d).0.compile_with_entrypoint(&"data.ent.decision".into()).unwrap();
            move |_, r: &Request| out(cp.eval_with_input(input(r)).unwrap())
        }),
        "plain-rvm" | "index-rvm" | "indexfirst-rvm" => bench("regorus", &a, &w, src(), |(p, d)| {
            let mut m = vm(p, d);
            move |_, r: &Request| run_vm(&mut m, input(r))
        }),
        "plain-rvm-pre" | "index-rvm-pre" | "indexfirst-rvm-pre" => bench("regorus", &a, &w, (src(), pre()), |((p, d), q)| {
            let mut m = vm(p, d);
            move |i, _| run_vm(&mut m, q[i].clone())
        }),
        v => panic!("{v}"),
    }
}
