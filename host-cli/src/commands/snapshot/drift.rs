//! A folder of locked outcomes and a policy in; what drifted, and by which rules or files, out. The files are those of insta.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};

use leidraad::{Language, LockedOutcome, Policy, Sources};
use toml_edit::{DocumentMut, Table, value};

use super::Place;
use crate::locale::Key;
use crate::store::{put, remove};

/// What outcomes were accepted from: the file beside them.
const ORIGIN: &str = "origin.toml";

/// One outcome that is not as it is locked.
pub(crate) struct Drift {
    pub(crate) name: String,
    /// What it is about, in Dutch and in English.
    pub(crate) description: [String; 2],
    /// Nothing: it is new.
    pub(crate) old: Option<String>,
    /// Nothing: there is no such outcome any more.
    pub(crate) new: Option<String>,
    /// The rules that changed and are about it.
    pub(crate) rules: Vec<String>,
    /// The files that changed.
    pub(crate) files: Vec<String>,
}

/// All that drifted.
pub(crate) struct Drifts {
    folder: PathBuf,
    /// The folder below which nothing that is written is a link.
    base: PathBuf,
    /// The version whose adoption waits for what is accepted.
    adopting: Option<String>,
    pub(crate) list: Vec<Drift>,
    /// How many outcomes there are.
    pub(crate) locked: usize,
}

impl Drift {
    pub(crate) fn word(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => "changed",
        }
    }

    /// What it is about.
    pub(crate) fn about(&self, language: Language) -> &str {
        let [nl, en] = &self.description;
        if language == Language::Nl { nl } else { en }
    }

    /// The text that tells it.
    pub(super) fn key(&self) -> Key {
        match (&self.old, &self.new) {
            (None, _) => Key::SnapshotNew,
            (_, None) => Key::SnapshotGone,
            _ => Key::SnapshotChanged,
        }
    }

    /// What to show of it, old and new: of a matrix only the cells that changed, a line each.
    pub(crate) fn shown(&self) -> (String, String) {
        let (old, new) = (self.old.clone().unwrap_or_default(), self.new.clone().unwrap_or_default());
        if !self.name.starts_with("matrix@") || old.is_empty() || new.is_empty() {
            return (old, new);
        }
        let (before, after) = (matrix(&old), matrix(&new));
        let lines = |of: &Matrix| -> String {
            let line = |cell: &(String, String)| of.get(cell).map(|answer| format!("{} {}: {answer}\n", cell.0, cell.1));
            cells(&old, &new).iter().filter_map(line).collect()
        };
        (lines(&before), lines(&after))
    }
}

impl Drifts {
    pub(crate) fn of(place: &Place, policy: &Policy, sources: &Sources, adopting: Option<&str>) -> Drifts {
        let Place { folder, base } = place;
        let outcomes = policy.outcomes();
        let origin = Origin::read(folder);
        let now = Origin::of(policy, sources);
        let files = origin.changed_files(&now);
        let mut list = Vec::new();
        for outcome in &outcomes {
            let file = folder.join(format!("{}.snap", outcome.name));
            let old = read(&file);
            let accepted = adopting.and_then(|_| read(&waiting(&file)));
            let same = |text: &str| text.trim_end() == outcome.text.trim_end();
            if old.as_deref().is_some_and(same) || accepted.as_deref().is_some_and(same) {
                continue;
            }
            let cells = match (&outcome.about, &old) {
                (Some(about), _) => vec![about.clone()],
                (None, Some(old)) => cells(old, &outcome.text),
                (None, None) => Vec::new(),
            };
            let rules = origin.changed_rules(&now, policy, &cells);
            list.push(Drift {
                name: outcome.name.clone(),
                description: [Language::Nl, Language::En].map(|language| outcome.description(language).to_owned()),
                old,
                new: Some(outcome.text.clone()),
                rules,
                files: files.clone(),
            });
        }
        let known: BTreeSet<String> = outcomes.iter().map(|outcome| format!("{}.snap", outcome.name)).collect();
        for name in names(folder).difference(&known) {
            let path = folder.join(name);
            // An outcome that an adoption takes away was accepted when nothing is to stand in its place.
            if adopting.is_some() && read(&waiting(&path)).is_some_and(|text| text.trim_end().is_empty()) {
                continue;
            }
            let name = name.trim_end_matches(".snap").to_owned();
            list.push(Drift {
                name,
                description: [String::new(), String::new()],
                old: Some(read(&path).unwrap_or_default()),
                new: None,
                rules: Vec::new(),
                files: files.clone(),
            });
        }
        Drifts { folder: folder.clone(), base: base.clone(), adopting: adopting.map(str::to_owned), list, locked: outcomes.len() }
    }

