//! `leidraad explain CODE`: the manual page of a finding; without a code, all findings in a line each.

use leidraad::{Code, Severity};
use serde::Serialize;

use super::Context;
use crate::args::Format;
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::print;

#[derive(Serialize)]
struct Record<'a> {
    code: &'a str,
    severity: &'a str,
    summary: &'a str,
    page: String,
}

fn severity(code: Code) -> Key {
    if code.severity() == Severity::Error { Key::Error } else { Key::Warning }
}

pub(crate) fn run(context: &Context, code: Option<&str>) -> Result<Status, Fault> {
    let language = context.spoken();
    let codes: Vec<Code> = match code {
        Some(word) => vec![word.parse().map_err(|error| Fault::Code(error, language))?],
        None => Code::ALL.to_vec(),
    };
    let text = match (context.format, codes.as_slice()) {
        (Format::Json, codes) => {
            let record = |code: &Code| Record {
                code: code.word(),
                severity: code.severity().word(),
                summary: code.summary(language),
                page: code.page(language),
            };
            let records: Vec<String> = codes.iter().map(|code| serde_json::to_string(&record(code)).unwrap_or_default()).collect();
            format!("[{}]\n", records.join(",\n "))
        }
        (_, [only]) if code.is_some() => format!("{}\n", only.page(language).trim_end()),
        (_, codes) => {
            let rows: Vec<Vec<String>> = codes
                .iter()
                .map(|code| vec![code.word().to_owned(), say(language, severity(*code), &[]), code.summary(language).to_owned()])
                .collect();
            layout::table(&[Key::Code, Key::Severity, Key::WhatItIs].map(|key| say(language, key, &[])), &rows)
        }
    };
    print(&text, Status::Granted)
}
