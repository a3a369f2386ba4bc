//! A seed in; a register like real ones, and questions to it, out: bounds of law and scheme in most cells, quotas with something beyond,
//! `as_at`, composites, register facts with dated values, a derived fact, a retroactive version, an option in one cell of twenty.

use std::fmt::Write;

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// The facts that questions give, in the order of [`RealQuestion`].
pub const FACTS: [&str; 4] = ["quantity", "used", "channel", "modules"];
/// The day from which the newest agreements count.
pub const NEWEST: Date = date(2025, 1, 1);
/// The name that the options of the register ask for.
pub const PLUGIN: &str = "surge";

/// The ways in which a question can come in.
pub const CHANNELS: [&str; 4] = ["portal", "desk", "phone", "mail"];
/// What a customer can have beside.
pub const MODULES: [&str; 6] = ["archive", "court", "press", "tax", "care", "youth"];
const LEVELS: [&str; 3] = ["standard", "plus", "bespoke"];

/// The files of a register, and questions to it.
pub struct Real {
    /// path and text
    pub files: Vec<(String, String)>,
    /// what is asked, all of it known
    pub questions: Vec<RealQuestion>,
    /// the part of it that other engines can say, too
    pub part: Part,
}

/// The part of a register that other engines can say, too: what the newest agreements choose, and the bounds upon it.
#[derive(Default)]
pub struct Part {
    /// what each customer agreed on for each service, in the order of both
    pub agreed: Vec<Agreed>,
    /// for each service, whether its floors hold for large customers alone
    pub floors: Vec<Vec<bool>>,
    /// for each service, whether its ceilings hold by telephone and mail alone; those at the highest level change nothing
    pub ceilings: Vec<Vec<bool>>,
    /// for each customer the inhabitants of the years from 2022 on
    pub inhabitants: Vec<Vec<i64>>,
}

/// What a customer agreed on for a service. Levels by number; 0 is none.
pub struct Agreed {
    /// the level in general; `None` where an option or an earlier day decides, which nobody else can say
    pub all: Option<u8>,
    /// the module, the level and the most that may be asked for, of the rule that comes before that one
    pub some: Option<(usize, u8, i64)>,
}

/// A question that gives every fact.
#[derive(Clone)]
pub struct RealQuestion {
    /// the customer's id
    pub customer: String,
    /// the service's id
    pub service: String,
    /// the day that it is about
    pub on: Date,
    /// the day from whose knowledge it is answered
    pub known: Option<Date>,
    /// how much is asked for
    pub quantity: i64,
    /// how much is used
    pub used: i64,
    /// one of four
    pub channel: &'static str,
    /// some of six
    pub modules: Vec<String>,
}

impl RealQuestion {
    /// The question as a line of JSON.
    pub fn line(&self) -> String {
        let known = self.known.map(|day| format!(",\"known\":\"{day}\"")).unwrap_or_default();
        format!(
            "{{\"customer\":\"{}\",\"service\":\"{}\",\"on\":\"{}\"{known},\"facts\":{{\"quantity\":{},\"used\":{},\"channel\":\"{}\",\"modules\":{:?}}}}}",
            self.customer, self.service, self.on, self.quantity, self.used, self.channel, self.modules
        )
    }
}

/// Numbers that look random, the same ones for a seed on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
    fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap_or(0)]
    }
    /// A whole number of some hundreds at the most.
    fn number(&mut self, end: u64) -> i64 {
        i64::try_from(self.below(end)).unwrap_or(0)
    }
}

fn customer(number: usize) -> String {
    format!("town-{number:03}")
}

fn service(number: usize) -> String {
    format!("svc-{number:03}")
}

