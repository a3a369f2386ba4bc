//! A register's scenarios asked in; how often each rule fired and decided, and each option had its say, out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::rc::Rc;

use serde::Serialize;

use crate::cover::Moment;
use crate::decide::{Evaluation, ExplainedAnswer, World, settle};
use crate::diagnostic::Lines;
use crate::model::arena::{Id, OptionId, RuleId};
use crate::model::question::Question;
use crate::names::Names;
use crate::source::Sources;

/// How much of a register some questions reach.
///
/// Made by [`Policy::coverage`](crate::Policy::coverage). It serializes as the JSON that `test --coverage json` prints.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::Sources;
/// let coverage = policy.coverage(&Sources::folder("rules"), policy.scenarios().map(|scenario| scenario.question()));
/// let idle: Vec<&str> = coverage.undecided().map(|rule| rule.rule.as_str()).collect();
/// assert!(!idle.contains(&"dvo-leiderdorp@2025-1#advice-hours"));
/// assert!(coverage.to_lcov("rules").starts_with("TN:\nSF:rules/"));
/// ```
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct Coverage {
    /// each rule, in register order; of a matrix, each cell is one
    pub rules: Vec<RuleCoverage>,
    /// each option, in register order
    pub options: Vec<OptionCoverage>,
}

/// How a rule fared.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::Sources;
/// let coverage = policy.coverage(&Sources::folder("rules"), policy.scenarios().map(|scenario| scenario.question()));
/// let rule = coverage.rules.iter().find(|rule| rule.rule == "dvo-leiderdorp@2025-1#advice-hours").unwrap();
/// assert!(rule.line > 0 && rule.fired >= rule.decided && rule.file.starts_with("rulesets/dvo-leiderdorp/"));
/// ```
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct RuleCoverage {
    /// `set@version#id`
    pub rule: String,
    /// the file in which it stands, below the register's folder
    pub file: String,
    /// the line, from 1
    pub line: usize,
    /// how many questions it matched, or could have matched with facts that are missing
    pub fired: usize,
    /// how many answers it made or shaped
    pub decided: usize,
    /// of a rule with several tables in `when`: how many questions each matched, in their order
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<usize>,
}

/// How an option fared.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::Sources;
/// let coverage = policy.coverage(&Sources::folder("rules"), policy.scenarios().map(|scenario| scenario.question()));
/// assert!(coverage.options.iter().all(|option| option.asked >= option.shaped));
/// ```
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct OptionCoverage {
    /// `set@version#id`
    pub option: String,
    /// the file in which it is bound
    pub file: String,
    /// the line, from 1
    pub line: usize,
    /// how many questions it was asked
    pub asked: usize,
    /// how many answers it shaped
    pub shaped: usize,
}

impl Coverage {
    /// The rules that decided nothing.
    pub fn undecided(&self) -> impl Iterator<Item = &RuleCoverage> {
        self.rules.iter().filter(|rule| rule.decided == 0)
    }
    /// The same in the format of lcov, with paths below this folder: a line a rule, hit as often as it decided.
    pub fn to_lcov(&self, folder: &str) -> String {
        let mut files: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
        let rules = self.rules.iter().map(|rule| (&rule.file, rule.line, rule.decided));
        for (file, line, hits) in rules.chain(self.options.iter().map(|option| (&option.file, option.line, option.shaped))) {
            *files.entry(file).or_default().entry(line).or_default() += hits;
        }
        let mut text = String::new();
        for (file, lines) in files {
            let path = if folder.is_empty() { file.to_owned() } else { format!("{}/{file}", folder.trim_end_matches('/')) };
            let _ = writeln!(text, "TN:\nSF:{path}");
            lines.iter().for_each(|(line, hits)| {
                let _ = writeln!(text, "DA:{line},{hits}");
            });
            let hit = lines.values().filter(|hits| **hits > 0).count();
            let _ = writeln!(text, "LH:{hit}\nLF:{}\nend_of_record", lines.len());
        }
        text
    }
}

/// What has been counted so far, by rule and by option.
struct Counts<'p> {
    world: World<'p>,
    fired: Vec<usize>,
    decided: Vec<usize>,
    tables: BTreeMap<(RuleId, usize), usize>,
    asked: Vec<usize>,
    shaped: Vec<usize>,
}

