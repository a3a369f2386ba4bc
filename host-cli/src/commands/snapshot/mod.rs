//! `leidraad snapshot check|review|accept`: outcomes locked in place; what drifted, and by which rule.

pub(crate) mod drift;
mod review;

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use leidraad::{Language, Policy, Sources};
use serde::Serialize;
use similar::TextDiff;

use super::Context;
use crate::adoption::{Adopted, adopted};
use crate::args::{Format, Snapshot, Snapshots};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::{print, print_json};
use crate::plan::Plan;
use crate::progress;
use crate::store::put;
use drift::{Drift, Drifts};

/// Where outcomes are locked, and the policy whose they are.
struct Locked {
    place: Place,
    policy: Policy,
    sources: Sources,
    /// The proposal that is about to be adopted, if there is one: what is accepted then waits for that.
    adopting: Option<String>,
    language: Language,
}

pub(crate) fn run(context: &Context, snapshot: Snapshot) -> Result<Status, Fault> {
    match snapshot {
        Snapshot::Check(of) => check(&open(context, &of)?, context.format),
        Snapshot::Review(of) => {
            let locked = open(context, &of)?;
            if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
                return Err(Fault::Plugin {
                    path: "snapshot review".to_owned(),
                    reason: say(locked.language, Key::SnapshotNoTerminal, &[]),
                });
            }
            let drifts = drifts(&locked);
            let accepted = review::review(&drifts, locked.language)?;
            write(&locked, &drifts, &accepted)
        }
        Snapshot::Accept { of, filter } => {
            let locked = open(context, &of)?;
            let drifts = drifts(&locked);
            let chosen: Vec<&Drift> =
                drifts.list.iter().filter(|drift| filter.iter().all(|part| drift.name.contains(part.as_str()))).collect();
            write(&locked, &drifts, &chosen)
        }
    }
}

/// The folder in which outcomes are locked, and the one below which nothing that is written is a link.
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) base: PathBuf,
}

impl Place {
    /// Beside a register `rules`, its outcomes are locked in `snapshots/rules`.
    pub(crate) fn of(register: &Path, given: Option<&Path>) -> Place {
        if let Some(folder) = given {
            return Place { folder: folder.to_owned(), base: folder.to_owned() };
        }
        // However the register is named, `.` too, its name and what lies beside it are those of the folder itself.
        let whole = std::fs::canonicalize(register).unwrap_or_else(|_| register.to_owned());
        let name = whole.file_name().map_or_else(|| "rules".into(), ToOwned::to_owned);
        let base = whole.parent().unwrap_or(Path::new("")).to_owned();
        Place { folder: base.join("snapshots").join(name), base }
    }

    pub(crate) fn is_there(&self) -> bool {
        self.folder.is_dir()
    }

    /// Has a plan put what was accepted for an adoption in place, once that is done.
    pub(crate) fn settle(&self, plan: Plan, policy: &Policy, sources: &Sources, language: Language) -> Result<Plan, Fault> {
        let unreadable =
            |cause: std::io::Error| Fault::File { path: self.folder.display().to_string(), cause: cause.to_string(), language };
        let mut plan = plan;
        for (path, bytes) in drift::settled(&self.folder, &policy.outcomes()).map_err(unreadable)? {
            plan = plan.elsewhere(&self.base, path, bytes).map_err(unreadable)?;
        }
        let origin = drift::Origin::of(policy, sources).text().into_bytes();
        plan.elsewhere(&self.base, drift::Origin::path(&self.folder), Some(origin)).map_err(unreadable)
    }
}

fn open(context: &Context, of: &Snapshots) -> Result<Locked, Fault> {
    let sources = context.sources();
    let (sources, policy) = if let Some(version) = &of.adopting.adopting {
        let Adopted { sources, policy, .. } = adopted(context, &sources, version, of.adopting.decided)?;
        (sources, policy)
    } else {
        let policy = context.policy_of(&sources)?;
        (sources, policy)
    };
    let language = context.language(&policy);
    Ok(Locked {
        place: Place::of(&context.register, of.snapshots.as_deref()),
        policy,
        sources,
        adopting: of.adopting.adopting.clone(),
        language,
    })
}

fn drifts(locked: &Locked) -> Drifts {
    progress::shown(say(locked.language, Key::SnapshotWorking, &[]), || {
        Drifts::of(&locked.place, &locked.policy, &locked.sources, locked.adopting.as_deref())
    })
}

