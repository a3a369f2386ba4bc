//! `leidraad version new SET --from DAY`: the last version of a rule set, copied as a proposal.

use std::path::Path;

use jiff::civil::Date;
use leidraad::catalogue::Version;
use leidraad::{Policy, Sources};
use toml_edit::DocumentMut;

use super::edits::{self, Cell};
use super::{New, files_of, is_proposed};
use crate::adoption::refused;
use crate::commands::{Context, plugins};
use crate::edit;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;
use crate::plan::Plan;
use crate::workbook;

pub(super) fn run(context: &Context, new: &New) -> Result<Status, Fault> {
    let language = context.spoken();
    let New { set, from, .. } = new;
    let home = context.home()?;
    let sources = context.sources();
    let own = sources.versions_of(set).map_err(|error| {
        let near = error.help(language).map_or_else(String::new, |help| format!(" ({help})"));
        refused(set, Key::VersionNoSet, &[("set", set), ("from", &from.to_string()), ("near", &near)], language)
    })?;
    let head = |version: &String| sources.head(version).ok();
    let last = match &new.copy {
        Some(copy) => {
            sources.head(copy).map_err(|error| Fault::Question(error, language))?;
            Some(copy)
        }
        // What is adopted comes before what is proposed only.
        None => own.iter().max_by_key(|version| (!is_proposed(head(version)), begins(head(version)))),
    };
    let Some(last) = last else {
        return Err(refused(set, Key::VersionName, &[], language));
    };
    let name = new.name.clone().unwrap_or_else(|| free_name(set, *from, &own));
    if !Policy::is_id(&name) {
        return Err(refused(&name, Key::VersionName, &[], language));
    }
    let version = format!("{set}@{name}");
    let target = home.join(Sources::version_folder(&version));
    if target.exists() {
        return Err(refused(&version, Key::VersionExists, &[], language));
    }
    let mut files = files_of(&sources, last);
    if let Some((_, head)) = files.iter_mut().find(|(name, _)| name == "ruleset.toml") {
        *head = proposal(head, *from, &version, language)?.into_bytes();
    }
    let mut said = Vec::new();
    if let Some(matrix) = &new.matrix {
        let (edited, count) = by_matrix(context, &sources, (matrix, new.sheet.as_deref()), &version, *from, files)?;
        files = edited;
        said.push(say(language, Key::EditedCells, &[("count", &count.to_string())]));
    }
    let plan = Plan::of(&home, &sources).make_folder(&Sources::version_folder(&version), files).counts();
    plan.carry_out().map_err(|refused| refused.fault(&version, language))?;
    let values = [("version", version.as_str()), ("last", last), ("path", &target.display().to_string()), ("from", &from.to_string())];
    said.splice(0..0, [say(language, Key::VersionMade, &values), say(language, Key::VersionLook, &[])]);
    if context.policy_of(&context.sources()).is_err() {
        said.push(say(language, Key::VersionMend, &[]));
    }
    let open: Vec<&str> = own.iter().filter(|version| is_proposed(head(version))).map(String::as_str).collect();
    if !open.is_empty() {
        said.push(say(language, Key::VersionOpen, &[("list", &open.join(", "))]));
    }
    print(&format!("{}\n", said.join("\n")), Status::Granted)
}

/// The files of the version with an edited matrix in them, and how many of its cells were edited. It has to answer as the matrix says.
pub(crate) fn by_matrix(
    context: &Context,
    sources: &Sources,
    (matrix, sheet): (&Path, Option<&str>),
    version: &str,
    from: Date,
    files: Vec<edits::File>,
) -> Result<(Vec<edits::File>, usize), Fault> {
    let language = context.spoken();
    let path = matrix.display().to_string();
    let policy = context.policy_of(sources)?;
    let wrong = |lines: Vec<String>| Fault::Plugin { path: path.clone(), reason: lines.join("\n  ") };
    let grid = workbook::read(matrix, sheet, language).map_err(|reason| wrong(vec![reason]))?;
    let cells = edits::cells(&grid, &policy, language).map_err(wrong)?;
    let edited: Vec<&Cell<'_>> = cells.iter().filter(|cell| cell.is_edited(&policy, from, false)).collect();
    let composite: Vec<String> = edited.iter().filter(|cell| cell.is_composite()).map(|cell| cell.words(language)).collect();
    if !composite.is_empty() {
        return Err(wrong(std::iter::once(say(language, Key::EditedComposite, &[])).chain(composite).collect()));
    }
    let files = edits::edited(files, &edited, policy.catalogue());
    let folder = Sources::version_folder(version);
    let after = files.iter().fold(sources.clone(), |sources, (name, bytes)| sources.with(format!("{folder}/{name}"), bytes.clone()));
    // Of proposals, only this one counts: so it will be once it is adopted.
    let others: Vec<&str> = policy.catalogue().versions().filter(|other| other.is_proposed()).map(Version::key).collect();
    let proposed = context.loaded(|| Policy::loader().plugins(plugins()).without(&others).load(&after))?;
    let unmet: Vec<String> = cells.iter().filter(|cell| cell.is_edited(&proposed, from, true)).map(|cell| cell.words(language)).collect();
    if !unmet.is_empty() {
        return Err(wrong(std::iter::once(say(language, Key::EditedUnmet, &[])).chain(unmet).collect()));
    }
    Ok((files, edited.len()))
}

/// The day from which a version counts.
fn begins(head: Option<&str>) -> Option<Date> {
    let document: DocumentMut = head?.parse().ok()?;
    document.get("from")?.as_datetime()?.to_string().parse().ok()
}

/// `2027-1`, or the first after it that is free.
fn free_name(set: &str, from: Date, own: &[String]) -> String {
    let mut names = (1..).map(|number| format!("{}-{number}", from.year()));
    names.find(|name| !own.contains(&format!("{set}@{name}"))).unwrap_or_default()
}

/// The head of the new version: proposed, from its own day, decided by nobody yet.
fn proposal(text: &[u8], from: Date, version: &str, language: leidraad::Language) -> Result<String, Fault> {
    let text = String::from_utf8_lossy(text);
    let mut document: DocumentMut = text.parse().map_err(|_| refused(version, Key::VersionUnreadable, &[], language))?;
    let table = document.as_table_mut();
    edit::set(table, "status", edit::text("proposed"));
    edit::set(table, "from", edit::day(from));
    for key in ["decided", "decided_by", "until", "patch", "awaits"] {
        table.remove(key);
    }
    Ok(edit::like(&text, document.to_string()))
}
