//! `leidraad log verify LOG`: whether every line of a log is there, and as it was written.

use std::path::Path;

use leidraad::Language;
use leidraad_log::Verified;
use serde::Serialize;

use super::fault;
use crate::args::Format;
use crate::commands::{Context, today_here};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::{print, print_json};
use crate::progress;

pub(super) fn run(context: &Context, log: &Path) -> Result<Status, Fault> {
    let language = context.spoken();
    let trust = context.trust.key_ids().next().is_some().then(|| (&context.trust, today_here()));
    let looking = say(language, Key::LogLooking, &[]);
    let verified = progress::shown(looking, || leidraad_log::verify(log, trust)).map_err(|error| fault(&error, language))?;
    let status = if verified.problems.is_empty() { Status::Granted } else { Status::Refused };
    if context.format == Format::Json {
        return print_json(&format!("{}\n", json(&verified, language)), status);
    }
    print(&words(&verified, language), status)
}

fn words(verified: &Verified, language: Language) -> String {
    let mut lines: Vec<String> = verified
        .problems
        .iter()
        .map(|problem| format!("{}:{}: {}", problem.path.display(), problem.row, problem.message(language)))
        .collect();
    let Verified { log, segments, first, last, receipts, lost, retired, torn, head, .. } = verified;
    let numbers = [*segments as u64, *first, *last, *receipts, *lost, *retired, *torn].map(|number| number.to_string());
    let [segments, first, end, receipts, lost, retired, torn] = numbers.each_ref().map(String::as_str);
    lines.push(say(
        language,
        Key::LogIs,
        &[("log", log), ("receipts", receipts), ("segments", segments), ("first", first), ("last", end), ("head", head)],
    ));
    for (key, count) in [(Key::LogLost, lost), (Key::LogRetired, retired), (Key::LogTorn, torn)] {
        if count != "0" {
            lines.push(say(language, key, &[("count", count)]));
        }
    }
    for (n, names) in &verified.checkpoints {
        let nobody = say(language, Key::BundleNobody, &[]);
        let names = if names.is_empty() { nobody } else { names.join(", ") };
        lines.push(say(language, Key::LogCheckpoint, &[("n", &n.to_string()), ("names", &names)]));
    }
    let problems = verified.problems.len().to_string();
    let sum = if verified.problems.is_empty() { Key::LogWhole } else { Key::LogBroken };
    lines.push(say(language, sum, &[("count", &problems)]));
    lines.join("\n") + "\n"
}

#[derive(Serialize)]
struct Record<'v> {
    log: &'v str,
    segments: usize,
    first: u64,
    last: u64,
    head: &'v str,
    receipts: u64,
    lost: u64,
    retired: u64,
    torn: u64,
    checkpoints: Vec<Checkpoint<'v>>,
    problems: Vec<Wrong<'v>>,
}

#[derive(Serialize)]
struct Checkpoint<'v> {
    n: u64,
    signed_by: &'v [String],
}

#[derive(Serialize)]
struct Wrong<'v> {
    file: String,
    row: usize,
    message: &'v str,
}

fn json(verified: &Verified, language: Language) -> String {
    let problems = verified.problems.iter().map(|problem| Wrong {
        file: problem.path.display().to_string(),
        row: problem.row,
        message: problem.message(language),
    });
    let record = Record {
        log: &verified.log,
        segments: verified.segments,
        first: verified.first,
        last: verified.last,
        head: &verified.head,
        receipts: verified.receipts,
        lost: verified.lost,
        retired: verified.retired,
        torn: verified.torn,
        checkpoints: verified.checkpoints.iter().map(|(n, signed_by)| Checkpoint { n: *n, signed_by }).collect(),
        problems: problems.collect(),
    };
    serde_json::to_string(&record).unwrap_or_default()
}
