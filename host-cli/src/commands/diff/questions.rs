//! Differences and a file of past questions in; those that get another answer out, as they are found, and how many there are.

use std::io::{BufWriter, ErrorKind, Write, stdout};
use std::path::Path;

use leidraad::{Differences, Language, Policy, Question, Relevance};
use serde::Serialize;
use serde_json::Value;

use crate::args::Format;
use crate::clean::{clean, clean_json};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::progress::Progress;
use crate::questions::{Reader, Refused};
use crate::{layout, parallel};

/// So many questions are weighed at a time: enough to keep all cores busy, few enough to hold.
const SHARE: usize = 16_384;

/// What came of one question.
pub(in crate::commands) enum Came {
    Same,
    Changed { question: Box<Question>, words: (String, String), records: (Value, Value) },
    Wrong(Refused),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    message: String,
    help: Option<String>,
}

#[derive(Serialize)]
struct Sum {
    asked: u64,
    changed: u64,
    wrong: u64,
}

pub(super) fn run(
    differences: &Differences<'_>,
    (path, meant): (&Path, &[(String, String)]),
    policy: &Policy,
    language: Language,
    format: Format,
) -> Result<Status, Fault> {
    let today = crate::commands::today(policy, language)?;
    let (mut reader, columns) = Reader::open(path, meant, policy, language)?;
    let mut out = BufWriter::new(stdout().lock());
    let mut progress = Progress::of(say(language, Key::BatchWorking, &[]), reader.size());
    let mut sum = Sum { asked: 0, changed: 0, wrong: 0 };
    let json = format == Format::Json;
    if json && !is_read(out.write_all(b"["))? {
        return Ok(Status::Granted);
    }
    'all: loop {
        let share = reader.next(SHARE)?;
        if share.is_empty() {
            break;
        }
        let came =
            parallel::map(&share, |(line, written)| (*line, weigh(differences, written.question(&columns, policy, today), language)));
        for (line, came) in came {
            sum.asked += 1;
            let told = match came {
                Came::Same => continue,
                Came::Changed { question, words, records } => {
                    sum.changed += 1;
                    if json {
                        let record = Changed { line, question: &question, old: records.0, new: records.1 };
                        format!("{},\n ", serde_json::to_string(&record).unwrap_or_default())
                    } else {
                        format!("{line}: {} → {}\n    {}\n", words.0, words.1, layout::command(&question))
                    }
                }
                Came::Wrong(error) => {
                    sum.wrong += 1;
                    let (message, help) = (error.message(language), error.help(language));
                    if json {
                        let record = Wrong { line, error: error.code(), column: error.column(), message, help };
                        format!("{},\n ", serde_json::to_string(&record).unwrap_or_default())
                    } else {
                        let place = error.column().map_or_else(|| line.to_string(), |column| format!("{line}:{column}"));
                        let help = help.map_or_else(String::new, |help| format!("  {help}\n"));
                        format!("{place}: {}: {message}\n{help}", say(language, Key::Error, &[]))
                    }
                }
            };
            let told = if json { clean_json(&told) } else { clean(&told) };
            if !is_read(out.write_all(told.as_bytes()))? {
                break 'all;
            }
        }
        progress.at(reader.position(), share.len() as u64);
    }
    let end = if json {
        format!("{}]\n", serde_json::to_string(&sum).unwrap_or_default())
    } else {
        let [asked, changed, wrong] = [sum.asked, sum.changed, sum.wrong].map(|count| count.to_string());
        format!("{}\n", say(language, Key::DiffQuestions, &[("asked", &asked), ("changed", &changed), ("wrong", &wrong)]))
    };
    is_read(out.write_all(end.as_bytes()).and_then(|()| out.flush()))?;
    Ok(match (sum.wrong, sum.changed) {
        (1.., _) => Status::Error,
        (0, 1..) => Status::Refused,
        (0, 0) => Status::Granted,
    })
}

/// Whether anybody reads on.
fn is_read(written: std::io::Result<()>) -> Result<bool, Fault> {
    match written {
        Ok(()) => Ok(true),
        Err(cause) if cause.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(cause) => Err(cause.into()),
    }
}

/// Most questions lie in no region, and need not be asked at all.
pub(in crate::commands) fn weigh(differences: &Differences<'_>, question: Result<Question, Refused>, language: Language) -> Came {
    let change = question.and_then(|question| match differences.touch(&question) {
        // A question that makes no sense is told all the same.
        Relevance::Outside => Ok(differences.sensible(&question).map(|()| None)?),
        _ => Ok(differences.change(&question)?.map(|change| (question, change))),
    });
    match change {
        Ok(None) => Came::Same,
        Ok(Some((question, change))) => {
            Came::Changed { words: change.words(language), records: change.to_json(), question: Box::new(question) }
        }
        Err(error) => Came::Wrong(error),
    }
}