pub(crate) fn coverage<'q>(world: World<'_>, names: &Names, questions: impl Iterator<Item = &'q Question>, sources: &Sources) -> Coverage {
    let register = world.register;
    let (rules, options) = (register.rules.len(), register.options.len());
    let mut counts = Counts {
        world,
        fired: vec![0; rules],
        decided: vec![0; rules],
        tables: BTreeMap::new(),
        asked: vec![0; options],
        shaped: vec![0; options],
    };
    let calls = Rc::default();
    for question in questions {
        // A question that cannot be asked reaches nothing.
        if let Ok((asked, _)) = Evaluation::resolve(world, names, question) {
            counts.enter(&asked.among(Some(&calls)));
        }
    }
    let mut lines = Lines::default();
    let mut place = |place: crate::model::place::Place| (sources.path(place.file).to_owned(), lines.line(sources, place));
    let rules = register.rules.iter().map(|(id, rule)| {
        let (file, line) = place(rule.place);
        let tables = if rule.when.len() > 1 {
            (0..rule.when.len()).map(|at| counts.tables.get(&(id, at)).copied().unwrap_or(0)).collect()
        } else {
            Vec::new()
        };
        RuleCoverage {
            rule: rule.key.to_string(),
            file,
            line,
            fired: at(&counts.fired, id.index()),
            decided: at(&counts.decided, id.index()),
            tables,
        }
    });
    let rules = rules.collect();
    let options = register.options.iter().map(|(id, binding)| {
        let (file, line) = place(binding.place);
        OptionCoverage {
            option: binding.key.to_string(),
            file,
            line,
            asked: at(&counts.asked, id.index()),
            shaped: at(&counts.shaped, id.index()),
        }
    });
    Coverage { rules, options: options.collect() }
}

fn at(counts: &[usize], place: usize) -> usize {
    counts.get(place).copied().unwrap_or(0)
}

impl Counts<'_> {
    fn enter(&mut self, asked: &Evaluation<'_>) {
        let World { register, cells, .. } = self.world;
        let (mut fired, mut decided) = (BTreeSet::new(), BTreeSet::new());
        let (mut heard, mut shaping) = (BTreeSet::new(), BTreeSet::new());
        let mut tables = BTreeSet::new();
        for part in register.parts_of(asked.service) {
            let cell = asked.view.cell(part);
            for id in cell.matching.iter().chain(&cell.bounds) {
                let boxed = &cells.boxes[*id];
                if !matches!(asked.region.relate(boxed, Moment::NOW, &cells.slots), Ok(false)) {
                    fired.insert(boxed.rule);
                    let table = register.rules[boxed.rule].when.iter().position(|table| *table == boxed.tests);
                    tables.extend(table.map(|table| (boxed.rule, table)));
                }
            }
        }
        if let Ok((settled, _)) = settle(asked) {
            reasons(&settled, &mut decided, &mut heard, &mut shaping);
        }
        fired.extend(&decided);
        let count = |counts: &mut Vec<usize>, place: usize| counts.get_mut(place).into_iter().for_each(|count| *count += 1);
        fired.iter().for_each(|rule| count(&mut self.fired, rule.index()));
        decided.iter().for_each(|rule| count(&mut self.decided, rule.index()));
        heard.iter().for_each(|option: &OptionId| count(&mut self.asked, option.index()));
        shaping.iter().for_each(|option: &OptionId| count(&mut self.shaped, option.index()));
        tables.into_iter().for_each(|table| *self.tables.entry(table).or_default() += 1);
    }
}

/// The rules and options behind an answer and its parts.
fn reasons(
    settled: &ExplainedAnswer<'_>,
    decided: &mut BTreeSet<RuleId>,
    heard: &mut BTreeSet<OptionId>,
    shaping: &mut BTreeSet<OptionId>,
) {
    decided.extend(&settled.reasons.because);
    for part in &settled.reasons.options {
        heard.insert(part.ran.option);
        if part.ran.shaped() {
            shaping.insert(part.ran.option);
        }
    }
    settled.parts.iter().for_each(|part| reasons(part, decided, heard, shaping));
}
