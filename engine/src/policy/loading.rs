//! Sources in, a policy out: made anew, or from the one before it; or every finding that stands in the way.

use super::Policy;
use crate::check::{self, Depth};
use crate::compile;
use crate::decide::{Names, World};
use crate::diagnostic::{Code, Draft, Report, Severity, resolve};
use crate::load;
use crate::option::{self, Plugins};
use crate::parallel::both;
use crate::source::Sources;

impl Policy {
    /// Loads and compiles a register, and looks for errors. A register with one does not load: the report then holds every finding.
    pub fn load(sources: &Sources) -> Result<Policy, Report> {
        Policy::load_with(sources, &Plugins::new())
    }

    /// Loads a register whose options may be plugins of the host's own; see [`Plugins`].
    pub fn load_with(sources: &Sources, plugins: &Plugins) -> Result<Policy, Report> {
        let (policy, report) = Policy::examine(sources, plugins, &[], Depth::Errors);
        if report.errors() > 0 {
            Err(Policy::examine(sources, plugins, &[], Depth::All).1)
        } else {
            Ok(Policy { warnings: report, ..policy })
        }
    }

    /// The same, and looks for all that its owner should know, which takes longer: [`Policy::warnings`] then tells it.
    ///
    /// ```
    /// use leidraad::{Policy, Sources, plugin::Plugins};
    /// let policy = Policy::load_checked(&Sources::folder("../rules"), &Plugins::new()).unwrap();
    /// assert!(policy.warnings().is_empty());
    /// ```
    pub fn load_checked(sources: &Sources, plugins: &Plugins) -> Result<Policy, Report> {
        let (policy, report) = Policy::examine(sources, plugins, &[], Depth::All);
        if report.errors() > 0 { Err(report) } else { Ok(Policy { warnings: report, ..policy }) }
    }

    /// Every finding of a register, errors and warnings, in file order.
    ///
    /// ```
    /// use leidraad::{Policy, Sources};
    /// let report = Policy::check(&Sources::memory([("register.toml", "name = 1")]));
    /// assert!(report.errors() > 3);
    /// ```
    pub fn check(sources: &Sources) -> Report {
        Policy::examine(sources, &Plugins::new(), &[], Depth::All).1
    }

    /// The register as it would be without some versions of rule sets: as their predecessors have it. Nothing is checked, since
    /// nobody decides by it; where rules then contradict each other, no answer is compared. Options are opened all the same: where one
    /// cannot be, here and now, there is nothing to compare, and the report says so.
    ///
    /// ```
    /// # use leidraad::{Policy, Sources, View, plugin::Plugins};
    /// let sources = Sources::folder("../rules");
    /// let policy = Policy::load(&sources).unwrap();
    /// let before = Policy::load_without(&sources, &Plugins::new(), &[policy.version("dvo-leiderdorp@2025-1").unwrap()]).unwrap();
    /// let differences = policy.differences(View::default(), &before, View::default());
    /// assert!(differences.records(leidraad::Language::En).iter().all(|record| record.customer == "leiderdorp"));
    /// ```
    pub fn load_without(sources: &Sources, plugins: &Plugins, versions: &[&str]) -> Result<Policy, Report> {
        let (policy, report) = Policy::examine(sources, plugins, versions, Depth::Errors);
        let report = report.only(Code::is_of_opening);
        if report.errors() > 0 { Err(report) } else { Ok(policy) }
    }

    fn examine(sources: &Sources, plugins: &Plugins, without: &[&str], depth: Depth) -> (Policy, Report) {
        // What is opened ahead is kept until it is bound.
        let (ahead, load::Loaded { mut register, mut findings }) = both(|| option::ahead(sources, plugins), || load::load(sources));
        for key in without {
            if let Some(id) = register.versions.find(|version| *version.key == **key) {
                register.versions[id].left_out = true;
            }
        }
        let (options, found) = option::bind(&register, sources, plugins);
        drop(ahead);
        findings.extend(found);
        compile::paint_versions(&mut register);
        let (mut cells, all) = compile::compile(&register, None);
        let found = check::check(World { register: &register, cells: &cells, options: &options }, depth, &all);
        findings.extend(found.findings);
        let is_clear = without.is_empty() && findings.iter().all(|finding| finding.code().severity() == Severity::Warning);
        told_last(&mut findings);
        cells.contested = found.contested;
        let names = Names::of(&register);
        let compiled = all.len();
        (Policy { register, cells, options, names, is_clear, compiled, warnings: Report::default() }, resolve(findings, sources))
    }

    /// The policy of the register whose files are these by now: what [`Policy::load_with`] makes of them, at the price of what changed.
    ///
    /// Where only files of rules changed, or scenarios, these are read, and the cells of customer and service that rules from the first
    /// that changed to the last touch are compiled and checked. Where anything else changed, and where something is found, all is loaded.
    /// This policy stays as it is, whatever comes of it: a host goes on deciding by it when its successor is refused.
    ///
    /// ```
    /// use leidraad::{Policy, Question, Sources, date, plugin::Plugins};
    /// let (sources, plugins) = (Sources::folder("../rules"), Plugins::new());
    /// let policy = Policy::load_with(&sources, &plugins).unwrap();
    /// let path = "rulesets/centrumregeling/2026-1/rules.toml"; // proposed: it may still be edited
    /// let text = sources.text(path).unwrap();
    /// let more = "[[rule]]\nid = 'more'\ncustomer = 'leiderdorp'\nservice = 'legal/advice'\ngrant = { level = 'standard' }";
    /// let successor = policy.reload(&sources.clone().with(path, format!("{text}\n{more}\n")), &plugins).unwrap();
    /// assert_eq!(policy.compiled(), policy.customers().count() * policy.services().count());
    /// assert_eq!(successor.compiled(), 1);
    /// assert!(policy.reload(&sources.with(path, "rule = 1"), &plugins).is_err());
    /// ```
    pub fn reload(&self, sources: &Sources, plugins: &Plugins) -> Result<Policy, Report> {
        self.again(sources, plugins).map_or_else(|| Policy::load_with(sources, plugins), Ok)
    }

    /// Nothing where all has to be loaded.
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
        let (cells, touched) = compile::compile(&register, Some((&self.register, &self.cells)));
        let world = World { register: &register, cells: &cells, options: &options };
        if !check::check(world, Depth::Errors, &touched).findings.is_empty() {
            return None;
        }
        let names = Names::of(&register);
        Some(Policy { register, cells, options, names, is_clear: true, compiled: touched.len(), warnings })
    }
}

/// Where something is wrong, what never decides or is never granted may only follow from it: that is told once all else is mended.
fn told_last(findings: &mut Vec<Draft>) {
    let last = |code: Code| code.severity() == Severity::Warning || code == Code::OptionIdle;
    if findings.iter().any(|finding| finding.is_error() && !last(finding.code())) {
        findings.retain(|finding| !last(finding.code()));
    }
}