#[derive(Serialize)]
struct Record<'a> {
    snapshot: &'a str,
    description: &'a str,
    drift: &'static str,
    rules: &'a [String],
    files: &'a [String],
    old: Option<&'a str>,
    new: Option<&'a str>,
}

fn check(locked: &Locked, format: Format) -> Result<Status, Fault> {
    let language = locked.language;
    let drifts = drifts(locked);
    let mut text = String::new();
    if format == Format::Json {
        let record = |drift: &Drift| {
            let record = Record {
                snapshot: &drift.name,
                description: drift.about(locked.language),
                drift: drift.word(),
                rules: &drift.rules,
                files: &drift.files,
                old: drift.old.as_deref(),
                new: drift.new.as_deref(),
            };
            serde_json::to_string(&record).unwrap_or_default()
        };
        let _ = writeln!(text, "[{}]", drifts.list.iter().map(record).collect::<Vec<_>>().join(",\n "));
    } else {
        for drift in &drifts.list {
            let _ = writeln!(text, "{}", headline(drift, language));
            text.push_str(&causes(drift, language));
            // What is new or gone as a whole is told by its name.
            let (old, new) = if drift.word() == "changed" { drift.shown() } else { (String::new(), String::new()) };
            let diff = TextDiff::from_lines(&old, &new);
            for line in diff.unified_diff().context_radius(0).to_string().lines().filter(|line| !line.starts_with("@@")) {
                let _ = writeln!(text, "  {line}");
            }
            text.push('\n');
        }
        let counts = [("locked", drifts.locked.to_string()), ("drifted", drifts.list.len().to_string())];
        let _ = writeln!(text, "{}", say(language, Key::SnapshotSum, &counts.each_ref().map(|(name, value)| (*name, value.as_str()))));
        if !drifts.list.is_empty() {
            let adopting = locked.adopting.as_ref().map_or_else(String::new, |version| format!(" --adopting {version}"));
            let _ = writeln!(text, "{}", say(language, Key::SnapshotHow, &[("adopting", &adopting)]));
        }
    }
    let status = if drifts.list.is_empty() { Status::Granted } else { Status::Refused };
    if format == Format::Json { print_json(&text, status) } else { print(&text, status) }
}

fn headline(drift: &Drift, language: Language) -> String {
    let values = [("name", drift.name.as_str()), ("description", drift.about(language))];
    say(language, drift.key(), &values)
}

/// The rules that changed; where none did, the files.
fn causes(drift: &Drift, language: Language) -> String {
    let mut text = String::new();
    let (key, list) = if drift.rules.is_empty() { (Key::SnapshotByFiles, &drift.files) } else { (Key::SnapshotByRules, &drift.rules) };
    if !list.is_empty() {
        let _ = writeln!(text, "  {}", say(language, key, &[("list", &list.join(", "))]));
    }
    text
}

/// Puts what was accepted in place; once nothing drifts any more, also what it was accepted from.
fn write(locked: &Locked, drifts: &Drifts, accepted: &[&Drift]) -> Result<Status, Fault> {
    let language = locked.language;
    for drift in accepted {
        drifts.accept(drift).map_err(|cause| Fault::Unwritable {
            path: drifts.path(drift).display().to_string(),
            cause: cause.to_string(),
            language,
        })?;
    }
    let left = drifts.list.len() - accepted.len();
    if left == 0 && locked.adopting.is_none() {
        let origin = drift::Origin::of(&locked.policy, &locked.sources);
        let path = drift::Origin::path(&locked.place.folder);
        put(&locked.place.base, &path, origin.text().as_bytes()).map_err(|cause| Fault::Unwritable {
            path: path.display().to_string(),
            cause: cause.to_string(),
            language,
        })?;
    }
    let values = [("accepted", accepted.len().to_string()), ("left", left.to_string())];
    let key = if locked.adopting.is_some() { Key::SnapshotAcceptedPending } else { Key::SnapshotAccepted };
    let said = say(language, key, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    print(&format!("{said}\n"), if left == 0 { Status::Granted } else { Status::Refused })
}

/// Every outcome that an adoption would change and that nobody accepted yet.
pub(crate) fn unreviewed(place: &Place, policy: &Policy, sources: &Sources, version: &str) -> Vec<String> {
    Drifts::of(place, policy, sources, Some(version)).list.iter().map(|drift| drift.name.clone()).collect()
}
