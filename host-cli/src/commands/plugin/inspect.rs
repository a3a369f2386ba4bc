//! `leidraad plugin inspect FILE`: what a file is, what it reaches, what it says of itself.

use std::io::Write;
use std::path::Path;

use leidraad::plugin::{Choices, Description, Inspection};
use serde::Serialize;

use super::{name, read};
use crate::args::Format;
use crate::commands::plugins;
use crate::fault::{Fault, Status};
use crate::layout;

pub(crate) fn run(file: &Path, format: Format) -> Result<Status, Fault> {
    let inspection = Inspection::of(&name(file), &read(file)?, plugins());
    let status = if inspection.description.is_ok() { Status::Granted } else { Status::Refused };
    let text = if format == Format::Json { json(&inspection) } else { words(&inspection) };
    anstream::stdout().write_all(text.as_bytes())?;
    Ok(status)
}

fn words(inspection: &Inspection) -> String {
    let or_nothing = |list: &[String]| if list.is_empty() { "nothing".to_owned() } else { list.join(", ") };
    let mut rows =
        vec![("kind", inspection.kind.to_owned()), ("size", format!("{} bytes", inspection.size)), ("digest", inspection.digest.clone())];
    if inspection.kind == "component" {
        rows.push(("imports", or_nothing(&inspection.imports)));
        rows.push(("exports", or_nothing(&inspection.exports)));
    }
    match &inspection.description {
        Err(reason) => rows.push(("no plugin", reason.clone())),
        Ok(described) => {
            rows.push(("name", format!("{} {}", described.name, described.version)));
            rows.push(("summary", described.summary.clone()));
            rows.push(("reads", or_nothing(&reads(described))));
            rows.push(("may set", or_nothing(&sets(described.sets))));
            for setting in &described.settings {
                let needed = if setting.required { "needed" } else { "optional" };
                rows.push(("setting", format!("{} ({}, {needed}): {}", setting.name, setting.kind.word(), setting.summary)));
            }
        }
    }
    layout::pairs(&rows)
}

fn reads(described: &Description) -> Vec<String> {
    described.reads.iter().cloned().chain(described.reads_day.then(|| "the day".to_owned())).collect()
}

fn sets(sets: Choices) -> Vec<String> {
    let all = [("level", sets.level), ("quota", sets.quota), ("obligations", sets.obligations)];
    all.into_iter().filter(|(_, may)| *may).map(|(what, _)| what.to_owned()).collect()
}

#[derive(Serialize)]
struct Record<'a> {
    kind: &'a str,
    size: usize,
    digest: &'a str,
    imports: &'a [String],
    exports: &'a [String],
    description: Option<Described<'a>>,
    refused: Option<&'a str>,
}

#[derive(Serialize)]
struct Described<'a> {
    name: &'a str,
    version: &'a str,
    summary: &'a str,
    reads: &'a [String],
    reads_day: bool,
    settings: Vec<Setting<'a>>,
    sets: Vec<String>,
}

#[derive(Serialize)]
struct Setting<'a> {
    name: &'a str,
    kind: &'a str,
    required: bool,
    summary: &'a str,
}

fn json(inspection: &Inspection) -> String {
    let record = Record {
        kind: inspection.kind,
        size: inspection.size,
        digest: &inspection.digest,
        imports: &inspection.imports,
        exports: &inspection.exports,
        description: inspection.description.as_ref().ok().map(described),
        refused: inspection.description.as_ref().err().map(String::as_str),
    };
    serde_json::to_string(&record).unwrap_or_default() + "\n"
}

fn described(described: &Description) -> Described<'_> {
    Described {
        name: &described.name,
        version: &described.version,
        summary: &described.summary,
        reads: &described.reads,
        reads_day: described.reads_day,
        settings: described.settings.iter().map(Setting::of).collect(),
        sets: sets(described.sets),
    }
}

impl<'a> Setting<'a> {
    fn of(setting: &'a leidraad::plugin::Setting) -> Setting<'a> {
        Setting { name: &setting.name, kind: setting.kind.word(), required: setting.required, summary: &setting.summary }
    }
}
