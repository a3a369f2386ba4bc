//! A disk that fails at each change in turn: what stands there then is the old state or the new one, and the status says which.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use leidraad::{Language, Policy, Sources};

use super::{Context, snapshot, version};
use crate::args::{Adopting, Day, Format, Snapshot, Snapshots, Version};
use crate::fault::{Fault, Status};
use crate::store::SCRATCH;
use crate::store::faults::{Kind, inject, made};

const FILES: [(&str, &str); 7] = [
    ("facts.toml", "[fact.urgent]\ntype = 'truth'\n"),
    (
        "register.toml",
        "name = 'Small'\nformat = 1\ntime_zone = 'Europe/Amsterdam'\nlanguages = ['nl', 'en']\n[[level]]\nid = 'standard'\nnl = 'basis'\nen = 'standard'\n[[rank]]\nid = 'agreement'\nnl = 'overeenkomst'\nen = 'agreement'\n",
    ),
    ("customers.toml", "[customer.leiden]\nname = 'Leiden'\n"),
    (
        "services/legal.toml",
        "[domain]\nid = 'legal'\nnl = 'Juridisch'\nen = 'Legal'\n[service.advice]\nnl = 'Advies'\nen = 'Advice'\nunit = 'hour'\n",
    ),
    ("rulesets/dvo/1/ruleset.toml", "rank = 'agreement'\ndecided = 2022-12-15\nfrom = 2023-01-01\n"),
    (
        "rulesets/dvo/1/rules.toml",
        "[[rule]]\nid = 'all'\nservice = 'legal/*'\ngrant = { level = 'standard', quota = { amount = 600, unit = 'hour', per = 'year' } }\nbecause = { nl = 'Voor allen', en = 'For all' }\n",
    ),
    (
        "scenarios/one.toml",
        "[[scenario]]\nid = 'advice'\nquestion = { customer = 'leiden', service = 'legal/advice', on = 2026-01-01 }\nexpect = { outcome = 'granted' }\n",
    ),
];

/// A small register with its outcomes locked beside it.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Home {
        inject(None);
        let home = Home(tempfile::tempdir().unwrap());
        for (path, text) in FILES {
            home.write(path, text);
        }
        done(version::run(&home.context(), Version::Lock));
        done(accept(&home.context(), None));
        home
    }
    /// The same with a proposal that gives more.
    fn with_proposal() -> Home {
        let home = Home::new();
        done(new(&home.context()));
        let path = home.rules().join("rulesets/dvo/2027-1/rules.toml");
        let text = std::fs::read_to_string(&path).unwrap().replace("600", "700");
        std::fs::write(path, text).unwrap();
        home
    }
    /// The same, with what the proposal changes accepted.
    fn with_accepted() -> Home {
        let home = Home::with_proposal();
        done(accept(&home.context(), Some("dvo@2027-1")));
        home
    }
    fn rules(&self) -> PathBuf {
        self.0.path().join("rules")
    }
    fn write(&self, path: &str, text: &str) {
        let path = self.rules().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    fn context(&self) -> Context {
        Context::new(self.rules(), leidraad_bundle::Trust::default(), Some(Language::En), Format::Text)
    }
    /// Every file, and what it holds.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        gather(self.0.path(), self.0.path(), &mut files);
        files
    }
    /// The versions that it knows, and which of them are proposals only; it has to load.
    fn versions(&self) -> Vec<(String, bool)> {
        let policy = Policy::load(&Sources::folder(self.rules())).unwrap_or_else(|report| panic!("{report:?}"));
        policy.catalogue().versions().map(|version| (version.key().to_owned(), version.is_proposed())).collect()
    }
}

fn gather(home: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(home, &path, files);
        } else {
            files.insert(path.strip_prefix(home).unwrap().to_owned(), std::fs::read(&path).unwrap());
        }
    }
}

fn is_scratch(path: &Path) -> bool {
    path.iter().any(|name| name.to_string_lossy().starts_with(SCRATCH))
}

fn done(came: Result<Status, Fault>) {
    if let Err(fault) = came {
        panic!("{fault}");
    }
}

fn new(context: &Context) -> Result<Status, Fault> {
    version::run(context, Version::New { set: "dvo".to_owned(), from: date(2027, 1, 1), name: None, copy: None, matrix: None, sheet: None })
}

fn adopt(context: &Context) -> Result<Status, Fault> {
    version::run(context, Version::Adopt { version: "dvo@2027-1".to_owned(), decided: Some(Day::Date(DECIDED)), snapshots: None })
}

fn withdraw(context: &Context) -> Result<Status, Fault> {
    version::run(context, Version::Withdraw { version: "dvo@2027-1".to_owned(), yes: true, undo: false, snapshots: None })
}

