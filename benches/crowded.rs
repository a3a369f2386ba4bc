//! The worst cell that anyone could write: thousands of rules for one customer and service, each testing many of twelve facts.

#![allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "seeded numbers here are small and not negative")]

use std::fmt::Write;

use crate::world::{LEVELS, Numbers};

/// So many facts there are: numbers, then texts, then tags.
pub const FACTS: usize = 12;
const FIRST_TEXT: usize = 8;
const FIRST_TAGS: usize = 10;
/// The highest number.
const MOST: u64 = 1_000_000;
/// So many texts, and so many tags.
pub const WORDS: usize = 20;

/// A rule: for each fact what passes it, and an effect.
struct Rule {
    /// Numbers: the lowest and the highest; texts: a bit for each that passes; tags: those that must be there.
    tests: [Option<(u64, u64)>; FACTS],
    effect: usize,
}

/// One cell with its rules, and questions with the place of the level that each is granted.
pub struct Crowd {
    /// the files of the register
    pub files: Vec<(String, String)>,
    /// a value for each fact, and the level: 0 to 3
    pub questions: Vec<([u64; FACTS], usize)>,
}

/// The name of a fact.
pub fn fact(at: usize) -> String {
    format!("fact{at:02}")
}
/// The name of a text or a tag.
pub fn word(at: usize) -> String {
    format!("word{at:02}")
}
/// Whether a fact is a number; else its value is a text's place or a bit for each tag.
pub fn is_number(at: usize) -> bool {
    at < FIRST_TEXT
}
/// Whether a fact is a set of tags.
pub fn is_tags(at: usize) -> bool {
    at >= FIRST_TAGS
}

fn passes(at: usize, value: u64, (low, high): (u64, u64)) -> bool {
    match at {
        0..FIRST_TEXT => low <= value && value <= high,
        FIRST_TEXT..FIRST_TAGS => low >> value & 1 == 1,
        _ => value & low == low,
    }
}

/// A cell of so many rules.
pub fn crowd(rules: usize, questions: usize, seed: u64) -> Crowd {
    let mut numbers = Numbers::new(seed);
    let rules: Vec<Rule> = (0..rules).map(|_| rule(&mut numbers)).collect();
    let questions = (0..questions).map(|_| asked(&rules, &mut numbers)).collect();
    Crowd { files: files(&rules), questions }
}

fn rule(numbers: &mut Numbers) -> Rule {
    let tests = std::array::from_fn(|at| {
        numbers.chance(80).then(|| match at {
            0..FIRST_TEXT => {
                let low = numbers.below(MOST);
                (low, low + numbers.below(MOST / 2))
            }
            FIRST_TEXT..FIRST_TAGS => {
                ((1 << numbers.below(WORDS as u64)) | (1 << numbers.below(WORDS as u64)) | (1 << numbers.below(WORDS as u64)), 0)
            }
            _ => (1 << numbers.below(WORDS as u64), 0),
        })
    });
    Rule { tests, effect: numbers.below(4) as usize }
}

/// Most questions meet every test of some rule.
fn asked(rules: &[Rule], numbers: &mut Numbers) -> ([u64; FACTS], usize) {
    let aim = numbers.chance(70).then(|| &rules[numbers.below(rules.len() as u64) as usize]);
    let values = std::array::from_fn(|at| match (at, aim.and_then(|rule| rule.tests[at])) {
        (0..FIRST_TEXT, Some((low, high))) => (low + numbers.below(high - low + 1)).min(2 * MOST),
        (0..FIRST_TEXT, None) => numbers.below(MOST),
        (FIRST_TEXT..FIRST_TAGS, Some((bits, _))) => u64::from(bits.trailing_zeros()),
        (FIRST_TEXT..FIRST_TAGS, None) => numbers.below(WORDS as u64),
        (_, test) => test.map_or(0, |(bits, _)| bits) | (1 << numbers.below(WORDS as u64)),
    });
    let meets = |rule: &&Rule| rule.tests.iter().enumerate().all(|(at, test)| test.is_none_or(|test| passes(at, values[at], test)));
    // A denial decides; else the highest level.
    let best = rules.iter().filter(meets).map(|rule| if rule.effect == 0 { usize::MAX } else { rule.effect }).max().unwrap_or(0);
    (values, if best == usize::MAX { 0 } else { best })
}

fn files(rules: &[Rule]) -> Vec<(String, String)> {
    let mut head = String::from("name = \"Crowd\"\nformat = 1\ntime_zone = \"Europe/Amsterdam\"\nlanguages = [\"en\"]\n");
    for level in &LEVELS[1..] {
        let _ = write!(head, "[[level]]\nid = \"{level}\"\nen = \"{level}\"\n");
    }
    for rank in [1, 2, 3, 0].map(|at| LEVELS[at]) {
        let _ = write!(head, "[[rank]]\nid = \"{rank}\"\nen = \"{rank}\"\n");
    }
    let words: Vec<String> = (0..WORDS).map(word).collect();
    let mut facts = String::new();
    for at in 0..FACTS {
        let name = fact(at);
        let kind = if is_number(at) {
            "type = \"whole\"\nmin = 0".to_owned()
        } else {
            format!("type = \"{}\"\nvalues = {words:?}", if is_tags(at) { "tags" } else { "text" })
        };
        let _ = write!(facts, "[fact.{name}]\n{kind}\nen = \"{name}\"\n");
    }
    let mut files = vec![
        ("register.toml".to_owned(), head),
        ("customers.toml".to_owned(), "[customer.town]\nname = \"Town\"\n".to_owned()),
        ("services/s.toml".to_owned(), "[domain]\nid = \"s\"\nen = \"S\"\n[service.one]\nen = \"One\"\n".to_owned()),
        ("facts.toml".to_owned(), facts),
    ];
    for (effect, level) in LEVELS.iter().enumerate() {
        let head = format!(
            "rank = \"{level}\"\ntitle = {{ en = \"{level}\" }}\nreference = \"{level}\"\ndecided = 2023-12-01\nfrom = 2024-01-01\n"
        );
        files.push((format!("rulesets/{level}/1/ruleset.toml"), head));
        let own = rules.iter().enumerate().filter(|(_, rule)| rule.effect == effect);
        files.push((format!("rulesets/{level}/1/rules.toml"), own.map(|(number, rule)| text(number, rule, level)).collect()));
    }
    files
}

fn text(number: usize, rule: &Rule, level: &str) -> String {
    let listed = |bits: u64| (0..WORDS).filter(|at| bits >> at & 1 == 1).map(word).collect::<Vec<_>>();
    let tests: Vec<String> = rule
        .tests
        .iter()
        .enumerate()
        .filter_map(|(at, test)| {
            let (low, high) = (*test)?;
            Some(match at {
                0..FIRST_TEXT => format!("{} = \"[{low}..{high}]\"", fact(at)),
                FIRST_TEXT..FIRST_TAGS => format!("{} = {:?}", fact(at), listed(low)),
                _ => format!("{} = {{ all = {:?} }}", fact(at), listed(low)),
            })
        })
        .collect();
    let effect = if rule.effect == 0 { "deny = true".to_owned() } else { format!("grant = {{ level = \"{level}\" }}") };
    format!(
        "[[rule]]\nid = \"r{number}\"\nservice = \"s/one\"\nwhen = {{ {} }}\n{effect}\nbecause = {{ en = \"Rule {number}\", reference = \"art. {number}\" }}\n\n",
        tests.join(", ")
    )
}