    /// The file of an outcome.
    pub(crate) fn path(&self, drift: &Drift) -> PathBuf {
        self.folder.join(format!("{}.snap", drift.name))
    }

    /// Locks an outcome as it is now, or has that wait for an adoption.
    pub(crate) fn accept(&self, drift: &Drift) -> Result<()> {
        let path = self.path(drift);
        let waits_for = self.adopting.as_deref();
        let target = if waits_for.is_some() { waiting(&path) } else { path };
        match &drift.new {
            None if waits_for.is_none() => remove(&self.base, &target),
            new => put(&self.base, &target, snapshot(&drift.description[1], new.as_deref().unwrap_or_default(), waits_for).as_bytes()),
        }
    }
}

/// The file in which an accepted outcome waits: the one in which insta has it wait, too.
fn waiting(path: &Path) -> PathBuf {
    path.with_extension("snap.new")
}

/// An outcome that was accepted and waits for an adoption.
pub(crate) struct Waiting {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
    /// The outcome; empty: there is to be none.
    text: String,
}

impl Waiting {
    /// Whether it waits for the adoption of this version.
    pub(crate) fn is_for(&self, version: &str) -> bool {
        let line = format!("{WAITS}{version}");
        String::from_utf8_lossy(&self.bytes).lines().skip(1).take_while(|line| *line != "---").any(|own| own == line)
    }
}

/// All that waits in a folder.
pub(crate) fn waiting_in(folder: &Path) -> Result<Vec<Waiting>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "new")
            && path.with_extension("").extension().is_some_and(|ending| ending == "snap")
            && entry.file_type()?.is_file()
        {
            let bytes = std::fs::read(&path)?;
            let text = read(&path).unwrap_or_default();
            all.push(Waiting { path, bytes, text });
        }
    }
    all.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(all)
}

/// What becomes of the files in a folder once an adoption is done: what waits is moved into place, as far as it is what now is; what waited
/// for something else goes.
pub(super) fn settled(folder: &Path, outcomes: &[LockedOutcome]) -> Result<Vec<(PathBuf, Option<Vec<u8>>)>> {
    let mut changes = Vec::new();
    for Waiting { path, text, .. } in waiting_in(folder)? {
        let target = path.with_extension("");
        let is_named = |outcome: &&LockedOutcome| target.file_name().is_some_and(|name| *name == *format!("{}.snap", outcome.name));
        match outcomes.iter().find(is_named) {
            Some(outcome) if text.trim_end() == outcome.text.trim_end() => {
                changes.push((target, Some(snapshot(outcome.description(Language::En), &outcome.text, None).into_bytes())));
            }
            None if text.trim_end().is_empty() && target.is_file() => changes.push((target, None)),
            _ => {}
        }
        changes.push((path, None));
    }
    Ok(changes)
}

/// What a waiting snapshot says of the version that it waits for.
const WAITS: &str = "expression: ";

/// A snapshot as insta writes it.
fn snapshot(description: &str, text: &str, waits_for: Option<&str>) -> String {
    let description = if description.is_empty() {
        String::new()
    } else {
        format!("description: {}\n", serde_json::to_string(description).unwrap_or_default())
    };
    let waits = waits_for.map_or_else(String::new, |version| format!("{WAITS}{version}\n"));
    format!("---\nsource: leidraad\n{description}{waits}---\n{}\n", text.trim_end())
}

/// What stands behind the head of a snapshot; `None` if there is no such file. A file that is damaged is not as it was locked: all that can
/// be read of it counts, or why nothing can.
fn read(path: &Path) -> Option<String> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return None,
        Err(cause) => return Some(cause.to_string()),
    };
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    let body = text.trim_start_matches('\u{feff}').strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    let is_torn = |head: &str| head.lines().any(|line| ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)));
    match body {
        Some((head, body)) if !is_torn(head) => Some(body.to_owned()),
        _ => Some(text),
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    entries.filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "snap")).collect()
}

