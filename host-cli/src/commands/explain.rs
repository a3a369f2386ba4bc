//! `leidraad explain CODE`: the manual page of a finding; without a code, all findings in a line each.

use leidraad::Code;
use serde::Serialize;

use super::Context;
use crate::args::Format;
use crate::fault::{Fault, Status};
use crate::layout;
use crate::output::print;

#[derive(Serialize)]
struct Record<'a> {
    code: &'a str,
    severity: &'a str,
    summary: &'a str,
    page: String,
}

pub(crate) fn run(context: &Context, code: Option<&str>) -> Result<Status, Fault> {
    let codes: Vec<Code> = match code {
        Some(word) => vec![word.parse().map_err(|error| Fault::Code(error, context.spoken()))?],
        None => Code::ALL.to_vec(),
    };
    let text = match (context.format, codes.as_slice()) {
        (Format::Json, codes) => {
            let record =
                |code: &Code| Record { code: code.word(), severity: code.severity().word(), summary: code.summary(), page: code.page() };
            let records: Vec<String> = codes.iter().map(|code| serde_json::to_string(&record(code)).unwrap_or_default()).collect();
            format!("[{}]\n", records.join(",\n "))
        }
        (_, [only]) if code.is_some() => format!("{}\n", only.page().trim_end()),
        (_, codes) => {
            let rows: Vec<Vec<String>> = codes
                .iter()
                .map(|code| vec![code.word().to_owned(), code.severity().word().to_owned(), code.summary().to_owned()])
                .collect();
            layout::table(&["Code", "Severity", "What it is"].map(str::to_owned), &rows)
        }
    };
    print(&text, Status::Granted)
}
