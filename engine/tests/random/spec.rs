//! A small register as plain data: what a random register is made of, before it is written as files.

/// Days count from here: day 0 is 2024-01-01.
pub(crate) const CUSTOMERS: [(&str, &str); 3] = [("ada", "host"), ("bob", "partner"), ("cor", "partner")];
pub(crate) const SERVICES: [&str; 4] = ["law/advice", "law/court", "net/desk", "net/wifi"];
pub(crate) const COMPOSITES: [(&str, &[usize], bool); 2] = [("mix/all", &[0, 1, 2], true), ("mix/any", &[1, 3, 4], false)];
/// Service, and the one that it requires.
pub(crate) const REQUIRES: [(usize, usize); 2] = [(1, 0), (3, 5)];
pub(crate) const LEVELS: [&str; 4] = ["none", "low", "mid", "top"];
pub(crate) const RANKS: [&str; 4] = ["law", "scheme", "agreement", "arrangement"];
pub(crate) const PERIODS: [&str; 6] = ["day", "week", "month", "quarter", "year", "term"];
/// Options count their quotas per year.
pub(crate) const YEAR: usize = 4;

/// The values of a fact are small whole numbers: tenths for numbers, days from day 0, places in the list of texts, bit sets of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Truth,
    Tenths,
    Whole,
    Text,
    OpenText,
    Day,
    Tags,
}

/// Source fact, expression, and the same in Rust.
pub(crate) type Derive = (usize, &'static str, fn(i64) -> i64);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// The highest value; the lowest is 0.
    pub(crate) max: i64,
    pub(crate) from_register: bool,
    /// Derived: the source fact, the expression, and the same in Rust.
    pub(crate) derive: Option<Derive>,
}

const fn fact(name: &'static str, kind: Kind, max: i64) -> Fact {
    Fact { name, kind, max, from_register: false, derive: None }
}

pub(crate) const QUANTITY: usize = 0;
pub(crate) const USED: usize = 1;

/// In the order in which they are declared, which is that of their names here.
pub(crate) const FACTS: [Fact; 12] = [
    fact("quantity", Kind::Tenths, 4),
    fact("used", Kind::Tenths, 5),
    fact("cap", Kind::Tenths, 4),
    fact("channel", Kind::Text, 2),
    fact("modules", Kind::Tags, 15),
    fact("note", Kind::OpenText, 2),
    fact("opened", Kind::Day, 5),
    fact("urgent", Kind::Truth, 1),
    Fact { from_register: true, ..fact("size", Kind::Whole, 3) },
    Fact { derive: Some((8, "size >= 2", |size| i64::from(size >= 2))), from_register: true, ..fact("big", Kind::Truth, 1) },
    Fact { derive: Some((2, "cap * 2 > 0.3", |cap| i64::from(cap * 2 > 3))), ..fact("wide", Kind::Truth, 1) },
    fact("count", Kind::Whole, 3),
];

/// The facts that a customer can change.
pub(crate) const CHANGEABLE: [usize; 6] = [QUANTITY, 3, 4, 5, 7, 11];

pub(crate) const TEXTS: [&str; 3] = ["phone", "desk", "web"];
pub(crate) const NOTES: [&str; 2] = ["x", "y"];
pub(crate) const TAGS: [&str; 4] = ["red", "green", "blue", "white"];

/// The days on which a customer or service stands in the catalogue, and since when that is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) from: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) decided: Option<i64>,
}

#[derive(Debug, Clone)]
pub(crate) struct Spec {
    pub(crate) customers: Vec<Listed>,
    /// Plain services, then composites.
    pub(crate) services: Vec<Listed>,
    pub(crate) values: Vec<Value>,
    pub(crate) sets: Vec<Set>,
    /// Whether `REQUIRES` holds.
    pub(crate) requires: bool,
    /// The facts that rules of this register may use.
    pub(crate) in_use: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) fact: usize,
    pub(crate) customer: Option<usize>,
    pub(crate) given: i64,
    pub(crate) from: i64,
    pub(crate) until: Option<i64>,
    pub(crate) decided: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Set {
    pub(crate) id: String,
    pub(crate) rank: usize,
    pub(crate) versions: Vec<Version>,
}

