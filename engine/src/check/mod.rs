//! A register and its cells in; findings out: what could be answered in two ways, or never. A check a file, all built on the cover solver.

mod cases;
mod explore;
mod granted;
mod witness;

use std::collections::BTreeSet;

use crate::compile::Affected;
use crate::decide::World;
use crate::diagnostic::{Code, Draft, Severity};
use crate::model::arena::CellId;
use crate::parallel::side_by_side;
use crate::text::{Bilingual, Language, both};
use cases::Cases;

/// How many steps a single question to the solver may take.
const STEPS: usize = 200_000;

/// One check: the codes of what it finds, its manual page, and how it looks.
trait Check: Sync {
    fn codes(&self) -> &'static [Code];
    /// The source of its file, which opens with the page in English.
    fn source(&self) -> &'static str;
    /// The page in Dutch.
    fn dutch(&self) -> &'static str;
    /// Looks at all cases and adds what it finds.
    fn run(&self, cases: &Cases<'_>, out: &mut Found);
}

macro_rules! checks {
    ($($file:ident $name:ident [$($code:ident),+]),+ $(,)?) => {
        $(
            mod $file;
            struct $name;
            impl Check for $name {
                fn codes(&self) -> &'static [Code] {
                    &[$(Code::$code),+]
                }
                fn source(&self) -> &'static str {
                    include_str!(concat!(stringify!($file), ".rs"))
                }
                fn dutch(&self) -> &'static str {
                    include_str!(concat!("nl/", stringify!($file), ".md"))
                }
                fn run(&self, cases: &Cases<'_>, out: &mut Found) {
                    $file::check(cases, out);
                }
            }
        )+
        const CHECKS: &[&dyn Check] = &[$(&$name),+];
    };
}

/// What makes a cell contested is looked for first; the other checks leave such cells alone.
const CONTESTING: [Code; 3] = [Code::PrecedenceCycle, Code::RuleConflict, Code::BoundConflict];

// Every check. Of one place, what contests is told first, then the rest, each in this order.
checks! {
    version_overlap VersionOverlap [VersionOverlap, ValueOverlap],
    precedence_cycle PrecedenceCycle [PrecedenceCycle],
    rule_conflict RuleConflict [RuleConflict],
    bound_conflict BoundConflict [BoundConflict],
    requires_broken RequiresBroken [RequiresBroken],
    rule_unreachable RuleUnreachable [RuleUnreachable],
    rule_redundant RuleRedundant [RuleRedundant],
    service_ungranted ServiceUngranted [ServiceUngranted],
    customer_gap CustomerGap [CustomerGap],
    version_lapses VersionLapses [VersionLapses],
    bound_idle BoundIdle [BoundIdle],
    grant_clamped GrantClamped [GrantClamped],
    value_ends ValueEnds [ValueEnds],
    day_far DayFar [DayFar],
    fact_unused FactUnused [FactUnused],
    derive_inexact DeriveInexact [DeriveInexact],
    option_idle OptionIdle [OptionIdle],
    option_faults OptionFaults [OptionFaults],
    reference_odd ReferenceOdd [ReferenceOdd],
    text_missing TextMissing [TextMissing],
    reason_missing ReasonMissing [ReasonMissing],
}

impl Code {
    /// The manual page of a finding: what is looked for, why that matters, an example; of one that no check makes, a line.
    ///
    /// ```
    /// use leidraad::{Code, Language};
    /// assert!(Code::RuleConflict.page(Language::En).contains("## Example"));
    /// assert_eq!(Code::BadDay.page(Language::Nl), "`bad-day`: Een dag die niet in de kalender staat.");
    /// ```
    pub fn page(self, language: Language) -> String {
        page(self, language).unwrap_or_else(|| format!("`{self}`: {}", self.summary(language)))
    }
}

/// The page of the check that finds it.
fn page(code: Code, language: Language) -> Option<String> {
    let check = CHECKS.iter().find(|check| check.codes().contains(&code))?;
    if language == Language::Nl {
        return Some(check.dutch().to_owned());
    }
    let lines = check.source().lines().take_while(|line| line.starts_with("//!"));
    Some(lines.map(|line| line.trim_start_matches("//!").strip_prefix(' ').unwrap_or_default()).collect::<Vec<_>>().join("\n"))
}

/// What the checks found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) findings: Vec<Draft>,
    /// The cells in which a question could be answered in two ways.
    pub(crate) contested: BTreeSet<CellId>,
}

impl Found {
    fn push(&mut self, finding: Draft) {
        self.findings.push(finding);
    }
}

/// How much is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// What keeps a register from loading.
    Errors,
    /// All that there is to find.
    All,
}

/// Looks at some cells of a register.
pub(crate) fn check(world: World<'_>, depth: Depth, cells: &Affected) -> Found {
    let cases = Cases::of(world, cells);
    let refuses = |check: &&dyn Check| check.codes().iter().any(|code| code.severity() == Severity::Error);
    let wanted = CHECKS.iter().copied().filter(|check| depth == Depth::All || refuses(check));
    let (first, rest): (Vec<&dyn Check>, Vec<&dyn Check>) =
        wanted.partition(|check| check.codes().iter().any(|code| CONTESTING.contains(code)));
    let mut found = Found::default();
    for checks in [first, rest] {
        let run = |check: &&dyn Check| {
            let mut own = Found { contested: found.contested.clone(), ..Found::default() };
            check.run(&cases, &mut own);
            own
        };
        for own in side_by_side(&checks, run) {
            found.findings.extend(own.findings);
            found.contested.extend(own.contested);
        }
    }
    found
}

/// The finding for a question that the solver could not settle within its steps.
fn too_large(place: crate::model::place::Place, what: &Bilingual) -> Draft {
    Draft::new(Code::CheckTooLarge, place, both!([what] "{what} cannot be checked: there are too many combinations", "{what} is niet te controleren: er zijn te veel combinaties")).help(both!(
        "use fewer tests in one rule, or give overlapping rules one effect",
        "zet minder tests in één regel, of geef regels die elkaar overlappen hetzelfde gevolg"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_page_with_all_its_parts() {
        for code in CHECKS.iter().flat_map(|check| check.codes()) {
            for (language, parts) in [
                (Language::En, ["## What it does", "## Why this matters", "## Example"]),
                (Language::Nl, ["## Wat het doet", "## Waarom dat ertoe doet", "## Voorbeeld"]),
            ] {
                let page = page(*code, language).unwrap();
                assert!(page.contains(&format!("`{}`", code.word())), "{code}");
                for part in parts {
                    assert!(page.contains(part), "{code} has no {part}");
                }
            }
        }
        // What a check finds has a page of its own; what cannot be read or loaded is told where it stands.
        let elsewhere = [
            Code::AdoptedUnlocked,
            Code::LockMissing,
            Code::EntryUndated,
            Code::VersionRetroactive,
            Code::OptionAbsent,
            Code::MoreFindings,
        ];
        let warns = |code: &&Code| code.severity() == Severity::Warning && !elsewhere.contains(code);
        for code in Code::ALL.iter().filter(warns) {
            assert!(page(*code, Language::Nl).is_some(), "{code}");
        }
    }
}
