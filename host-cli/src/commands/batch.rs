//! `leidraad ask --batch FILE|-`: a question a line in, its decision a line out, in order; a bad question is an error line and the rest goes on.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write, stdin, stdout};
use std::path::Path;

use jiff::civil::Date;
use leidraad::{Error, Language, Policy, Question};
use serde::Serialize;

use super::{Context, today};
use crate::fault::{Fault, Status};
use crate::locale::say;
use crate::progress::Progress;

/// A longer line is no question.
const LINE_LIMIT: u64 = 1 << 20;

pub(crate) fn run(context: &Context, path: &Path) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(&policy);
    let unreadable = |cause: std::io::Error| Fault::File { path: path.display().to_string(), cause: cause.to_string(), language };
    let mut reader: Box<dyn BufRead> =
        if path == Path::new("-") { Box::new(stdin().lock()) } else { Box::new(BufReader::new(File::open(path).map_err(unreadable)?)) };
    let today = today(&policy, language)?;
    let mut out = BufWriter::new(stdout().lock());
    let mut progress = Progress::new(say(language, "batch-working", &[]));
    let mut clean = true;
    let mut number = 0u64;
    loop {
        let mut line = Vec::new();
        if read_line(&mut reader, &mut line).map_err(unreadable)? == 0 {
            break;
        }
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match answer(&policy, &line, today, language) {
            Ok(decision) => writeln!(out, "{decision}")?,
            Err(error) => {
                clean = false;
                writeln!(out, "{}", record(&error, number, language))?;
            }
        }
        progress.step();
    }
    out.flush()?;
    Ok(if clean { Status::Granted } else { Status::Error })
}

/// Reads a line; of one that is too long, only so much that it is seen to be.
pub(crate) fn read_line(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> std::io::Result<usize> {
    let mut taken = 0;
    loop {
        let available = reader.fill_buf()?;
        if available.is_empty() {
            return Ok(taken);
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(available.len(), |at| at + 1);
        if line.len() as u64 <= LINE_LIMIT {
            line.extend_from_slice(&available[..used]);
        }
        reader.consume(used);
        taken += used;
        if end.is_some() {
            return Ok(taken);
        }
    }
}

fn answer(policy: &Policy, line: &[u8], today: Date, language: Language) -> Result<String, Error> {
    let text = String::from_utf8_lossy(line);
    let question = Question::from_json(text.trim_start_matches('\u{feff}').trim(), today)?;
    Ok(policy.decide(&question)?.to_json(language))
}

#[derive(Serialize)]
struct Wrong<'a> {
    error: Record<'a>,
}

#[derive(Serialize)]
struct Record<'a> {
    line: u64,
    code: &'a str,
    message: String,
    help: Option<String>,
}

fn record(error: &Error, line: u64, language: Language) -> String {
    let error = Record { line, code: error.code(), message: error.message(language), help: error.help(language) };
    serde_json::to_string(&Wrong { error }).unwrap_or_default()
}