fn accept(context: &Context, adopting: Option<&str>) -> Result<Status, Fault> {
    let adopting = Adopting { adopting: adopting.map(str::to_owned), decided: adopting.map(|_| Day::Date(DECIDED)) };
    snapshot::run(context, Snapshot::Accept { of: Snapshots { snapshots: None, adopting }, filter: None })
}

const DECIDED: Date = date(2026, 11, 1);

/// Runs an action with each of its changes failing in each way; it returns how many changes there are.
fn at_every_change(home: fn() -> Home, action: impl Fn(&Context) -> Result<Status, Fault>) -> usize {
    let whole = home();
    let old = whole.versions();
    inject(None);
    done(action(&whole.context()));
    let changes = made();
    let new = whole.versions();
    for kind in [Kind::Once, Kind::Full, Kind::Denied, Kind::Gone] {
        for at in 0..changes {
            let home = home();
            let before = home.files();
            inject(Some((at, kind)));
            let came = action(&home.context());
            inject(None);
            let (versions, seen) = (home.versions(), format!("{kind:?} at change {at} of {changes}"));
            match came {
                // What counts is new, though something may be left to tidy up.
                Ok(_) => assert_eq!(versions, new, "{seen}"),
                // A process that is gone says nothing; it may have been gone just after what counts.
                Err(_) if kind == Kind::Gone => assert!(versions == old || versions == new, "{seen}"),
                Err(_) => assert_eq!(versions, old, "{seen}"),
            }
            if kind == Kind::Once && versions == old && old != new {
                assert_eq!(home.files(), before, "{seen}");
            }
            // Nothing is half written, and what a change that was cut off left behind goes with the next.
            if versions == old && old != new {
                done(action(&home.context()));
                assert_eq!(home.versions(), new, "{seen}");
                assert!(home.files().keys().all(|path| !is_scratch(path)), "{seen}");
            }
        }
    }
    changes
}

#[test]
fn a_version_is_made_or_not() {
    assert!(at_every_change(Home::new, new) >= 4);
}

#[test]
fn a_version_is_withdrawn_or_not() {
    assert!(at_every_change(Home::with_proposal, withdraw) > 2);
}

#[test]
fn a_version_is_adopted_or_not() {
    assert!(at_every_change(Home::with_accepted, adopt) > 12);
}

#[test]
fn an_outcome_is_accepted_or_not() {
    let whole = Home::with_proposal();
    let old = whole.files();
    inject(None);
    done(accept(&whole.context(), Some("dvo@2027-1")));
    let (changes, new) = (made(), whole.files());
    assert!(changes >= 4);
    for kind in [Kind::Once, Kind::Full, Kind::Denied, Kind::Gone] {
        for at in 0..changes {
            let home = Home::with_proposal();
            inject(Some((at, kind)));
            let came = accept(&home.context(), Some("dvo@2027-1"));
            inject(None);
            let seen = format!("{kind:?} at change {at} of {changes}");
            // Each outcome by itself is as it was or as it will be, and the whole only where the status says so.
            let now = home.files();
            for (path, bytes) in &now {
                assert!(Some(bytes) == old.get(path) || Some(bytes) == new.get(path), "{seen}: {}", path.display());
            }
            assert_eq!(came.is_ok(), now == new, "{seen}");
        }
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    for linked in ["snapshots", "snapshots/rules"] {
        let home = Home::with_proposal();
        let (path, elsewhere) = (home.0.path().join(linked), tempfile::tempdir().unwrap());
        std::fs::rename(&path, elsewhere.path().join("there")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path().join("there"), &path).unwrap();
        let mut before = BTreeMap::new();
        gather(elsewhere.path(), elsewhere.path(), &mut before);
        assert!(accept(&home.context(), Some("dvo@2027-1")).is_err(), "{linked}");
        assert!(adopt(&home.context()).is_err(), "{linked}");
        let mut after = BTreeMap::new();
        gather(elsewhere.path(), elsewhere.path(), &mut after);
        assert_eq!(before, after, "{linked}");
        assert!(home.versions().contains(&("dvo@2027-1".to_owned(), true)), "{linked}");
    }
}

#[test]
fn one_changes_a_register_at_a_time() {
    let home = Home::with_accepted();
    let held = crate::store::Exclusive::of(&home.rules()).unwrap().unwrap();
    let Err(fault) = adopt(&home.context()) else { panic!("two adopted at once") };
    assert!(fault.to_string().contains("somebody else"), "{fault}");
    drop(held);
    done(adopt(&home.context()));
}
