//! A number of rules in; a world of rules, requests and expected decisions out, the same ones on every machine.
//!
//! A rule says for one customer and service, within days, a population, a quantity, some channels and perhaps an option, which
//! level is granted, or that none is. Denials win; else the highest level does. This is what the peers are given, too.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "seeded numbers here are small and not negative"
)]

use std::collections::{BTreeMap, BTreeSet};

/// The ways in which a request can come in.
pub const CHANNELS: [&str; 4] = ["web", "api", "phone", "desk"];
/// So many options there are to hold.
pub const OPTIONS: u8 = 24;
/// The effect of a rule that denies, and the decision that nothing is granted.
pub const DENY: u8 = 0;
/// Effects by number.
pub const LEVELS: [&str; 4] = ["deny", "standard", "choice", "bespoke"];

/// 2024-01-01, in days since 1970-01-01.
const FIRST_DAY: i64 = 19_723;

/// A rule; days from `from` up to `until`, which is no longer one of them.
#[derive(Clone, Debug)]
pub struct Rule {
    /// its number
    pub id: u32,
    /// the customer's number
    pub mun: u16,
    /// the service's number
    pub svc: u16,
    /// the first day
    pub from: i64,
    /// the day after the last
    pub until: i64,
    /// the lowest population
    pub pop_min: i64,
    /// the highest population
    pub pop_max: i64,
    /// the highest quantity
    pub max_qty: i64,
    /// a bit for each of [`CHANNELS`]
    pub channels: u8,
    /// the option that must be held
    pub option: Option<u8>,
    /// a number of [`LEVELS`]
    pub effect: u8,
}

/// A request, in names and in numbers.
#[derive(Clone, Debug)]
pub struct Request {
    /// the customer
    pub mun: String,
    /// the service
    pub svc: String,
    /// in days since 1970-01-01
    pub day: i64,
    /// the population
    pub pop: i64,
    /// the quantity
    pub qty: i64,
    /// one of [`CHANNELS`]
    pub channel: &'static str,
    /// the options that are held
    pub options: Vec<String>,
    /// the customer's number
    pub mun_id: u16,
    /// the service's number
    pub svc_id: u16,
    /// the channel's number
    pub chan_id: u8,
    /// a bit for each option
    pub opt_mask: u64,
}

/// Rules, requests, and what each request comes to.
#[derive(Clone, Debug)]
pub struct World {
    /// the rules
    pub rules: Vec<Rule>,
    /// the requests
    pub reqs: Vec<Request>,
    /// the decision of each request: a number of [`LEVELS`]
    pub expect: Vec<u8>,
    /// how many customers there are
    pub n_mun: u64,
    /// how many services there are
    pub n_svc: u64,
    /// whether the first rule that matches decides, as they stand
    pub is_first_match: bool,
}

/// How a customer is called.
pub fn mun_name(number: u16) -> String {
    format!("gm{number:04}")
}
/// How a service is called.
pub fn svc_name(number: u16) -> String {
    format!("svc-{number:04}")
}
/// How an option is called.
pub fn opt_name(number: u8) -> String {
    format!("opt-{number:02}")
}

impl Rule {
    /// Its customer's name.
    pub fn mun_s(&self) -> String {
        mun_name(self.mun)
    }
    /// Its service's name.
    pub fn svc_s(&self) -> String {
        svc_name(self.svc)
    }
    /// Its option's name.
    pub fn opt_s(&self) -> Option<String> {
        self.option.map(opt_name)
    }
    /// Its channels' names.
    pub fn chans(&self) -> Vec<&'static str> {
        CHANNELS.iter().enumerate().filter(|(at, _)| self.channels >> at & 1 == 1).map(|(_, name)| *name).collect()
    }
    /// Whether all its conditions hold, customer and service aside.
    #[inline]
    pub fn cond(&self, request: &Request) -> bool {
        request.day >= self.from
            && request.day < self.until
            && request.pop >= self.pop_min
            && request.pop <= self.pop_max
            && request.qty <= self.max_qty
            && (self.channels >> request.chan_id) & 1 == 1
            && self.option.is_none_or(|option| (request.opt_mask >> option) & 1 == 1)
    }
    /// Where it stands when the first match decides: denials first, then the highest level.
    pub fn order(&self) -> (u8, u32) {
        (if self.effect == DENY { 0 } else { 4 - self.effect }, self.id)
    }
}

impl World {
    /// All rules, in the order in which the first match decides.
    pub fn sorted(&self) -> Vec<Rule> {
        let mut rules = self.rules.clone();
        if !self.is_first_match {
            rules.sort_by_key(Rule::order);
        }
        rules
    }
    /// The rules of each customer and service, in the order in which the first match decides.
    pub fn by_pair(&self) -> BTreeMap<(u16, u16), Vec<Rule>> {
        let mut pairs: BTreeMap<_, Vec<Rule>> = BTreeMap::new();
        for rule in self.sorted() {
            pairs.entry((rule.mun, rule.svc)).or_default().push(rule);
        }
        pairs
    }
}

