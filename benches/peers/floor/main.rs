//! The floor: what a hand-written Rust lookup costs for the same decisions.
use harness::*;
use rustc_hash::FxHashMap;
#[derive(Clone, Copy)]
#[repr(C)]
struct C {
    from: i32,
    until: i32,
    pmin: u32,
    pmax: u32,
    q: u32,
    opt: u32,
    chan: u8,
    eff: u8,
} // 28 bytes
fn build(w: &World) -> (FxHashMap<u32, (u32, u32)>, Vec<C>) {
    let (mut m, mut v) = (FxHashMap::default(), vec![]);
    for ((a, b), rs) in w.by_pair() {
        m.insert((a as u32) << 16 | b as u32, (v.len() as u32, rs.len() as u32));
        for r in rs {
            v.push(C {
                from: r.from as i32,
                until: r.until as i32,
                pmin: r.pop_min as u32,
                pmax: r.pop_max as u32,
                q: r.max_qty as u32,
                opt: r.option.map_or(0, |o| 1 << o),
                chan: r.channels,
                eff: r.effect,
            });
        }
    }
    (m, v)
}
#[inline(always)]
fn scan(v: &[C], day: i32, pop: u32, qty: u32, chan: u8, mask: u32) -> u8 {
    for c in v {
        if c.from <= day && day < c.until && c.pmin <= pop && pop <= c.pmax && qty <= c.q && (c.chan >> chan) & 1 == 1 && c.opt & !mask == 0
        {
            return c.eff;
        }
    }
    0
}
fn main() {
    let a = args();
    let w = world(&a);
    match a.variant.as_str() {
        // request already interned (ids, option bit mask)
        "ids" => bench("floor", &a, &w, &w, |w| {
            let (m, v) = build(w);
            move |_, r: &Request| match m.get(&((r.mun_id as u32) << 16 | r.svc_id as u32)) {
                None => 0,
                Some(&(s, l)) => {
                    scan(&v[s as usize..(s + l) as usize], r.day as i32, r.pop as u32, r.qty as u32, r.chan_id, r.opt_mask as u32)
                }
            }
        }),
        // request comes as strings, like the peers get it: intern, then the same
        "strings" => bench("floor", &a, &w, &w, |w| {
            let (m, v) = build(w);
            let mut muns: FxHashMap<String, u16> = FxHashMap::default();
            let mut svcs: FxHashMap<String, u16> = FxHashMap::default();
            let mut opts: FxHashMap<String, u8> = FxHashMap::default();
            let chans: FxHashMap<&str, u8> = CHANNELS.iter().enumerate().map(|(i, c)| (*c, i as u8)).collect();
            for r in &w.rules {
                muns.insert(r.mun_s(), r.mun);
                svcs.insert(r.svc_s(), r.svc);
                if let Some(o) = r.option {
                    opts.insert(opt_name(o), o);
                }
            }
            move |_, r: &Request| {
                let (Some(&mu), Some(&sv), Some(&ch)) = (muns.get(r.mun.as_str()), svcs.get(r.svc.as_str()), chans.get(r.channel)) else {
                    return 0;
                };
                let Some(&(s, l)) = m.get(&((mu as u32) << 16 | sv as u32)) else { return 0 };
                let mut mask = 0u32;
                for o in &r.options {
                    if let Some(&i) = opts.get(o.as_str()) {
                        mask |= 1 << i
                    }
                }
                scan(&v[s as usize..(s + l) as usize], r.day as i32, r.pop as u32, r.qty as u32, ch, mask)
            }
        }),
        // no index: every rule looked at (the naive reference itself)
        "naive" => bench("floor", &a, &w, &w, |w| {
            let rules = w.rules.clone();
            move |_, r: &Request| reference(&rules, r)
        }),
        v => panic!("{v}"),
    }
}
