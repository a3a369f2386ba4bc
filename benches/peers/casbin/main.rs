//! casbin-rs: ABAC model, effect `priority(p.eft) || deny` over rules in first-hit order (deny, bespoke, choice,
//! standard); level read back through `enforce_ex` (feature "explain"), which returns the deciding policy line.
//!  eval : p = mun, svc, cond, level, eft ; matcher r.mun == p.mun && r.svc == p.svc && eval(p.cond)
//!  cols : conditions as policy columns, checked by one registered Rust function instead of eval()
use casbin::prelude::*;
use casbin::{StringAdapter, function_map::OperatorFunction, rhai::Dynamic};
use harness::*;
use std::fmt::Write;
const EVAL: &str = r#"
[request_definition]
r = mun, svc, day, pop, qty, ch, opts
[policy_definition]
p = mun, svc, cond, level, eft
[policy_effect]
e = priority(p.eft) || deny
[matchers]
m = r.mun == p.mun && r.svc == p.svc && eval(p.cond)
"#;
const COLS: &str = r#"
[request_definition]
r = mun, svc, day, pop, qty, ch, opts
[policy_definition]
p = mun, svc, from, until, pmin, pmax, maxq, chs, opt, level, eft
[policy_effect]
e = priority(p.eft) || deny
[matchers]
m = r.mun == p.mun && r.svc == p.svc && within(r.day, p.from, p.until) && within(r.pop, p.pmin, p.pmax) && within(r.qty, "0", p.maxq) && has(p.chs, r.ch) && (p.opt == "" || has(r.opts, p.opt))
"#;
fn eval_csv(rs: &[Rule]) -> String {
    let mut s = String::new();
    for r in rs {
        let ch: Vec<_> = r.chans().iter().map(|c| format!("r.ch == `{c}`")).collect();
        write!(
            s,
            "p, {}, {}, \"r.day >= {} && r.day < {} && r.pop >= {} && r.pop <= {} && r.qty <= {} && ({}){}\", {}, {}\n",
            r.mun_s(),
            r.svc_s(),
            r.from,
            r.until,
            r.pop_min,
            r.pop_max,
            r.max_qty,
            ch.join(" || "),
            r.opt_s().map_or(String::new(), |o| format!(" && `{o}` in r.opts")),
            r.effect,
            if r.effect == 0 { "deny" } else { "allow" }
        )
        .unwrap();
    }
    s
}
fn cols_csv(rs: &[Rule]) -> String {
    rs.iter()
        .map(|r| {
            format!(
                "p, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}\n",
                r.mun_s(),
                r.svc_s(),
                r.from,
                r.until - 1,
                r.pop_min,
                r.pop_max,
                r.max_qty,
                r.chans().join("|"),
                r.opt_s().unwrap_or("\"\"".into()),
                r.effect,
                if r.effect == 0 { "deny" } else { "allow" }
            )
        })
        .collect()
}
fn load(model: &str, csv: String) -> Enforcer {
    now(async {
        let m = DefaultModel::from_str(model).await.unwrap();
        let mut e = Enforcer::new(m, StringAdapter::new(csv)).await.unwrap();
        e.add_function(
            "within",
            OperatorFunction::Arg3(|x: Dynamic, lo: Dynamic, hi: Dynamic| {
                let x = x.as_int().unwrap();
                let (lo, hi) = (lo.into_immutable_string().unwrap(), hi.into_immutable_string().unwrap());
                (lo.parse::<i32>().unwrap() <= x && x <= hi.parse::<i32>().unwrap()).into()
            }),
        );
        e.add_function(
            "has",
            OperatorFunction::Arg2(|list: Dynamic, x: Dynamic| {
                let (l, x) = (list.into_immutable_string().unwrap(), x.into_immutable_string().unwrap());
                l.split('|').any(|p| p == x.as_str()).into()
            }),
        );
        e
    })
}
fn level(x: Result<(bool, Vec<Vec<String>>)>) -> u8 {
    match x.unwrap() {
        (false, _) => 0,
        (true, why) => {
            let l = &why[0];
            l[l.len() - 2].parse().unwrap()
        }
    }
}
type Result<T> = casbin::Result<T>;
fn main() {
    let a = args();
    let w = world(&a);
    fn ev(e: &Enforcer, r: &Request) -> u8 {
        level(e.enforce_ex((r.mun.as_str(), r.svc.as_str(), r.day as i32, r.pop as i32, r.qty as i32, r.channel, &r.options)))
    }
    fn co(e: &Enforcer, r: &Request) -> u8 {
        level(e.enforce_ex((r.mun.as_str(), r.svc.as_str(), r.day as i32, r.pop as i32, r.qty as i32, r.channel, r.options.join("|"))))
    }
    match a.variant.as_str() {
        "eval" => bench("casbin", &a, &w, eval_csv(&w.sorted()), |s| {
            let e = load(EVAL, s);
            move |_, r: &Request| ev(&e, r)
        }),
        "cols" => bench("casbin", &a, &w, cols_csv(&w.sorted()), |s| {
            let e = load(COLS, s);
            move |_, r: &Request| co(&e, r)
        }),
        "cols-sharded" => bench("casbin", &a, &w, w.shard_src(cols_csv), |s| {
            let sh = Shards::build(s, |t| load(COLS, t));
            move |_, r: &Request| sh.get(r).map_or(0, |e| co(e, r))
        }),
        v => panic!("{v}"),
    }
}
