//! `leidraad ask --batch FILE|-`: a question a line in, its decision a line out, in order; a bad question is an error line and the rest goes on.

use std::fs::File;
use std::io::{ErrorKind, Read, stdin, stdout};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use leidraad::{Decision, Error, Language, Policy, Question};
use leidraad_log::Ticket;
use memchr::memmem;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::log::Logging;
use super::{Context, today};
use crate::args::Logged;
use crate::clean::clean_json;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::progress::Progress;
use crate::stream::{self, Broken};

pub(crate) fn run(context: &Context, path: &Path, logged: &Logged) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let unreadable = |cause: std::io::Error| Fault::File { path: path.display().to_string(), cause: cause.to_string(), language };
    let working = say(language, Key::BatchWorking, &[]);
    let (reader, mut progress): (Box<dyn Read + Send>, Progress) = if path == Path::new("-") {
        (Box::new(stdin()), Progress::new(working))
    } else {
        let file = File::open(path).map_err(unreadable)?;
        let size = file.metadata().map_or(0, |about| about.len());
        (Box::new(file), Progress::of(working, size))
    };
    let today = today(policy, language)?;
    let logging = Logging::open(logged, language)?;
    let clean = AtomicBool::new(true);
    let unlogged = Mutex::new(None);
    let mut read = 0;
    let answered = stream::lines(
        reader,
        stdout(),
        |lines, out| {
            let batch = policy.batch();
            let mut waiting = Vec::new();
            for (number, line) in lines.iter().filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace)) {
                let start = out.len();
                let (decided, id) = (batch.decide_json(line, today), id_of(line));
                if let Some(logging) = &logging
                    && let Some(ticket) = receipt(logging, policy, line, &decided, id, today, language)
                {
                    waiting.push((ticket, start));
                }
                match decided {
                    Ok(decision) => decision.write_json(out, language),
                    Err(error) => {
                        clean.store(false, Ordering::Relaxed);
                        out.extend(record(&error, number, language).into_bytes());
                    }
                }
                if let Some(id) = id {
                    let given_back = format!("\"id\":{},", clean_json(id.get()));
                    let answer = out.split_off(start + 1);
                    out.extend(given_back.into_bytes());
                    out.extend(answer);
                }
                out.push(b'\n');
            }
            // No answer is shown that is not in the log: before the first that is not, the run ends.
            for (ticket, start) in waiting {
                if let Some(Err(fault)) = logging.as_ref().map(|logging| logging.wait(ticket, language)) {
                    out.truncate(start);
                    unlogged.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        },
        |bytes, count| {
            read += bytes as u64;
            progress.at(read, count);
        },
    );
    if let Some(fault) = unlogged.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(fault);
    }
    match answered {
        Err(Broken::Reading(cause)) => Err(unreadable(cause)),
        Err(Broken::Writing(cause)) if cause.kind() != ErrorKind::BrokenPipe => Err(cause.into()),
        // Of a reader who leaves, what was answered so far counts.
        Err(Broken::Writing(_) | Broken::Stopped) | Ok(()) => Ok(if clean.into_inner() { Status::Granted } else { Status::Error }),
    }
}

/// Gives what came of a line to the log; a line that is no question has nothing to log.
fn receipt(
    logging: &Logging,
    policy: &Policy,
    line: &[u8],
    decided: &Result<Decision<'_>, Error>,
    id: Option<&RawValue>,
    today: Date,
    language: Language,
) -> Option<Ticket> {
    let id = id.map(|id| id.get().trim_matches('"'));
    match decided {
        Ok(decision) => Some(logging.decided(policy, decision, language, id)),
        Err(error) => {
            let question = Question::from_line(line, today).ok()?;
            Some(logging.failed(policy, &question, error, language, id))
        }
    }
}

/// What a question is called by whoever asks it.
#[derive(Deserialize)]
struct Called<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
}

/// The id of a line, as it stands there; most have none.
fn id_of(line: &[u8]) -> Option<&RawValue> {
    memmem::find(line, b"\"id\"")?;
    serde_json::from_slice::<Called<'_>>(line).ok()?.id
}

#[derive(Serialize)]
struct Wrong<'a> {
    error: Record<'a>,
}

#[derive(Serialize)]
struct Record<'a> {
    line: u64,
    code: &'a str,
    /// The byte of the line at which it cannot be read, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    message: String,
    help: Option<String>,
}

fn record(error: &Error, line: u64, language: Language) -> String {
    let error = Record { line, code: error.code(), column: error.column(), message: error.message(language), help: error.help(language) };
    clean_json(&serde_json::to_string(&Wrong { error }).unwrap_or_default())
}
