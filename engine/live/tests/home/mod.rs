//! A register of one rule, changed under a live policy; and threads that ask it all the while.

#![allow(dead_code, reason = "each test file uses the part that it needs")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use leidraad::{Question, Sources, date};
use leidraad_live::Live;

/// A register of one rule: what the rule grants is what changes.
pub(crate) struct Home(tempfile::TempDir);

pub(crate) const RULES: &str = "rulesets/dvo/1/rules.toml";

pub(crate) fn rule(level: &str) -> String {
    format!("[[rule]]\nid = 'all'\ngrant = {{ level = '{level}' }}\nbecause = {{ nl = 'x', en = 'x' }}\n")
}

impl Home {
    pub(crate) fn new() -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        home.lay("rules", "standard");
        home
    }
    /// A place beside the register.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
    pub(crate) fn rules(&self) -> PathBuf {
        self.0.path().join("rules")
    }
    /// A register in a folder of this name.
    pub(crate) fn lay(&self, name: &str, level: &str) {
        let levels = ["standard", "plus"].map(|id| format!("{{ id = '{id}', nl = '{id}', en = '{id}' }}")).join(", ");
        let head = format!(
            "name = 'Tiny'\nformat = 1\ntime_zone = 'Europe/Amsterdam'\nlanguages = ['nl', 'en']\nlevel = [{levels}]\nrank = [{{ id = 'agreement', nl = 'a', en = 'a' }}]\n"
        );
        let rules = rule(level);
        let files = [
            ("register.toml", head.as_str()),
            ("customers.toml", "customer.leiden.name = 'Leiden'"),
            ("facts.toml", ""),
            ("services/legal.toml", "domain = { id = 'legal', nl = 'l', en = 'l' }\nservice.advice = { nl = 'a', en = 'a' }"),
            ("rulesets/dvo/1/ruleset.toml", "rank = 'agreement'\ndecided = 2022-12-15\nfrom = 2023-01-01"),
            (RULES, rules.as_str()),
        ];
        for (path, text) in files {
            let path = self.0.path().join(name).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    pub(crate) fn live(&self) -> Live {
        Live::folder(self.rules()).poll(Duration::from_millis(300)).quiet(Duration::from_millis(20)).start().unwrap()
    }
    pub(crate) fn save(&self, text: &str) {
        fs::write(self.rules().join(RULES), text).unwrap();
    }
}

pub(crate) fn level(live: &Live) -> String {
    live.policy().decide(&Question::new("leiden", "legal/advice", date(2026, 7, 1))).unwrap().level_id().unwrap_or_default().to_owned()
}

/// Waits until a level is granted; a change that is never picked up fails.
pub(crate) fn becomes(live: &Live, wanted: &str) {
    let began = Instant::now();
    while level(live) != wanted {
        assert!(began.elapsed() < Duration::from_secs(20), "{wanted} is not in force: {:?}", live.health());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The level that is granted after a change: another one each time.
pub(crate) fn turn(at: u64) -> &'static str {
    if at.is_multiple_of(2) { "plus" } else { "standard" }
}

/// Packs a register, and puts the bundle in place whole.
pub(crate) fn bundle(folder: &Path, to: &Path, number: u64) {
    let scratch = to.with_extension("new");
    fs::write(&scratch, leidraad_bundle::pack(&Sources::folder(folder), "Tiny", number).unwrap()).unwrap();
    fs::rename(scratch, to).unwrap();
}

/// What a thread was answered: the level by digest, and how long each answer took, in nanoseconds.
type Given = (BTreeMap<String, String>, Vec<u64>);

/// Two threads that ask as fast as they can.
pub(crate) struct Answering {
    stop: Arc<AtomicBool>,
    /// The level that each policy grants that was in force.
    known: Mutex<BTreeMap<String, String>>,
    threads: Vec<JoinHandle<Given>>,
}

impl Answering {
    pub(crate) fn begin(live: &Arc<Live>) -> Answering {
        let known = Mutex::new(BTreeMap::from([(live.health().digest, level(live))]));
        let stop = Arc::new(AtomicBool::new(false));
        let ask = || {
            let (live, stop) = (Arc::clone(live), Arc::clone(&stop));
            std::thread::spawn(move || {
                let question = Question::new("leiden", "legal/advice", date(2026, 7, 1));
                let (mut given, mut took) = (BTreeMap::<String, String>::new(), Vec::new());
                while !stop.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    let policy = live.policy();
                    let decision = policy.decide(&question).unwrap();
                    took.push(u64::try_from(began.elapsed().as_nanos()).unwrap());
                    let level = decision.level_id().unwrap_or_default();
                    let before = given.entry(policy.digest().to_owned()).or_insert_with(|| level.to_owned());
                    assert_eq!(before, level, "one policy gives two answers");
                }
                (given, took)
            })
        };
        let threads = vec![ask(), ask()];
        Answering { stop, known, threads }
    }
    /// A policy is in force that grants this level.
    pub(crate) fn knows(&self, digest: String, level: &str) {
        self.known.lock().unwrap().insert(digest, level.to_owned());
    }
    /// Ends it, and checks that each answer was one of a policy that was in force. How long answers took, and how long changes.
    pub(crate) fn end(self, mut live_after: Vec<Duration>) -> String {
        self.stop.store(true, Ordering::Relaxed);
        let known = self.known.into_inner().unwrap();
        let mut took: Vec<u64> = Vec::new();
        for thread in self.threads {
            let (given, own) = thread.join().unwrap();
            took.extend(own);
            for (digest, level) in given {
                assert_eq!(known.get(&digest), Some(&level), "{digest} was never in force");
            }
        }
        live_after.sort();
        took.sort_unstable();
        let share = |of: usize| took.get((took.len() * of / 1000).min(took.len() - 1)).copied().unwrap_or_default();
        format!(
            "{} answers, p50 {} ns, p99.9 {} ns; save to live: median {:?}, worst {:?}",
            took.len(),
            share(500),
            share(999),
            live_after[live_after.len() / 2],
            live_after.last().unwrap()
        )
    }
}
