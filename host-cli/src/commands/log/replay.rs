//! `leidraad log replay LOG`: every answer of a log given again by the policy that gave it; or by another one, and which differ then.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use leidraad::{Language, Policy, Question, View};
use leidraad_bundle::Trust;
use leidraad_log::{Again, Recorded, Replayed};
use serde::Serialize;

use super::fault;
use crate::args::{Format, Replay};
use crate::commands::diff::questions::{Came, weigh};
use crate::commands::{Context, bundle, plugins};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};
use crate::progress::Progress;

/// Where policies are found by their digests: the register, and the bundles that were kept.
struct Shelf<'c> {
    trust: &'c Trust,
    bundles: BTreeMap<String, PathBuf>,
}

impl<'c> Shelf<'c> {
    fn new(context: &'c Context, folder: Option<&Path>, language: Language) -> Result<Shelf<'c>, Fault> {
        let mut bundles = BTreeMap::from([(context.sources().digest(), context.register.clone())]);
        let Some(folder) = folder else { return Ok(Shelf { trust: &context.trust, bundles }) };
        let unreadable = |cause: std::io::Error| Fault::unreadable(folder, &cause, language);
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            // What is signed is asked when it is put in force; what was in force is known by its digest.
            if path.extension().is_some_and(|ending| ending == "bundle") {
                let bundle = bundle::opened(&path, language)?;
                bundles.insert(bundle.manifest().digest.clone(), path);
            }
        }
        Ok(Shelf { trust: &context.trust, bundles })
    }
    fn policy(&self, digest: &str) -> Option<Policy> {
        let path = self.bundles.get(digest)?;
        let sources = leidraad_live::read(path, if path.is_dir() { self.trust } else { unsigned() });
        Policy::loader().plugins(plugins()).load(&sources).ok().filter(|policy| policy.digest() == digest)
    }
}

/// Nobody's signature is wanted.
fn unsigned() -> &'static Trust {
    static NOBODY: LazyLock<Trust> = LazyLock::new(Trust::default);
    &NOBODY
}

pub(super) fn run(context: &Context, replay: &Replay) -> Result<Status, Fault> {
    let language = context.spoken();
    let shelf = Shelf::new(context, replay.bundles.as_deref(), language)?;
    match &replay.against {
        None => again(context, &replay.log, &shelf, language),
        Some(other) => against(context, &replay.log, &shelf, other, language),
    }
}

#[derive(Serialize)]
struct Different<'a> {
    n: u64,
    logged: &'a str,
    given: &'a str,
}

#[derive(Serialize)]
struct Sum<'a> {
    receipts: u64,
    same: u64,
    different: u64,
    masked: u64,
    unreadable: u64,
    missing: &'a BTreeMap<String, u64>,
    differences: Vec<serde_json::Value>,
}

fn again(context: &Context, log: &Path, shelf: &Shelf<'_>, language: Language) -> Result<Status, Fault> {
    let progress = Mutex::new(Progress::new(say(language, Key::LogReplaying, &[])));
    let (mut lines, mut records) = (Vec::new(), Vec::new());
    let mut told = |n: u64, path: &Path, row: usize, came: Again| match came {
        Again::Different { logged, given } => {
            records.push(serde_json::to_value(Different { n, logged: &logged, given: &given }).unwrap_or_default());
            let (path, row, n) = (path.display().to_string(), row.to_string(), n.to_string());
            let values = [("path", &*path), ("row", &row), ("n", &n), ("logged", &logged), ("given", &given)];
            lines.push(say(language, Key::LogDiffers, &values));
        }
        _ => lines.push(format!("{}:{row}: {}", path.display(), say(language, Key::LogNoReceipt, &[]))),
    };
    let done = |count: u64| {
        if let Ok(mut progress) = progress.lock() {
            progress.at(0, count);
        }
    };
    let sum = leidraad_log::replay(log, &|digest| shelf.policy(digest), &mut told, &done).map_err(|error| fault(&error, language))?;
    drop(progress);
    told_sum(context, &sum, lines, records, language)
}

fn told_sum(
    context: &Context,
    sum: &Replayed,
    mut lines: Vec<String>,
    differences: Vec<serde_json::Value>,
    language: Language,
) -> Result<Status, Fault> {
    let Replayed { receipts, same, different, masked, missing, unreadable, .. } = sum;
    let status = match (different, missing.is_empty() && *unreadable == 0) {
        (1.., _) => Status::Refused,
        (0, false) => Status::Error,
        (0, true) => Status::Granted,
    };
    if context.format == Format::Json {
        let record =
            Sum { receipts: *receipts, same: *same, different: *different, masked: *masked, unreadable: *unreadable, missing, differences };
        return print_json(&format!("{}\n", serde_json::to_string(&record).unwrap_or_default()), status);
    }
    for (digest, count) in missing {
        lines.push(say(language, Key::LogNoPolicy, &[("digest", digest), ("count", &count.to_string())]));
    }
    let counts = [receipts, same, different, masked].map(ToString::to_string);
    let [receipts, same, different, masked] = counts.each_ref().map(String::as_str);
    lines.push(say(language, Key::LogReplayed, &[("receipts", receipts), ("same", same), ("different", different), ("masked", masked)]));
    print(&(lines.join("\n") + "\n"), status)
}

/// The questions of each policy, asked of another one: the differences are those of `leidraad diff --questions`.
fn against(context: &Context, log: &Path, shelf: &Shelf<'_>, other: &Path, language: Language) -> Result<Status, Fault> {
    let mut questions: BTreeMap<String, Vec<(u64, Question)>> = BTreeMap::new();
    let (mut sum, mut lines, mut records) = (Replayed::default(), Vec::new(), Vec::new());
    leidraad_log::scan(log, |scanned| {
        let Some(recorded) = Recorded::read(scanned.line).filter(Recorded::is_receipt) else { return };
        sum.receipts += 1;
        let question = recorded.question.and_then(|question| serde_json::from_str(question.get()).ok());
        match question.filter(|_| !recorded.is_masked()) {
            Some(question) => questions.entry(recorded.policy.into_owned()).or_default().push((recorded.n, question)),
            None => sum.masked += 1,
        }
    })
    .map_err(|error| fault(&error, language))?;
    let new = context.policy_of(&leidraad_live::read(other, &context.trust))?;
    for (digest, asked) in questions {
        let Some(old) = shelf.policy(&digest) else {
            sum.missing.insert(digest, asked.len() as u64);
            continue;
        };
        let (old, new) = (old.at(View::default()), new.at(View::default()));
        let differences = old.differences(&new);
        for (n, question) in asked {
            match weigh(&differences, Ok(question), language) {
                Came::Changed { question, words, records: (old, new) } => {
                    sum.different += 1;
                    lines.push(format!("{n}: {} → {}\n    {}", words.0, words.1, layout::command(&question)));
                    records.push(serde_json::json!({ "n": n, "question": question, "old": old, "new": new }));
                }
                Came::Same => sum.same += 1,
                Came::Wrong(_) => sum.unreadable += 1,
            }
        }
    }
    told_sum(context, &sum, lines, records, language)
}