#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) id: String,
    pub(crate) from: i64,
    pub(crate) until: Option<i64>,
    /// Nothing: proposed.
    pub(crate) decided: Option<i64>,
    pub(crate) patch: bool,
    /// Its rules are a first-match list.
    pub(crate) first: bool,
    pub(crate) rules: Vec<Rule>,
    pub(crate) options: Vec<Opt>,
}

/// An option, bound to a plugin that the test brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opt {
    pub(crate) id: String,
    pub(crate) customers: Vec<usize>,
    pub(crate) services: Vec<usize>,
    pub(crate) customers_toml: Option<String>,
    pub(crate) services_toml: Option<String>,
    pub(crate) until: Option<i64>,
    pub(crate) order: i64,
    pub(crate) act: Act,
    pub(crate) refuse: bool,
}

/// What a plugin of the test does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Level(usize),
    Quota(i64),
    Oblige,
    Fault,
    /// The level from the first to the last of these days.
    Season(i64, i64, usize),
    /// The level where this fact is at least so much.
    Ask(usize, i64, usize),
}

impl Act {
    /// The plugin, and whether it may set level, quota, obligations.
    pub(crate) fn plugin(self) -> (&'static str, [bool; 3]) {
        match self {
            Act::Season(..) => ("season", [true, false, false]),
            Act::Ask(..) => ("ask", [true, false, false]),
            _ => ("act", [true, true, true]),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) customers: Vec<usize>,
    pub(crate) services: Vec<usize>,
    pub(crate) customers_toml: Option<String>,
    pub(crate) services_toml: Option<String>,
    pub(crate) from: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) when: Vec<Vec<Test>>,
    pub(crate) effect: Effect,
    /// Ids of rules here, or `set#rule`.
    pub(crate) overrides: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) fact: usize,
    pub(crate) toml: String,
    pub(crate) accepts: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    Grant { level: usize, up_to: Option<usize>, quota: Option<Quota>, obligations: Vec<&'static str> },
    Deny,
    AsAt(i64),
    Bound { at_least: Option<usize>, at_most: Option<usize> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) amount: Amount,
    /// Place in `PERIODS`.
    pub(crate) per: usize,
    pub(crate) beyond: Option<(usize, Vec<&'static str>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amount {
    Tenths(i64),
    Fact(usize),
}

#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) customer: usize,
    /// A plain service, or a composite behind them.
    pub(crate) service: usize,
    pub(crate) on: i64,
    pub(crate) known: Option<i64>,
    pub(crate) proposed: bool,
    pub(crate) facts: Vec<(usize, i64)>,
}

pub(crate) fn service_id(service: usize) -> &'static str {
    SERVICES.get(service).copied().unwrap_or_else(|| COMPOSITES[service - SERVICES.len()].0)
}

/// Day 0 is 2024-01-01; days stay within January and February.
pub(crate) fn date(day: i64) -> String {
    let day = jiff::civil::date(2024, 1, 1).saturating_add(jiff::Span::new().days(day));
    day.to_string()
}

/// A value as TOML and JSON write it, quotes included.
pub(crate) fn literal(fact: usize, value: i64, json: bool) -> String {
    match FACTS[fact].kind {
        Kind::Truth => (value == 1).to_string(),
        Kind::Tenths => tenths(value),
        Kind::Whole => value.to_string(),
        Kind::Text => format!("\"{}\"", TEXTS[value as usize]),
        Kind::OpenText => format!("\"{}\"", NOTES.get(value as usize).copied().unwrap_or("zzz")),
        Kind::Day if json => format!("\"{}\"", date(value)),
        Kind::Day => date(value),
        Kind::Tags => {
            let tags: Vec<String> =
                TAGS.iter().enumerate().filter(|(at, _)| value >> at & 1 == 1).map(|(_, tag)| format!("\"{tag}\"")).collect();
            format!("[{}]", tags.join(","))
        }
    }
}

pub(crate) fn tenths(value: i64) -> String {
    if value % 10 == 0 {
        (value / 10).to_string()
    } else {
        format!("{}{}.{}", if value < 0 { "-" } else { "" }, value.abs() / 10, value.abs() % 10)
    }
}
