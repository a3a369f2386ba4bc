//! A world in; the files of a register that decides as it does out, and its requests as questions.
//!
//! Each effect is a rule set of a rank of its own, denials closest to the customer: so denials win, and else the highest level.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::world::{CHANNELS, LEVELS, OPTIONS, Request, Rule, World, mun_name, opt_name, svc_name};

/// A day that is told in days since 1970-01-01.
pub fn day(number: i64) -> Date {
    date(1970, 1, 1).saturating_add(number.days())
}

/// The files of the register: a file of rules for each effect and customer.
pub fn files(world: &World) -> Vec<(String, String)> {
    let mut head = String::from("name = \"Bench\"\nformat = 1\ntime_zone = \"Europe/Amsterdam\"\nlanguages = [\"en\"]\n");
    for level in &LEVELS[1..] {
        let _ = write!(head, "[[level]]\nid = \"{level}\"\nen = \"{level}\"\n");
    }
    for rank in [1, 2, 3, 0].map(|at| LEVELS[at]) {
        let _ = write!(head, "[[rank]]\nid = \"{rank}\"\nen = \"{rank}\"\n");
    }
    let mut customers = String::new();
    for number in (0..342).take(usize::try_from(world.n_mun).unwrap_or(342)) {
        let _ = write!(customers, "[customer.{name}]\nname = \"Municipality {number}\"\n", name = mun_name(number));
    }
    let mut services = String::from("[domain]\nid = \"s\"\nen = \"Services\"\n");
    for number in (0..1000).take(usize::try_from(world.n_svc).unwrap_or(1000)) {
        let _ = write!(services, "[service.{name}]\nen = \"Service {number}\"\n", name = svc_name(number));
    }
    let options: Vec<String> = (0..OPTIONS).map(opt_name).collect();
    let facts = format!(
        "[fact.population]\ntype = \"whole\"\nmin = 0\nen = \"population\"\n[fact.quantity]\ntype = \"whole\"\nmin = 0\nen = \"quantity\"\n\
         [fact.channel]\ntype = \"text\"\nvalues = {CHANNELS:?}\nen = \"channel\"\n[fact.options]\ntype = \"tags\"\nvalues = {options:?}\nen = \"options\"\n"
    );
    let mut files: BTreeMap<String, String> = BTreeMap::from([
        ("register.toml".to_owned(), head),
        ("customers.toml".to_owned(), customers),
        ("facts.toml".to_owned(), facts),
        ("services/s.toml".to_owned(), services),
    ]);
    for level in LEVELS {
        let head = format!(
            "rank = \"{level}\"\ntitle = {{ en = \"{level}\" }}\nreference = \"{level}\"\ndecided = 2023-12-01\nfrom = 2024-01-01\n"
        );
        files.insert(format!("rulesets/{level}/1/ruleset.toml"), head);
    }
    for rule in &world.rules {
        let path = format!("rulesets/{}/1/{}.toml", LEVELS[usize::from(rule.effect)], rule.mun_s());
        write_rule(files.entry(path).or_default(), rule);
    }
    files.into_iter().collect()
}

fn write_rule(text: &mut String, rule: &Rule) {
    let Rule { id, pop_min, pop_max, max_qty, .. } = rule;
    let (from, until) = (day(rule.from), day(rule.until - 1));
    let (customer, service, channels) = (rule.mun_s(), rule.svc_s(), rule.chans());
    let option = rule.opt_s().map(|option| format!(", options = {{ all = [\"{option}\"] }}")).unwrap_or_default();
    let effect = match rule.effect {
        0 => "deny = true".to_owned(),
        level => format!("grant = {{ level = \"{}\" }}", LEVELS[usize::from(level)]),
    };
    let _ = write!(
        text,
        "[[rule]]\nid = \"r{id}\"\ncustomer = \"{customer}\"\nservice = \"s/{service}\"\nfrom = {from}\nuntil = {until}\n\
         when = {{ population = \"[{pop_min}..{pop_max}]\", quantity = \"<= {max_qty}\", channel = {channels:?}{option} }}\n\
         {effect}\nbecause = {{ en = \"Rule {id}\", reference = \"art. {id}\" }}\n\n"
    );
}

/// A request as a line of JSON.
pub fn line(request: &Request) -> String {
    format!(
        "{{\"customer\":\"{}\",\"service\":\"s/{}\",\"on\":\"{}\",\"facts\":{{\"population\":{},\"quantity\":{},\"channel\":\"{}\",\"options\":{:?}}}}}",
        request.mun,
        request.svc,
        day(request.day),
        request.pop,
        request.qty,
        request.channel,
        request.options
    )
}