/// A register of so many customers and plain services, and so many questions to it.
pub fn real(customers: usize, services: usize, questions: usize, seed: u64) -> Real {
    let mut random = Random(seed);
    let composites = services / 12;
    let mut files = vec![("register.toml".to_owned(), head()), ("facts.toml".to_owned(), facts())];
    let mut part = Part { floors: vec![Vec::new(); services], ceilings: vec![Vec::new(); services], ..Part::default() };
    let mut named = String::new();
    for at in 0..customers {
        let _ = write!(named, "[customer.{}]\nname = \"Town {at}\"\nrole = \"partner\"\n", customer(at));
    }
    files.push(("customers.toml".to_owned(), named));
    files.push(("services/s.toml".to_owned(), catalogue(services, composites)));
    files.push(("values/inhabitants.toml".to_owned(), values(customers, &mut random, &mut part)));
    for (set, rank) in [("law", "law"), ("scheme", "scheme")] {
        let folder = format!("rulesets/{set}/1");
        files.push((
            format!("{folder}/ruleset.toml"),
            format!("rank = \"{rank}\"\nreference = \"{set}\"\ndecided = 2019-12-01\nfrom = 2020-01-01\n"),
        ));
        files.push((format!("{folder}/rules.toml"), bounds(services, set == "law", &mut random, &mut part)));
    }
    for at in 0..customers {
        let versions =
            [("2024-1", "2024-01-01", "2023-12-01"), ("2025-1", "2025-01-01", "2024-12-01"), ("2025-2", "2025-01-01", "2025-06-15")];
        for (version, from, decided) in versions {
            let folder = format!("rulesets/dvo-{}/{version}", customer(at));
            let head = format!("rank = \"agreement\"\nreference = \"DVO {at}\"\ndecided = {decided}\nfrom = {from}\n");
            files.push((format!("{folder}/ruleset.toml"), head));
            let mut agreed = Vec::new();
            files.push((format!("{folder}/rules.toml"), agreement(&customer(at), services, version != "2024-1", &mut random, &mut agreed)));
            if version == "2025-2" {
                part.agreed.extend(agreed);
            }
        }
    }
    let questions = (0..questions).map(|_| question(customers, services, composites, &mut random)).collect();
    Real { files, questions, part }
}

fn head() -> String {
    let list = |name: &str, ids: &[&str]| {
        let mut text = String::new();
        ids.iter().for_each(|id| {
            let _ = write!(text, "[[{name}]]\nid = \"{id}\"\nen = \"{id}\"\n");
        });
        text
    };
    format!(
        "name = \"Real\"\nformat = 1\ntime_zone = \"Europe/Amsterdam\"\nlanguages = [\"en\"]\n{}{}{}{}[[unit]]\nid = \"hour\"\nen = \"hour\"\n",
        list("level", &LEVELS),
        list("rank", &["law", "scheme", "agreement", "arrangement"]),
        list("role", &["partner"]),
        list("obligation", &["approval"]),
    )
}

fn facts() -> String {
    format!(
        "[fact.quantity]\ntype = \"number\"\ndecimals = 1\nmin = 0\n[fact.used]\ntype = \"number\"\ndecimals = 1\nmin = 0\n\
         [fact.channel]\ntype = \"text\"\nvalues = {CHANNELS:?}\n[fact.modules]\ntype = \"tags\"\nvalues = {MODULES:?}\n\
         [fact.inhabitants]\ntype = \"whole\"\nmin = 0\ngiven_by = \"register\"\n\
         [fact.large]\ntype = \"truth\"\nderive = \"inhabitants > 40000\"\n"
    )
}

fn catalogue(services: usize, composites: usize) -> String {
    let mut text = String::from("[domain]\nid = \"s\"\nen = \"Services\"\n");
    for at in 0..services {
        let _ = write!(text, "[service.{}]\nen = \"Service {at}\"\nunit = \"hour\"\n", service(at));
    }
    for at in 0..composites {
        let parts: Vec<String> = (0..3).map(|part| format!("\"s/{}\"", service((at * 5 + part * 3) % services))).collect();
        let _ = write!(
            text,
            "[service.all-{at:03}]\nen = \"Composite {at}\"\ncomposite = {{ of = [{}], level = \"lowest\" }}\n",
            parts.join(", ")
        );
    }
    text
}

fn values(customers: usize, random: &mut Random, part: &mut Part) -> String {
    let mut text = String::new();
    for at in 0..customers {
        let mut count = 10_000 + random.number(80_000);
        let mut counts = Vec::new();
        for year in 2022..2027 {
            count += random.number(4_000) - 1_000;
            counts.push(count);
            let name = customer(at);
            let _ = write!(text, "[[value]]\nfact = \"inhabitants\"\ncustomer = \"{name}\"\nvalue = {count}\nfrom = {year}-01-01\n");
            let until = if year < 2026 { format!("until = {year}-12-31\n") } else { String::new() };
            let _ = writeln!(text, "{until}decided = {}-11-01", year - 1);
        }
        part.inhabitants.push(counts);
    }
    text
}

