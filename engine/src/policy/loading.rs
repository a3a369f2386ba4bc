//! Sources in, a policy out: made anew, or from the one before it; or every finding that stands in the way.

use super::Policy;
use crate::check::{self, Depth};
use crate::compile;
use crate::decide::World;
use crate::diagnostic::{Code, Draft, Report, Severity, resolve};
use crate::load;
use crate::names::Names;
use crate::option::{self, Plugins};
use crate::parallel::both;
use crate::source::Sources;

/// How a register is loaded, or checked. Made by [`Policy::loader`].
///
/// ```
/// use leidraad::{Policy, Sources, plugin::Plugins};
/// let (sources, plugins) = (Sources::folder("rules"), Plugins::new());
/// let policy = Policy::loader().plugins(&plugins).warnings().load(&sources).unwrap();
/// assert!(policy.warnings().is_empty());
/// assert!(Policy::loader().plugins(&plugins).check(&sources).is_empty());
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Loader<'a> {
    plugins: Option<&'a Plugins>,
    without: Option<Vec<&'a str>>,
    depth: Depth,
}

impl<'a> Loader<'a> {
    /// With a host's own plugins, and what it keeps of components; see [`Plugins`]. Left out: with neither.
    pub fn plugins(mut self, plugins: &'a Plugins) -> Self {
        self.plugins = Some(plugins);
        self
    }
    /// Looks for all that the register's owner should know, which takes longer: [`Policy::warnings`] then tells it.
    pub fn warnings(mut self) -> Self {
        self.depth = Depth::All;
        self
    }
    /// As the register would be without some versions of rule sets: as their predecessors have it. Nothing is checked, since nobody
    /// decides by it; where rules then contradict each other, no answer is compared. Options are opened all the same: where one cannot
    /// be, here and now, there is nothing to compare, and the report says so.
    ///
    /// ```
    /// # use leidraad::{Policy, Sources, View};
    /// let sources = Sources::folder("rules");
    /// let policy = Policy::load(&sources).unwrap();
    /// let before = Policy::loader().without(&["dvo-leiderdorp@2025-1"]).load(&sources).unwrap();
    /// let differences = before.at(View::default()).differences(&policy.at(View::default()));
    /// assert!(differences.records(leidraad::Language::En).iter().all(|record| record.customer == "leiderdorp"));
    /// ```
    pub fn without(mut self, versions: &[&'a str]) -> Self {
        self.without = Some(versions.to_vec());
        self
    }

    /// Loads and compiles a register, and looks for errors. A register with one does not load: the report then holds every finding.
    pub fn load(&self, sources: &Sources) -> Result<Policy, Report> {
        let (policy, report) = self.examine(sources, self.depth);
        match report.errors() {
            0 => Ok(Policy { warnings: report, ..policy }),
            // What else there is to find is told, too.
            _ if self.depth == Depth::Errors && self.without.is_none() => Err(self.examine(sources, Depth::All).1),
            _ => Err(report),
        }
    }

    /// Every finding of a register, errors and warnings, in file order.
    ///
    /// ```
    /// use leidraad::{Policy, Sources};
    /// let report = Policy::loader().check(&Sources::memory([("register.toml", "name = 1")]));
    /// assert!(report.errors() > 3);
    /// ```
    pub fn check(&self, sources: &Sources) -> Report {
        self.examine(sources, Depth::All).1
    }

    fn examine(&self, sources: &Sources, depth: Depth) -> (Policy, Report) {
        let none = Plugins::new();
        examine(sources, self.plugins.unwrap_or(&none), self.without.as_deref(), depth)
    }
}

impl Policy {
    /// Loads and compiles a register, and looks for errors. A register with one does not load: the report then holds every finding.
    /// [`Policy::loader`] has more to choose from.
    pub fn load(sources: &Sources) -> Result<Policy, Report> {
        Policy::loader().load(sources)
    }

    /// What there is to choose when a register is loaded or checked.
    pub fn loader<'a>() -> Loader<'a> {
        Loader { plugins: None, without: None, depth: Depth::Errors }
    }