/// What a request comes to, by looking at every rule.
pub fn reference(rules: &[Rule], request: &Request) -> u8 {
    let mut best = DENY;
    for rule in rules {
        if rule.mun == request.mun_id && rule.svc == request.svc_id && rule.cond(request) {
            if rule.effect == DENY {
                return DENY;
            }
            best = best.max(rule.effect);
        }
    }
    best
}

/// Numbers that look like chance and are not: splitmix64.
#[derive(Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Numbers(seed)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
    /// A number below an end.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
    /// Yes, in so many of a hundred cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A world of `count` rules over 4 × 50 cells, or over 342 × 1,000: about four rules a cell that has any, if there are cells enough.
pub fn generate(count: usize, small: bool, requests: usize, seed: u64) -> World {
    let (n_mun, n_svc) = if small { (4, 50) } else { (342, 1000) };
    let mut numbers = Numbers::new(seed ^ ((count as u64) << 20) ^ u64::from(small));
    let cells = (count as u64 / 4).max(2).min(n_mun * n_svc);
    let mut taken = BTreeSet::new();
    let mut pool = Vec::new();
    while (pool.len() as u64) < cells {
        let cell = (numbers.below(n_mun) as u16, numbers.below(n_svc) as u16);
        if taken.insert(cell) {
            pool.push(cell);
        }
    }
    let rules: Vec<Rule> = (0..count as u32).map(|id| rule(id, pool[numbers.below(cells) as usize], &mut numbers)).collect();
    let reqs: Vec<Request> = (0..requests).map(|_| request(&rules, &pool, (n_mun, n_svc), &mut numbers)).collect();
    let pairs: BTreeMap<(u16, u16), Vec<Rule>> = rules.iter().fold(BTreeMap::new(), |mut pairs: BTreeMap<_, Vec<Rule>>, rule| {
        pairs.entry((rule.mun, rule.svc)).or_default().push(rule.clone());
        pairs
    });
    let own = |request: &Request| pairs.get(&(request.mun_id, request.svc_id)).map_or(&[][..], Vec::as_slice);
    let expect = reqs.iter().map(|request| reference(own(request), request)).collect();
    World { rules, reqs, expect, n_mun, n_svc, is_first_match: false }
}

fn rule(id: u32, (mun, svc): (u16, u16), numbers: &mut Numbers) -> Rule {
    let from = FIRST_DAY + numbers.below(700) as i64;
    let until = from + 90 + numbers.below(900) as i64;
    let pop_min = if numbers.chance(50) { 0 } else { numbers.below(60_000) as i64 };
    let pop_max = pop_min + 5_000 + numbers.below(400_000) as i64;
    let max_qty = 1 + numbers.below(200) as i64;
    let mut channels = 0;
    while channels == 0 {
        channels = numbers.below(16) as u8;
    }
    let option = if numbers.chance(50) { Some(numbers.below(u64::from(OPTIONS)) as u8) } else { None };
    let effect = match numbers.below(100) {
        0..15 => 0,
        15..65 => 1,
        65..85 => 2,
        _ => 3,
    };
    Rule { id, mun, svc, from, until, pop_min, pop_max, max_qty, channels, option, effect }
}

/// Most requests are aimed at a rule, and meet each of its conditions in nine of ten cases.
fn request(rules: &[Rule], pool: &[(u16, u16)], (n_mun, n_svc): (u64, u64), numbers: &mut Numbers) -> Request {
    let kind = numbers.below(100);
    let mut day = FIRST_DAY + numbers.below(1600) as i64;
    let mut pop = numbers.below(900_000) as i64;
    let mut qty = 1 + numbers.below(250) as i64;
    let mut channel = numbers.below(4) as u8;
    let mut mask = 0u64;
    for _ in 0..numbers.below(6) {
        mask |= 1 << numbers.below(u64::from(OPTIONS));
    }
    let (mun, svc) = if kind < 70 {
        let rule = &rules[numbers.below(rules.len() as u64) as usize];
        if numbers.chance(90) {
            day = rule.from + numbers.below((rule.until - rule.from) as u64) as i64;
        }
        if numbers.chance(90) {
            pop = rule.pop_min + numbers.below((rule.pop_max - rule.pop_min + 1) as u64) as i64;
        }
        if numbers.chance(90) {
            qty = 1 + numbers.below(rule.max_qty as u64) as i64;
        }
        if numbers.chance(90) {
            while rule.channels >> channel & 1 == 0 {
                channel = (channel + 1) % 4;
            }
        }
        if let Some(option) = rule.option
            && numbers.chance(90)
        {
            mask |= 1 << option;
        }
        (rule.mun, rule.svc)
    } else if kind < 90 {
        pool[numbers.below(pool.len() as u64) as usize]
    } else {
        (numbers.below(n_mun) as u16, numbers.below(n_svc) as u16)
    };
    Request {
        mun: mun_name(mun),
        svc: svc_name(svc),
        day,
        pop,
        qty,
        channel: CHANNELS[usize::from(channel)],
        options: (0..OPTIONS).filter(|at| mask >> at & 1 == 1).map(opt_name).collect(),
        mun_id: mun,
        svc_id: svc,
        chan_id: channel,
        opt_mask: mask,
    }
}