/// The cells of a matrix by customer and service.
type Matrix = BTreeMap<(String, String), String>;

fn matrix(text: &str) -> Matrix {
    let row = |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let mut lines = text.lines().map(row);
    let header = lines.next().unwrap_or_default();
    lines
        .flat_map(|row| {
            let service = row.first().cloned().unwrap_or_default();
            let cells = header.iter().skip(1).cloned().zip(row.into_iter().skip(1));
            cells.map(move |(customer, cell)| ((customer, service.clone()), cell)).collect::<Vec<_>>()
        })
        .collect()
}

/// The cells, by customer and service, in which two matrices differ.
fn cells(old: &str, new: &str) -> Vec<(String, String)> {
    let (old, new) = (matrix(old), matrix(new));
    let keys: BTreeSet<&(String, String)> = old.keys().chain(new.keys()).collect();
    keys.into_iter().filter(|key| old.get(*key) != new.get(*key)).cloned().collect()
}

/// What outcomes were accepted from: the digest of each file, the mark of each rule and option.
#[derive(Default)]
pub(crate) struct Origin {
    files: BTreeMap<String, String>,
    rules: BTreeMap<String, String>,
}

impl Origin {
    pub(crate) fn of(policy: &Policy, sources: &Sources) -> Origin {
        // What is for people to read changes no outcome.
        let counts = |path: &&str| ![".md", ".txt"].iter().any(|ending| path.ends_with(ending));
        let files =
            sources.paths().filter(counts).filter_map(|path| Some((path.to_owned(), sources.digest_of(path)?.to_owned()))).collect();
        Origin { files, rules: policy.marks() }
    }

    fn read(folder: &Path) -> Origin {
        let text = std::fs::read_to_string(folder.join(ORIGIN)).unwrap_or_default();
        let document: DocumentMut = text.parse().unwrap_or_default();
        let table = |name: &str| {
            let entries = document.get(name).and_then(|item| item.as_table());
            entries
                .into_iter()
                .flat_map(Table::iter)
                .filter_map(|(key, value)| Some((key.to_owned(), value.as_str()?.to_owned())))
                .collect()
        };
        Origin { files: table("files"), rules: table("rules") }
    }

    /// The file beside the outcomes.
    pub(crate) fn path(folder: &Path) -> PathBuf {
        folder.join(ORIGIN)
    }

    pub(crate) fn text(&self) -> String {
        let mut document = DocumentMut::new();
        for (name, entries) in [("files", &self.files), ("rules", &self.rules)] {
            let mut table = Table::new();
            entries.iter().for_each(|(key, mark)| {
                table.insert(key, value(mark));
            });
            document.insert(name, table.into());
        }
        format!("# What the outcomes beside this file were accepted from: `leidraad snapshot` tells by it what changed.\n{document}")
    }

    fn changed_files(&self, now: &Origin) -> Vec<String> {
        if self.files.is_empty() {
            return Vec::new();
        }
        differing(&self.files, &now.files).cloned().collect()
    }

    /// The rules that changed and are about one of these cells: those that read otherwise, else those that count on other days.
    fn changed_rules(&self, now: &Origin, policy: &Policy, cells: &[(String, String)]) -> Vec<String> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let about = |key: &&String| cells.iter().any(|(customer, service)| policy.is_about(key, customer, service).unwrap_or(true));
        let changed: Vec<String> = differing(&self.rules, &now.rules).filter(about).cloned().collect();
        let content = |mark: Option<&String>| mark.map(|mark| mark.split('-').next().unwrap_or_default().to_owned());
        let reads_otherwise: Vec<String> =
            changed.iter().filter(|key| content(self.rules.get(*key)) != content(now.rules.get(*key))).cloned().collect();
        if reads_otherwise.is_empty() { changed } else { reads_otherwise }
    }
}

fn differing<'a>(old: &'a BTreeMap<String, String>, new: &'a BTreeMap<String, String>) -> impl Iterator<Item = &'a String> {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    keys.into_iter().filter(|key| old.get(*key) != new.get(*key))
}