    /// The policy of the register whose files are these by now: what [`Loader::load`] makes of them, at the price of what changed.
    ///
    /// Where only files of rules changed, or scenarios, these are read, and the cells of customer and service that rules from the first
    /// that changed to the last touch are compiled and checked. Where anything else changed, and where something is found, all is loaded.
    /// This policy stays as it is, whatever comes of it: a host goes on deciding by it when its successor is refused.
    ///
    /// ```
    /// use leidraad::{Policy, Question, Sources, date, plugin::Plugins};
    /// let (sources, plugins) = (Sources::folder("rules"), Plugins::new());
    /// let policy = Policy::loader().plugins(&plugins).load(&sources).unwrap();
    /// let path = "rulesets/centrumregeling/2026-1/rules.toml"; // proposed: it may still be edited
    /// let text = sources.text(path).unwrap();
    /// let more = "[[rule]]\nid = 'more'\ncustomer = 'leiderdorp'\nservice = 'legal/advice'\ngrant = { level = 'standard' }";
    /// let successor = policy.reload(&sources.clone().with(path, format!("{text}\n{more}\n")), &plugins).unwrap();
    /// assert_eq!(policy.compiled(), policy.catalogue().customers().count() * policy.catalogue().services().count());
    /// assert_eq!(successor.compiled(), 1);
    /// assert!(policy.reload(&sources.with(path, "rule = 1"), &plugins).is_err());
    /// ```
    pub fn reload(&self, sources: &Sources, plugins: &Plugins) -> Result<Policy, Report> {
        self.again(sources, plugins).map_or_else(|| Policy::loader().plugins(plugins).load(sources), Ok)
    }

    /// `None` if all has to be loaded.
    fn again(&self, sources: &Sources, plugins: &Plugins) -> Option<Policy> {
        if !self.is_clear {
            return None;
        }
        let load::Loaded { register, findings } = load::again(sources, &self.register)?;
        let (options, found) = option::bind(&register, sources, plugins);
        let warnings = resolve(findings, sources);
        if !found.is_empty() || warnings.errors() > 0 {
            return None;
        }
        let (cells, affected) = compile::compile(&register, Some((&self.register, &self.cells)));
        let world = World { register: &register, cells: &cells, options: &options };
        if !check::check(world, Depth::Errors, &affected).findings.is_empty() {
            return None;
        }
        let names = Names::of(&register);
        Some(Policy { register, cells, options, names, is_clear: true, compiled: affected.len(), warnings })
    }
}

fn examine(sources: &Sources, plugins: &Plugins, without: Option<&[&str]>, depth: Depth) -> (Policy, Report) {
    // What is opened ahead is kept until it is bound.
    let (ahead, load::Loaded { mut register, mut findings }) = both(|| option::ahead(sources, plugins), || load::load(sources));
    for key in without.unwrap_or_default() {
        if let Some(id) = register.versions.find(|version| *version.key == **key) {
            register.versions[id].left_out = true;
        }
    }
    let (options, found) = option::bind(&register, sources, plugins);
    drop(ahead);
    findings.extend(found);
    compile::resolve_timelines(&mut register);
    let (mut cells, all) = compile::compile(&register, None);
    let found = check::check(World { register: &register, cells: &cells, options: &options }, depth, &all);
    findings.extend(found.findings);
    let is_clear = without.is_none() && findings.iter().all(|finding| finding.code().severity() == Severity::Warning);
    told_last(&mut findings);
    if without.is_some() {
        findings.retain(|finding| finding.code().is_of_opening());
    }
    cells.contested = found.contested;
    let names = Names::of(&register);
    let policy = Policy { register, cells, options, names, is_clear, compiled: all.len(), warnings: Report::default() };
    (policy, resolve(findings, sources))
}

/// Where something is wrong, what never decides or is never granted may only follow from it: that is told once all else is mended.
fn told_last(findings: &mut Vec<Draft>) {
    let last = |code: Code| code.severity() == Severity::Warning || code == Code::OptionIdle;
    if findings.iter().any(|finding| finding.is_error() && !last(finding.code())) {
        findings.retain(|finding| !last(finding.code()));
    }
}
