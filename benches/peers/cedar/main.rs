//! Cedar: scope = (municipality, service); conditions in `when`; level as an @level annotation,
//! read back from the determining policies (diagnostics().reason()); forbid overrides; default deny.
use cedar_policy::*;
use harness::*;
use std::collections::HashMap;
use std::fmt::Write;
use std::str::FromStr;

fn text(rules: &[Rule]) -> String {
    let mut s = String::new();
    for r in rules {
        let ch: Vec<_> = r.chans().iter().map(|c| format!("\"{c}\"")).collect();
        write!(s, "@id(\"r{}\") @level(\"{}\")\n{}(principal == Municipality::\"{}\", action == Action::\"use\", resource == Service::\"{}\")\nwhen {{ context.day >= {} && context.day < {} && context.population >= {} && context.population <= {} && context.quantity <= {} && [{}].contains(context.channel)",
            r.id, LEVELS[r.effect as usize], if r.effect == 0 { "forbid" } else { "permit" }, r.mun_s(), r.svc_s(), r.from, r.until, r.pop_min, r.pop_max, r.max_qty, ch.join(",")).unwrap();
        if let Some(o) = r.opt_s() {
            write!(s, " && context.options.contains(\"{o}\")").unwrap();
        }
        s.push_str(" };\n");
    }
    s
}
struct Names {
    m: EntityTypeName,
    s: EntityTypeName,
    act: EntityUid,
}
impl Names {
    fn new() -> Self {
        Names {
            m: EntityTypeName::from_str("Municipality").unwrap(),
            s: EntityTypeName::from_str("Service").unwrap(),
            act: EntityUid::from_str("Action::\"use\"").unwrap(),
        }
    }
}
fn request(nm: &Names, r: &harness::Request) -> cedar_policy::Request {
    let ctx = Context::from_pairs([
        ("day".to_string(), RestrictedExpression::new_long(r.day)),
        ("population".to_string(), RestrictedExpression::new_long(r.pop)),
        ("quantity".to_string(), RestrictedExpression::new_long(r.qty)),
        ("channel".to_string(), RestrictedExpression::new_string(r.channel.to_string())),
        ("options".to_string(), RestrictedExpression::new_set(r.options.iter().map(|o| RestrictedExpression::new_string(o.clone())))),
    ])
    .unwrap();
    cedar_policy::Request::new(
        EntityUid::from_type_name_and_id(nm.m.clone(), EntityId::new(&r.mun)),
        nm.act.clone(),
        EntityUid::from_type_name_and_id(nm.s.clone(), EntityId::new(&r.svc)),
        ctx,
        None,
    )
    .unwrap()
}
struct Set {
    ps: PolicySet,
    level: HashMap<PolicyId, u8>,
}
fn load(t: &str) -> Set {
    let ps = PolicySet::from_str(t).unwrap();
    let level =
        ps.policies().map(|p| (p.id().clone(), LEVELS.iter().position(|l| Some(*l) == p.annotation("level")).unwrap() as u8)).collect();
    Set { ps, level }
}
fn decide(az: &Authorizer, es: &Entities, set: &Set, q: &cedar_policy::Request) -> u8 {
    let a = az.is_authorized(q, &set.ps, es);
    match a.decision() {
        Decision::Deny => 0,
        Decision::Allow => a.diagnostics().reason().map(|p| set.level[p]).max().unwrap_or(0),
    }
}
fn main() {
    let a = args();
    let w = world(&a);
    let (az, es, nm) = (Authorizer::new(), Entities::empty(), Names::new());
    match a.variant.as_str() {
        "plain" => bench("cedar", &a, &w, text(&w.rules), |t| {
            let set = load(&t);
            move |_, r: &harness::Request| decide(&az, &es, &set, &request(&nm, r))
        }),
        // requests built beforehand: evaluation only
        "plain-pre" => bench("cedar", &a, &w, (text(&w.rules), w.reqs.iter().map(|r| request(&nm, r)).collect::<Vec<_>>()), |(t, q)| {
            let set = load(&t);
            move |i, _| decide(&az, &es, &set, &q[i])
        }),
        // the app keeps one PolicySet per (municipality, service) itself
        "sharded" => bench("cedar", &a, &w, w.shard_src(text), |src| {
            let sh = Shards::build(src, |t| load(&t));
            move |_, r: &harness::Request| match sh.get(r) {
                None => 0,
                Some(set) => decide(&az, &es, set, &request(&nm, r)),
            }
        }),
        v => panic!("{v}"),
    }
}
