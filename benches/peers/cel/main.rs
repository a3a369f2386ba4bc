//! CEL (`cel` 0.15, successor of cel-interpreter). A CEL expression has no rules of its own:
//!  plain   : one compiled Program per rule, the app runs them in first-hit order
//!  sharded : the same behind the app's own (mun, svc) index
//!  data    : one Program over rules held as data: rules[m][s].map(r, <cond>, r.eff), app takes the first
use cel::common::types::{CelInt, CelList, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::objects::Value;
use cel::{Context, Env, Program};
use harness::*;
use std::collections::HashMap;
use std::sync::Arc;
fn q(v: Vec<&str>) -> String {
    v.iter().map(|s| format!("\"{s}\"")).collect::<Vec<_>>().join(", ")
}
fn cond(r: &Rule) -> String {
    let mut s = format!(
        "day >= {} && day < {} && pop >= {} && pop <= {} && qty <= {} && ch in [{}]",
        r.from,
        r.until,
        r.pop_min,
        r.pop_max,
        r.max_qty,
        q(r.chans())
    );
    if let Some(o) = r.opt_s() {
        s += &format!(" && \"{o}\" in opts")
    }
    s
}
fn full(rs: &[Rule]) -> Vec<(String, u8)> {
    rs.iter().map(|r| (format!("m == \"{}\" && s == \"{}\" && {}", r.mun_s(), r.svc_s(), cond(r)), r.effect)).collect()
}
fn short(rs: &[Rule]) -> Vec<(String, u8)> {
    rs.iter().map(|r| (cond(r), r.effect)).collect()
}
fn comp(env: &Env, v: Vec<(String, u8)>) -> Vec<(Program, u8)> {
    v.into_iter().map(|(s, e)| (env.compile(&s).unwrap(), e)).collect()
}
/// the fast input path: variables resolved on demand from a struct
struct Rq {
    m: CelString<'static>,
    s: CelString<'static>,
    day: CelInt,
    pop: CelInt,
    qty: CelInt,
    ch: CelString<'static>,
    opts: CelList<'static>,
}
fn rq(r: &Request) -> Rq {
    Rq {
        m: CelString::from(r.mun.clone()),
        s: CelString::from(r.svc.clone()),
        day: r.day.into(),
        pop: r.pop.into(),
        qty: r.qty.into(),
        ch: CelString::from(r.channel.to_string()),
        opts: r.options.iter().map(|o| Box::new(CelString::from(o.clone())) as Box<dyn Val>).collect::<Vec<_>>().into(),
    }
}
impl VariableResolver for Rq {
    fn resolve<'b>(&'b self, v: &str) -> Option<CowVal<'b, 'b>> {
        let x: &dyn Val = match v {
            "m" => &self.m,
            "s" => &self.s,
            "day" => &self.day,
            "pop" => &self.pop,
            "qty" => &self.qty,
            "ch" => &self.ch,
            "opts" => &self.opts,
            _ => return None,
        };
        Some(CowVal::Borrowed(x))
    }
}
fn run(root: &Context<'_, 'static>, v: &[(Program, u8)], r: &Rq) -> u8 {
    let r: &'static Rq = unsafe { std::mem::transmute(r) }; // the context does not outlive this call
    let mut c = root.new_inner_scope();
    c.set_variable_resolver(r);
    for (p, e) in v {
        if let Value::Bool(true) = p.execute(&c).unwrap() {
            return *e;
        }
    }
    0
}
fn main() {
    let a = args();
    let w = world(&a);
    let env = Arc::new(Env::stdlib());
    match a.variant.as_str() {
        "plain" => bench("cel", &a, &w, full(&w.sorted()), |s| {
            let v = comp(&env, s);
            let root = Context::with_env(env.clone());
            move |_, r: &Request| run(&root, &v, &rq(r))
        }),
        "sharded" => bench("cel", &a, &w, w.shard_src(short), |s| {
            let sh = Shards::build(s, |s| comp(&env, s));
            let root = Context::with_env(env.clone());
            move |_, r: &Request| sh.get(r).map_or(0, |v| run(&root, v, &rq(r)))
        }),
        "sharded-pre" => bench("cel", &a, &w, (w.shard_src(short), w.reqs.iter().map(rq).collect::<Vec<_>>()), |(s, q)| {
            let sh = Shards::build(s, |s| comp(&env, s));
            let root = Context::with_env(env.clone());
            move |i, r: &Request| sh.get(r).map_or(0, |v| run(&root, v, &q[i]))
        }),
        "data" => bench("cel", &a, &w, w.by_pair(), |bp| {
            let mut rules: HashMap<String, HashMap<String, Vec<HashMap<String, Value>>>> = HashMap::new();
            for ((m, s), rs) in bp {
                rules.entry(mun_name(m)).or_default().insert(
                    svc_name(s),
                    rs.iter()
                        .map(|r| {
                            HashMap::from([
                                ("from".to_string(), Value::from(r.from)),
                                ("until".into(), r.until.into()),
                                ("pmin".into(), r.pop_min.into()),
                                ("pmax".into(), r.pop_max.into()),
                                ("q".into(), r.max_qty.into()),
                                ("ch".into(), r.chans().into_iter().map(|c| Value::from(c.to_string())).collect::<Vec<_>>().into()),
                                ("opt".into(), r.opt_s().unwrap_or_default().into()),
                                ("eff".into(), (r.effect as i64).into()),
                            ])
                        })
                        .collect(),
                );
            }
            let p = env.compile("m in rules && s in rules[m] ? rules[m][s].map(r, day >= r.from && day < r.until && pop >= r.pmin && pop <= r.pmax && qty <= r.q && ch in r.ch && (r.opt == \"\" || r.opt in opts), r.eff) : []").unwrap();
            let mut root = Context::with_env(env.clone());
            root.add_variable_from_value("rules", rules);
            move |_, r: &Request| {
                let x = rq(r);
                let x: &'static Rq = unsafe { std::mem::transmute(&x) };
                let mut c = root.new_inner_scope();
                c.set_variable_resolver(x);
                match p.execute(&c).unwrap() {
                    Value::List(l) => match l.first() {
                        Some(Value::Int(i)) => *i as u8,
                        _ => 0,
                    },
                    v => panic!("{v:?}"),
                }
            }
        }),
        v => panic!("{v}"),
    }
}
