//! Differences and a file of past questions in; those that get another answer out, as they are found, and how many there are.

use std::io::{BufWriter, Write, stdout};
use std::path::Path;

use leidraad::{Differences, Error, Language, Policy, Question, Touch};
use serde::Serialize;
use serde_json::Value;

use crate::args::Format;
use crate::fault::{Fault, Status};
use crate::locale::say;
use crate::progress::Progress;
use crate::questions::Reader;
use crate::{layout, parallel};

/// So many questions are weighed at a time: enough to keep all cores busy, few enough to hold.
const SHARE: usize = 16_384;

/// What came of one question.
enum Came {
    Same,
    Changed { question: Box<Question>, words: (String, String), records: (Value, Value) },
    Wrong(Error),
}

#[derive(Serialize)]
struct Changed<'a> {
    line: u64,
    question: &'a Question,
    old: Value,
    new: Value,
}

#[derive(Serialize)]
struct Wrong<'a> {
    line: u64,
    error: &'a str,
    message: String,
}

#[derive(Serialize)]
struct Sum {
    asked: u64,
    changed: u64,
    wrong: u64,
}

pub(super) fn run(
    differences: &Differences<'_>,
    path: &Path,
    policy: &Policy,
    language: Language,
    format: Format,
) -> Result<Status, Fault> {
    let today = crate::commands::today(policy, language)?;
    let mut reader = Reader::open(path, language)?;
    let mut out = BufWriter::new(stdout().lock());
    let mut progress = Progress::of(say(language, "batch-working", &[]), reader.size());
    let mut sum = Sum { asked: 0, changed: 0, wrong: 0 };
    let json = format == Format::Json;
    if json {
        write!(out, "[")?;
    }
    loop {
        let share = reader.next(SHARE)?;
        if share.is_empty() {
            break;
        }
        let came = parallel::map(&share, |(line, written)| (*line, weigh(differences, written.question(policy, today), language)));
        for (line, came) in came {
            sum.asked += 1;
            match came {
                Came::Same => {}
                Came::Changed { question, words, records } => {
                    sum.changed += 1;
                    if json {
                        let record = Changed { line, question: &question, old: records.0, new: records.1 };
                        write!(out, "{},\n ", serde_json::to_string(&record).unwrap_or_default())?;
                    } else {
                        writeln!(out, "{line}: {} → {}\n    {}", words.0, words.1, layout::command(&question))?;
                    }
                }
                Came::Wrong(error) => {
                    sum.wrong += 1;
                    if json {
                        let record = Wrong { line, error: error.code(), message: error.message(language) };
                        write!(out, "{},\n ", serde_json::to_string(&record).unwrap_or_default())?;
                    } else {
                        writeln!(out, "{line}: {}: {}", say(language, "error", &[]), error.message(language))?;
                    }
                }
            }
        }
        progress.at(reader.position(), share.len() as u64);
    }
    if json {
        writeln!(out, "{}]", serde_json::to_string(&sum).unwrap_or_default())?;
    } else {
        let [asked, changed, wrong] = [sum.asked, sum.changed, sum.wrong].map(|count| count.to_string());
        writeln!(out, "{}", say(language, "diff-questions", &[("asked", &asked), ("changed", &changed), ("wrong", &wrong)]))?;
    }
    out.flush()?;
    Ok(match (sum.wrong, sum.changed) {
        (1.., _) => Status::Error,
        (0, 1..) => Status::Refused,
        (0, 0) => Status::Granted,
    })
}

/// Most questions lie in no region, and need not be asked at all.
fn weigh(differences: &Differences<'_>, question: Result<Question, Error>, language: Language) -> Came {
    let change = question.and_then(|question| match differences.touch(&question) {
        // A question that makes no sense is told all the same.
        Touch::Outside => differences.sensible(&question).map(|()| None),
        _ => differences.change(&question).map(|change| change.map(|change| (question, change))),
    });
    match change {
        Ok(None) => Came::Same,
        Ok(Some((question, change))) => {
            Came::Changed { words: change.words(language), records: change.to_json(), question: Box::new(question) }
        }
        Err(error) => Came::Wrong(error),
    }
}