/// Floors and ceilings for most services.
fn bounds(services: usize, is_law: bool, random: &mut Random, part: &mut Part) -> String {
    let mut text = String::new();
    for at in 0..services {
        let name = service(at);
        if random.below(10) < 6 {
            let is_for_large = random.one_in(3);
            let when = if is_for_large { "when = { large = true }\n" } else { "" };
            part.floors[at].push(is_for_large);
            let _ = write!(text, "[[rule]]\nid = \"floor-{at}\"\nservice = \"s/{name}\"\n{when}bound = {{ at_least = \"standard\" }}\n");
        }
        if random.below(10) < 5 {
            let most = if is_law { "bespoke" } else { "plus" };
            let is_by_channel = random.one_in(3);
            let when = if is_by_channel { "when = { channel = [\"phone\", \"mail\"] }\n" } else { "" };
            if !is_law {
                part.ceilings[at].push(is_by_channel);
            }
            let _ = write!(text, "[[rule]]\nid = \"ceiling-{at}\"\nservice = \"s/{name}\"\n{when}bound = {{ at_most = \"{most}\" }}\n");
        }
    }
    text
}

/// What one customer agreed on: a rule for each service, and for half of them one that comes before it.
fn agreement(customer: &str, services: usize, is_later: bool, random: &mut Random, agreed: &mut Vec<Agreed>) -> String {
    let mut text = String::new();
    for at in 0..services {
        let head = |id: &str| format!("[[rule]]\nid = \"{id}-{at}\"\ncustomer = \"{customer}\"\nservice = \"s/{}\"\n", service(at));
        let level = random.pick(&LEVELS);
        let has_option = random.one_in(20);
        let kind = random.below(10);
        let number = |level: &str| LEVELS.iter().position(|known| *known == level).map_or(0, |at| u8::try_from(at + 1).unwrap_or(0));
        let mut own = Agreed { all: Some(number(level)), some: None };
        match kind {
            _ if has_option => own.all = None,
            6 if is_later => own.all = None,
            7 => own.all = Some(0),
            _ => {}
        }
        let effect = match kind {
            _ if has_option => format!("grant = {{ level = \"{}\", up_to = \"bespoke\" }}", LEVELS[0]),
            0..4 => {
                let amount = 50 + 50 * random.number(20);
                let beyond = if random.one_in(2) { ", beyond = { level = \"plus\", obligations = [\"approval\"] }" } else { "" };
                format!("grant = {{ level = \"{level}\", quota = {{ amount = {amount}, unit = \"hour\", per = \"year\" }}{beyond} }}")
            }
            4..6 => format!("grant = {{ level = \"{level}\", obligations = [\"approval\"] }}"),
            6 if is_later => "as_at = 2024-06-30".to_owned(),
            7 => "deny = true".to_owned(),
            _ => format!("grant = {{ level = \"{level}\" }}"),
        };
        let because = format!("because = {{ en = \"As agreed\", reference = \"art. {at}\" }}\n");
        let _ = write!(text, "{}{effect}\n{because}", head("all"));
        if random.one_in(2) && !has_option {
            let module = random.pick(&MODULES);
            let level = random.pick(&LEVELS);
            let most = 5 + random.number(40);
            own.some = Some((MODULES.iter().position(|known| *known == module).unwrap_or(0), number(level), most));
            let _ = write!(
                text,
                "{}when = {{ channel = [\"desk\", \"phone\"], modules = {{ any = [\"{module}\"] }}, quantity = \"<= {}\" }}\n\
                 grant = {{ level = \"{level}\" }}\noverrides = [\"all-{at}\"]\n{because}",
                head("some"),
                most,
            );
        }
        if has_option {
            let _ = write!(
                text,
                "[[option]]\nid = \"option-{at}\"\ncustomer = \"{customer}\"\nservice = \"s/{}\"\nplugin = {{ native = \"{PLUGIN}\" }}\n",
                service(at)
            );
        }
        agreed.push(own);
    }
    text
}

fn question(customers: usize, services: usize, composites: usize, random: &mut Random) -> RealQuestion {
    let below = |end: usize, random: &mut Random| usize::try_from(random.below(end as u64)).unwrap_or(0);
    let of_composite = composites > 0 && random.one_in(20);
    let name = if of_composite { format!("all-{:03}", below(composites, random)) } else { service(below(services, random)) };
    RealQuestion {
        customer: customer(below(customers, random)),
        service: format!("s/{name}"),
        on: date(2024, 1, 1).saturating_add(random.number(1_000).days()),
        known: random.one_in(20).then(|| date(2025, 3, 1)),
        quantity: random.number(60),
        used: random.number(900),
        channel: random.pick(&CHANNELS),
        modules: MODULES.iter().filter(|_| random.one_in(3)).map(|module| (*module).to_owned()).collect(),
    }
}
